"""What was done about a complaint so far, and what of it still counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from service.life.case import Case

RECEIVED = "received"  # the machine's proposal, as the beginning of a history


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """An action that was done: what it was, who did it and when, and the case after it."""

    action: str
    actor_id: str
    at: datetime
    case: Case


def opening(first: Case, opened_at: datetime) -> Past:
    """Return the machine's proposal as the beginning of a history."""
    return Past(action=RECEIVED, actor_id="", at=opened_at, case=first)


def effective(past: Sequence[Past]) -> list[Past]:
    """Return the actions that count: without undone ones and without the undoing."""
    kept: list[Past] = []
    for done in past:
        if done.action == "undo":
            kept.pop()
        else:
            kept.append(done)
    return kept
