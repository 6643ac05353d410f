"""Which notices a complaint's clocks ask for on a day, and which of the earlier ones still hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from rules.escalation import Escalation
from rules.workdays import WorkCalendar
from service.life.clocks import REPLY, VERIFICATION, Clock
from service.life.table import AGENCY, NATIONAL, UNIT

REMINDER, OVERDUE, ESCALATION, ALARM = "reminder", "overdue", "escalation", "alarm"
KINDS = (REMINDER, OVERDUE, ESCALATION, ALARM)
MET, MOVED, PAST = "met", "moved", "past"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Who has the complaint: ``national`` or ``agency``, and the unit where there is one."""

    tray: str
    unit: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One notice that has to be there.

    Attributes
    ----------
    kind, clock : str
    step : int
        Of a reminder: working days before the limit; of an escalation: the rung, from 1; else 0.
    to_role : str
        Who is told.
    due_on, noticed_on : date
        The deadline, and the day from which it is told.
    is_estimated : bool
        Whether the deadline depends on a day off that no decree settles yet.
    """

    kind: str
    clock: str
    step: int
    to_role: str
    due_on: date
    noticed_on: date
    is_estimated: bool

    @property
    def about(self) -> str:
        """What it is told about; between complaint and body it makes the key of a notice."""
        return f"{self.clock}:{self.kind}:{self.step}:{self.due_on}"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyParts:
    """What a notice's key says: for which clock, deadline (ISO) and body it was told."""

    clock: str
    due_on: str
    agency: str


def read_key(key: str) -> KeyParts:
    """Return the parts of a notice's key.

    Examples
    --------
    >>> read_key("01a20ada2c007000800000000000000f:class:overdue:0:2026-12-14:PEMDA-32.04")
    KeyParts(clock='class', due_on='2026-12-14', agency='PEMDA-32.04')
    """
    _, clock, _, _, due_on, agency = key.split(":")
    return KeyParts(clock=clock, due_on=due_on, agency=agency)


def find_wanted(
    clocks: Mapping[str, Clock],
    desk: Desk,
    *,
    today: date,
    escalation: Escalation,
    calendar: WorkCalendar,
) -> Iterator[Wanted]:
    """Yield what has to be told about a complaint up to today.

    A reminder is told up to the limit and not after it; the limit itself is still in time.

    Parameters
    ----------
    clocks : mapping of str to Clock
    desk : Desk
    today : date
        Local day of the body.
    escalation : Escalation
    calendar : WorkCalendar
        Of the body.
    """
    for clock in clocks.values():
        due_on = clock.due_on
        if due_on is None or clock.done_on is not None or clock.is_waiting:
            continue
        if today <= due_on:
            for days, day in clock.reminders:
                if day <= today:
                    role = _handler(clock.name, desk)
                    yield _wanted(clock, due_on, REMINDER, days, role, day)
            continue
        tomorrow = due_on + timedelta(1)
        if clock.name == REPLY:  # nobody is late: a person may close it now
            yield _wanted(clock, due_on, REMINDER, 0, AGENCY, tomorrow)
            continue
        yield _wanted(clock, due_on, OVERDUE, 0, _handler(clock.name, desk), tomorrow)
        for number, step in enumerate(escalation.steps(clock.name, due_on), start=1):
            day = calendar.after(due_on, step.after_days)
            if day <= today and _is_reached(step.to_role, clock.name, desk):
                yield _wanted(clock, due_on, ESCALATION, number, step.to_role, day)


def how_ended(clock: Clock, told: KeyParts, agency: str) -> str | None:
    """Return why a notice no longer counts, or None while it does.

    Parameters
    ----------
    clock : Clock
        The one that it was told about, as it is now.
    told : KeyParts
    agency : str
        The body that has the complaint now, empty for none.
    """
    if clock.done_on is not None:
        return MET
    current = clock.due_on.isoformat() if clock.due_on else None
    return None if (current, agency) == (told.due_on, told.agency) else MOVED


def _handler(clock: str, desk: Desk) -> str:
    if clock == VERIFICATION or desk.tray == "national":
        return NATIONAL
    return UNIT if desk.unit else AGENCY


def _is_reached(role: str, clock: str, desk: Desk) -> bool:
    """Say whether a rung has somebody on it: not the agency while the nation has the complaint."""
    if clock == VERIFICATION or desk.tray == "national":
        return role == NATIONAL
    return role != UNIT or desk.unit is not None


def _wanted(clock: Clock, due_on: date, kind: str, step: int, role: str, day: date) -> Wanted:
    return Wanted(
        kind=kind,
        clock=clock.name,
        step=step,
        to_role=role,
        due_on=due_on,
        noticed_on=day,
        is_estimated=clock.is_estimated,
    )
