"""A report as plain tables: what CSV and XLSX hold, and what the page shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from service.charts.svg import HIDDEN
from service.reports import labels
from service.reports.evaluation import COUNTS, Evaluation
from service.reports.figures import Figures
from service.reports.reference import Reference
from service.reports.report import league
from service.reports.shape import Report
from service.reports.suppress import Published
from service.reports.targets import Compared

Cell = str | int | float | date | None
PAGE_MEASURES = (
    "incoming",
    "resolved",
    "archived",
    "unresolved",
    "unanswered",
    "overdue",
    "on_time_share",
    "followed_up_share",
    "follow_up_median",
    "returned",
    "ping_pong",
)
_FIGURES = tuple(labels.MEASURES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under a header.

    Attributes
    ----------
    key : str
        What ``--table`` and a sheet call it.
    title : str
        What people read above it.
    columns : tuple of str
    rows : tuple of tuple of cells
    """

    key: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def report_tables(
    report: Report, reference: Reference, targets: Sequence[Compared] = ()
) -> tuple[Table, ...]:
    """Return every table of a report."""
    return (
        _table("ringkasan", "Ringkasan", ("Ukuran", "Nilai"), _summary(report)),
        _figures(
            "kelas",
            "Klasifikasi",
            (
                ("Klasifikasi", labels.category(code), figures)
                for code, figures in report.by_category.items()
            ),
        ),
        _table(
            "status",
            "Status",
            ("Status", "Aduan"),
            ((labels.status(code), count) for code, count in report.by_status.items()),
        ),
        _figures("bulan", "Bulan", (("Bulan", month, f) for month, f in report.by_month.items())),
        _figures(
            "topik",
            "Topik",
            (
                ("Topik", labels.topic(code, reference.topics), f)
                for code, f in report.by_topic.items()
            ),
        ),
        _trend("tren_kelas", "Tren klasifikasi", report, reference),
        _trend("tren_topik", "Tren topik", report, reference),
        _figures(
            "instansi",
            "Peringkat instansi",
            (("Instansi", row.name, row.figures) for row in league(report.by_agency)),
        ),
        _figures(
            "provinsi",
            "Provinsi",
            (("Provinsi", row.name, row.figures) for row in report.by_province),
        ),
        target_table(targets),
        _table("lewat_batas", "Lewat batas waktu", _OVERDUE, _overdue(report, reference)),
    )


def evaluation_tables(evaluation: Evaluation, reference: Reference) -> tuple[Table, ...]:
    """Return the tables of a publishable evaluation; hidden counts are ``*``."""
    counts = [labels.MEASURES[name] for name in ("incoming", *COUNTS)]
    shares = [labels.MEASURES[name] for name in ("on_time_share", "followed_up_share")]
    columns = ("Instansi", *counts, *shares, labels.MEASURES["follow_up_median"])
    names = {row.code: row.name for row in evaluation.agencies}
    bodies = [(row.name, row.figures) for row in evaluation.agencies]
    rows = [
        (
            name,
            *(_hidden(getattr(figures, count)) for count in ("incoming", *COUNTS)),
            labels.percent(figures.on_time_share),
            labels.percent(figures.followed_up_share),
            figures.follow_up_median,
        )
        for name, figures in [("Seluruhnya", evaluation.total), *bodies]
    ]
    findings = [
        (names[row.code], rule.finding, rule.action, rule.recommendation, rule.source)
        for row in evaluation.agencies
        for rule in row.findings
    ]
    causes = [
        (row.name, row.note.cause, row.note.action, row.note.recommendation)
        for row in evaluation.agencies
        if row.note
    ]
    return (
        _table("evaluasi", "Evaluasi instansi", columns, rows),
        _table(
            "temuan",
            "Temuan",
            ("Instansi", "Temuan", "Tindakan perbaikan", "Rekomendasi", "Dasar"),
            findings,
        ),
        _table(
            "sebab",
            "Sebab menurut instansi",
            ("Instansi", "Sebab", "Tindakan perbaikan", "Rekomendasi"),
            causes,
        ),
        _published("kelas", "Klasifikasi", evaluation.by_category, labels.CATEGORIES),
        _published(
            "topik", "Topik", evaluation.by_topic, {**reference.topics, "": labels.NO_TOPIC}
        ),
        _published("bulan", "Bulan", evaluation.by_month, {}),
        _published("provinsi", "Provinsi", evaluation.by_province, reference.provinces),
        target_table(evaluation.targets),
    )


def target_table(targets: Sequence[Compared]) -> Table:
    """Return targets against what was reached."""
    met = {True: "tercapai", False: "belum tercapai", None: "tidak terukur"}
    return _table(
        "target",
        "Target",
        ("Ukuran", "Target", "Capaian", "Hasil", "Dasar"),
        (
            (
                one.label,
                _in_percent(one.measure, one.target),
                _in_percent(one.measure, one.actual),
                met[one.is_met],
                one.source,
            )
            for one in targets
        ),
    )


_OVERDUE = (
    "Instansi",
    "Unit",
    "Sumber",
    "Nomor",
    "Klasifikasi",
    "Topik",
    "Status",
    "Masuk",
    "Batas waktu",
    "Terlambat (hari kerja)",
)


def _summary(report: Report) -> Iterator[tuple[Cell, ...]]:
    yield "Periode", report.period.label
    yield "Keadaan pada", report.as_of
    yield "Instansi", report.scope_name
    yield "Dari riwayat impor", report.historic
    for name, value in zip(_FIGURES, figure_cells(report.total), strict=True):
        yield labels.MEASURES[name], value


def shorter(table: Table, measures: Sequence[str] = PAGE_MEASURES) -> Table:
    """Return the name and some measures of each row: as much as a page has room for."""
    wanted = [labels.MEASURES[name] for name in measures]
    places = [0, *(table.columns.index(name) for name in wanted)]
    return Table(
        key=table.key,
        title=table.title,
        columns=tuple(table.columns[place] for place in places),
        rows=tuple(tuple(row[place] for place in places) for row in table.rows),
    )


def figure_cells(figures: Figures) -> tuple[Cell, ...]:
    """Return the figures in the order of ``labels.MEASURES``; shares as percent."""
    return tuple(
        labels.percent(getattr(figures, name))
        if name.endswith("_share")
        else getattr(figures, name)
        for name in _FIGURES
    )


def _figures(key: str, title: str, rows: Iterator[tuple[str, str, Figures]]) -> Table:
    listed = list(rows)
    return _table(
        key,
        title,
        (title if not listed else listed[0][0], *labels.MEASURES.values()),
        ((name, *figure_cells(figures)) for _, name, figures in listed),
    )


def _trend(key: str, title: str, report: Report, reference: Reference) -> Table:
    is_topic = key == "tren_topik"
    lines = report.topic_trend if is_topic else report.category_trend
    return _table(
        key,
        title,
        ("Topik" if is_topic else "Klasifikasi", *report.by_month),
        (
            (labels.topic(code, reference.topics) if is_topic else labels.category(code), *counts)
            for code, counts in lines.items()
        ),
    )


def _overdue(report: Report, reference: Reference) -> Iterator[tuple[Cell, ...]]:
    for row in report.overdue:
        yield (
            row.agency_name,
            row.unit,
            row.source,
            row.tracking_id,
            labels.category(row.category),
            labels.topic(row.topic, reference.topics),
            labels.status(row.status),
            row.received_on,
            row.due_on,
            row.working_days_late,
        )


def _published(key: str, title: str, counts: Published[str], names: Mapping[str, str]) -> Table:
    rows = [(names.get(code, code), _hidden(count)) for code, count in counts.cells.items()]
    return _table(key, title, (title, "Aduan"), [*rows, ("Jumlah", _hidden(counts.total))])


def _hidden(count: int | None) -> Cell:
    return HIDDEN if count is None else count


def _in_percent(measure: str, value: float | None) -> Cell:
    return labels.percent(value) if measure.endswith("_share") else value


def _table(key: str, title: str, columns: Sequence[str], rows: Iterable[tuple[Cell, ...]]) -> Table:
    return Table(key=key, title=title, columns=tuple(columns), rows=tuple(rows))
