"""The periodic evaluation as it is published: no text, no person, no small count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from service.reports.figures import Figures
from service.reports.findings import FindingRule, Note, load_findings
from service.reports.period import Period
from service.reports.shape import AgencyRow, Report
from service.reports.suppress import SMALLEST, Published, is_small, publish, publish_share
from service.reports.targets import Compared, Target, compare

COUNTS = ("unresolved", "unanswered", "overdue", "returned", "ping_pong")
# A count lies inside another one: what is left of that must not be small either.
_INSIDE = {"unanswered": "unresolved", "overdue": "unresolved"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicFigures:
    """Figures of which None is hidden or was not measured; shares are whole percents."""

    incoming: int | None
    unresolved: int | None
    unanswered: int | None
    overdue: int | None
    returned: int | None
    ping_pong: int | None
    on_time_share: float | None
    followed_up_share: float | None
    follow_up_median: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyEvaluation:
    """One agency: its figures, what they say, and what it says itself."""

    code: str
    name: str
    figures: PublicFigures
    findings: tuple[FindingRule, ...]
    note: Note | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What may be published about a period.

    Attributes
    ----------
    period : Period
    as_of : date
    agency : str or None
        The one body it is about.
    scope_name : str
        The same in words.
    total : PublicFigures
    agencies : tuple of AgencyEvaluation
        Those with a count that may be shown, largest first.
    others : int
        How many further agencies are in the total only.
    by_category, by_topic, by_month, by_province : Published
        What came in, by code.
    targets : tuple of Compared
    """

    period: Period
    as_of: date
    agency: str | None
    scope_name: str
    total: PublicFigures
    agencies: tuple[AgencyEvaluation, ...]
    others: int
    by_category: Published[str]
    by_topic: Published[str]
    by_month: Published[str]
    by_province: Published[str]
    targets: tuple[Compared, ...]


def evaluate(
    report: Report,
    *,
    notes: Mapping[str, Note] | None = None,
    targets: Sequence[Target] = (),
    rules: Sequence[FindingRule] | None = None,
) -> Evaluation:
    """Return the publishable part of a report with what it says about each agency.

    Parameters
    ----------
    report : Report
    notes : mapping of str to Note, optional
        Causes and measures that agencies wrote, by code.
    targets : sequence of Target
    rules : sequence of FindingRule, optional
        By default the shipped table.
    """
    rules = load_findings() if rules is None else rules
    incoming = publish({row.code or "": row.figures.incoming for row in report.by_agency})
    listed = [row for row in report.by_agency if row.code and incoming.cells[row.code] is not None]
    columns = {name: _column(name, report, listed) for name in COUNTS}
    agencies = tuple(
        _agency(row, {name: columns[name].cells[row.code or ""] for name in COUNTS}, rules, notes)
        for row in listed
    )
    total = _public(
        report.total,
        incoming.total,
        {name: _shown(report.total, name, columns[name].total) for name in COUNTS},
    )
    return Evaluation(
        period=report.period,
        as_of=report.as_of,
        agency=report.agency,
        scope_name=report.scope_name,
        total=total,
        agencies=agencies,
        others=len(report.by_agency) - len(agencies),
        by_category=_incoming(report.by_category),
        by_topic=_incoming(report.by_topic),
        by_month=_incoming(report.by_month),
        by_province=publish({row.code: row.figures.incoming for row in report.by_province}),
        targets=compare(total, targets, day=report.period.last, agency=report.agency),
    )


def _incoming(parts: Mapping[str, Figures]) -> Published[str]:
    return publish({code: figures.incoming for code, figures in parts.items()})


def _column(name: str, report: Report, listed: Sequence[AgencyRow]) -> Published[str]:
    """Return one figure of all agencies; those that are not listed are one hidden count."""
    counts = {row.code or "": int(getattr(row.figures, name)) for row in listed}
    hidden = {code for code, row in _by_code(listed).items() if not _may_show(row.figures, name)}
    counts[""] = int(getattr(report.total, name)) - sum(counts.values())
    return publish(counts, hidden={*hidden, ""})


def _by_code(rows: Sequence[AgencyRow]) -> dict[str, AgencyRow]:
    return {row.code or "": row for row in rows}


def _may_show(figures: Figures, name: str) -> bool:
    count = int(getattr(figures, name))
    around = (figures.incoming, getattr(figures, _INSIDE.get(name, "incoming")))
    return not is_small(count) and not any(is_small(whole - count) for whole in around)


def _shown(figures: Figures, name: str, count: int | None) -> int | None:
    return count if _may_show(figures, name) else None


def _agency(
    row: AgencyRow,
    counts: Mapping[str, int | None],
    rules: Sequence[FindingRule],
    notes: Mapping[str, Note] | None,
) -> AgencyEvaluation:
    code = row.code or ""
    figures = _public(row.figures, row.figures.incoming, counts)
    values = {name: getattr(figures, name) for name in PublicFigures.__annotations__}
    return AgencyEvaluation(
        code=code,
        name=row.name,
        figures=figures,
        findings=tuple(rule for rule in rules if rule.fires(values)),
        note=(notes or {}).get(code),
    )


def _public(
    figures: Figures, incoming: int | None, counts: Mapping[str, int | None]
) -> PublicFigures:
    answered = figures.incoming - figures.unanswered
    is_told = counts["unanswered"] is not None and incoming is not None
    measured = figures.follow_ups >= SMALLEST and incoming is not None
    return PublicFigures(
        incoming=incoming,
        **counts,
        on_time_share=publish_share(figures.on_time, figures.late),
        followed_up_share=publish_share(answered, figures.unanswered) if is_told else None,
        follow_up_median=figures.follow_up_median if measured else None,
    )
