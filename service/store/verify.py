"""Prove that nothing recorded was altered, removed or put in another order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, select

from service.life.case import Case, first_case
from service.store import schema
from service.store.adopt import complaint_of
from service.store.audit import GENESIS, Link, broken_links, digest_of
from service.store.auto_switch import EVENT, switch_digest
from service.store.desk_schema import waiting
from service.store.digests import action_digest, opening_digest, received_digest
from service.store.kept import kept_sha256, text_sha256
from service.store.queue import waiting_row
from service.store.received import FIRST_VERSION, standing_of
from service.store.switch_schema import auto_switch

_BATCH = 1000


def find_damage(connection: Connection, *, anchor: Link | None = None) -> Iterator[str]:
    """Yield what is wrong, one line each; nothing means that everything verifies.

    Parameters
    ----------
    connection : Connection
        A transaction that only reads.
    anchor : Link, optional
        An end of the chain that was noted elsewhere: without one, rows cut off the very end
        together with their records cannot be missed.
    """
    yield from broken_links(connection)
    if anchor is not None:
        yield from _against(connection, anchor)
    expected = _Expected(connection)
    yield from expected.check("received", schema.complaint, _complaint_digest(connection))
    yield from expected.check("action", schema.action, action_digest)
    yield from expected.check("opening", schema.opening, opening_digest)
    yield from expected.check(EVENT, auto_switch, switch_digest)
    yield from expected.left_over()
    yield from _altered_texts(connection)
    yield from _wrong_standings(connection)
    yield from _wrong_tray(connection)


def _against(connection: Connection, anchor: Link) -> Iterator[str]:
    table = schema.audit
    query = select(table.c.hash).where(table.c.seq == anchor.seq)
    found = connection.execute(query).scalar_one_or_none() if anchor.seq else GENESIS
    if found != anchor.hash:
        yield f"audit {anchor.seq}: is not the row that was noted"


class _Expected:
    """The digests that the chain holds, against those of the records."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        table = schema.audit
        query = select(table.c.event, table.c.record_id, table.c.seq, table.c.digest)
        self._links: dict[tuple[str, UUID], tuple[int, str]] = {
            (row.event, row.record_id): (row.seq, row.digest)
            for row in connection.execution_options(yield_per=_BATCH).execute(query)
        }

    def check(
        self, event: str, table: Table, digest: Callable[[dict[str, Any]], str]
    ) -> Iterator[str]:
        """Yield the records of one table that the chain does not know or knows otherwise."""
        query = select(table).order_by(table.c.id)
        connection = self._connection.execution_options(yield_per=_BATCH)
        for batch in connection.execute(query).mappings().partitions():
            for row in batch:
                link = self._links.pop((event, row["id"]), None)
                if link is None:
                    yield f"{table.name} {row['id']}: no audit row knows it"
                elif link[1] != digest(dict(row)):
                    yield f"{table.name} {row['id']}: was altered after audit {link[0]}"

    def left_over(self) -> Iterator[str]:
        """Yield the links whose record is gone."""
        for (event, record_id), (seq, digest) in sorted(
            self._links.items(), key=lambda item: item[1]
        ):
            if event == "erased":
                yield from self._erased(record_id, seq, digest)
            else:
                yield f"audit {seq}: its record {event} {record_id} is missing"

    def _erased(self, record_id: UUID, seq: int, digest: str) -> Iterator[str]:
        complaint = schema.complaint
        query = select(complaint.c.erased_at).where(complaint.c.id == record_id)
        is_erased = self._connection.execute(query).scalar_one_or_none() is not None
        if not is_erased or digest != digest_of({"erased": record_id}):
            yield f"audit {seq}: the erasing of {record_id} does not hold"


def _complaint_digest(connection: Connection) -> Callable[[dict[str, Any]], str]:
    proposal = schema.proposal

    def digest(row: dict[str, Any]) -> str:
        query = select(proposal.c.id, proposal.c.answer)
        query = query.where(proposal.c.complaint_id == row["id"]).order_by(proposal.c.id)
        found = connection.execute(query).all()
        # One proposal each: a second one, slipped in, makes the digest another.
        if len(found) != 1:
            return ""
        return received_digest(row, found[0].id, found[0].answer)

    return digest


def _altered_texts(connection: Connection) -> Iterator[str]:
    """Yield texts that do not have the hash that the chain covers."""
    complaint, action, audit = schema.complaint, schema.action, schema.audit
    erased = {
        row.record_id
        for row in connection.execute(select(audit.c.record_id).where(audit.c.event == "erased"))
    }
    reading = connection.execution_options(yield_per=_BATCH)
    for row in reading.execute(select(complaint)).mappings():
        if (row["id"] in erased) != (row["erased_at"] is not None):
            yield f"complaint {row['id']}: its text was erased without a record of it"
        elif row["id"] not in erased and (
            text_sha256(row["judul"], row["isi"]) != row["sha256"]
            or kept_sha256(complaint_of(dict(row))) != row["kept_sha256"]
        ):
            yield f"complaint {row['id']}: its text was altered"
    query = select(action.c.id, action.c.complaint_id, action.c.note, action.c.note_sha256)
    for note in reading.execute(query.where(action.c.note_sha256.is_not(None))):
        if note.complaint_id not in erased and (
            note.note is None or digest_of(note.note) != note.note_sha256
        ):
            yield f"action {note.id}: its note was altered"


def _wrong_standings(connection: Connection) -> Iterator[str]:
    """Yield where the lists say something else than the records."""
    standing, action, proposal = schema.standing, schema.action, schema.proposal
    query = (
        select(standing, proposal.c.answer, action.c.state)
        .join(proposal, proposal.c.complaint_id == standing.c.complaint_id)
        .outerjoin(
            action,
            (action.c.complaint_id == standing.c.complaint_id)
            & (action.c.version == standing.c.version),
        )
    )
    for row in connection.execution_options(yield_per=_BATCH).execute(query).mappings():
        first = standing_of(first_case(row["answer"]))
        state = row["state"] or (first if row["version"] == FIRST_VERSION else {})
        if any(state.get(name) != row[name] for name in first):
            yield f"standing {row['complaint_id']}: does not follow from the records"


def _wrong_tray(connection: Connection) -> Iterator[str]:
    """Yield where the tray of the review desk holds something else than what waits."""
    standing, action, proposal = schema.standing, schema.action, schema.proposal
    shown = {f"shown_{column.name}": column for column in waiting.c}
    query = (
        select(standing, proposal.c.answer, action.c.state)
        .add_columns(*(column.label(name) for name, column in shown.items()))
        .join(proposal, proposal.c.complaint_id == standing.c.complaint_id)
        .outerjoin(waiting, waiting.c.complaint_id == standing.c.complaint_id)
        .outerjoin(
            action,
            (action.c.complaint_id == standing.c.complaint_id)
            & (action.c.version == standing.c.version),
        )
    )
    for row in connection.execution_options(yield_per=_BATCH).execute(query).mappings():
        case = Case.from_json(row["state"]) if row["state"] else first_case(row["answer"])
        ids = (row["complaint_id"], row["seq"], row["group_id"])
        wanted = waiting_row(*ids, row["answer"], case)
        found = {column.name: row[name] for name, column in shown.items()}
        if found != (wanted or dict.fromkeys(found)):
            yield f"waiting {row['complaint_id']}: does not follow from the records"
