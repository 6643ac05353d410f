"""Why a deadline falls on its day: which days were counted, which were skipped, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rules.sla import Pause, merged
from rules.workdays import WorkCalendar

_PAUSED = {
    "force_majeure": "Dihentikan sementara: keadaan kahar",
    "waiting": "Dihentikan sementara: menunggu kelengkapan dari pelapor",
    "answered": "Dihentikan sementara: sudah dijawab, belum dibuka kembali",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedDay:
    """One day between start and limit.

    Attributes
    ----------
    day : date
    number : int or None
        Which working day it is; 0 for the start; None for a day that was skipped.
    skipped : str or None
        Why it was skipped, in Indonesian: name of the holiday, day of the week, or pause.
    reference : str or None
        The decree that was entered for the day.
    is_estimated : bool
        Whether no decree settles yet if offices work on it.
    """

    day: date
    number: int | None
    skipped: str | None
    reference: str | None
    is_estimated: bool


def explain_deadline(
    starts_on: date, due_on: date, calendar: WorkCalendar, *, pauses: Sequence[Pause] = ()
) -> tuple[ExplainedDay, ...]:
    """Return every day from the start, which is day 0, to the limit.

    Parameters
    ----------
    starts_on, due_on : date
        As ``sla_for`` gives them.
    calendar : WorkCalendar
        The one that the deadline was counted with.
    pauses : sequence of Pause, optional
        Those that it was counted with.

    Raises
    ------
    OutsideCalendarError
        If a day lies outside the calendar.

    Examples
    --------
    >>> calendar = WorkCalendar({}, first=date(2026, 11, 1), last=date(2026, 12, 31))
    >>> for day in explain_deadline(date(2026, 11, 27), date(2026, 11, 30), calendar):
    ...     print(day.day.day, day.number, day.skipped)
    27 0 None
    28 None Sabtu
    29 None Minggu
    30 1 None
    """
    apart = merged(pauses)
    days: list[ExplainedDay] = []
    number = 0
    for day in (starts_on + timedelta(n) for n in range((due_on - starts_on).days + 1)):
        skipped = None
        if day != starts_on:
            skipped = calendar.why_off(day) or _why_paused(day, apart)
            number += skipped is None
        days.append(
            ExplainedDay(
                day=day,
                number=None if skipped else number,
                skipped=skipped,
                reference=calendar.reference_of(day),
                is_estimated=calendar.is_estimated(day),
            )
        )
    return tuple(days)


def _why_paused(day: date, pauses: Sequence[Pause]) -> str | None:
    for pause in pauses:
        if pause.first <= day <= pause.last:
            return _PAUSED[pause.reason]
    return None
