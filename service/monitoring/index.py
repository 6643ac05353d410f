"""The index of what starts and stops each clock, brought up to date from the records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, RowMapping, or_, select
from sqlalchemy import delete as delete_from

from rules.ruleset import RuleSet
from service.life.case import Case, Hold, first_case
from service.life.law import RulesLaw, law_of
from service.life.past import Past, effective, opening
from service.life.table import FINISHED
from service.life.timeline import Span, Timeline
from service.store import schema
from service.store.bulk import insert_many
from service.store.monitoring_schema import clock
from service.store.received import FIRST_VERSION
from service.store.repository import Store
from service.store.writer import Transaction

CHUNK = 5_000
_MOST_IN = 500
DAYS = (
    "received_on",
    "disposed_on",
    "followed_up_on",
    "completed_on",
    "answered_on",
    "waiting_since",
)


def refresh(store: Store, ruleset: RuleSet, *, is_stopped: Callable[[], bool]) -> int:
    """Bring the index up to date for open complaints and return how many rows were made.

    Parameters
    ----------
    store : Store
    ruleset : RuleSet
    is_stopped : callable
        Asked between two chunks of 5,000; what is done by then stays.
    """
    count, last = 0, UUID(int=0)
    while not is_stopped():
        with store.reading() as connection:
            rows = _stale(connection, last)
            if not rows:
                break
            values = _values(connection, rows, ruleset)
        store.writing(_Replace(values))
        count, last = count + len(values), rows[-1]["complaint_id"]
    return count


class _Replace:
    """Writes rows of the index in the place of earlier ones, whoever made those meanwhile."""

    def __init__(self, values: Sequence[dict[str, Any]]) -> None:
        self._values = values

    def __call__(self, transaction: Transaction) -> None:
        connection = transaction.connection
        ids = [row["complaint_id"] for row in self._values]
        made = select(clock.c.complaint_id).where(clock.c.complaint_id.between(ids[0], ids[-1]))
        earlier = sorted(set(ids).intersection(connection.execute(made).scalars()))
        for start in range(0, len(earlier), _MOST_IN):
            some = clock.c.complaint_id.in_(earlier[start : start + _MOST_IN])
            connection.execute(delete_from(clock).where(some))
        insert_many(connection, clock, self._values)


def _stale(connection: Connection, last: UUID) -> Sequence[RowMapping]:
    standing, complaint, sla = schema.standing, schema.complaint, schema.proposal.c.answer["sla"]
    query = (
        select(standing.c.complaint_id, standing.c.version, standing.c.tray, standing.c.agency)
        .add_columns(complaint.c.created_at, complaint.c.received_at)
        .add_columns(sla["starts_on"].as_string().label("starts_on"))
        .join(complaint, complaint.c.id == standing.c.complaint_id)
        .join(schema.proposal, schema.proposal.c.complaint_id == standing.c.complaint_id)
        .outerjoin(clock, clock.c.complaint_id == standing.c.complaint_id)
        .where(standing.c.complaint_id > last, standing.c.status.not_in(FINISHED))
        .where(or_(clock.c.complaint_id.is_(None), clock.c.version != standing.c.version))
        .order_by(standing.c.complaint_id)
        .limit(CHUNK)
    )
    return connection.execute(query).mappings().all()


def _values(
    connection: Connection, rows: Sequence[RowMapping], ruleset: RuleSet
) -> list[dict[str, Any]]:
    acted = [row["complaint_id"] for row in rows if row["version"] > FIRST_VERSION]
    histories = _histories(connection, acted)
    values: list[dict[str, Any]] = []
    for row in rows:
        law = law_of(ruleset, row["starts_on"], row["received_at"] or row["created_at"])
        history = histories.get(row["complaint_id"])
        if history is None:
            timeline = _untouched(row, law)
            values.append(_row(row["complaint_id"], row["version"], law, timeline, ()))
            continue
        version, (case, past) = history
        timeline = law.timeline(effective([opening(case, row["created_at"]), *past]))
        values.append(_row(row["complaint_id"], version, law, timeline, past[-1].case.holds))
    return values


def _untouched(row: RowMapping, law: RulesLaw) -> Timeline:
    is_agencys = row["tray"] == "agency"
    disposed_on = law.day_of(row["created_at"], row["agency"]) if is_agencys else None
    return Timeline(received_on=law.received_on, disposed_on=disposed_on)


_History = tuple[int, tuple[Case, list[Past]]]


def _histories(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, _History]:
    """Return by complaint its version, the machine's case, and what was done since."""
    action, proposal = schema.action, schema.proposal
    found: dict[UUID, _History] = {}
    for start in range(0, len(ids), _MOST_IN):
        some = ids[start : start + _MOST_IN]
        query = select(proposal.c.complaint_id, proposal.c.answer)
        for told in connection.execute(query.where(proposal.c.complaint_id.in_(some))):
            found[told.complaint_id] = FIRST_VERSION, (first_case(told.answer), [])
        columns = action.c.complaint_id, action.c.version, action.c.action, action.c.actor_id
        done = (
            select(*columns, action.c.created_at, action.c.state)
            .where(action.c.complaint_id.in_(some))
            .order_by(action.c.complaint_id, action.c.version)
        )
        for row in connection.execute(done):
            case = Case.from_json(row.state)
            past = Past(action=row.action, actor_id=row.actor_id, at=row.created_at, case=case)
            _, history = found[row.complaint_id]
            history[1].append(past)
            found[row.complaint_id] = row.version, history
    return found


def _row(
    complaint_id: UUID, version: int, law: RulesLaw, timeline: Timeline, holds: tuple[Hold, ...]
) -> dict[str, Any]:
    days = {name: _iso(getattr(timeline, name)) for name in DAYS}
    spans = {
        "rests": [[first.isoformat(), last.isoformat()] for first, last in timeline.rests],
        "waits": [[first.isoformat(), last.isoformat()] for first, last in timeline.waits],
        "holds": [hold.to_json() for hold in holds],
    }
    return {
        "complaint_id": complaint_id,
        "version": version,
        "rules_day": law.rules_day.isoformat(),
        "spans": spans if any(spans.values()) else None,
        **days,
    }


def timeline_from(row: Row[Any]) -> tuple[Timeline, tuple[Hold, ...]]:
    """Return timeline and holds of a row of the index."""
    days = {name: _day(getattr(row, name)) for name in DAYS}
    spans = row.spans
    if not spans:
        return Timeline(**days), ()
    timeline = Timeline(**days, rests=_spans(spans["rests"]), waits=_spans(spans["waits"]))
    return timeline, tuple(Hold.from_json(hold) for hold in spans["holds"])


def _spans(pairs: Sequence[Sequence[str]]) -> tuple[Span, ...]:
    return tuple((date.fromisoformat(first), date.fromisoformat(last)) for first, last in pairs)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> Any:
    return date.fromisoformat(text) if text else None
