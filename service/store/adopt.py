"""Take the rows of the first release into the audit chain; used once, by migration 0002."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from service.complaint import Complaint
from service.likeness import sign
from service.store import schema
from service.store.alike import bands_of
from service.store.kept import kept_sha256, text_sha256
from service.store.received import record
from service.store.writer import Transaction


def adopt_all(connection: Connection) -> None:
    """Give every complaint its hashes, its link and its standing, in the order of receipt."""
    transaction = Transaction(connection)
    complaint, proposal = schema.complaint, schema.proposal
    for found in connection.execute(select(complaint).order_by(complaint.c.id)).mappings().all():
        row = dict(found)
        row["sha256"] = text_sha256(row["judul"], row["isi"])
        row["kept_sha256"] = kept_sha256(complaint_of(row))
        values = {name: row[name] for name in ("sha256", "kept_sha256")}
        connection.execute(update(complaint).where(complaint.c.id == row["id"]).values(values))
        query = select(proposal.c.id, proposal.c.answer)
        query = query.where(proposal.c.complaint_id == row["id"]).order_by(proposal.c.id).limit(1)
        first = connection.execute(query).one()
        record(transaction, row, first.id, first.answer, group_id=None)
        signature = sign(f"{row['judul']}\n{row['isi']}")
        transaction.add(schema.likeness, *bands_of(row["id"], signature))
        transaction.flush()


def complaint_of(row: dict[str, object]) -> Complaint:
    """Return the masked complaint of a row."""
    names = Complaint.__dataclass_fields__
    return Complaint(**{name: row[name] for name in names})  # type: ignore[arg-type]  # its columns
