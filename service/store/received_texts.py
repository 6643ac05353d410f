"""The complaints that are kept, in the order of receipt, for asking the rules again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, Row, func, select

from service.complaint import FIELDS, Complaint
from service.store import schema
from service.store.repository import Store

_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptText:
    """A complaint that is kept.

    Attributes
    ----------
    id : UUID
        Of its disposition.
    complaint : Complaint or None
        Masked; with the moment of storing where no moment of receipt is known. None if its text
        was erased.
    """

    id: UUID
    complaint: Complaint | None


def received_texts(store: Store, since: datetime) -> Iterator[KeptText]:
    """Yield the complaints received since a moment, oldest first.

    They are read by hundreds, each time anew: whoever works on them long holds up nobody.

    Raises
    ------
    StoreUnavailableError
        If the database does not answer.
    """
    after = -1
    while True:
        with store.reading() as connection:
            rows = _read(connection, since, after)
        if not rows:
            return
        yield from (_kept(row) for row in rows)
        after = rows[-1].seq


def _read(connection: Connection, since: datetime, after: int) -> list[Row[tuple[object, ...]]]:
    complaint, standing = schema.complaint, schema.standing
    received = func.coalesce(complaint.c.received_at, complaint.c.created_at)
    query = (
        select(complaint, standing.c.seq)
        .join(standing, standing.c.complaint_id == complaint.c.id)
        .where(standing.c.seq > after, received >= since)
        .order_by(standing.c.seq)
        .limit(_BATCH)
    )
    return list(connection.execute(query).all())


def _kept(row: Row[tuple[object, ...]]) -> KeptText:
    values = row._mapping
    if values["erased_at"] is not None:
        return KeptText(id=values["id"], complaint=None)
    fields = {name: values[name] for name in FIELDS}
    fields["received_at"] = values["received_at"] or values["created_at"]
    return KeptText(id=values["id"], complaint=Complaint(**fields))
