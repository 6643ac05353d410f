"""One flat record for each complaint of a period: stored ones and imported history alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    case,
    exists,
    func,
    not_,
    or_,
    select,
    type_coerce,
)

from service.actors import Actor
from service.auth.roles import ADMIN_INSTANSI, PEJABAT_PENGHUBUNG
from service.auth.visibility import RecordColumns, visible
from service.reports.period import Period
from service.reports.reference import Reference
from service.store.history_schema import history
from service.store.schema import action, complaint, standing
from service.store.visibility import visible_to

_AT_AGENCY = (ADMIN_INSTANSI, PEJABAT_PENGHUBUNG)
_MOVES = ("return", "transfer", "change")
_COUNTED = ("accept", "respond", *_MOVES)
_WIDEST = timedelta(hours=9)  # ahead of UTC: the east of Papua
_ROWS_AT_ONCE = 5_000
_HISTORY = RecordColumns(agency=history.c.agency, unit=history.c.unit, region=history.c.region)


class Record(NamedTuple):
    """What a report knows of one complaint; no text, no reporter.

    Attributes
    ----------
    id : str or None
        Of the stored disposition; None for history.
    source, tracking_id : str or None
        What it is called in its source system.
    received_on, due_on, followed_up_on, answered_on : date or None
        Local days: receipt, limit, first follow-up by the agency, first answer. History knows
        the first two only.
    status, category, topic : str
        Where it stands now; category and topic are empty where an office gave none.
    agency, unit, region : str or None
        Who must answer, and the place.
    returns, transfers : int
        How often it was given back, and how often it went from one body to another.
    """

    id: str | None
    source: str
    tracking_id: str | None
    received_on: date | None
    due_on: date | None
    followed_up_on: date | None
    answered_on: date | None
    status: str
    category: str
    topic: str
    agency: str | None
    unit: str | None
    region: str | None
    returns: int
    transfers: int


def read_records(
    connection: Connection,
    viewer: Actor,
    reference: Reference,
    *,
    period: Period | None = None,
    agency: str | None = None,
) -> Iterator[Record]:
    """Yield the complaints that the viewer may see, of one agency or of all.

    Parameters
    ----------
    connection : Connection
        Best inside ``begin_snapshot``: two queries are made.
    viewer : Actor
        Whose report it is.
    reference : Reference
        Time zones.
    period : Period, optional
        By the local day of receipt.
    agency : str, optional
        Code of the body that must answer now.
    """
    yield from _live(connection, viewer, reference, period, agency)
    yield from _past(connection, viewer, period, agency)


def _live(
    connection: Connection,
    viewer: Actor,
    reference: Reference,
    period: Period | None,
    agency: str | None,
) -> Iterator[Record]:
    received_at = func.coalesce(complaint.c.received_at, complaint.c.created_at).label("came")
    wanted: list[ColumnElement[bool]] = [visible_to(viewer)]
    if agency is not None:
        wanted.append(standing.c.agency == agency)
    if period is not None:
        wanted.append(received_at >= _midnight(period.start) - _WIDEST)
        wanted.append(received_at < _midnight(period.until))
    done = _what_was_done(wanted).subquery()
    query = (
        select(
            type_coerce(standing.c.complaint_id, String),  # 100,000 UUIDs take a while
            standing.c.source,
            complaint.c.tracking_id,
            received_at,
            standing.c.due_on,
            done.c.followed_up_at,
            done.c.answered_at,
            standing.c.status,
            standing.c.category,
            standing.c.topic,
            standing.c.agency,
            standing.c.unit,
            standing.c.region,
            done.c.returns,
            done.c.transfers,
        )
        .join(complaint, complaint.c.id == standing.c.complaint_id)
        .outerjoin(done, done.c.complaint_id == standing.c.complaint_id)
        .where(*wanted)
    )
    local = reference.local_day
    for row in _stream(connection, query):
        body, region = row[10], row[12]
        came = local(row[3], body, region)
        if period is not None and not period.start <= came < period.until:
            continue
        yield Record(
            str(row[0]),
            row[1],
            row[2],
            came,
            date.fromisoformat(row[4]) if row[4] else None,
            local(row[5], body, region) if row[5] else None,
            local(row[6], body, region) if row[6] else None,
            row[7],
            row[8],
            row[9],
            body,
            row[11],
            region,
            row[13] or 0,
            row[14] or 0,
        )


def _what_was_done(wanted: list[ColumnElement[bool]]) -> Select[Any]:
    """Return first follow-up, first answer and moves of each complaint, without undone actions."""
    following = func.lead(action.c.action).over(
        partition_by=action.c.complaint_id, order_by=action.c.version
    )
    moves = case(
        (action.c.action.in_(_MOVES), action.c.state["transfers"].as_integer()), else_=None
    )
    acts = (
        select(
            action.c.complaint_id,
            action.c.action,
            action.c.actor_role,
            action.c.created_at,
            following.label("following"),
            moves.label("moves"),
        )
        .join(standing, standing.c.complaint_id == action.c.complaint_id)
        .join(complaint, complaint.c.id == action.c.complaint_id)
        .where(*wanted)  # all of them: an undo takes back whatever stands right before it
        .subquery()
    )
    answers = acts.c.action == "respond"
    # An agency's own `accept` is what makes `disposed` into `followed_up`.
    takes_up = and_(acts.c.action == "accept", acts.c.actor_role.in_(_AT_AGENCY))
    return (
        select(
            acts.c.complaint_id,
            func.min(case((or_(answers, takes_up), acts.c.created_at))).label("followed_up_at"),
            func.min(case((answers, acts.c.created_at))).label("answered_at"),
            func.sum(case((acts.c.action == "return", 1), else_=0)).label("returns"),
            func.max(acts.c.moves).label("transfers"),
        )
        .where(acts.c.action.in_(_COUNTED), func.coalesce(acts.c.following, "") != "undo")
        .group_by(acts.c.complaint_id)
    )


def _past(
    connection: Connection, viewer: Actor, period: Period | None, agency: str | None
) -> Iterator[Record]:
    columns = history.c
    # What was also stored here is known better.
    stored = exists().where(
        complaint.c.source == columns.source, complaint.c.tracking_id == columns.tracking_id
    )
    query = select(
        columns.source,
        columns.tracking_id,
        columns.received_on,
        columns.due_on,
        columns.status,
        columns.category,
        columns.topic,
        columns.agency,
        columns.unit,
        columns.region,
    ).where(visible(viewer, _HISTORY), not_(stored))
    if agency is not None:
        query = query.where(columns.agency == agency)
    if period is not None:
        query = query.where(
            columns.received_on >= period.start.isoformat(),
            columns.received_on < period.until.isoformat(),
        )
    for row in _stream(connection, query):
        yield Record(
            None,
            row[0],
            row[1],
            date.fromisoformat(row[2]) if row[2] else None,
            date.fromisoformat(row[3]) if row[3] else None,
            None,
            None,
            row[4],
            row[5] or "",
            row[6] or "",
            row[7],
            row[8],
            row[9],
            0,
            0,
        )


def _stream(connection: Connection, query: Select[Any]) -> Iterator[Any]:
    result = connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(query)
    for part in result.partitions():
        yield from part


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
