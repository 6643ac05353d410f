"""What waits for a national admin, in which order: kept beside every action."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete

from service.life.case import Case
from service.store.desk_schema import waiting
from service.store.writer import Transaction

WAITING: Final = frozenset({"received", "in_review", "returned"})
# From here nobody can confirm a sample.
_UNREACHABLE = frozenset({"waiting_for_completion", "archived"})
_SAMPLE: Final = "audit_sample"
_LAST: Final = 4
_NO_DEADLINE = "9999-12-31"
_AT_ONCE = frozenset({"emergency"})
_GRAVE = frozenset({"whistleblower", "misconduct_suspected"})
_LIGHT = frozenset({"out_of_scope", "duplicate"})


def risk_of(answer: Mapping[str, Any], case: Case) -> int:
    """Return how soon a person should look, 0 (danger to life) to 4 (a sample that went out)."""
    if case.status not in WAITING:
        return _LAST
    codes = {note["code"] for note in (*answer["flags"], *answer["review_reasons"])}
    if codes & _AT_ONCE:
        return 0
    if codes & _GRAVE or case.category == "field_inspection":
        return 1
    return 3 if codes & _LIGHT else 2


def waiting_row(
    complaint_id: UUID, seq: int, group_id: UUID, answer: Mapping[str, Any], case: Case
) -> dict[str, Any] | None:
    """Return the row of the tray, None for a complaint that does not wait there."""
    if case.status not in WAITING and not _is_unchecked_sample(answer, case):
        return None
    return {
        "complaint_id": complaint_id,
        "seq": seq,
        "urgency": f"{risk_of(answer, case)}{case.due_on or _NO_DEADLINE}",
        "status": case.status,
        "category": case.category,
        "topic": case.topic,
        "agency": case.agency,
        "region": case.region,
        "due_on": case.due_on,
        "flags": _joined(note["code"] for note in answer["flags"]),
        "reasons": _joined(note["code"] for note in answer["review_reasons"]),
        "group_id": group_id,
    }


def _is_unchecked_sample(answer: Mapping[str, Any], case: Case) -> bool:
    """Say whether it went out by itself and nobody has confirmed all of it yet."""
    is_sample = any(note["code"] == _SAMPLE for note in answer.get("review_reasons", ()))
    return is_sample and case.status not in _UNREACHABLE and "kind" not in case.confirmed


def enqueue(transaction: Transaction, row: dict[str, Any] | None) -> None:
    """Put a new complaint into the tray if it waits."""
    if row is not None:
        transaction.add(waiting, row)


def requeue(transaction: Transaction, complaint_id: UUID, row: dict[str, Any] | None) -> None:
    """Take a complaint out of the tray, and put it in again if it still waits."""
    mine = delete(waiting).where(waiting.c.complaint_id == complaint_id)
    transaction.connection.execute(mine)
    enqueue(transaction, row)


def _joined(codes: Any) -> str:
    found = dict.fromkeys(codes)
    return f"|{'|'.join(found)}|" if found else ""
