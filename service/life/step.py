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
from service.life.table import BEFORE, NATIONAL, ROWS, Row

UNDO_WITHIN = timedelta(seconds=10)
MAX_TRANSFERS = 3
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """An action that was done: what it was, who did it and when, and the case after it."""

    action: str
    actor_id: str
    at: datetime
    case: Case


class Law(Protocol):
    """What the rules say about a body and about a class, on the complaint's own day."""

    def level_of(self, agency: str) -> str | None:
        """Return the level of government of a body, None for an unknown code."""
        ...

    def class_of(
        self, kind: str, misconduct: bool, inspection: bool
    ) -> tuple[str, int, str | None]:
        """Return follow-up class, working days and last day (ISO), from the original start."""
        ...


def effective(past: Sequence[Past]) -> list[Past]:
    """Return the actions that count: without undone ones and without the undoing."""
    kept: list[Past] = []
    for done in past:
        if done.action == "undo":
            kept.pop()
        else:
            kept.append(done)
    return kept


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
    first: Case, past: Sequence[Past], request: Request, actor: Actor, *, now: datetime, law: Law
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
    now : datetime
        The moment, with a zone.
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
        _check_second_person(past, actor)
    case = replace(case, reason=request.reason or case.reason)
    effect = _EFFECTS.get(request.action, _plain)
    return effect(case, row, request, actor, law)


def _check_needs(row: Row, request: Request) -> None:
    if row.reasons and request.reason not in row.reasons:
        raise InputError(field="reason", problem=f"expected one of {', '.join(row.reasons)}")
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
    category, days, due_on = law.class_of(changed.kind, changed.misconduct, changed.inspection)
    return replace(changed, category=category, working_days=days, due_on=due_on)


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


def _check_second_person(past: Sequence[Past], actor: Actor) -> None:
    waiting: Past | None = None
    for done in effective(past):
        if done.action in ("pause", "extend"):
            waiting = done
        elif done.action in ("approve", "resume"):
            waiting = None
    if waiting is None:
        msg = "there is no pause or extension to approve"
        raise ActionRefusedError(msg)
    if waiting.actor_id == actor.id:
        msg = "a pause or extension is approved by a second person"
        raise ActionForbiddenError(msg)


_Effect = Callable[[Case, Row, Request, Actor, Law], Case]
_EFFECTS: Mapping[str, _Effect] = {
    "accept": _accept,
    "change": _change,
    "return": _return,
    "transfer": _transfer,
}
