"""What a report is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from service.reports.figures import Figures
from service.reports.period import Period

MOST_OVERDUE = 10_000  # lines of the overdue list; the count is always whole


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyRow:
    """One body of the league table; ``code`` is None for complaints that are nobody's yet."""

    code: str | None
    name: str
    figures: Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvinceRow:
    """One province; all 38 are there. Complaints without a known place are in none."""

    code: str
    name: str
    figures: Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdueRow:
    """A complaint whose limit has passed.

    Attributes
    ----------
    id : str or None
        Of the stored disposition; None for history.
    working_days_late : int or None
        None outside the calendar.
    """

    id: str | None
    source: str
    tracking_id: str | None
    agency: str | None
    agency_name: str
    unit: str | None
    category: str
    topic: str
    status: str
    received_on: date | None
    due_on: date
    working_days_late: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What happened to the complaints of a period.

    Attributes
    ----------
    period : Period
        By day of receipt.
    as_of : date
        The day on which they were looked at.
    agency : str or None
        The one body it is about; None for all that the viewer may see.
    scope_name : str
        The same in words: a body, all of them, or those in the viewer's reach.
    total : Figures
    historic : int
        How many of ``total.incoming`` come from imported exports.
    by_category, by_topic, by_month : mapping of str to Figures
        Sum up to the total; an empty category or topic was not told. Every month is there.
        Topics by size, largest first.
    by_status : mapping of str to int
        Complaints in each status, in the order of the state table.
    by_agency : tuple of AgencyRow
        Largest first.
    by_province : tuple of ProvinceRow
        By code.
    category_trend, topic_trend : mapping of str to tuple of int
        Complaints that came in each month of ``by_month``; topics by size.
    overdue : tuple of OverdueRow
        Longest overdue first, at most ``MOST_OVERDUE``; ``total.overdue`` counts all.
    """

    period: Period
    as_of: date
    agency: str | None
    scope_name: str
    total: Figures
    historic: int
    by_category: Mapping[str, Figures]
    by_topic: Mapping[str, Figures]
    by_month: Mapping[str, Figures]
    by_status: Mapping[str, int]
    by_agency: tuple[AgencyRow, ...]
    by_province: tuple[ProvinceRow, ...]
    category_trend: Mapping[str, tuple[int, ...]]
    topic_trend: Mapping[str, tuple[int, ...]]
    overdue: tuple[OverdueRow, ...]
