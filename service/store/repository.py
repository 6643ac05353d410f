"""Save a disposition once, give it back, and act on it: the way in for the rest of the service."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Connection, Engine, bindparam, select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from service.actors import SYSTEM, Actor
from service.disposition import Disposition
from service.life.step import Law, Request
from service.likeness import sign
from service.store import schema
from service.store.acting import act
from service.store.alike import Look, find_alike
from service.store.auto_switch import AutoSwitch, turn
from service.store.corrections import CorrectionOut, read_corrections
from service.store.engine import close_engine, open_engine
from service.store.errors import KeyConflictError, StoreUnavailableError
from service.store.kept import KeptComplaint
from service.store.keys import Key
from service.store.listing import Filters, Page, read_page
from service.store.openings import OpenedText, open_text
from service.store.reading import StoredDisposition, compose, read_one
from service.store.received import FIRST_VERSION, insert_received
from service.store.retention import erase_texts
from service.store.writer import Transaction, Writer

_T = TypeVar("_T")
_USED = select(schema.used_key.c.complaint_id, schema.used_key.c.body_sha256).where(
    *(schema.used_key.c[name] == bindparam(name) for name in ("kind", "scope", "key_sha256"))
)
__all__ = ["Store", "Stored", "StoredDisposition", "open_store"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A kept disposition, and whether this call created it."""

    disposition: StoredDisposition
    created: bool


class Store:
    """Everything that is kept, in one database; safe from many threads and processes.

    Attributes
    ----------
    switch : AutoSwitch
        Whether clear dispositions may go out by themselves.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writer = Writer(engine)
        self.switch = AutoSwitch(engine)

    def turn_auto(self, *, on: bool, actor: Actor, reason: str, now: datetime) -> bool:
        """Turn automatic disposition off or on in every worker; see ``auto_switch.turn``."""
        turned = self.writing(lambda open_: turn(open_, on=on, actor=actor, reason=reason, now=now))
        self.switch.forget()
        return turned

    @property
    def engine(self) -> Engine:
        """The database, for the other parts of the store; one engine, so one writer at a time."""
        return self._engine

    def close(self) -> None:
        """Give back every connection."""
        close_engine(self._engine)

    def ping(self) -> None:
        """Return if the database answers.

        Raises
        ------
        StoreUnavailableError
            If it does not.
        """
        with self.reading() as connection:
            connection.execute(select(schema.complaint.c.id).limit(1))

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a connection to read from; "does not answer" is the store's own error."""
        with translated(), self._engine.connect() as connection:
            yield connection

    def writing(self, work: Callable[[Transaction], _T]) -> _T:
        """Do the work in a write transaction, together with what waits beside it."""
        with translated():
            return self._writer.run(work)

    def get(self, disposition_id: UUID, *, viewer: Actor) -> StoredDisposition | None:
        """Return the kept disposition, or None if there is none that the viewer may see."""
        with self.reading() as connection:
            return read_one(connection, disposition_id, viewer)

    def find(self, kept: KeptComplaint, keys: Sequence[Key]) -> Stored | None:
        """Return what was stored before under one of the keys, or None.

        Raises
        ------
        KeyConflictError
            If a key was used for another complaint.
        """
        if not keys:
            return None
        with self.reading() as connection:
            return _find(connection, kept, keys)

    def look(self, kept: KeptComplaint, now: datetime) -> Look:
        """Return which earlier open complaints this one nearly repeats."""
        signature = sign(kept.complaint.text)
        with self.reading() as connection:
            return find_alike(connection, signature, now)

    def save(
        self,
        kept: KeptComplaint,
        disposition: Disposition,
        *,
        keys: Sequence[Key],
        now: datetime,
        look: Look | None = None,
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
        look : Look, optional
            Which earlier complaints it repeats; without it, it stands alone.

        Raises
        ------
        KeyConflictError
            If a key was used for another complaint.
        StoreUnavailableError
            If the database does not answer; nothing was stored.
        """
        answer = kept.move(disposition)
        seen = look or Look(signature=sign(kept.complaint.text))

        def work(transaction: Transaction) -> Stored:
            earlier = _seen(transaction, kept, keys) or _find(transaction.unflushed, kept, keys)
            if earlier is not None:
                return earlier
            row = insert_received(transaction, kept, answer, keys, seen, now)
            group = seen.group_in(answer["region"]["code"]) or row["id"]
            values = {"answer": answer, "version": FIRST_VERSION, "group_id": group}
            stored = compose({**row, **values, "updated_at": row["created_at"]}, [])
            for key in keys:
                transaction.seen[key] = (kept.sha256, stored)
            return Stored(disposition=stored, created=True)

        return self.writing(work)

    def act(
        self, disposition_id: UUID, request: Request, *, actor: Actor, now: datetime, law: LawOf
    ) -> StoredDisposition:
        """Do something about a complaint and return where it stands then.

        Parameters
        ----------
        disposition_id : UUID
            Which one.
        request : Request
            What is done, to which version.
        actor : Actor
            Who does it; also decides whether it can be seen at all.
        now : datetime
            The moment, with a zone.
        law : callable
            Gives the rules for the machine's answer and the moment of receipt.

        Raises
        ------
        NotFoundError
            If there is none that the actor may see.
        LifeError
            If it cannot be done now, or not by this actor, or the version is stale.
        """
        return self.writing(lambda open_: act(open_, disposition_id, request, actor, now, law))

    def page(self, filters: Filters, *, viewer: Actor) -> Page:
        """Return one page of the dispositions that the viewer may see, newest first."""
        with self.reading() as connection:
            return read_page(connection, filters, viewer)

    def open_text(
        self, disposition_id: UUID, *, viewer: Actor, reason: str | None, now: datetime
    ) -> OpenedText:
        """Return the masked text; a protected one needs a reason and the opening is recorded.

        Raises
        ------
        NotFoundError
            If there is none that the viewer may see.
        OpeningReasonError
            If the text is protected, the viewer does not handle it and gives no reason.
        """
        return self.writing(lambda open_: open_text(open_, disposition_id, viewer, reason, now))

    def corrections(self, since: datetime) -> Iterator[CorrectionOut]:
        """Yield what people confirmed or changed since then, for training."""
        with self.reading() as connection:
            yield from read_corrections(connection, since)

    def erase_texts(self, *, older_than: datetime, now: datetime) -> int:
        """Erase the texts of finished complaints whose last change is older; return how many."""
        return self.writing(lambda open_: erase_texts(open_, older_than, now))


LawOf = Callable[[Disposition, datetime], Law]


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


def _seen(transaction: Transaction, kept: KeptComplaint, keys: Sequence[Key]) -> Stored | None:
    """Return what another job of the same transaction stores under one of the keys, or None."""
    found = [(key, *transaction.seen[key]) for key in keys if key in transaction.seen]
    for key, sha256, _ in found:
        if sha256 != kept.sha256:
            raise KeyConflictError(key.name)
    return Stored(disposition=found[0][2], created=False) if found else None


def _find(connection: Connection, kept: KeptComplaint, keys: Sequence[Key]) -> Stored | None:
    found: set[UUID] = set()
    for key in keys:
        values = {"kind": key.kind, "scope": key.scope, "key_sha256": key.sha256}
        row = connection.execute(_USED, values).one_or_none()
        if row is None:
            continue
        if row.body_sha256 != kept.sha256:
            raise KeyConflictError(key.name)
        found.add(row.complaint_id)
    if not found:
        return None
    stored = read_one(connection, min(found), SYSTEM)
    return Stored(disposition=stored, created=False) if stored else None
