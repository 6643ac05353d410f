"""Write what somebody does about a complaint, if the state table allows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from classifier.masking import mask
from service.actors import Actor
from service.auth.visibility import answers_for
from service.disposition import Disposition
from service.events.outbox import take_back, tell_action
from service.life.case import first_case
from service.life.errors import ActionForbiddenError, StaleVersionError
from service.life.step import Law, Request, step
from service.store import schema
from service.store.audit import digest_of
from service.store.digests import action_digest
from service.store.errors import NotFoundError
from service.store.ids import make_id
from service.store.queue import requeue, waiting_row
from service.store.reading import StoredDisposition, compose, may_quote, past_of, read_actions
from service.store.received import standing_of
from service.store.visibility import visible_to
from service.store.writer import Transaction

UNDO = "undo"


def act(
    transaction: Transaction,
    complaint_id: UUID,
    request: Request,
    actor: Actor,
    now: datetime,
    law: Callable[[Disposition, datetime], Law],
) -> StoredDisposition:
    """Check and write one action; refuses before anything is written."""
    connection, standing = transaction.connection, schema.standing
    query = (
        select(schema.complaint.c.source, schema.complaint.c.created_at, schema.proposal.c.answer)
        .add_columns(schema.complaint.c.id, schema.complaint.c.received_at)
        .add_columns(standing.c.version, standing.c.group_id, standing.c.protected)
        .add_columns(standing.c.agency, standing.c.seq, schema.complaint.c.tracking_id)
        .join(standing, standing.c.complaint_id == schema.complaint.c.id)
        .join(schema.proposal, schema.proposal.c.complaint_id == schema.complaint.c.id)
        .where(schema.complaint.c.id == complaint_id, visible_to(actor))
        .order_by(schema.proposal.c.id)
        .limit(1)
    )
    found = connection.execute(query).mappings().one_or_none()
    if found is None:
        raise NotFoundError
    # What was handed down may be taken back at once; else a province acts for itself alone.
    if request.action != UNDO and not answers_for(actor, found["agency"]):
        msg = f"{request.action} is for the agency that handles it"
        raise ActionForbiddenError(msg)
    if request.version != found["version"]:
        raise StaleVersionError(request.version, found["version"])
    rules = law(found["answer"], found["received_at"] or found["created_at"])
    past = past_of(read_actions(connection, complaint_id))
    first, opened_at = first_case(found["answer"]), found["created_at"]
    case = step(first, past, request, actor, now=now, opened_at=opened_at, law=rules)
    if request.action == UNDO:
        take_back(connection, complaint_id, past[-1].action, request.version, now)
    version = request.version + 1
    before = past[-1].case if past else first
    moved = (before.due_on, case.due_on) if before.due_on != case.due_on else None
    row = _action_row(complaint_id, version, request, actor, case.to_json(), now, moved)
    transaction.add(schema.action, row)
    values = {"version": version, "updated_at": now, **standing_of(case)}
    where = standing.c.complaint_id == complaint_id
    connection.execute(update(standing).where(where).values(values))
    waits = waiting_row(complaint_id, found["seq"], found["group_id"], found["answer"], case)
    requeue(transaction, complaint_id, waits)
    transaction.chain.append("action", row["id"], complaint_id, action_digest(row), at=now)
    tell_action(transaction, found, request, case, at=now)
    done = read_actions(transaction.connection, complaint_id)
    shown = {**found, **values, "agency": case.agency, "unit": case.unit}
    return compose(shown, done, quotes=may_quote(shown, actor))


def _action_row(
    complaint_id: UUID,
    version: int,
    request: Request,
    actor: Actor,
    state: dict[str, Any],
    now: datetime,
    moved: tuple[str | None, str | None] | None,
) -> dict[str, Any]:
    note = mask(request.note).text if request.note else None
    given = asdict(request)
    details = {name: given[name] for name in ("changes", "agency", "unit") if given[name]}
    details |= {
        name: given[name].isoformat() for name in ("since", "until") if given[name] is not None
    }
    if moved is not None:  # by whatever: a pause, another class, a decree
        details["deadline"] = {"before": moved[0], "after": moved[1]}
    return {
        "id": make_id(now),
        "complaint_id": complaint_id,
        "version": version,
        "action": request.action,
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "actor_role": actor.role,
        "reason": request.reason,
        "note": note,
        "note_sha256": None if note is None else digest_of(note),
        "details": details,
        "state": state,
        "created_at": now.astimezone(UTC),
    }
