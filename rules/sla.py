"""How many working days an agency has, until when, and when it is reminded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from rules.regulations import Regulation
from rules.workdays import OutsideCalendarError, WorkCalendar


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
        Last day in time; None when the start is not known.
    reminders : tuple of date
        Working days on which the agency is reminded, in order, all before ``due_on``.
    regulation : str
        Id of the profile that the figures come from.
    """

    working_days: int
    starts_on: date | None
    due_on: date | None
    reminders: tuple[date, ...]
    regulation: str


def sla_for(
    category: str, starts_on: date | None, regulation: Regulation, calendar: WorkCalendar
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
    due_on: date | None = None
    reminders: tuple[date, ...] = ()
    if starts_on is not None:
        due_on = calendar.after(starts_on, limit.working_days)
        reminders = tuple(
            calendar.after(starts_on, limit.working_days - days) for days in limit.reminder_days
        )
    return Sla(
        working_days=limit.working_days,
        starts_on=starts_on,
        due_on=due_on,
        reminders=reminders,
        regulation=regulation.id,
    )


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
