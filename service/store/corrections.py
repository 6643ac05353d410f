"""What people confirmed or changed, as labelled examples; never who did it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, select
from typing_extensions import TypedDict

from service.life.case import Case
from service.store import schema

_BATCH = 500
LABELS = ("kind", "misconduct", "inspection", "topic", "level", "agency", "region")


class MachineOut(TypedDict):
    """What the machine had answered, and with which versions."""

    kind: str
    misconduct: float
    inspection: float
    topic: str
    level: str
    agency: str | None
    region: str | None
    category: str
    decision: str
    model: str
    rules: str


class CorrectionOut(TypedDict):
    """One example for training; a label that nobody confirmed or changed is null."""

    id: str
    source: str
    received_on: str
    judul: str
    isi: str
    kind: str | None
    misconduct: bool | None
    inspection: bool | None
    topic: str | None
    level: str | None
    agency: str | None
    region: str | None
    reason: str | None
    machine: MachineOut


def read_corrections(connection: Connection, since: datetime) -> Iterator[CorrectionOut]:
    """Yield the complaints with a label from a person, last changed since then, in order.

    Left out are complaints whose text was erased, and protected ones: their text is opened one by
    one, with a reason that is recorded.
    """
    standing, complaint = schema.standing, schema.complaint
    proposal, action = schema.proposal, schema.action
    query = (
        select(complaint, proposal.c.answer, action.c.state)
        .join(standing, standing.c.complaint_id == complaint.c.id)
        .join(proposal, proposal.c.complaint_id == complaint.c.id)
        .join(
            action,
            (action.c.complaint_id == complaint.c.id) & (action.c.version == standing.c.version),
        )
        .where(standing.c.updated_at >= since, complaint.c.erased_at.is_(None))
        .where(standing.c.protected.is_(False))
        .order_by(standing.c.seq)
    )
    for row in connection.execution_options(yield_per=_BATCH).execute(query).mappings():
        case = Case.from_json(row["state"])
        if any(name in case.confirmed for name in LABELS):
            yield _correction_of(row["answer"], case, dict(row))


def _correction_of(answer: dict[str, Any], case: Case, row: dict[str, Any]) -> CorrectionOut:
    attributes = answer["attributes"]
    labels = {name: getattr(case, name) if name in case.confirmed else None for name in LABELS}
    correction: Any = {
        "id": str(row["id"]),
        "source": row["source"],
        "received_on": (row["received_at"] or row["created_at"]).date().isoformat(),
        "judul": row["judul"],
        "isi": row["isi"],
        **labels,
        "reason": case.change_reason,
        "machine": {
            "kind": attributes["kind"],
            "misconduct": attributes["misconduct"],
            "inspection": attributes["inspection"],
            "topic": answer["topic"],
            "level": answer["agency"]["level"],
            "agency": answer["agency"]["code"],
            "region": answer["region"]["code"],
            "category": answer["category"],
            "decision": answer["decision"],
            "model": answer["versions"]["model"],
            "rules": answer["versions"]["rules"],
        },
    }
    return cast(CorrectionOut, correction)
