"""The tray of the national admins: what waits, by risk and deadline, one page at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, RowMapping, func, or_, select, tuple_

from service.actors import Actor
from service.auth.roles import ADMIN_NASIONAL, AUDITOR
from service.store import schema
from service.store.desk_schema import waiting
from service.store.errors import NotFoundError
from service.store.queue import WAITING

PAGE: Final = 50
DUE: Final = ("lewat", "hari_ini", "tujuh_hari")
_FACETS = 300  # of bodies and places
_SEES = frozenset({ADMIN_NASIONAL, AUDITOR})


@dataclass(frozen=True, slots=True, kw_only=True)
class TrayFilters:
    """What of the tray is shown; None takes everything.

    Attributes
    ----------
    category, agency, topic : str or None
    region : str or None
        A province takes its regencies and cities with it.
    flag, reason : str or None
        Codes of the machine's flags and reasons for review.
    due : str or None
        ``lewat`` (overdue), ``hari_ini`` (today), ``tujuh_hari`` (within seven days).
    status : str or None
        ``returned`` shows what agencies have given back.
    group : UUID or None
        Complaints that repeat each other.
    """

    category: str | None = None
    agency: str | None = None
    topic: str | None = None
    region: str | None = None
    flag: str | None = None
    reason: str | None = None
    due: str | None = None
    status: str | None = None
    group: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in the order of the tray a complaint stands."""

    urgency: str
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many wait, and how many of them are overdue."""

    total: int
    overdue: int


def check_viewer(viewer: Actor) -> None:
    """Refuse whoever may not look into the national tray.

    Raises
    ------
    NotFoundError
        For every other role: for them there is no such tray.
    """
    if viewer.kind != "person" or viewer.role not in _SEES:
        raise NotFoundError


def read_tray(
    connection: Connection,
    filters: TrayFilters,
    *,
    today: date,
    after: Place | None = None,
    limit: int = PAGE,
) -> Sequence[RowMapping]:
    """Return rows in the order of the desk, with the masked text and the machine's answer.

    One row more than ``limit`` comes where there is a next page.
    """
    complaint, proposal, standing = schema.complaint, schema.proposal, schema.standing
    page = (
        select(waiting)
        .where(*_conditions(filters, today), *_behind(after))
        .order_by(waiting.c.urgency, waiting.c.seq)
        .limit(limit + 1)
        .subquery()
    )
    query = (
        select(page, complaint.c.judul, complaint.c.isi, complaint.c.tracking_id)
        .add_columns(complaint.c.source, complaint.c.received_at, complaint.c.created_at)
        .add_columns(standing.c.version, standing.c.protected, standing.c.unit, proposal.c.answer)
        .join(complaint, complaint.c.id == page.c.complaint_id)
        .join(standing, standing.c.complaint_id == page.c.complaint_id)
        .join(proposal, proposal.c.complaint_id == page.c.complaint_id)
        .order_by(page.c.urgency, page.c.seq)
    )
    return connection.execute(query).mappings().all()


def count_tray(connection: Connection, filters: TrayFilters, *, today: date) -> Counts:
    """Return how many the filters leave."""
    late = (waiting.c.due_on < today.isoformat()) & waiting.c.status.in_(sorted(WAITING))
    overdue = func.count().filter(late)
    query = select(func.count().label("total"), overdue.label("overdue")).select_from(waiting)
    found = connection.execute(query.where(*_conditions(filters, today))).one()
    return Counts(total=found.total, overdue=found.overdue)


def read_facets(connection: Connection) -> Mapping[str, Sequence[tuple[str, int]]]:
    """Return for each filter its codes with how many of the whole tray have them, most first."""
    found = {name: _sizes(connection, waiting.c[name]) for name in ("agency", "topic", "region")}
    few = ("category", "status", "flags", "reasons")  # few combinations: one way over the table
    columns = [waiting.c[name] for name in few]
    query = select(*columns, func.count().label("size")).group_by(*columns)
    rows = connection.execute(query).mappings().all()
    for name in few:
        found[name] = _apart([(row[name], row["size"]) for row in rows])
    return {name: sizes[:_FACETS] for name, sizes in found.items()}


def next_of(
    connection: Connection, filters: TrayFilters, *, today: date, after: Place | None
) -> UUID | None:
    """Return the complaint that stands behind a place, or the first one at the end."""
    for place in (after, None) if after else (None,):
        query = (
            select(waiting.c.complaint_id)
            .where(*_conditions(filters, today), *_behind(place))
            .order_by(waiting.c.urgency, waiting.c.seq)
            .limit(1)
        )
        found: UUID | None = connection.execute(query).scalar_one_or_none()
        if found is not None:
            return found
    return None


def place_of(connection: Connection, complaint_id: UUID) -> Place | None:
    """Return where a complaint stands in the tray, None where it does not wait."""
    query = select(waiting.c.urgency, waiting.c.seq)
    row = connection.execute(query.where(waiting.c.complaint_id == complaint_id)).one_or_none()
    return None if row is None else Place(urgency=row.urgency, seq=row.seq)


def last_seq(connection: Connection) -> int:
    """Return the number of the newest complaint that waits."""
    return connection.execute(select(func.max(waiting.c.seq))).scalar_one() or 0


def count_newer(connection: Connection, seq: int) -> int:
    """Return how many have come in since that number."""
    query = select(func.count()).select_from(waiting).where(waiting.c.seq > seq)
    return connection.execute(query).scalar_one()


def count_groups(connection: Connection, groups: Sequence[UUID]) -> dict[UUID, int]:
    """Return how many wait in each group of complaints that repeat each other."""
    query = (
        select(waiting.c.group_id, func.count().label("size"))
        .where(waiting.c.group_id.in_(groups))
        .group_by(waiting.c.group_id)
    )
    return {row.group_id: row.size for row in connection.execute(query)}


def _conditions(filters: TrayFilters, today: date) -> Iterator[ColumnElement[bool]]:
    columns = waiting.c
    for name in ("category", "agency", "topic", "status"):
        if (value := getattr(filters, name)) is not None:
            yield columns[name] == value
    if filters.region is not None:
        inside = columns.region.startswith(f"{filters.region}.", autoescape=True)
        yield or_(columns.region == filters.region, inside)
    if filters.flag is not None:
        yield columns.flags.contains(f"|{filters.flag}|", autoescape=True)
    if filters.reason is not None:
        yield columns.reasons.contains(f"|{filters.reason}|", autoescape=True)
    if filters.group is not None:
        yield columns.group_id == filters.group
    if filters.due is not None:  # a sample's deadline is its agency's
        yield columns.status.in_(sorted(WAITING))
    if filters.due == "lewat":
        yield columns.due_on < today.isoformat()
    elif filters.due == "hari_ini":
        yield columns.due_on == today.isoformat()
    elif filters.due == "tujuh_hari":
        last = today + timedelta(days=7)
        yield columns.due_on.between(today.isoformat(), last.isoformat())


def _behind(place: Place | None) -> Iterator[ColumnElement[bool]]:
    if place is not None:
        yield tuple_(waiting.c.urgency, waiting.c.seq) > tuple_(place.urgency, place.seq)


def _sizes(connection: Connection, column: ColumnElement[Any]) -> list[tuple[str, int]]:
    size = func.count().label("size")
    query = select(column.label("code"), size).where(column.is_not(None))
    rows = connection.execute(query.group_by(column).order_by(size.desc(), column)).all()
    return [(row.code, row.size) for row in rows]


def _apart(found: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """Return the counts of single codes, most first, from those of their combinations."""
    sizes: dict[str, int] = {}
    for joined, size in found:
        for code in joined.split("|"):
            if code:
                sizes[code] = sizes.get(code, 0) + size
    return sorted(sizes.items(), key=lambda item: (-item[1], item[0]))
