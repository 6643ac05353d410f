"""What goes into the outbox, in the transaction of what it tells of, and what is taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, select, update

from service.events.types import CHANGED, CREATED, RETURNED, type_of_action, type_of_notice
from service.life.case import Case
from service.life.errors import ActionRefusedError
from service.life.step import UNDO_WITHIN, Request
from service.store import schema
from service.store.bulk import insert_many
from service.store.events_schema import outbox
from service.store.ids import make_id
from service.store.writer import Transaction

# An undo that was sent in time may wait a moment for its turn to write.
_GRACE: Final = timedelta(seconds=1)
_MOST_IN: Final = 500  # values in one condition
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


def tell_notices(
    connection: Connection, notices: Sequence[Mapping[str, Any]], now: datetime
) -> int:
    """Tell what the monitor has noticed: leaves at once; return how many events that makes.

    Call it in the transaction that writes the notices, with those alone that are new.

    Parameters
    ----------
    notices : sequence of mapping
        Rows of the table ``notice``; reminders and what is overdue make events, others none.
    """
    told = [row for row in notices if type_of_notice(row["kind"]) is not None]
    for start in range(0, len(told), _MOST_IN):
        some = told[start : start + _MOST_IN]
        stands = _standing_of(connection, {row["complaint_id"] for row in some})
        events = [
            event
            for row in some
            if (event := _notice_event(row, stands.get(row["complaint_id"]), now)) is not None
        ]
        insert_many(connection, outbox, events)
    return len(told)


def _notice_event(
    row: Mapping[str, Any], stands: Mapping[Any, Any] | None, now: datetime
) -> dict[str, Any] | None:
    kind = type_of_notice(row["kind"])
    if stands is None or kind is None:
        return None
    data = {**_where(stands["id"], stands, stands["version"])}
    data |= {name: stands[name] for name in _STANDING}
    data |= {name: row[name] for name in ("due_on", "clock", "step")}
    return _event(stands, kind, stands["version"], data, at=now, leaves_at=now)


def _standing_of(connection: Connection, ids: set[UUID]) -> dict[UUID, Mapping[Any, Any]]:
    standing, complaint = schema.standing, schema.complaint
    columns = [standing.c[name] for name in (*_STANDING, "version")]
    query = (
        select(complaint.c.id, complaint.c.source, complaint.c.tracking_id, *columns)
        .join(standing, standing.c.complaint_id == complaint.c.id)
        .where(complaint.c.id.in_(ids))
    )
    return {row["id"]: row for row in connection.execute(query).mappings()}


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
