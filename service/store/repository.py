"""Save a disposition once and give it back: the only place that speaks SQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Connection, Engine, RowMapping, insert, select
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from service.disposition import Disposition
from service.store import schema
from service.store.engine import begin_write, open_engine
from service.store.errors import KeyConflictError, StoreUnavailableError
from service.store.ids import make_id
from service.store.kept import KeptComplaint
from service.store.keys import Key

FIRST_VERSION = 1


class StoredDisposition(Disposition):
    """A disposition that is kept; its spans are over the masked text."""

    id: str
    source: str
    status: str
    version: int
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A kept disposition, and whether this call created it."""

    disposition: StoredDisposition
    created: bool


class Store:
    """Complaints, proposals and used keys in one database; safe from many threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def engine(self) -> Engine:
        """The database, for the other parts of the store; one engine, so one writer at a time."""
        return self._engine

    def close(self) -> None:
        """Give back every connection."""
        self._engine.dispose()

    def ping(self) -> None:
        """Return if the database answers.

        Raises
        ------
        StoreUnavailableError
            If it does not.
        """
        with translated(), self._engine.connect() as connection:
            connection.execute(select(schema.complaint.c.id).limit(1))

    def get(self, disposition_id: UUID) -> StoredDisposition | None:
        """Return the kept disposition, or None if there is none of that id."""
        with translated(), self._engine.connect() as connection:
            return _read(connection, disposition_id)

    def find(self, kept: KeptComplaint, keys: Sequence[Key]) -> Stored | None:
        """Return what was stored before under one of the keys, or None.

        Raises
        ------
        KeyConflictError
            If a key was used for another complaint.
        """
        if not keys:
            return None
        with translated(), self._engine.connect() as connection:
            return _find(connection, kept, keys)

    def save(
        self,
        kept: KeptComplaint,
        disposition: Disposition,
        *,
        keys: Sequence[Key],
        now: datetime,
    ) -> Stored:
        """Keep complaint and disposition; of two calls at once with one key, one creates.

        Parameters
        ----------
        kept : KeptComplaint
            The masked complaint; the spans of the disposition are moved to it.
        disposition : Disposition
            The machine's answer over the text as sent.
        keys : sequence of Key
            What identifies the complaint for its sender.
        now : datetime
            The moment of storing, with a zone.

        Raises
        ------
        KeyConflictError
            If a key was used for another complaint.
        StoreUnavailableError
            If the database does not answer; nothing was stored.
        """
        with translated():
            try:
                with begin_write(self._engine) as connection:
                    earlier = _find(connection, kept, keys) if keys else None
                    if earlier is not None:
                        return earlier
                    new_id = _insert(connection, kept, kept.move(disposition), keys, now)
                    stored = _read(connection, new_id)
            except IntegrityError:
                # PostgreSQL: another transaction committed the same key first.
                earlier = self.find(kept, keys)
                if earlier is None:
                    raise
                return earlier
        if stored is None:
            msg = "the record just written cannot be read"
            raise StoreUnavailableError(msg)
        return Stored(disposition=stored, created=True)


@contextmanager
def open_store(url: str) -> Iterator[Store]:
    """Open the store, with its tables up to date, and close it at the end.

    Raises
    ------
    StoreError
        If the database cannot be used; says which and why, without its password.
    """
    store = Store(open_engine(url))
    try:
        yield store
    finally:
        store.close()


@contextmanager
def translated() -> Iterator[None]:
    """Turn the driver's "does not answer" into the store's own error."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeoutError) as error:
        msg = "the database does not answer"
        raise StoreUnavailableError(msg) from error


def _find(connection: Connection, kept: KeptComplaint, keys: Sequence[Key]) -> Stored | None:
    table = schema.used_key
    found: set[UUID] = set()
    for key in keys:
        query = select(table.c.complaint_id, table.c.body_sha256).where(
            table.c.kind == key.kind,
            table.c.scope == key.scope,
            table.c.key_sha256 == key.sha256,
        )
        row = connection.execute(query).one_or_none()
        if row is None:
            continue
        if row.body_sha256 != kept.sha256:
            raise KeyConflictError(key.name)
        found.add(row.complaint_id)
    if not found:
        return None
    stored = _read(connection, min(found))
    return Stored(disposition=stored, created=False) if stored else None


def _insert(
    connection: Connection,
    kept: KeptComplaint,
    answer: Disposition,
    keys: Sequence[Key],
    now: datetime,
) -> UUID:
    complaint_id = make_id(now)
    complaint = kept.complaint
    connection.execute(
        insert(schema.complaint).values(
            id=complaint_id,
            source=complaint.source,
            tracking_id=complaint.tracking_id,
            judul=complaint.judul,
            isi=complaint.isi,
            sha256=answer["complaint_sha256"],
            received_at=complaint.received_at,
            region=complaint.region,
            requested_agency=complaint.requested_agency,
            lapor_category=complaint.lapor_category,
            channel=complaint.channel,
            anonymous=complaint.anonymous,
            secret=complaint.secret,
            created_at=now,
        )
    )
    connection.execute(
        insert(schema.proposal).values(
            id=make_id(now),
            complaint_id=complaint_id,
            answer=answer,
            created_at=now,
            **answer["versions"],
        )
    )
    if keys:
        rows = [
            {
                "id": make_id(now),
                "kind": key.kind,
                "scope": key.scope,
                "key_sha256": key.sha256,
                "body_sha256": kept.sha256,
                "complaint_id": complaint_id,
                "created_at": now,
            }
            for key in keys
        ]
        connection.execute(insert(schema.used_key), rows)
    return complaint_id


def _read(connection: Connection, complaint_id: UUID) -> StoredDisposition | None:
    query = (
        select(
            schema.complaint.c.id,
            schema.complaint.c.source,
            schema.complaint.c.created_at,
            schema.proposal.c.answer,
        )
        .join_from(schema.complaint, schema.proposal)
        .where(schema.complaint.c.id == complaint_id)
        .order_by(schema.proposal.c.id)
        .limit(1)
    )
    row = connection.execute(query).mappings().one_or_none()
    return _disposition_of(row) if row is not None else None


def _disposition_of(row: RowMapping) -> StoredDisposition:
    answer: Any = row["answer"]
    moment = row["created_at"].astimezone(UTC).isoformat(timespec="milliseconds")
    moment = moment.replace("+00:00", "Z")
    stored: dict[str, Any] = {
        **answer,
        "id": str(row["id"]),
        "source": row["source"],
        "status": "in_review" if answer["decision"] == "review" else "disposed",
        "version": FIRST_VERSION,
        "created_at": moment,
        "updated_at": moment,
    }
    return cast(StoredDisposition, stored)
