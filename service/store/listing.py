"""Lists of dispositions: filters, one page at a time, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Dialect, RowMapping, select
from typing_extensions import TypedDict

from service.actors import Actor
from service.cursors import read_cursor, refused_cursor, write_cursor
from service.life.table import lapor_status
from service.store import schema
from service.store.reading import iso
from service.store.searching import with_reason, with_region, with_words
from service.store.visibility import visible_to

MAX_LIMIT = 200
_MAX_CURSOR_CHARS = 18
_EQUAL = ("status", "tray", "agency", "unit", "category", "topic", "decision", "source")


class RowOut(TypedDict):
    """One line of a list: where a complaint stands now."""

    id: str
    tracking_id: str | None
    source: str
    status: str
    lapor_status: str
    tray: str
    version: int
    decision: str
    category: str
    topic: str
    agency: str | None
    unit: str | None
    region: str | None
    due_on: str | None
    flags: list[str]
    group_id: str
    created_at: str
    updated_at: str


class Page(TypedDict):
    """Part of a list; ``next_cursor`` is null on the last one."""

    items: list[RowOut]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a list holds; None takes everything.

    Attributes
    ----------
    region : str or None
        Kemendagri code of the place; a province takes in what lies in it.
    due_before, due_after : date or None
        Last day in time: before, and after, these days; without a deadline neither matches.
    flag, reason : str or None
        Codes of a flag, and of a reason for review, that the machine gave.
    words : str or None
        Words of the masked text, which must all be there; a text that the viewer could open only
        with a reason does not match.
    group : UUID or None
        Complaints that repeat each other.
    limit : int
        Rows on a page, 1 to 200.
    cursor : str or None
        ``next_cursor`` of the page before.
    """

    status: str | None = None
    tray: str | None = None
    agency: str | None = None
    unit: str | None = None
    category: str | None = None
    topic: str | None = None
    region: str | None = None
    decision: str | None = None
    source: str | None = None
    due_before: date | None = None
    due_after: date | None = None
    flag: str | None = None
    reason: str | None = None
    words: str | None = None
    group: UUID | None = None
    limit: int = 50
    cursor: str | None = None


def read_page(connection: Connection, filters: Filters, viewer: Actor) -> Page:
    """Return one page; the cursor stays right while rows come in and clocks are set back."""
    standing, complaint = schema.standing, schema.complaint
    query = (
        select(standing, complaint.c.tracking_id, complaint.c.created_at)
        .join(complaint, complaint.c.id == standing.c.complaint_id)
        .where(visible_to(viewer), *_conditions(filters, viewer, connection.dialect))
        .order_by(standing.c.seq.desc())
        .limit(filters.limit + 1)
    )
    rows = connection.execute(query).mappings().all()
    shown = rows[: filters.limit]
    return {
        "items": [_row_of(row) for row in shown],
        "next_cursor": write_cursor(f"s{shown[-1]['seq']}") if len(rows) > len(shown) else None,
    }


def _conditions(filters: Filters, viewer: Actor, dialect: Dialect) -> Iterator[ColumnElement[bool]]:
    columns = schema.standing.c
    for name in _EQUAL:
        value = getattr(filters, name)
        if value is not None:
            yield columns[name] == value
    if filters.region is not None:
        yield with_region(filters.region)
    if filters.due_before is not None:
        yield columns.due_on < filters.due_before.isoformat()
    if filters.due_after is not None:
        yield columns.due_on > filters.due_after.isoformat()
    if filters.flag is not None:
        yield columns.flags.contains(f"|{filters.flag}|", autoescape=True)
    if filters.reason is not None:
        yield with_reason(filters.reason, dialect)
    if filters.words is not None:
        yield with_words(filters.words, viewer)
    if filters.group is not None:
        yield columns.group_id == filters.group
    if filters.cursor is not None:
        yield columns.seq < _read_seq(filters.cursor)


def _read_seq(cursor: str) -> int:
    text = read_cursor(cursor)
    if not text.startswith("s") or not text[1:].isdecimal() or len(text) > _MAX_CURSOR_CHARS:
        raise refused_cursor()
    return int(text[1:])


def _row_of(row: RowMapping) -> RowOut:
    values: dict[str, Any] = {**row}
    return {
        "id": str(values["complaint_id"]),
        "tracking_id": values["tracking_id"],
        "source": values["source"],
        "status": values["status"],
        "lapor_status": lapor_status(values["status"]),
        "tray": values["tray"],
        "version": values["version"],
        "decision": values["decision"],
        "category": values["category"],
        "topic": values["topic"],
        "agency": values["agency"],
        "unit": values["unit"],
        "region": values["region"],
        "due_on": values["due_on"],
        "flags": [code for code in values["flags"].split("|") if code],
        "group_id": str(values["group_id"]),
        "created_at": iso(values["created_at"]),
        "updated_at": iso(values["updated_at"]),
    }
