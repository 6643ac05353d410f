"""How a deadline stands today: overdue, reminded, near, or with time left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

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


def due_of(due_on: str | None, *, today: date, reminders: Sequence[date] = ()) -> Due:
    """Return how the deadline stands; days are calendar days.

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
    if any(day <= today for day in reminders):
        return Due(kind="reminded", text=f"{left} hari lagi, sudah diingatkan", on=due_on)
    kind = "near" if timedelta(days=left) <= _NEAR else "calm"
    return Due(kind=kind, text=f"{left} hari lagi", on=due_on)
