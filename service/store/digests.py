"""What the audit chain covers of each record: everything but texts, and those by their hash.

So an erased text leaves every digest as it was.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import RowMapping

from service.store.audit import digest_of

_NO_TEXT = (
    "id",
    "source",
    "tracking_id",
    "sha256",
    "kept_sha256",
    "received_at",
    "region",
    "anonymous",
    "secret",
    "created_at",
)
_ACTION = (
    "id",
    "complaint_id",
    "version",
    "action",
    "actor_kind",
    "actor_id",
    "actor_role",
    "reason",
    "note_sha256",
    "details",
    "state",
    "created_at",
)
_OPENING = ("id", "complaint_id", "actor_kind", "actor_id", "actor_role", "reason", "created_at")

_Row = RowMapping | dict[str, Any]


def received_digest(complaint: _Row, proposal_id: object, answer: dict[str, Any]) -> str:
    """Return the digest of a complaint together with the machine's proposal."""
    return digest_of(
        {
            "complaint": {name: complaint[name] for name in _NO_TEXT},
            "proposal": proposal_id,
            "answer": without_quotes(answer),
        }
    )


def action_digest(row: _Row) -> str:
    """Return the digest of an action."""
    return digest_of({name: row[name] for name in _ACTION})


def opening_digest(row: _Row) -> str:
    """Return the digest of an opening."""
    return digest_of({name: row[name] for name in _OPENING})


def without_quotes(answer: dict[str, Any]) -> dict[str, Any]:
    """Return the answer without the citizen's words that it quotes."""
    explanation = dict(answer["explanation"])
    for name in ("terms", "cues"):
        explanation[name] = [
            {key: value for key, value in item.items() if key != "text"}
            for item in explanation[name]
        ]
    return {**answer, "explanation": explanation}


def blank_quotes(answer: dict[str, Any]) -> dict[str, Any]:
    """Return the answer with every quotation empty; spans and weights stay."""
    blank = without_quotes(answer)
    for name in ("terms", "cues"):
        blank["explanation"][name] = [{**item, "text": ""} for item in blank["explanation"][name]]
    return blank
