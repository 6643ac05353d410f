"""Rows back to what people and clients see: the proposal, what was done, where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Connection, RowMapping, select
from typing_extensions import TypedDict

from service.actors import Actor
from service.disposition import Disposition
from service.life.case import Case, first_case
from service.life.step import Past
from service.life.table import lapor_status
from service.store import schema
from service.store.digests import blank_quotes
from service.store.received import FIRST_VERSION
from service.store.visibility import handles, visible_to


class CurrentOut(TypedDict):
    """What counts now, from the machine or from a person; the proposal stays beside it."""

    category: str
    working_days: int
    due_on: str | None
    kind: str
    misconduct: bool
    inspection: bool
    topic: str
    level: str
    agency: str | None
    unit: str | None
    region: str | None
    tray: str
    transfers: int
    confirmed: list[str]


class HistoryOut(TypedDict):
    """One thing that was done; ``actor`` says in which role, never who."""

    version: int
    action: str
    actor: str
    reason: str | None
    note: str | None
    details: dict[str, Any]
    status: str
    at: str


class StoredDisposition(Disposition):
    """A disposition that is kept; its spans are over the masked text."""

    id: str
    source: str
    status: str
    lapor_status: str
    version: int
    group_id: str
    current: CurrentOut
    history: list[HistoryOut]
    created_at: str
    updated_at: str


def iso(moment: datetime) -> str:
    """Return the moment in UTC with milliseconds.

    Examples
    --------
    >>> iso(datetime(2026, 11, 24, tzinfo=UTC))
    '2026-11-24T00:00:00.000Z'
    """
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def read_one(connection: Connection, complaint_id: UUID, viewer: Actor) -> StoredDisposition | None:
    """Return the disposition, or None where there is none that the viewer may see."""
    complaint, standing, proposal = schema.complaint, schema.standing, schema.proposal
    query = (
        select(complaint.c.id, complaint.c.source, complaint.c.created_at, proposal.c.answer)
        .add_columns(standing.c.version, standing.c.group_id, standing.c.updated_at)
        .add_columns(standing.c.protected, standing.c.agency, standing.c.unit)
        .join(standing, standing.c.complaint_id == complaint.c.id)
        .join(proposal, proposal.c.complaint_id == complaint.c.id)
        .where(complaint.c.id == complaint_id, visible_to(viewer))
        .order_by(proposal.c.id)
        .limit(1)
    )
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        return None
    done = read_actions(connection, complaint_id) if row["version"] > FIRST_VERSION else []
    return compose(row, done, quotes=may_quote(row, viewer))


def read_actions(connection: Connection, complaint_id: UUID) -> Sequence[RowMapping]:
    """Return the actions on a complaint, oldest first."""
    table = schema.action
    query = select(table).where(table.c.complaint_id == complaint_id).order_by(table.c.version)
    return connection.execute(query).mappings().all()


def past_of(rows: Sequence[RowMapping]) -> list[Past]:
    """Return the actions as the state table needs them."""
    return [
        Past(
            action=row["action"],
            actor_id=row["actor_id"],
            at=row["created_at"],
            case=Case.from_json(row["state"]),
        )
        for row in rows
    ]


def may_quote(row: Mapping[Any, Any], viewer: Actor) -> bool:
    """Say whether somebody may read a complaint's words without giving a reason."""
    is_open = not row["protected"] or viewer.kind == "system"
    return is_open or handles(viewer, row["agency"], row["unit"])


def compose(
    row: Mapping[Any, Any], done: Sequence[RowMapping], *, quotes: bool = True
) -> StoredDisposition:
    """Return the whole disposition from its row and its actions; without quotes, no words."""
    answer: Any = row["answer"] if quotes else blank_quotes(row["answer"])
    case = Case.from_json(done[-1]["state"]) if done else first_case(answer)
    state = case.to_json()
    stored: dict[str, Any] = {
        **answer,
        "id": str(row["id"]),
        "source": row["source"],
        "status": case.status,
        "lapor_status": lapor_status(case.status, case.reason),
        "version": row["version"],
        "group_id": str(row["group_id"]),
        "current": {name: state[name] for name in CurrentOut.__annotations__},
        "history": [_history_of(action, quotes=quotes) for action in done],
        "created_at": iso(row["created_at"]),
        "updated_at": iso(row["updated_at"]),
    }
    return cast(StoredDisposition, stored)


def _history_of(row: RowMapping, *, quotes: bool) -> HistoryOut:
    return {
        "version": row["version"],
        "action": row["action"],
        "actor": row["actor_role"] or row["actor_kind"],
        "reason": row["reason"],
        "note": row["note"] if quotes else None,
        "details": row["details"],
        "status": row["state"]["status"],
        "at": iso(row["created_at"]),
    }
