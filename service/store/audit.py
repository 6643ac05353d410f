"""The hash chain over everything that was recorded: append one link, or verify them all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, select

from service.store import schema

GENESIS = "0" * 64
_HEAD = select(schema.audit.c.seq, schema.audit.c.hash).order_by(schema.audit.c.seq.desc()).limit(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The end of the chain: number and hash of its last row."""

    seq: int
    hash: str


class Chain:
    """Appends to the chain inside one transaction that nobody else writes beside."""

    def __init__(self, connection: Connection, *, add: Callable[..., None]) -> None:
        self._connection = connection
        self._add = add
        self._head: Link | None = None

    @property
    def head(self) -> Link:
        """The last row so far."""
        if self._head is None:
            self._head = read_head(self._connection)
        return self._head

    def append(
        self, event: str, record_id: UUID, complaint_id: UUID, digest: str, *, at: datetime
    ) -> int:
        """Add one row and return its number; numbers have no gaps."""
        previous = self.head
        values: dict[str, Any] = {
            "seq": previous.seq + 1,
            "at": at.astimezone(UTC),
            "event": event,
            "record_id": record_id,
            "complaint_id": complaint_id,
            "digest": digest,
            "previous": previous.hash,
        }
        values["hash"] = link_hash(values)
        self._add(schema.audit, values)
        self._head = Link(seq=values["seq"], hash=values["hash"])
        return previous.seq + 1


def read_head(connection: Connection) -> Link:
    """Return the end of the chain; number 0 while it is empty."""
    row = connection.execute(_HEAD).one_or_none()
    return Link(seq=0, hash=GENESIS) if row is None else Link(seq=row.seq, hash=row.hash)


def link_hash(values: dict[str, Any] | RowMapping) -> str:
    """Return the hash of one row: over everything in it but the hash itself."""
    return digest_of(
        {
            "seq": values["seq"],
            "at": values["at"],
            "event": values["event"],
            "record_id": values["record_id"],
            "complaint_id": values["complaint_id"],
            "digest": values["digest"],
            "previous": values["previous"],
        }
    )


def digest_of(values: object) -> str:
    """Return the SHA-256 of the canonical JSON: sorted keys, no blanks, moments in UTC."""
    text = json.dumps(values, sort_keys=True, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, UUID):
        return str(value)
    msg = f"expected a value that JSON knows, got {type(value).__name__}"
    raise TypeError(msg)


def broken_links(connection: Connection) -> Iterator[str]:
    """Yield what is wrong with the chain itself: a gap, an order, a hash."""
    expected = Link(seq=0, hash=GENESIS)
    query = select(schema.audit).order_by(schema.audit.c.seq)
    for row in connection.execution_options(yield_per=1000).execute(query).mappings():
        if row["seq"] != expected.seq + 1:
            yield f"audit {expected.seq + 1}: missing, the next is {row['seq']}"
        if row["previous"] != expected.hash:
            yield f"audit {row['seq']}: does not follow the row before it"
        if row["hash"] != link_hash(row):
            yield f"audit {row['seq']}: was altered"
        expected = Link(seq=row["seq"], hash=row["hash"])
