"""What the dashboard shows of one tier: figures, trends, bodies, and where nothing is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from markupsafe import Markup

from service.actors import Actor
from service.auth.coordination import COORDINATED
from service.auth.roles import PEJABAT_PENGHUBUNG, PEMBINA
from service.charts import Bar, bar_chart, column_chart, line_chart, tile_map
from service.charts.svg import short
from service.complaint import InputError
from service.desk.names import Names
from service.desk.person import Desk
from service.desk.plain import visible
from service.desk.words import SHORT_CATEGORIES
from service.reports import AgencyRow, Period, Report, parse_period, read_report, reference_of
from service.reports.automation import Automation, read_automation
from service.reports.period import month_text
from service.reports.targets import Compared, compare
from service.store.engine import begin_snapshot
from service.store.repository import translated

LAST_DAYS: Final = (30, 90, 365)
FIRST_DAY: Final = date(2000, 1, 1)
MOST_DAYS: Final = 3_660  # more months than anybody reads in a chart
_DEFAULT = "90"
_MOST_BARS = 10
_LONGEST_NAME = 30
_NATION, _COORDINATED, _PROVINCE, _AGENCY, _UNIT = (
    "nasional",
    "koordinasi",
    "provinsi",
    "instansi",
    "unit",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """Whose figures they are.

    Attributes
    ----------
    kind : str
        ``nasional``, ``koordinasi``, ``provinsi``, ``instansi`` or ``unit``.
    name : str
        As people read it.
    """

    kind: str
    name: str

    @property
    def has_many(self) -> bool:
        """Whether several bodies are in it."""
        return self.kind in (_NATION, _COORDINATED, _PROVINCE)

    @property
    def has_provinces(self) -> bool:
        """Whether it reaches over several provinces."""
        return self.kind in (_NATION, _COORDINATED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """Everything on the page.

    Attributes
    ----------
    tier : Tier
    chosen : str
        The period as it stands in the address.
    choices : sequence of (str, str)
        Periods to choose from, with their labels.
    report : Report
    automation : Automation
    targets : tuple of Compared
        Targets that count on the last day of the period; empty where none is set.
    charts : mapping of str to Markup
        By the name of its place on the page; what has nothing to show is missing.
    """

    tier: Tier
    chosen: str
    choices: Sequence[tuple[str, str]]
    report: Report
    automation: Automation
    targets: tuple[Compared, ...]
    charts: Mapping[str, Markup]

    def target_for(self, measure: str) -> Compared | None:
        """Return the target for a measure, None where nobody has set one."""
        return next((found for found in self.targets if found.measure == measure), None)


def read_dashboard(desk: Desk, *, period: str, agency: str | None = None) -> Dashboard:
    """Return what the viewer may see, of one body or of all of his tier.

    Parameters
    ----------
    period : str
        Days back from today (``30``, ``90``, ``365``), or as reports write it; empty for 90 days.
    agency : str, optional
        Code of a body; one that the viewer does not see has no figures.

    Raises
    ------
    InputError
        If the period is none.
    """
    today = desk.now.date()
    chosen = period or _DEFAULT
    asked = period_of(chosen, today)
    reference = reference_of(desk.scorer.ruleset)
    with translated(), begin_snapshot(desk.store.engine) as connection:
        report = read_report(
            connection,
            viewer=desk.actor,
            period=asked,
            as_of=today,
            reference=reference,
            agency=agency,
        )
        automation, by_month = read_automation(
            connection, desk.actor, reference, period=asked, agency=agency
        )
    tier = tier_of(desk.actor, desk.names)
    targets = compare(
        report.total,
        getattr(desk.request.app.state, "targets", ()),
        day=asked.last,
        agency=agency or desk.actor.agency,
    )
    return Dashboard(
        tier=tier,
        chosen=chosen,
        choices=_choices(today, chosen, asked),
        report=report,
        automation=automation,
        targets=targets,
        charts=_charts(report, by_month, targets, tier, desk.names, one=agency is not None),
    )


def tier_of(actor: Actor, names: Names) -> Tier:
    """Return whose figures somebody sees."""
    if actor.agency is None:
        return Tier(kind=_NATION, name="Nasional")
    name = names.agency(actor.agency)
    if actor.role == PEJABAT_PENGHUBUNG:
        return Tier(kind=_UNIT, name=f"{actor.unit}, {name}")
    if actor.role == PEMBINA and actor.agency in COORDINATED:
        return Tier(kind=_COORDINATED, name=f"{name} dan instansi yang dikoordinasikan")
    if actor.agency.startswith("PEMDA-") and "." not in actor.agency:
        return Tier(kind=_PROVINCE, name=f"{name} beserta kabupaten dan kota")
    return Tier(kind=_AGENCY, name=name)


def period_of(chosen: str, today: date) -> Period:
    """Return the period that an address names.

    Raises
    ------
    InputError
        If it names none, begins before this century, or is longer than ten years.

    Examples
    --------
    >>> found = period_of("30", date(2026, 11, 24))
    >>> found.start.isoformat(), found.last.isoformat(), found.label
    ('2026-10-26', '2026-11-24', '30 hari terakhir')
    """
    if chosen in map(str, LAST_DAYS):
        days = int(chosen)
        start = today - timedelta(days - 1)
        return Period(start=start, until=today + timedelta(1), label=f"{days} hari terakhir")
    found = parse_period(chosen)
    if found.start < FIRST_DAY or (found.until - found.start).days > MOST_DAYS:
        field = "periode"
        raise InputError(field, f"expected at most ten years from {FIRST_DAY} on")
    return found


def period_between(start: str, last: str) -> str:
    """Return the period between two days of a form; empty where neither is given.

    Raises
    ------
    InputError
        If only one is given, or one is no day.
    """
    if not start and not last:
        return ""
    field = "periode"
    try:
        return f"{date.fromisoformat(start)}..{date.fromisoformat(last)}"
    except ValueError:
        raise InputError(field, "expected two days") from None


def _choices(today: date, chosen: str, asked: Period) -> list[tuple[str, str]]:
    year, month = today.year, today.month
    half, quarter = (month + 5) // 6, (month + 2) // 3
    codes = [str(days) for days in LAST_DAYS]
    codes += [f"{year}-{month:02}", f"{year}-Q{quarter}", f"{year}-S{half}", f"{year}"]
    codes += [f"{year}-S1" if half == 2 else f"{year - 1}-S2", f"{year - 1}"]
    found = [(code, period_of(code, today).label) for code in codes]
    return found if chosen in codes else [*found, (chosen, asked.label)]


def _charts(
    report: Report,
    by_month: Mapping[str, Automation],
    targets: Sequence[Compared],
    tier: Tier,
    names: Names,
    *,
    one: bool,
) -> dict[str, Markup]:
    months = [month_text(month) for month in report.by_month]
    charts: dict[str, Markup] = {}
    if report.total.incoming:
        charts["masuk"] = column_chart(
            "masuk",
            months,
            {
                SHORT_CATEGORIES.get(code, code) or "Tanpa kelas": list(report.category_trend[code])
                for code in report.by_category  # always in this order, so always in its colour
            },
            title="Aduan masuk per bulan menurut kelas",
        )
        charts["topik"] = bar_chart(
            "topik",
            [
                Bar(
                    short(names.topic(code) if code else "Topik tidak tercatat", _LONGEST_NAME),
                    figures.incoming,
                )
                for code, figures in list(report.by_topic.items())[:_MOST_BARS]
            ],
            title="Topik terbanyak",
        )
    if on_time := _on_time(report, targets):
        charts["tepat"] = on_time
    if trend := _trend(by_month):
        charts["otomatis"] = trend
    if late := _overdue(report, tier, names, one=one):
        charts["lewat"] = late
    if tier.has_provinces and not one and report.total.incoming:
        charts["peta"] = tile_map(
            "peta",
            {row.code: row.figures.incoming for row in report.by_province},
            {row.code: row.name for row in report.by_province},
            title="Aduan masuk menurut provinsi",
        )
    return charts


def _on_time(report: Report, targets: Sequence[Compared]) -> Markup | None:
    """Return the share in time over the months in which anything can be judged."""
    shares = {
        month_text(month): 100 * figures.on_time_share
        for month, figures in report.by_month.items()
        if figures.on_time_share is not None
    }
    if len(shares) < 2:
        return None
    series: dict[str, Sequence[float]] = {"Tepat waktu (%)": list(shares.values())}
    for target in targets:
        if target.measure == "on_time_share":
            series["Target (%)"] = [100 * target.target] * len(shares)
    return line_chart(
        "tepat", list(shares), series, title="Tepat waktu menurut bulan diterima", top=100
    )


def _trend(by_month: Mapping[str, Automation]) -> Markup | None:
    """Return the shares over time; a month in which nothing was reviewed is left out."""
    known = {month: found for month, found in by_month.items() if found.reviewed and found.scored}
    if len(known) < 2:
        return None
    return line_chart(
        "otomatis",
        [month_text(month) for month in known],
        {
            "Otomatis (%)": [100 * (found.automatic_share or 0) for found in known.values()],
            "Usulan dikoreksi (%)": [100 * (found.override_rate or 0) for found in known.values()],
        },
        title="Bagian otomatis dan koreksi per bulan",
    )


def _overdue(report: Report, tier: Tier, names: Names, *, one: bool) -> Markup | None:
    """Return who is late: bodies where there are many, offices inside the one."""
    if tier.has_many and not one:
        counts: Any = [(_fitting(row, names), row.figures.overdue) for row in report.by_agency]
        title = "Lewat tenggat menurut instansi"
    else:
        units = Counter(visible(row.unit or "Belum ke unit kerja") for row in report.overdue)
        counts, title = units.items(), "Lewat tenggat menurut unit kerja"
    late = sorted((pair for pair in counts if pair[1]), key=lambda pair: (-pair[1], pair[0]))
    if not late:
        return None
    bars = [Bar(short(name, _LONGEST_NAME), count) for name, count in late[:_MOST_BARS]]
    return bar_chart("lewat", bars, title=title)


def _fitting(row: AgencyRow, names: Names) -> str:
    """Return a name that has its place beside a bar."""
    return row.name if len(row.name) <= _LONGEST_NAME else names.agency_short(row.code)
