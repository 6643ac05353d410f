"""Who else has a complaint on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update

from service.store.desk_schema import presence
from service.store.engine import begin_write
from service.store.repository import Store, translated

FRESH: Final = timedelta(seconds=45)  # a page asks every 10 seconds


def note_presence(store: Store, complaint_id: UUID, actor_id: str, *, now: datetime) -> None:
    """Note that somebody looks at a complaint, and forget all who have gone."""
    mine = (presence.c.complaint_id == complaint_id) & (presence.c.actor_id == actor_id)
    gone = presence.c.seen_at < now - FRESH
    values = {"complaint_id": complaint_id, "actor_id": actor_id, "seen_at": now}
    with translated(), begin_write(store.engine) as connection:
        if not connection.execute(update(presence).where(mine).values(seen_at=now)).rowcount:
            connection.execute(insert(presence).values(values))
        connection.execute(delete(presence).where(gone))


def others_at(
    connection: Connection, complaint_id: UUID, actor_id: str, *, now: datetime
) -> Sequence[str]:
    """Return the ids of the others who look at it now."""
    query = select(presence.c.actor_id).where(
        presence.c.complaint_id == complaint_id,
        presence.c.actor_id != actor_id,
        presence.c.seen_at >= now - FRESH,
    )
    return connection.execute(query.order_by(presence.c.seen_at)).scalars().all()


def leave(store: Store, complaint_id: UUID, actor_id: str) -> None:
    """Note that somebody has decided and gone on."""
    mine = (presence.c.complaint_id == complaint_id) & (presence.c.actor_id == actor_id)
    with translated(), begin_write(store.engine) as connection:
        connection.execute(delete(presence).where(mine))
