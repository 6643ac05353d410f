"""What goes into the outbox, in the transaction of what it tells of, and what is taken back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, insert, select, update

from service.events.types import CHANGED, CREATED, RETURNED, type_of_action, type_of_notice
from service.life.case import Case
from service.life.errors import ActionRefusedError
from service.life.step import UNDO_WITHIN, Request
from service.store import schema
from service.store.events_schema import outbox
from service.store.ids import id_of, make_id
from service.store.writer import Transaction

# An undo that was sent in time may wait a moment for its turn to write.
_GRACE: Final = timedelta(seconds=1)
_STANDING: Final = ("status", "tray", "category", "topic", "agency", "region", "due_on")


def tell_created(
    transaction: Transaction, row: Mapping[str, Any], case: Case, decision: str
) -> None:
    """Tell that a complaint was stored: leaves at once."""
    data = {**_where(row["id"], row, 1), **_state_of(case), "decision": decision}
    event = _event(row, CREATED, 1, data, at=row["created_at"], leaves_at=row["created_at"])
    transaction.add(outbox, event)


def tell_action(
    transaction: Transaction, row: Mapping[Any, Any], request: Request, case: Case, *, at: datetime
) -> None:
    """Tell what was done: leaves once it can no longer be undone.

    Parameters
    ----------
    row : mapping
        ``id``, ``source`` and ``tracking_id`` of the complaint.
    request : Request
        What was done, to which version.
    case : Case
        Where the complaint stands after it.
    """
    kind, version = type_of_action(request.action), request.version + 1
    if kind is None:
        return
    data = {**_where(row["id"], row, version), **_state_of(case), "action": request.action}
    data["reason"] = request.reason
    leaves_at = at + UNDO_WITHIN + _GRACE
    transaction.add(outbox, _event(row, kind, version, data, at=at, leaves_at=leaves_at))


def take_back(
    connection: Connection, complaint_id: UUID, action: str, version: int, now: datetime
) -> None:
    """Keep the event of an undone action from ever leaving.

    Parameters
    ----------
    action : str
        What is undone.
    version : int
        Of the disposition after it.

    Raises
    ------
    ActionRefusedError
        If it has left: the undo came too late. Nothing was written then.
    """
    if type_of_action(action) is None:
        return
    waits = outbox.c.left_at.is_(None) & outbox.c.type.in_((CHANGED, RETURNED))
    own = (outbox.c.complaint_id == complaint_id) & (outbox.c.version == version)
    found = connection.execute(select(outbox.c.id).where(waits, own)).scalars().all()
    if not found:
        msg = f"an action can be undone for {UNDO_WITHIN.seconds} seconds"
        raise ActionRefusedError(msg)
    connection.execute(update(outbox).where(outbox.c.id.in_(found)).values(undone_at=now))


def enqueue_sla(
    connection: Connection, complaint_id: UUID, kind: str, due_on: date | str, now: datetime
) -> bool:
    """Put a notice of the monitor into the outbox; return whether it makes an event.

    Call it in the transaction that writes the notice. The same notice twice makes one event.

    Parameters
    ----------
    kind : str
        ``reminder`` or ``overdue``; others make no event.
    due_on : date or str
        Last day in time, ISO where it is text.
    """
    event_type = type_of_notice(kind)
    if event_type is None:
        return False
    standing, complaint = schema.standing, schema.complaint
    columns = [standing.c[name] for name in (*_STANDING, "version")]
    query = (
        select(complaint.c.id, complaint.c.source, complaint.c.tracking_id, *columns)
        .join(standing, standing.c.complaint_id == complaint.c.id)
        .where(complaint.c.id == complaint_id)
    )
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        return False
    day = due_on.isoformat() if isinstance(due_on, date) else due_on
    event_id = id_of(
        datetime.combine(date.fromisoformat(day), time(), UTC), f"{kind} {complaint_id}"
    )
    if connection.execute(select(outbox.c.id).where(outbox.c.id == event_id)).first():
        return False
    data = {**_where(complaint_id, row, row["version"]), **{name: row[name] for name in _STANDING}}
    data["due_on"] = day
    values = _event(row, event_type, row["version"], data, at=now, leaves_at=now)
    connection.execute(insert(outbox).values({**values, "id": event_id}))
    return True


def _where(complaint_id: UUID, row: Mapping[Any, Any], version: int) -> dict[str, Any]:
    return {
        "id": str(complaint_id),
        "source": row["source"],
        "tracking_id": row["tracking_id"],
        "version": version,
    }


def _state_of(case: Case) -> dict[str, Any]:
    return {name: getattr(case, name) for name in _STANDING}


def _event(
    row: Mapping[Any, Any],
    kind: str,
    version: int,
    data: dict[str, Any],
    *,
    at: datetime,
    leaves_at: datetime,
) -> dict[str, Any]:
    return {
        "id": make_id(at),
        "complaint_id": row["id"],
        "type": kind,
        "version": version,
        "source": row["source"],
        "data": data,
        "created_at": at.astimezone(UTC),
        "leaves_at": leaves_at.astimezone(UTC),
    }
