"""What lies beside a complaint: how it came, what is like it, and where that went."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, RowMapping, select

from service.actors import Actor
from service.likeness import Signature
from service.store import schema
from service.store.visibility import visible_to

MAX_SIMILAR: Final = 5
_ALIKE = 0.25  # share of word triples in common that is worth a look
_CANDIDATES = 40


def read_receipt(connection: Connection, complaint_id: UUID, viewer: Actor) -> RowMapping | None:
    """Return how a complaint came: channel, day, marks, what the reporter chose."""
    complaint, standing = schema.complaint, schema.standing
    query = (
        select(complaint.c.channel, complaint.c.received_at, complaint.c.requested_agency)
        .add_columns(complaint.c.lapor_category, complaint.c.anonymous, complaint.c.secret)
        .add_columns(standing.c.protected, standing.c.seq)
        .join(standing, standing.c.complaint_id == complaint.c.id)
        .where(complaint.c.id == complaint_id, visible_to(viewer))
    )
    return connection.execute(query).mappings().one_or_none()


def read_similar(
    connection: Connection, complaint_id: UUID, *, topic: str, region: str | None, viewer: Actor
) -> Sequence[RowMapping]:
    """Return earlier complaints that somebody or the machine has sent on: the likest first.

    Those that repeat the text come first, then the newest of the same topic and place.
    """
    standing, complaint = schema.standing, schema.complaint
    shown = (
        select(standing, complaint.c.tracking_id, complaint.c.created_at)
        .join(complaint, complaint.c.id == standing.c.complaint_id)
        .where(standing.c.complaint_id != complaint_id, visible_to(viewer))
        .where(standing.c.tray == "agency")
    )
    alike = _alike(connection, complaint_id)
    first = shown.where(standing.c.complaint_id.in_(alike)).order_by(standing.c.seq.desc())
    found = list(connection.execute(first.limit(MAX_SIMILAR)).mappings())
    if len(found) < MAX_SIMILAR:
        same = standing.c.region == region if region else standing.c.region.is_(None)
        rest = shown.where(standing.c.topic == topic, same).order_by(standing.c.seq.desc())
        known = {row["complaint_id"] for row in found}
        for row in connection.execute(rest.limit(MAX_SIMILAR * 2)).mappings():
            if row["complaint_id"] not in known and len(found) < MAX_SIMILAR:
                found.append(row)
    return found


def _alike(connection: Connection, complaint_id: UUID) -> list[UUID]:
    like = schema.likeness
    mine = select(like.c.band, like.c.value).where(like.c.complaint_id == complaint_id).subquery()
    near = (
        select(like.c.complaint_id)
        .join(mine, (mine.c.band == like.c.band) & (mine.c.value == like.c.value))
        .where(like.c.complaint_id != complaint_id)
        .distinct()
        .limit(_CANDIDATES)
    )
    ids = [*connection.execute(near).scalars(), complaint_id]
    query = select(like.c.complaint_id, like.c.signature).where(
        like.c.complaint_id.in_(ids), like.c.band == 0
    )
    signatures = {
        row.complaint_id: Signature.from_hex(row.signature) for row in connection.execute(query)
    }
    own = signatures.pop(complaint_id, None)
    if own is None:
        return []
    return [found for found, other in signatures.items() if other.similarity(own) >= _ALIKE]
