"""From one case to the next: the state table applied to one action."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from service.actors import Actor
from service.complaint import InputError
from service.life.case import Case
from service.life.errors import ActionForbiddenError, ActionRefusedError
from service.life.holding import (
    approve,
    ask_extension,
    ask_pause,
    check_second_person,
    resume,
)
from service.life.past import Past, effective, opening
from service.life.table import BEFORE, NATIONAL, ROWS, Row

UNDO_WITHIN = timedelta(seconds=10)
MAX_TRANSFERS = 3
__all__ = ["Law", "Past", "Request", "effective", "find_row", "step"]
_CLASS_FIELDS = frozenset({"kind", "misconduct", "inspection"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What somebody wants to do.

    Attributes
    ----------
    action : str
        One of ``table.ACTIONS``.
    version : int
        The version of the disposition that the actor saw.
    reason : str or None
        A code of the row.
    note : str or None
        Free text, masked.
    changes : mapping of str to str, bool or None
        New values by field; each was checked against the rules.
    agency, unit : str or None
        Where a return proposes, or a transfer orders, it to go.
    since : date or None
        First day of a pause; without it, the day on which it is asked for.
    until : date or None
        Last day of a pause or of an extended deadline.
    """

    action: str
    version: int
    reason: str | None = None
    note: str | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)
    agency: str | None = None
    unit: str | None = None
    until: date | None = None
    since: date | None = None


class Law(Protocol):
    """What the rules say about a body and about a class, on the complaint's own day."""

    def level_of(self, agency: str) -> str | None:
        """Return the level of government of a body, None for an unknown code."""
        ...

    def class_of(self, kind: str, misconduct: bool, inspection: bool) -> tuple[str, int]:
        """Return the follow-up class and its working days."""
        ...

    def day_of(self, moment: datetime, agency: str | None) -> date:
        """Return the local day of a body."""
        ...

    def working_days(self, after: date, last: date, agency: str | None) -> int:
        """Return how many working days of a body lie after a day up to and including another."""
        ...

    def due_on(self, history: Sequence[Past]) -> str | None:
        """Return the last day in time (ISO) after all that counts, from the original start."""
        ...


def find_row(case: Case, request: Request, actor: Actor) -> Row:
    """Return the row of the table that allows the action.

    Raises
    ------
    ActionRefusedError
        If the status does not allow it.
    ActionForbiddenError
        If only others may do it.
    """
    rows = [row for row in ROWS if row.action == request.action and case.status in row.start]
    if not rows:
        msg = f"{request.action} is not possible while the status is {case.status}"
        raise ActionRefusedError(msg)
    for row in rows:
        if actor.acts_as in row.who:
            return row
    who = sorted({name for row in rows for name in row.who})
    msg = f"{request.action} is for {', '.join(who)}"
    raise ActionForbiddenError(msg)


def step(
    first: Case,
    past: Sequence[Past],
    request: Request,
    actor: Actor,
    *,
    now: datetime,
    opened_at: datetime,
    law: Law,
) -> Case:
    """Return the case after the action.

    Parameters
    ----------
    first : Case
        The machine's proposal.
    past : sequence of Past
        What was done so far, oldest first.
    request : Request
        What is to be done.
    actor : Actor
        Who does it.
    now, opened_at : datetime
        The moment, and that of the machine's proposal, with a zone.
    law : Law
        The rules of the complaint's day.

    Raises
    ------
    ActionRefusedError, ActionForbiddenError
        If the table has no row for it.
    InputError
        If the row needs something that is missing, or does not know what came.
    """
    case = past[-1].case if past else first
    row = find_row(case, request, actor)
    _check_needs(row, request)
    if request.action == "undo":
        return _undone(first, past, actor, now)
    if request.action == "approve":
        check_second_person(past, actor.id)
    case = replace(case, reason=request.reason or case.reason)
    effect = _EFFECTS.get(request.action, _plain)
    case = effect(case, row, request, actor, law)
    case = _held(case, request, law.day_of(now, case.agency), law)
    done = Past(action=request.action, actor_id=actor.id, at=now, case=case)
    return _with_deadline(done, first, past, opened_at, law)


def class_if(
    first: Case,
    past: Sequence[Past],
    questions: tuple[str, bool, bool],
    *,
    now: datetime,
    opened_at: datetime,
    law: Law,
) -> Case:
    """Return the case as it would be with other answers; nothing is done.

    Parameters
    ----------
    first, past, now, opened_at, law
        See ``step``.
    questions : tuple of (str, bool, bool)
        Kind, misconduct and inspection.
    """
    kind, misconduct, inspection = questions
    category, days = law.class_of(*questions)
    case = replace(
        past[-1].case if past else first,
        kind=kind,
        misconduct=misconduct,
        inspection=inspection,
        category=category,
        working_days=days,
    )
    done = Past(action="change", actor_id="", at=now, case=case)
    return _with_deadline(done, first, past, opened_at, law)


def _with_deadline(
    done: Past, first: Case, past: Sequence[Past], opened_at: datetime, law: Law
) -> Case:
    """Return the case after it: whatever was done, its deadline follows from the whole history."""
    history = effective([opening(first, opened_at), *past, done])
    return replace(done.case, due_on=law.due_on(history))


def _check_needs(row: Row, request: Request) -> None:
    if row.reasons and request.reason not in row.reasons:
        raise InputError(field="reason", problem=f"expected one of {', '.join(row.reasons)}")
    if request.since is not None and request.action != "pause":
        raise InputError(field="since", problem="only a pause has a first day")
    for name in sorted(row.needs):
        if not getattr(request, name):
            raise InputError(field=name, problem=f"required for {request.action}")
    if unknown := sorted(set(request.changes) - row.fields):
        allowed = ", ".join(sorted(row.fields)) or "none"
        raise InputError(
            field=f"changes.{unknown[0]}", problem=f"may not be changed here; only {allowed}"
        )


def _moved(case: Case, row: Row) -> Case:
    status = (case.before or case.status) if row.to == BEFORE else (row.to or case.status)
    before = case.status if status == "waiting_for_completion" else None
    confirmed = tuple(sorted({*case.confirmed, *row.confirms}))
    return replace(
        case, status=status, before=before, tray=row.tray or case.tray, confirmed=confirmed
    )


def _plain(case: Case, row: Row, request: Request, actor: Actor, law: Law) -> Case:
    return _moved(case, row)


def _accept(case: Case, row: Row, request: Request, actor: Actor, law: Law) -> Case:
    if case.agency is None:
        raise InputError(
            field="agency", problem="nobody is responsible yet: change the agency first"
        )
    return _moved(case, row)


def _change(case: Case, row: Row, request: Request, actor: Actor, law: Law) -> Case:
    changes = dict(request.changes)
    agency = changes.get("agency", case.agency)
    if agency is None:
        raise InputError(field="changes.agency", problem="expected the body that must answer")
    went = "agency" in changes and agency != case.agency
    if went:
        changes.setdefault("level", _level(law, agency, "changes.agency"))
        changes.setdefault("unit", None)
    confirmed = tuple(sorted({*case.confirmed, *changes}))
    counted = went and case.tray == "agency"
    changed = replace(
        _moved(case, row),
        **changes,
        confirmed=confirmed,
        change_reason=request.reason,
        transfers=case.transfers + counted,
    )
    if not _CLASS_FIELDS & changes.keys():
        return changed
    category, days = law.class_of(changed.kind, changed.misconduct, changed.inspection)
    return replace(changed, category=category, working_days=days)


def _held(case: Case, request: Request, today: date, law: Law) -> Case:
    """Return the case after what the action does to its clock."""
    until = request.until or today
    match request.action:
        case "pause":
            return ask_pause(case, request.since, until, today=today, workdays=law)
        case "extend":
            return ask_extension(case, until, today=today, workdays=law)
        case "approve":
            return approve(case)
        case "resume":
            return resume(case, today=today)
        case _:
            return case


def _return(case: Case, row: Row, request: Request, actor: Actor, law: Law) -> Case:
    """Give back: to the agency's own admin, to the proposed body, or to the national tray."""
    if row.to == "disposed":
        return replace(_moved(case, row), unit=None)
    if request.agency == case.agency:
        request = replace(request, agency=None)
    if request.agency is not None:
        _level(law, request.agency, "agency")
    if request.agency is None or case.transfers >= MAX_TRANSFERS:
        return replace(_moved(case, row), agency=None, unit=None)
    return _sent(replace(case, status="disposed", tray="agency"), request, law)


def _transfer(case: Case, row: Row, request: Request, actor: Actor, law: Law) -> Case:
    if actor.acts_as != NATIONAL:
        if request.agency not in (None, case.agency):
            raise InputError(
                field="agency", problem="only a unit of the own agency; return it instead"
            )
        return replace(_moved(case, row), unit=request.unit)
    sent = _sent(_moved(case, row), request, law)
    return replace(sent, confirmed=tuple(sorted({*sent.confirmed, "agency", "level"})))


def _sent(case: Case, request: Request, law: Law) -> Case:
    """Return the case at another body; coming back from the national tray counts too."""
    agency = request.agency or ""
    return replace(
        case,
        agency=agency,
        unit=request.unit,
        level=_level(law, agency, "agency"),
        transfers=case.transfers + (agency != case.agency),
    )


def _level(law: Law, agency: str, field: str) -> str:
    level = law.level_of(agency)
    if level is None:
        raise InputError(field, "expected the code of a body, got an unknown one")
    return level


def _undone(first: Case, past: Sequence[Past], actor: Actor, now: datetime) -> Case:
    if not past or past[-1].action == "undo":
        msg = "there is nothing to undo"
        raise ActionRefusedError(msg)
    last = past[-1]
    if last.actor_id != actor.id:
        msg = "only the person who did it may undo it"
        raise ActionForbiddenError(msg)
    # A clock that was set back must not open the window again.
    if not timedelta(0) <= now - last.at <= UNDO_WITHIN:
        msg = f"an action can be undone for {UNDO_WITHIN.seconds} seconds"
        raise ActionRefusedError(msg)
    return past[-2].case if len(past) > 1 else first


_Effect = Callable[[Case, Row, Request, Actor, Law], Case]
_EFFECTS: Mapping[str, _Effect] = {
    "accept": _accept,
    "change": _change,
    "return": _return,
    "transfer": _transfer,
}
