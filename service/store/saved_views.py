"""Filters that a person has saved under a name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, RowMapping, delete, func, insert, select

from service.complaint import InputError, check_text
from service.store.desk_schema import saved_view
from service.store.engine import begin_write
from service.store.ids import make_id
from service.store.repository import Store, translated

MAX_NAME_CHARS: Final = 60
MAX_VIEWS: Final = 30


def save_view(store: Store, actor_id: str, *, name: str, query: str, now: datetime) -> None:
    """Keep the filters; the same name again replaces them.

    Raises
    ------
    InputError
        If the name cannot be used, or there are too many.
    """
    name = check_text("name", name, max_chars=MAX_NAME_CHARS)
    own = saved_view.c.actor_id == actor_id
    values = {
        "id": make_id(now),
        "actor_id": actor_id,
        "name": name,
        "query": query,
        "created_at": now,
    }
    with translated(), begin_write(store.engine) as connection:
        connection.execute(delete(saved_view).where(own, saved_view.c.name == name))
        size = connection.execute(select(func.count()).select_from(saved_view).where(own))
        if size.scalar_one() >= MAX_VIEWS:
            field = "name"
            raise InputError(field, f"expected at most {MAX_VIEWS} saved filters; delete one first")
        connection.execute(insert(saved_view).values(values))


def read_views(connection: Connection, actor_id: str) -> Sequence[RowMapping]:
    """Return a person's saved filters by name."""
    query = select(saved_view).where(saved_view.c.actor_id == actor_id)
    return connection.execute(query.order_by(saved_view.c.name)).mappings().all()


def delete_view(store: Store, actor_id: str, view_id: UUID) -> None:
    """Forget one of a person's own; nothing happens where there is none."""
    own = (saved_view.c.actor_id == actor_id) & (saved_view.c.id == view_id)
    with translated(), begin_write(store.engine) as connection:
        connection.execute(delete(saved_view).where(own))
