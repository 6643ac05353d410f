"""Write what comes in: complaint, proposal, used keys, standing, and the link in the chain."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

from service.disposition import Disposition
from service.events.outbox import tell_created
from service.life.case import Case, first_case
from service.store import schema
from service.store.alike import Look, bands_of
from service.store.digests import received_digest
from service.store.ids import make_id
from service.store.kept import KeptComplaint
from service.store.keys import Key
from service.store.queue import enqueue, waiting_row
from service.store.writer import Transaction

FIRST_VERSION = 1
_WHISTLEBLOWER = "whistleblower"


def insert_received(
    transaction: Transaction,
    kept: KeptComplaint,
    answer: Disposition,
    keys: Sequence[Key],
    look: Look,
    now: datetime,
) -> dict[str, Any]:
    """Insert everything about a new complaint and return its row."""
    complaint = kept.complaint
    row: dict[str, Any] = {
        "id": make_id(now),
        "source": complaint.source,
        "tracking_id": complaint.tracking_id,
        "judul": complaint.judul,
        "isi": complaint.isi,
        "sha256": answer["complaint_sha256"],
        "received_at": complaint.received_at,
        "region": complaint.region,
        "requested_agency": complaint.requested_agency,
        "lapor_category": complaint.lapor_category,
        "channel": complaint.channel,
        "anonymous": complaint.anonymous,
        "secret": complaint.secret,
        "created_at": now.astimezone(UTC),
        "kept_sha256": kept.sha256,
    }
    transaction.add(schema.complaint, row)
    proposal_id = make_id(now)
    proposal = {
        "id": proposal_id,
        "complaint_id": row["id"],
        "answer": answer,
        "created_at": now,
        **answer["versions"],
    }
    transaction.add(schema.proposal, proposal)
    transaction.add(schema.used_key, *(_key_row(key, kept, row["id"], now) for key in keys))
    group_id = look.group_in(answer["region"]["code"]) or row["id"]
    seq = record(transaction, row, proposal_id, answer, group_id=group_id)
    waits = waiting_row(row["id"], seq, group_id, cast(dict[str, Any], answer), first_case(answer))
    enqueue(transaction, waits)
    transaction.add(schema.likeness, *bands_of(row["id"], look.signature))
    tell_created(transaction, row, first_case(answer), answer["decision"])
    return row


def record(
    transaction: Transaction,
    row: dict[str, Any],
    proposal_id: UUID,
    answer: Disposition,
    *,
    group_id: UUID | None,
) -> int:
    """Add the link for a complaint with its proposal, and its standing; return its number."""
    digest = received_digest(row, proposal_id, cast(dict[str, Any], answer))
    complaint_id, at = row["id"], row["created_at"]
    seq = transaction.chain.append("received", complaint_id, complaint_id, digest, at=at)
    codes = [flag["code"] for flag in answer["flags"]]
    values = {
        "complaint_id": complaint_id,
        "seq": seq,
        "version": FIRST_VERSION,
        "decision": answer["decision"],
        "flags": f"|{'|'.join(codes)}|" if codes else "",
        "protected": row["secret"] or _WHISTLEBLOWER in codes,
        "source": row["source"],
        "group_id": group_id or complaint_id,
        "updated_at": at,
        **standing_of(first_case(answer)),
    }
    transaction.add(schema.standing, values)
    return seq


def standing_of(case: Case) -> dict[str, Any]:
    """Return the columns of ``standing`` that follow the case."""
    names = ("status", "tray", "category", "topic", "agency", "unit", "region", "due_on")
    return {name: getattr(case, name) for name in names}


def _key_row(key: Key, kept: KeptComplaint, complaint_id: UUID, now: datetime) -> dict[str, Any]:
    return {
        "id": make_id(now),
        "kind": key.kind,
        "scope": key.scope,
        "key_sha256": key.sha256,
        "body_sha256": kept.sha256,
        "complaint_id": complaint_id,
        "created_at": now,
    }
