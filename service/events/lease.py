"""A task for one process at a time, over all workers and machines on one database."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, delete, insert, select, update

from service.store.engine import begin_write
from service.store.events_schema import lease

TTL: Final = timedelta(seconds=30)


def hold(engine: Engine, name: str, holder: str, now: datetime) -> bool:
    """Return whether the holder has the task now: took it, kept it, or must leave it to another.

    A process that died holds it for 30 seconds more; then anybody may have it. Clocks of
    machines that differ by more may let two hold it for a while: what is done must bear that.
    """
    with engine.connect() as connection:
        found = _find(connection, name)
    if found is not None and found.holder != holder and found.until > now:
        return False
    if found is not None and found.holder == holder and found.until - now > TTL / 2:
        return True  # a write for every look would be too many
    with begin_write(engine) as connection:
        found = _find(connection, name)
        values = {"holder": holder, "until": now + TTL}
        if found is None:
            connection.execute(insert(lease).values(name=name, **values))
        elif found.holder == holder or found.until <= now:
            connection.execute(update(lease).where(lease.c.name == name).values(values))
        else:
            return False
    return True


def give_back(engine: Engine, name: str, holder: str) -> None:
    """Let another have the task at once."""
    own = (lease.c.name == name) & (lease.c.holder == holder)
    with begin_write(engine) as connection:
        connection.execute(delete(lease).where(own))


def _find(connection: Connection, name: str) -> Row[Any] | None:
    return connection.execute(select(lease).where(lease.c.name == name)).one_or_none()
