"""The figures of a set of complaints: how many came, what became of them, how fast."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from service.life.table import FINISHED
from service.reports.records import Record
from service.reports.reference import Reference

PING_PONG = 2  # from this many moves between bodies on
RESOLVED = frozenset({"answered", "closed"})
_WAITS_FOR_AGENCY = frozenset({"received", "in_review", "returned", "disposed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Figures about complaints that came in a period, as they stand on the report's day.

    ``incoming`` is the sum of ``resolved``, ``archived`` and ``unresolved``, and also the sum of
    ``on_time``, ``late``, ``not_yet_due`` and ``undated``.

    Attributes
    ----------
    incoming, resolved, archived, unresolved : int
        Came in; answered or closed; archived; all others.
    unanswered : int
        Unresolved, without any follow-up, and not waiting for the reporter.
    overdue : int
        Unresolved although the limit has passed.
    on_time, late : int
        Answered on or before the limit; answered after it, or unresolved with the limit passed.
    not_yet_due : int
        Unresolved, limit not passed.
    undated : int
        Not judged: archived, no limit known, or history. That knows no day of answer, so that
        of it only the late ones could be seen.
    follow_ups : int
        Complaints with a known first follow-up.
    follow_up_mean, follow_up_median : float or None
        Working days from receipt to the first follow-up; None without any.
    returned, returns : int
        Complaints given back by an agency at least once, and how often altogether.
    ping_pong : int
        Complaints that went from one body to another at least twice.
    """

    incoming: int
    resolved: int
    archived: int
    unresolved: int
    unanswered: int
    overdue: int
    on_time: int
    late: int
    not_yet_due: int
    undated: int
    follow_ups: int
    follow_up_mean: float | None
    follow_up_median: float | None
    returned: int
    returns: int
    ping_pong: int

    @property
    def on_time_share(self) -> float | None:
        """Share of those judged that were answered in time, 0 to 1; None without any."""
        return share(self.on_time, self.on_time + self.late)

    @property
    def followed_up_share(self) -> float | None:
        """Share of what came in that is not unanswered, 0 to 1; None without any."""
        return share(self.incoming - self.unanswered, self.incoming)

    @property
    def resolved_share(self) -> float | None:
        """Share of what came in and was not archived that is resolved; None without any."""
        return share(self.resolved, self.incoming - self.archived)


def share(part: int, whole: int) -> float | None:
    """Return part of whole, to four decimals.

    Examples
    --------
    >>> share(1, 3), share(0, 0)
    (0.3333, None)
    """
    return round(part / whole, 4) if whole else None


class Outcome(NamedTuple):
    """What one complaint adds to every sum that it belongs to; a year has some hundred kinds."""

    state: str  # resolved, archived, unresolved
    judged: str  # on_time, late, not_yet_due, undated
    unanswered: bool
    days: int | None
    returns: int
    ping_pong: bool
    overdue: bool


def outcome_of(record: Record, as_of: date, reference: Reference) -> Outcome:
    """Return what became of a complaint, seen from a day."""
    status = record.status
    state = "resolved" if status in RESOLVED else "archived" if status in FINISHED else "unresolved"
    followed = record.followed_up_on
    days = None
    if followed is not None and record.received_on is not None:
        days = reference.working_days(record.received_on, followed)
    return Outcome(
        state,
        _judged(record, state, as_of),
        followed is None and status in _WAITS_FOR_AGENCY,
        days,
        record.returns,
        record.transfers >= PING_PONG,
        state == "unresolved" and record.due_on is not None and record.due_on < as_of,
    )


def _judged(record: Record, state: str, as_of: date) -> str:
    due_on, answered_on = record.due_on, record.answered_on
    if due_on is None or state == "archived" or record.id is None:
        return "undated"
    if state == "unresolved":
        return "late" if due_on < as_of else "not_yet_due"
    if answered_on is None:
        return "undated"
    return "on_time" if answered_on <= due_on else "late"


class Tally:
    """How often each kind of outcome was met."""

    __slots__ = ("_counts",)

    def __init__(self) -> None:
        self._counts: dict[Outcome, int] = {}

    def add(self, outcome: Outcome) -> None:
        """Count one complaint."""
        self._counts[outcome] = self._counts.get(outcome, 0) + 1

    def figures(self) -> Figures:
        """Return the sums."""
        states = {"resolved": 0, "archived": 0, "unresolved": 0}
        judged = {"on_time": 0, "late": 0, "not_yet_due": 0, "undated": 0}
        unanswered = overdue = returned = returns = ping_pong = 0
        days: dict[int, int] = {}
        for outcome, count in self._counts.items():
            states[outcome.state] += count
            judged[outcome.judged] += count
            unanswered += count * outcome.unanswered
            overdue += count * outcome.overdue
            returned += count * (outcome.returns > 0)
            returns += count * outcome.returns
            ping_pong += count * outcome.ping_pong
            if outcome.days is not None:
                days[outcome.days] = days.get(outcome.days, 0) + count
        return Figures(
            incoming=sum(states.values()),
            **states,
            **judged,
            unanswered=unanswered,
            overdue=overdue,
            follow_ups=sum(days.values()),
            follow_up_mean=mean_of(days),
            follow_up_median=median_of(days),
            returned=returned,
            returns=returns,
            ping_pong=ping_pong,
        )


def mean_of(counts: dict[int, int]) -> float | None:
    """Return the mean of values with their counts, to one decimal; None without any.

    Examples
    --------
    >>> mean_of({0: 1, 5: 1}), mean_of({})
    (2.5, None)
    """
    total = sum(counts.values())
    return round(sum(value * n for value, n in counts.items()) / total, 1) if total else None


def median_of(counts: dict[int, int]) -> float | None:
    """Return the median of values with their counts; None without any.

    Examples
    --------
    >>> median_of({1: 2, 9: 1}), median_of({1: 1, 4: 1})
    (1.0, 2.5)
    """
    total = sum(counts.values())
    if not total:
        return None
    low, high = (_at(counts, place) for place in ((total - 1) // 2, total // 2))
    return (low + high) / 2


def _at(counts: dict[int, int], place: int) -> int:
    for value in sorted(counts):
        place -= counts[value]
        if place < 0:
            return value
    msg = f"expected a place inside the counts, got {place} beyond"
    raise IndexError(msg)
