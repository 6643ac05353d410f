"""Pause and extension for force majeure (keadaan kahar): asked for, approved by another, ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Protocol

from service.complaint import InputError
from service.life.case import Case, Hold
from service.life.errors import ActionForbiddenError, ActionRefusedError
from service.life.past import Past, effective

MAX_HOLD = timedelta(days=366)  # a longer one is a slip of the keys, or another pause
_DAY = timedelta(1)


class Workdays(Protocol):
    """Counts working days of a body."""

    def working_days(self, after: date, last: date, agency: str | None) -> int:
        """Return how many lie after a day up to and including another."""
        ...


def ask_pause(
    case: Case, first: date | None, last: date, *, today: date, workdays: Workdays
) -> Case:
    """Return the case with a pause that waits for approval; until then the deadline stays.

    Parameters
    ----------
    case : Case
    first : date or None
        First day that does not count; None for today.
    last : date
        Last day that does not count.
    today : date
        Local day of the body.
    workdays : Workdays

    Raises
    ------
    ActionRefusedError
        If no deadline runs, or something waits for approval already.
    InputError
        If the period is none, or begins only after the deadline.
    """
    due_on = _running(case)
    first = first or today
    if not -MAX_HOLD <= first - today <= MAX_HOLD:
        raise InputError(field="since", problem="expected a day at most a year from today")
    if not timedelta(0) <= last - first <= MAX_HOLD:
        raise InputError(
            field="until", problem=f"expected a day from {first} on, at most a year later"
        )
    if first > due_on:
        raise InputError(
            field="since", problem=f"expected a day up to the deadline {due_on}, which has passed"
        )
    if workdays.working_days(first - _DAY, last, case.agency) == 0:
        raise InputError(field="until", problem="expected a period that holds a working day")
    return _with(case, Hold(kind="pause", first=first, last=last))


def ask_extension(case: Case, until: date, *, today: date, workdays: Workdays) -> Case:
    """Return the case with an extension that waits for approval.

    Its working days are kept, not its last day: they stay granted when the class changes.

    Raises
    ------
    ActionRefusedError
        If no deadline runs, it has passed, or something waits for approval already.
    InputError
        If the day is not after the deadline, or no working day lies between.
    """
    due_on = _running(case)
    if today > due_on:
        msg = f"the deadline {due_on} has passed: only days before it can be paused, by `since`"
        raise ActionRefusedError(msg)
    if not timedelta(0) < until - due_on <= MAX_HOLD:
        raise InputError(
            field="until", problem=f"expected a day after the deadline {due_on}, at most a year"
        )
    days = workdays.working_days(due_on, until, case.agency)
    if days == 0:
        raise InputError(
            field="until", problem=f"expected a working day after the deadline {due_on}"
        )
    return _with(case, Hold(kind="extend", days=days))


def check_second_person(past: Sequence[Past], actor_id: str) -> None:
    """Return if somebody else asked for what waits for approval.

    Raises
    ------
    ActionRefusedError
        If nothing waits.
    ActionForbiddenError
        If it was the same person, whatever the role.
    """
    waiting: Past | None = None
    for done in effective(past):
        if done.action in ("pause", "extend"):
            waiting = done
        elif done.action in ("approve", "resume"):
            waiting = None
    if waiting is None:
        msg = "there is no pause or extension to approve"
        raise ActionRefusedError(msg)
    if waiting.actor_id == actor_id:
        msg = "a pause or extension is approved by a second person"
        raise ActionForbiddenError(msg)


def approve(case: Case) -> Case:
    """Return the case with what waited approved.

    Raises
    ------
    ActionRefusedError
        If nothing waits.
    """
    if not _waits(case):
        msg = "there is no pause or extension to approve"
        raise ActionRefusedError(msg)
    return replace(case, holds=(*case.holds[:-1], replace(case.holds[-1], is_approved=True)))


def resume(case: Case, *, today: date) -> Case:
    """Return the case without what waits for approval, or with its pause ended yesterday.

    Raises
    ------
    ActionRefusedError
        If nothing waits and nothing is paused.
    """
    if _waits(case):
        return replace(case, holds=case.holds[:-1])
    running = [hold for hold in case.holds if hold.last is not None and hold.last >= today]
    if not running:
        msg = "nothing is paused"
        raise ActionRefusedError(msg)
    ended = [
        replace(hold, last=today - _DAY) if hold in running else hold
        for hold in case.holds
        if hold not in running or (hold.first is not None and hold.first < today)
    ]
    return replace(case, holds=tuple(ended))


def _running(case: Case) -> date:
    if case.due_on is None:
        msg = "no deadline runs yet"
        raise ActionRefusedError(msg)
    if _waits(case):
        msg = "a pause or extension waits for approval already: approve it, or resume"
        raise ActionRefusedError(msg)
    return date.fromisoformat(case.due_on)


def _waits(case: Case) -> bool:
    return bool(case.holds) and not case.holds[-1].is_approved


def _with(case: Case, hold: Hold) -> Case:
    return replace(case, holds=(*case.holds, hold))
