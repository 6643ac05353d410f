"""What a part of a pass writes about notices, so that doing it twice changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, update

from service.store.bulk import insert_many
from service.store.monitoring_schema import notice

_MOST_IN = 500


@dataclass(slots=True)
class Changes:
    """Rows to insert, keys to end by reason, and keys that count again.

    Attributes
    ----------
    among : ColumnElement of bool
        Condition on ``notice`` that holds for whatever another pass may have inserted meanwhile.
    """

    among: ColumnElement[bool]
    created: list[dict[str, Any]] = field(default_factory=list)
    ended: dict[str, list[str]] = field(default_factory=dict)
    revived: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.created or self.ended or self.revived)


def insert_new(connection: Connection, changes: Changes) -> list[dict[str, Any]]:
    """Insert the notices that nobody has inserted meanwhile and return them.

    In a write transaction, of which there is one at a time over all processes.
    """
    if not changes.created:
        return []
    known = set(connection.execute(select(notice.c.key).where(changes.among)).scalars())
    new = [row for row in changes.created if row["key"] not in known]
    insert_many(connection, notice, new)
    return new


def mark(connection: Connection, keys: Sequence[str], **values: Any) -> int:
    """Set ``ended_at`` and ``ended_as`` where another pass has not, and return of how many."""
    is_open = notice.c.ended_at.is_(None)
    condition = ~is_open if values["ended_at"] is None else is_open
    count = 0
    for start in range(0, len(keys), _MOST_IN):
        some = notice.c.key.in_(keys[start : start + _MOST_IN])
        count += connection.execute(update(notice).where(some, condition).values(values)).rowcount
    return count
