"""How many working days an agency has, until when, and when it is reminded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from rules.regulations import Regulation
from rules.workdays import OutsideCalendarError, WorkCalendar

_DAY = timedelta(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Days that do not count, both ends included.

    Attributes
    ----------
    first, last : date
        A pause whose last day comes before its first is empty.
    reason : str
        ``force_majeure``, ``waiting`` for the reporter, or ``answered`` until it was reopened.
    """

    first: date
    last: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sla:
    """The legal clock of one complaint.

    Attributes
    ----------
    working_days : int
        Limit of the follow-up class.
    starts_on : date or None
        Local day of receipt, day 0 also when it is a day off; None when it is not known.
    due_on : date or None
        Last day in time, by law or by an agreement that is stricter; None when the start is not
        known.
    reminders : tuple of date
        Working days on which the agency is reminded, in order, all before ``due_on``.
    regulation : str
        Id of the profile that the figures come from.
    legal_due_on : date or None
        Last day in time by law alone.
    is_estimated : bool
        Whether it depends on a day off that no decree settles yet.
    """

    working_days: int
    starts_on: date | None
    due_on: date | None
    reminders: tuple[date, ...]
    regulation: str
    legal_due_on: date | None = None
    is_estimated: bool = False


def sla_for(
    category: str,
    starts_on: date | None,
    regulation: Regulation,
    calendar: WorkCalendar,
    *,
    pauses: Sequence[Pause] = (),
    extra_days: int = 0,
    agreed_days: int | None = None,
) -> Sla:
    """Return the deadline and the reminders of a complaint.

    Day 1 is the first working day after ``starts_on``; the limit itself is still in time.

    Parameters
    ----------
    category : str
        Follow-up class, a key of ``regulation.classes``.
    starts_on : date or None
        Local day of receipt; None leaves the days open.
    regulation : Regulation
        The profile in force on that day.
    calendar : WorkCalendar
        What counts as a working day.
    pauses : sequence of Pause, optional
        Days that do not count; they may overlap.
    extra_days : int, default=0
        Working days that were granted beside the limit.
    agreed_days : int, optional
        Limit that the agency has agreed to; the stricter one counts.

    Raises
    ------
    KeyError
        If the regulation does not know the class.
    OutsideCalendarError
        If a day lies outside the calendar.

    Examples
    --------
    >>> from rules.regulations import load_regulations
    >>> from rules.workdays import load_calendar
    >>> from pathlib import Path
    >>> data = Path(__file__).parent / "data"
    >>> regulation = load_regulations(data / "regulations").on(date(2026, 11, 24))
    >>> calendar = load_calendar(data / "calendar")
    >>> sla_for("non_supervisory", date(2026, 11, 24), regulation, calendar).due_on.isoformat()
    '2026-12-14'
    """
    limit = regulation.classes[category]
    if starts_on is None:
        return Sla(
            working_days=limit.working_days,
            starts_on=None,
            due_on=None,
            reminders=(),
            regulation=regulation.id,
        )
    legal_due_on = due_on = count_on(
        starts_on, limit.working_days + extra_days, calendar, pauses=pauses
    )
    days = limit.working_days + extra_days
    if agreed_days is not None and agreed_days < limit.working_days:
        days = agreed_days + extra_days
        due_on = count_on(starts_on, days, calendar, pauses=pauses)
    return Sla(
        working_days=limit.working_days,
        starts_on=starts_on,
        due_on=due_on,
        reminders=tuple(
            count_on(starts_on, days - before, calendar, pauses=pauses)
            for before in limit.reminder_days
            if before < days
        ),
        regulation=regulation.id,
        legal_due_on=legal_due_on,
        is_estimated=calendar.rests_on_estimate(starts_on, legal_due_on),
    )


def count_on(
    start: date, working_days: int, calendar: WorkCalendar, *, pauses: Sequence[Pause] = ()
) -> date:
    """Return the day on which so many working days outside every pause are counted.

    Parameters
    ----------
    start : date
        Day 0; it never counts.
    working_days : int
        At least 1.
    calendar : WorkCalendar
    pauses : sequence of Pause, optional
        In any order; days of several count once.

    Raises
    ------
    OutsideCalendarError
        If a day lies outside the calendar.

    Examples
    --------
    >>> calendar = WorkCalendar({}, first=date(2026, 11, 1), last=date(2026, 12, 31))
    >>> quake = Pause(first=date(2026, 11, 25), last=date(2026, 11, 26), reason="force_majeure")
    >>> count_on(date(2026, 11, 24), 1, calendar, pauses=[quake]).isoformat()
    '2026-11-27'
    """
    day = calendar.after(start, working_days)
    if not pauses:
        return day
    apart = merged(pauses)
    while True:  # from below, so the first day that fits is found
        lost = sum(
            calendar.between(max(pause.first - _DAY, start), min(pause.last, day))
            for pause in apart
            if pause.first <= day and pause.last > start
        )
        later = calendar.after(start, working_days + lost)
        if later == day:
            return day
        day = later


def merged(pauses: Sequence[Pause]) -> list[Pause]:
    """Return the same days as pauses that do not overlap, in order; of two the first names why."""
    apart: list[Pause] = []
    for pause in sorted(pauses, key=lambda pause: (pause.first, pause.last)):
        first = max(pause.first, apart[-1].last + _DAY) if apart else pause.first
        if first <= pause.last:
            apart.append(Pause(first=first, last=pause.last, reason=pause.reason))
    return apart


def local_day(moment: datetime, zone: str) -> date:
    """Return the day that a moment falls on in a zone.

    Parameters
    ----------
    moment : datetime
        With an offset.
    zone : str
        Name such as ``Asia/Makassar``.

    Raises
    ------
    ValueError
        If the moment names no offset.
    OutsideCalendarError
        If it lies at the very end of what a calendar can say.

    Examples
    --------
    >>> late = datetime.fromisoformat("2026-11-24T23:30:00+07:00")
    >>> local_day(late, "Asia/Jakarta").day, local_day(late, "Asia/Jayapura").day
    (24, 25)
    """
    if moment.tzinfo is None:
        msg = "expected a moment with an offset, got one without"
        raise ValueError(msg)
    try:
        return moment.astimezone(ZoneInfo(zone)).date()
    except OverflowError as error:
        msg = f"expected a moment in a year from 2 to 9998, got year {moment.year}"
        raise OutsideCalendarError(msg) from error
