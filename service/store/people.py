"""Names under which people log in, for those who work beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import Connection, select

from service.store.accounts_schema import person


def read_logins(connection: Connection, ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """Return the login by id; unknown ids are left out."""
    query = select(person.c.id, person.c.login).where(person.c.id.in_(list(ids)))
    return {row.id: row.login for row in connection.execute(query)}


def has_people(connection: Connection) -> bool:
    """Return whether anybody was ever let in, a disabled person too."""
    return connection.execute(select(person.c.id).limit(1)).first() is not None
