"""The wire form of an event: CloudEvents 1.0 as JSON, structured mode."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from service.events.sending import Message
from service.events.types import TEST
from service.store.reading import iso

SOURCE: Final = "/disposisi"  # source and id together name an event


def message_of(event: Mapping[Any, Any]) -> Message:
    """Return what is sent of a row of the outbox; the same bytes at every attempt."""
    data = event["data"]
    return _message(
        event["id"], event["type"], event["created_at"], data, f"/v1/dispositions/{data['id']}"
    )


def make_test_message(event_id: UUID, now: datetime) -> Message:
    """Return a message that tells of nothing, to see whether a target takes it."""
    return _message(event_id, TEST, now, {}, None)


def _message(
    event_id: UUID, kind: str, at: datetime, data: Mapping[str, Any], subject: str | None
) -> Message:
    event = {
        "specversion": "1.0",
        "id": str(event_id),
        "source": SOURCE,
        "type": kind,
        "time": iso(at),
        "datacontenttype": "application/json",
    }
    if subject is not None:
        event["subject"] = subject
    body = json.dumps({**event, "data": data}, ensure_ascii=False, separators=(",", ":"))
    return Message(id=str(event_id), body=body.encode())
