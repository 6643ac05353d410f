"""Read a complaint's masked text; who opens a protected one says why, and it is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from classifier.masking import mask
from service.actors import Actor
from service.store import schema
from service.store.digests import opening_digest
from service.store.errors import NotFoundError, OpeningReasonError
from service.store.ids import make_id
from service.store.visibility import handles, visible_to
from service.store.writer import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedText:
    """The masked text; both are empty once it was erased."""

    judul: str
    isi: str
    erased: bool


def open_text(
    transaction: Transaction,
    complaint_id: UUID,
    viewer: Actor,
    reason: str | None,
    now: datetime,
) -> OpenedText:
    """Return the text, and record the opening of a protected one by others than its handlers."""
    complaint, standing = schema.complaint, schema.standing
    query = (
        select(complaint.c.judul, complaint.c.isi, complaint.c.erased_at)
        .add_columns(standing.c.protected, standing.c.agency, standing.c.unit)
        .join(standing, standing.c.complaint_id == complaint.c.id)
        .where(complaint.c.id == complaint_id, visible_to(viewer))
    )
    row = transaction.connection.execute(query).one_or_none()
    if row is None:
        raise NotFoundError
    if row.protected and not handles(viewer, row.agency, row.unit):
        if reason is None or not reason.strip():
            raise OpeningReasonError
        _record(transaction, complaint_id, viewer, mask(reason.strip()).text, now)
    return OpenedText(judul=row.judul, isi=row.isi, erased=row.erased_at is not None)


def _record(
    transaction: Transaction, complaint_id: UUID, viewer: Actor, reason: str, now: datetime
) -> None:
    row: dict[str, Any] = {
        "id": make_id(now),
        "complaint_id": complaint_id,
        "actor_kind": viewer.kind,
        "actor_id": viewer.id,
        "actor_role": viewer.role,
        "reason": reason,
        "created_at": now.astimezone(UTC),
    }
    transaction.add(schema.opening, row)
    transaction.chain.append("opening", row["id"], complaint_id, opening_digest(row), at=now)
