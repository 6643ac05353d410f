"""What a person has done a moment ago and may still take back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select

from service.actors import Actor
from service.life.step import UNDO_WITHIN
from service.store import schema


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoable:
    """The last thing that a person did: one complaint, or all that were done together.

    Attributes
    ----------
    action : str
    label : str
        What the complaint is called outside; of several the first one.
    done : tuple of (UUID, int)
        Each complaint with the version to undo.
    seconds_left : int
    """

    action: str
    label: str
    done: tuple[tuple[UUID, int], ...]
    seconds_left: int


def find_undoable(connection: Connection, actor: Actor, now: datetime) -> Undoable | None:
    """Return what the person did last, if nobody has gone on since and it is not too long ago."""
    action, standing = schema.action, schema.standing
    query = (
        select(action.c.complaint_id, action.c.version, action.c.action, action.c.created_at)
        .add_columns(schema.complaint.c.tracking_id)
        .join(schema.complaint, schema.complaint.c.id == action.c.complaint_id)
        .join(
            standing,
            (standing.c.complaint_id == action.c.complaint_id)
            & (standing.c.version == action.c.version),
        )
        .where(
            action.c.actor_id == actor.id,
            action.c.created_at >= now - UNDO_WITHIN,
            action.c.created_at <= now,
            action.c.action != "undo",
        )
        .order_by(action.c.created_at.desc(), action.c.id)
    )
    rows = connection.execute(query).all()
    if not rows:
        return None
    together = [row for row in rows if row.created_at == rows[0].created_at]
    left = UNDO_WITHIN - (now - rows[0].created_at)
    return Undoable(
        action=rows[0].action,
        label=rows[0].tracking_id or str(rows[0].complaint_id)[:8],
        done=tuple((row.complaint_id, row.version) for row in together),
        seconds_left=max(1, round(left.total_seconds())),
    )
