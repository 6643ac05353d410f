"""Everything that the page of one complaint shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from service.actors import Actor
from service.auth.visibility import answers_for
from service.desk.copying import as_text
from service.desk.due import Due, due_of, reminder_reach
from service.desk.marks import Piece, pieces_of
from service.desk.person import Desk
from service.life.table import NATIONAL, ROWS
from service.store.errors import NotFoundError, OpeningReasonError
from service.store.folder import read_receipt, read_similar
from service.store.queue import WAITING
from service.store.repository import StoredDisposition

# The order of the buttons; undo is elsewhere and "archive" last.
_SHOWN = (
    "accept",
    "change",
    "return",
    "transfer",
    "request_completion",
    "completed_by_reporter",
    "respond",
    "close",
    "reopen",
    "note",
    "archive",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The masked text of a complaint in marked pieces; ``erased`` once it is gone."""

    judul: tuple[Piece, ...]
    isi: tuple[Piece, ...]
    erased: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """One complaint for one viewer.

    Attributes
    ----------
    stored : StoredDisposition
        Proposal, what counts now, history.
    receipt : mapping
        How it came.
    words : Words or None
        None where the text is protected and no reason was given.
    due : Due
    actions : tuple of str
        What the viewer may do now, in the order of the buttons.
    reasons : dict
        For each action the codes of which one must be given.
    fields : frozenset of str
        What a change may name.
    choices : tuple of mapping
        The bodies of the keys 1 to 3: alternatives that are not responsible already.
    changed : frozenset of str
        What counts now and was not what the machine said.
    similar : sequence of mapping
    copy_text : str
        For the source system.
    """

    stored: StoredDisposition
    receipt: Any
    words: Words | None
    due: Due
    actions: tuple[str, ...]
    reasons: dict[str, tuple[str, ...]]
    fields: frozenset[str]
    choices: tuple[Any, ...]
    changed: frozenset[str]
    similar: Sequence[Any]
    copy_text: str


def read_case(desk: Desk, complaint_id: UUID, *, reason: str | None = None) -> CaseView:
    """Return the complaint as the viewer may see it.

    Parameters
    ----------
    reason : str, optional
        Why a protected text is opened; the opening is recorded.

    Raises
    ------
    NotFoundError
        If there is none that the viewer may see.
    """
    stored = desk.store.get(complaint_id, viewer=desk.actor)
    if stored is None:
        raise NotFoundError
    current = stored["current"]
    words = _open(desk, complaint_id, stored, reason)
    with desk.store.reading() as connection:
        receipt = read_receipt(connection, complaint_id, desk.actor)
        similar = read_similar(
            connection,
            complaint_id,
            topic=current["topic"],
            region=current["region"],
            viewer=desk.actor,
        )
    if receipt is None:
        raise NotFoundError
    today = desk.now.date()
    reach = reminder_reach(desk.scorer.ruleset, today)
    rows = rows_for(desk.actor, stored["status"], current["agency"])
    return CaseView(
        stored=stored,
        receipt=receipt,
        words=words,
        due=due_of(current["due_on"], today=today, reach=reach.get(current["category"])),
        actions=tuple(name for name in _SHOWN if name in rows and _is_wanted(name, desk, stored)),
        reasons={name: rows[name].reasons for name in rows},
        fields=rows["change"].fields if "change" in rows else frozenset(),
        choices=tuple(
            other
            for other in stored["alternatives"]
            if other["code"] and other["code"] != current["agency"]
        )[:3],
        changed=_changed(stored),
        similar=similar,
        copy_text=as_text(stored, desk.names),
    )


def rows_for(actor: Actor, status: str, agency: str | None) -> dict[str, Any]:
    """Return the row of the state table for each action that is open to somebody."""
    if "act" not in actor.scopes or not answers_for(actor, agency):
        return {}
    found: dict[str, Any] = {}
    for row in ROWS:
        if status in row.start and actor.acts_as in row.who:
            found.setdefault(row.action, row)
    return found


def _is_wanted(action: str, desk: Desk, stored: StoredDisposition) -> bool:
    """Leave out what is allowed and has no sense: a second look at what is no audit sample."""
    if action != "accept" or desk.actor.role != NATIONAL or stored["status"] in WAITING:
        return True
    is_sample = any(note["code"] == "audit_sample" for note in stored["review_reasons"])
    return is_sample and "kind" not in stored["current"]["confirmed"]


def _open(
    desk: Desk, complaint_id: UUID, stored: StoredDisposition, reason: str | None
) -> Words | None:
    try:
        text = desk.store.open_text(complaint_id, viewer=desk.actor, reason=reason, now=desk.now)
    except OpeningReasonError:
        return None
    return Words(
        judul=tuple(pieces_of(text.judul, "judul", stored)),
        isi=tuple(pieces_of(text.isi, "isi", stored)),
        erased=text.erased,
    )


def _changed(stored: StoredDisposition) -> frozenset[str]:
    current, agency = stored["current"], stored["agency"]
    before: dict[str, Any] = {
        "category": stored["category"],
        "topic": stored["topic"],
        "agency": agency["code"],
        "unit": agency["unit"],
        "region": stored["region"]["code"],
        "kind": stored["attributes"]["kind"],
    }
    now: dict[str, Any] = {**current}
    return frozenset(name for name, value in before.items() if now[name] != value)
