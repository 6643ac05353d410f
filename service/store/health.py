"""Whether this release can use the database as it is."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from service.store import schema
from service.store.migrate import HEAD, current_revision

_MOST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What was found; no problem means that it can be used."""

    revision: str | None
    complaints: int
    problems: tuple[str, ...]


def check_database(connection: Connection) -> Health:
    """Return the state of the tables, and of the file where it is SQLite's."""
    revision = current_revision(connection)
    if revision != HEAD:
        known = "empty" if revision is None else f"at {revision}"
        problem = f"the tables are {known}, this release needs {HEAD}: run disposisi db upgrade"
        return Health(revision=revision, complaints=0, problems=(problem,))
    problems: list[str] = []
    if connection.dialect.name == "sqlite":
        answers = connection.exec_driver_sql(f"PRAGMA integrity_check({_MOST})").scalars().all()
        problems += [f"the file is damaged: {answer}" for answer in answers if answer != "ok"]
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        problems += [f"{row[0]}: a row belongs to nothing" for row in orphans[:_MOST]]
    count = connection.execute(select(func.count()).select_from(schema.complaint)).scalar_one()
    return Health(revision=revision, complaints=count, problems=tuple(problems))
