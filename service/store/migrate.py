"""Bring the tables to the shape that this code expects."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, text

from service.store.errors import StoreError

FOLDER = Path(__file__).parent / "migrations"
HEAD = "0009"
_ADVISORY_LOCK = 0x0D15_0515


def upgrade(connection: Connection) -> None:
    """Run the migrations that are missing, in the connection's transaction.

    Several workers that start at once do it one after the other: SQLite's write transaction or
    PostgreSQL's advisory lock holds the others back.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ADVISORY_LOCK})
    if current_revision(connection) == HEAD:
        return  # the usual case: Alembic need not be imported
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, HEAD)
    except CommandError:
        msg = f"the database's tables are newer than this code, which knows up to {HEAD}"
        raise StoreError(msg) from None


def current_revision(connection: Connection) -> str | None:
    """Return the revision of the tables, None for an empty database."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
