"""The notices that still count, as the desk and the API show them to who may see the complaint."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, false, or_, select
from typing_extensions import TypedDict

from service.actors import Actor
from service.auth.roles import ADMIN_NASIONAL, AUDITOR
from service.cursors import read_cursor, refused_cursor, write_cursor
from service.store import schema
from service.store.monitoring_schema import notice
from service.store.reading import iso
from service.store.visibility import visible_to

MAX_LIMIT = 200
_SEE_ALARMS = frozenset({ADMIN_NASIONAL, AUDITOR})


class NoticeOut(TypedDict):
    """One notice; of an alarm ``complaint_id`` is null and ``due_on`` the Monday of its week."""

    id: int
    complaint_id: str | None
    tracking_id: str | None
    kind: str
    clock: str
    step: int
    to_role: str
    agency: str | None
    unit: str | None
    due_on: str
    noticed_on: str
    detail: dict[str, Any] | None
    created_at: str


class NoticePage(TypedDict):
    """Part of a list, newest first; ``next_cursor`` is null on the last one."""

    items: list[NoticeOut]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFilters:
    """What a list holds; None takes everything.

    Attributes
    ----------
    kind, clock, to_role, agency : str or None
    complaint_id : UUID or None
    limit : int
        Rows on a page, 1 to 200.
    cursor : str or None
        ``next_cursor`` of the page before.
    """

    kind: str | None = None
    clock: str | None = None
    to_role: str | None = None
    agency: str | None = None
    complaint_id: UUID | None = None
    limit: int = 50
    cursor: str | None = None


def read_notices(connection: Connection, filters: NoticeFilters, viewer: Actor) -> NoticePage:
    """Return one page of the notices that still count and that the viewer may see."""
    complaint, standing = schema.complaint, schema.standing
    conditions: list[ColumnElement[bool]] = [notice.c.ended_at.is_(None), _visible(viewer)]
    for name in ("kind", "clock", "to_role", "agency", "complaint_id"):
        value = getattr(filters, name)
        if value is not None:
            conditions.append(notice.c[name] == value)
    if filters.cursor is not None:
        conditions.append(notice.c.id < _read_id(filters.cursor))
    query = (
        select(notice, complaint.c.tracking_id)
        .outerjoin(standing, standing.c.complaint_id == notice.c.complaint_id)
        .outerjoin(complaint, complaint.c.id == notice.c.complaint_id)
        .where(*conditions)
        .order_by(notice.c.id.desc())
        .limit(filters.limit + 1)
    )
    rows = connection.execute(query).mappings().all()
    shown = [_out(row) for row in rows[: filters.limit]]
    last = write_cursor(f"n{shown[-1]['id']}") if len(rows) > len(shown) else None
    return {"items": shown, "next_cursor": last}


def _read_id(cursor: str) -> int:
    text = read_cursor(cursor)
    if not re.fullmatch(r"n[0-9]{1,18}", text):
        raise refused_cursor()
    return int(text[1:])


def _visible(viewer: Actor) -> ColumnElement[bool]:
    of_complaint = and_(notice.c.complaint_id.is_not(None), visible_to(viewer))
    sees_alarms = viewer.kind == "system" or viewer.role in _SEE_ALARMS
    alarm = notice.c.complaint_id.is_(None) if sees_alarms else false()
    return or_(of_complaint, alarm)


def _out(row: Mapping[Any, Any]) -> NoticeOut:
    complaint_id = row["complaint_id"]
    return {
        "id": row["id"],
        "complaint_id": str(complaint_id) if complaint_id else None,
        "tracking_id": row["tracking_id"],
        "kind": row["kind"],
        "clock": row["clock"],
        "step": row["step"],
        "to_role": row["to_role"],
        "agency": row["agency"],
        "unit": row["unit"],
        "due_on": row["due_on"],
        "noticed_on": row["noticed_on"],
        "detail": row["detail"],
        "created_at": iso(row["created_at"]),
    }
