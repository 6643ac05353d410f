"""Erase texts after their period; the record stays and the audit chain still verifies."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, delete, select, update

from service.life.table import FINISHED
from service.store import schema
from service.store.audit import digest_of
from service.store.digests import blank_quotes
from service.store.writer import Transaction

MAX_AT_ONCE = 500  # a short transaction: others wait meanwhile


def erase_texts(transaction: Transaction, older_than: datetime, now: datetime) -> int:
    """Erase the texts of complaints that are finished and were last changed before a moment.

    Gone are title, body, the reporter's own choices, the words that the answer quotes, the notes
    and the likeness. An open complaint keeps its text: somebody must still answer it.

    Returns
    -------
    int
        How many were erased, at most ``MAX_AT_ONCE``: call again until it is 0.
    """
    connection = transaction.connection
    complaint, standing = schema.complaint, schema.standing
    query = (
        select(complaint.c.id)
        .join(standing, standing.c.complaint_id == complaint.c.id)
        .where(
            complaint.c.erased_at.is_(None),
            standing.c.status.in_(FINISHED),
            standing.c.updated_at < older_than,
        )
        .order_by(standing.c.seq)
        .limit(MAX_AT_ONCE)
    )
    ids = connection.execute(query).scalars().all()
    for complaint_id in ids:
        values = {
            "judul": "",
            "isi": "",
            "requested_agency": None,
            "lapor_category": None,
            "channel": None,
            "erased_at": now.astimezone(UTC),
        }
        connection.execute(update(complaint).where(complaint.c.id == complaint_id).values(values))
        _erase_derived(connection, complaint_id)
        digest = digest_of({"erased": complaint_id})
        transaction.chain.append("erased", complaint_id, complaint_id, digest, at=now)
    return len(ids)


def _erase_derived(connection: Connection, complaint_id: object) -> None:
    proposal, action, likeness = schema.proposal, schema.action, schema.likeness
    query = select(proposal.c.id, proposal.c.answer).where(proposal.c.complaint_id == complaint_id)
    for row in connection.execute(query).all():
        answer = blank_quotes(row.answer)
        connection.execute(update(proposal).where(proposal.c.id == row.id).values(answer=answer))
    connection.execute(
        update(action).where(action.c.complaint_id == complaint_id).values(note=None)
    )
    connection.execute(delete(likeness).where(likeness.c.complaint_id == complaint_id))
