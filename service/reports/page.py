"""A report as one self-contained HTML page: no script, no request, prints well."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from service.charts import Bar, bar_chart, chart_css, column_chart, line_chart, share_bars, tile_map
from service.reports import labels
from service.reports.evaluation import Evaluation
from service.reports.figures import Figures
from service.reports.findings import FindingRule
from service.reports.period import MONTHS, day_text, month_text
from service.reports.reference import Reference
from service.reports.report import FEWEST_JUDGED
from service.reports.shape import Report
from service.reports.suppress import Published
from service.reports.tables import Cell, evaluation_tables, report_tables, shorter, target_table
from service.reports.targets import Compared

FOLDER = Path(__file__).parent / "templates"
_TOPICS, _LINES, _AGENCIES, _OVERDUE = 12, 5, 50, 50
_TOLD_IN_FULL = 20  # agencies whose findings are written out one by one
_JUDGED = ("on_time", "late", "not_yet_due", "undated")
_JUDGED_COLOURS = (2, 4, 0, 7)  # green, red, blue, grey


def report_page(report: Report, reference: Reference, targets: Sequence[Compared] = ()) -> str:
    """Return the page for those who handle complaints: exact figures, no text of a complaint."""
    tables = {table.key: table for table in report_tables(report, reference, targets)}
    for key in ("kelas", "instansi"):
        tables[key] = shorter(tables[key])
    return _render(
        "laporan.html",
        report=report,
        tables=tables,
        charts=report_charts(report, reference),
        most_agencies=_AGENCIES,
        most_overdue=_OVERDUE,
    )


def evaluation_page(evaluation: Evaluation, reference: Reference) -> str:
    """Return the page for everybody: small counts are hidden, nobody is named."""
    tables = {table.key: table for table in evaluation_tables(evaluation, reference)}
    names = {**reference.topics, "": labels.NO_TOPIC}
    charts = {
        "bulan": column_chart(
            "e-bulan",
            [month_text(month) for month in evaluation.by_month.cells],
            {"Masuk": tuple(evaluation.by_month.cells.values())},
            title="Aduan masuk per bulan",
        ),
        "kelas": _bars("e-kelas", evaluation.by_category, labels.CATEGORIES, "Klasifikasi"),
        "topik": _bars("e-topik", evaluation.by_topic, names, "Topik terbanyak"),
        "provinsi": tile_map(
            "e-provinsi",
            evaluation.by_province.cells,
            reference.provinces,
            title="Aduan masuk per provinsi",
        ),
    }
    return _render(
        "evaluasi.html",
        evaluation=evaluation,
        tables=tables,
        charts=charts,
        target=target_table(evaluation.targets),
        brief=len(evaluation.agencies) > _TOLD_IN_FULL,
        rules=_fired(evaluation),
    )


def _fired(evaluation: Evaluation) -> list[FindingRule]:
    """Return the rules that any agency has met, each once, in their order of first use."""
    fired = {rule.id: rule for row in evaluation.agencies for rule in row.findings}
    return list(fired.values())


def report_charts(report: Report, reference: Reference) -> dict[str, Markup]:
    """Return the charts of a report by name: kelas, bulan, tren, topik, masuk, lewat, tepat."""
    months = [month_text(month) for month in report.by_month]
    topics = {labels.topic(code, reference.topics): f for code, f in report.by_topic.items()}
    told = {code: counts for code, counts in report.topic_trend.items() if code}
    return {
        "kelas": share_bars(
            "g-kelas",
            [
                (labels.category(code), _judged(figures))
                for code, figures in report.by_category.items()
            ],
            title="Ketepatan waktu per klasifikasi",
            colours=_JUDGED_COLOURS,
        ),
        "bulan": column_chart(
            "g-bulan",
            months,
            {labels.category(code): counts for code, counts in report.category_trend.items()},
            title="Aduan masuk per bulan menurut klasifikasi",
        ),
        "tren": line_chart(
            "g-tren",
            months,
            {
                labels.topic(code, reference.topics): counts
                for code, counts in _first(told, _LINES).items()
            },
            title="Topik terbanyak per bulan",
        ),
        "topik": bar_chart(
            "g-topik",
            [Bar(name, f.incoming) for name, f in _first(topics, _TOPICS).items()],
            title="Topik terbanyak",
        ),
        "masuk": tile_map(
            "g-masuk",
            {row.code: row.figures.incoming for row in report.by_province},
            reference.provinces,
            title="Aduan masuk per provinsi",
        ),
        "lewat": tile_map(
            "g-lewat",
            {row.code: row.figures.overdue for row in report.by_province},
            reference.provinces,
            title="Aduan lewat batas waktu per provinsi",
        ),
        "tepat": tile_map(
            "g-tepat",
            {
                row.code: row.figures.on_time_share
                for row in report.by_province
                if row.figures.on_time + row.figures.late >= FEWEST_JUDGED
            },
            reference.provinces,
            title="Bagian yang tepat waktu per provinsi",
            unit="tepat waktu",
            is_share=True,
        ),
    }


def page_policy() -> str:
    """Return the content policy that allows a page its own style sheet and nothing else."""
    digest = base64.b64encode(hashlib.sha256(_css().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )


def _judged(figures: Figures) -> dict[str, float]:
    return {labels.MEASURES[name]: getattr(figures, name) for name in _JUDGED}


def _bars(name: str, counts: Published[str], names: Mapping[str, str], title: str) -> Markup:
    """Return bars of what may be shown; hidden counts are one line at the end."""
    shown = [(code, count) for code, count in counts.cells.items() if count]
    bars = [Bar(names.get(code, code), count) for code, count in shown[:_TOPICS]]
    hidden = sum(count is None for count in counts.cells.values())
    if hidden:
        bars.append(Bar(f"{hidden} lainnya, disembunyikan", None))
    return bar_chart(name, bars, title=title)


def _first(lines: Mapping[str, Any], count: int) -> dict[str, Any]:
    return dict(list(lines.items())[:count])


def _render(template: str, **values: Any) -> str:
    return _environment().get_template(template).render(css=Markup(_css()), **values)  # noqa: S704  # ours


@cache
def _css() -> str:
    return (FOLDER / "laporan.css").read_text(encoding="utf-8") + chart_css()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["angka"] = number_text
    environment.filters["persen"] = percent_text
    environment.filters["tanggal"] = day_text
    return environment


def number_text(value: Cell) -> str:
    """Return a cell as people read it.

    Examples
    --------
    >>> number_text(12345), number_text(2.5), number_text(None), number_text("a")
    ('12.345', '2,5', '–', 'a')
    """
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return f"{value.day} {MONTHS[value.month - 1][:3]} {value.year}"
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"
    return text.translate({ord(","): ".", ord("."): ","})


def percent_text(share: float | None) -> str:
    """Return a share as people read it.

    Examples
    --------
    >>> percent_text(0.875), percent_text(None)
    ('87,5 %', '–')
    """
    return "–" if share is None else f"{number_text(round(100 * share, 1))} %"
