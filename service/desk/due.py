"""How a deadline stands today: overdue, reminded, near, or with time left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from rules.ruleset import RuleSet

_NEAR: Final = timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A deadline in words.

    Attributes
    ----------
    kind : str
        ``late``, ``today``, ``reminded``, ``near``, ``calm`` or ``none``.
    text : str
        Indonesian, as "lewat 3 hari".
    on : str or None
        Last day in time, ISO.
    """

    kind: str
    text: str
    on: str | None


def reminder_reach(ruleset: RuleSet, today: date) -> Mapping[str, str]:
    """Return for each class the day (ISO) by which what is due was reminded of.

    A reminder comes so many working days before the limit, so it has come for all that is due
    within so many working days from today. The regulation of today counts.
    """
    return {
        category: ruleset.calendar.after(today, max(limit.reminder_days)).isoformat()
        for category, limit in ruleset.regulations.on(today).classes.items()
        if limit.reminder_days
    }


def due_of(due_on: str | None, *, today: date, reach: str | None = None) -> Due:
    """Return how the deadline stands; days are calendar days.

    Parameters
    ----------
    due_on : str or None
        Last day in time, ISO.
    today : date
    reach : str, optional
        What is due by this day was reminded of.

    Examples
    --------
    >>> due_of("2026-11-20", today=date(2026, 11, 24)).text
    'lewat 4 hari'
    >>> due_of("2026-12-20", today=date(2026, 11, 24)).kind
    'calm'
    """
    if due_on is None:
        return Due(kind="none", text="tanpa tenggat", on=None)
    left = (date.fromisoformat(due_on) - today).days
    if left < 0:
        return Due(kind="late", text=f"lewat {-left} hari", on=due_on)
    if left == 0:
        return Due(kind="today", text="hari ini", on=due_on)
    if reach is not None and due_on <= reach:
        return Due(kind="reminded", text=f"{left} hari lagi, sudah diingatkan", on=due_on)
    kind = "near" if timedelta(days=left) <= _NEAR else "calm"
    return Due(kind=kind, text=f"{left} hari lagi", on=due_on)
