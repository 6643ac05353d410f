"""What an agency has to do: its own complaints by deadline, and how many stand where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, RowMapping, case, func, select

from service.actors import Actor
from service.store import schema
from service.store.visibility import visible_to

PAGE: Final = 50
# The tabs of the page, in order: where a complaint lies for an agency.
SECTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "tindakan": ("disposed", "followed_up"),
    "kelengkapan": ("waiting_for_completion",),
    "dijawab": ("answered",),
    "selesai": ("closed", "archived"),
}
_NO_DEADLINE = "9999-12-31"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyCounts:
    """How many complaints lie in each section, and how many of the first are overdue."""

    by_section: Mapping[str, int]
    overdue: int


def read_agency_list(
    connection: Connection,
    viewer: Actor,
    section: str,
    *,
    today: date,
    reach: Mapping[str, str],
    agency: str | None = None,
    offset: int = 0,
) -> Sequence[RowMapping]:
    """Return a section: overdue ones, reminded ones, then by deadline; finished ones newest first.

    Parameters
    ----------
    section : str
        A key of ``SECTIONS``.
    today : date
    reach : mapping of str to str
        By class the day (ISO) up to which what is due was reminded of.
    agency : str, optional
        One body only, of those that the viewer sees.
    offset : int, default=0
        How many rows are left out; one more than a page comes where there is a next one.
    """
    standing, complaint = schema.standing, schema.complaint
    due = func.coalesce(standing.c.due_on, _NO_DEADLINE)
    order: list[ColumnElement[Any]] = [_front(today, reach), due]
    if section == "selesai":
        order = [standing.c.updated_at.desc()]
    query = (
        select(standing, complaint.c.judul, complaint.c.isi, complaint.c.tracking_id)
        .join(complaint, complaint.c.id == standing.c.complaint_id)
        .where(*_conditions(viewer, agency), standing.c.status.in_(SECTIONS[section]))
        .order_by(*order, standing.c.seq)
        .offset(offset)
        .limit(PAGE + 1)
    )
    return connection.execute(query).mappings().all()


def count_agency_list(
    connection: Connection, viewer: Actor, *, today: date, agency: str | None = None
) -> AgencyCounts:
    """Return the counts of every section."""
    standing = schema.standing
    late = func.count().filter(standing.c.due_on < today.isoformat())
    query = (
        select(standing.c.status, func.count().label("size"), late.label("late"))
        .where(*_conditions(viewer, agency))
        .group_by(standing.c.status)
    )
    rows = {row.status: row for row in connection.execute(query)}
    return AgencyCounts(
        by_section={
            name: sum(rows[status].size for status in statuses if status in rows)
            for name, statuses in SECTIONS.items()
        },
        overdue=sum(rows[status].late for status in SECTIONS["tindakan"] if status in rows),
    )


def _front(today: date, reach: Mapping[str, str]) -> ColumnElement[int]:
    standing = schema.standing
    reminded = [
        (standing.c.category == category) & (standing.c.due_on <= day)
        for category, day in reach.items()
    ]
    return case(
        (standing.c.due_on < today.isoformat(), 0), *((found, 1) for found in reminded), else_=2
    )


def _conditions(viewer: Actor, agency: str | None) -> list[ColumnElement[bool]]:
    standing = schema.standing
    found = [visible_to(viewer), standing.c.tray == "agency"]
    if agency is not None:
        found.append(standing.c.agency == agency)
    return found
