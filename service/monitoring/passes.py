"""One pass of the monitor: every notice that a deadline asks for is there once, others are ended.

Passes may run at once, and again: a notice has one key, and what is ended follows from the
deadline alone, not from when the pass looks.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from rules.ruleset import RuleSet
from rules.sla import local_day
from rules.workdays import OutsideCalendarError, WorkCalendar
from service.events.outbox import tell_notices
from service.life.clocks import Clock, ClockFacts, Clockwork
from service.life.law import zone_of_body
from service.life.table import FINISHED
from service.monitoring.alarms import find_alarms
from service.monitoring.changes import Changes, insert_new, mark
from service.monitoring.index import CHUNK, DAYS, refresh, timeline_from
from service.monitoring.wanted import (
    MET,
    Desk,
    Wanted,
    find_wanted,
    how_ended,
    read_key,
)
from service.store import schema
from service.store.monitoring_schema import clock, notice
from service.store.repository import Store
from service.store.writer import Transaction

_log = logging.getLogger(__name__)
_HEX = 32  # a key begins with the complaint's id
Told = tuple[str, bool]  # key of a notice, and whether it is ended


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What a pass has done.

    Attributes
    ----------
    seen : int
        Open complaints.
    indexed, created, ended, revived : int
        Rows of the index made; notices made, ended, and made to count again.
    skipped : int
        Complaints whose deadline lies outside the calendar.
    is_complete : bool
        False where the pass was stopped.
    """

    seen: int = 0
    indexed: int = 0
    created: int = 0
    ended: int = 0
    revived: int = 0
    skipped: int = 0
    is_complete: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The clocks of a complaint, and the notices that they ask for today: columns."""

    clocks: Mapping[str, Clock]
    wanted: tuple[tuple[str, Mapping[str, Any]], ...]


class MonitorPass:
    """One pass over all open complaints.

    Parameters
    ----------
    store : Store
    ruleset : RuleSet
    now : datetime
        The moment, with a zone; the day is that of each body.
    is_stopped : callable, optional
        Asked between two chunks; what is done by then stays.
    """

    def __init__(
        self,
        store: Store,
        ruleset: RuleSet,
        *,
        now: datetime,
        is_stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self._store, self._ruleset, self._now = store, ruleset, now
        self._is_stopped = is_stopped
        self._plans: dict[tuple[Any, ...], Plan] = {}
        self._clockworks: dict[str, Clockwork] = {}
        self._todays: dict[str | None, date] = {}
        self.outcome = Outcome()

    def run(self) -> Outcome:
        """Do the pass and return what it did."""
        outcome = self.outcome
        outcome.indexed = refresh(self._store, self._ruleset, is_stopped=self._is_stopped)
        self._end_finished()
        last = UUID(int=0)
        while not self._is_stopped():
            with self._store.reading() as connection:
                rows = _open_rows(connection, last)
                known = _known(connection, rows)
            if not rows:
                break
            self._write(self._changes(rows, known))
            last = rows[-1].complaint_id
        with self._store.reading() as connection:
            alarms = find_alarms(connection, self._now)
        self._write(alarms)
        outcome.is_complete = not self._is_stopped()
        return outcome

    def _changes(self, rows: Sequence[Row[Any]], known: Mapping[str, list[Told]]) -> Changes:
        first, last = rows[0].complaint_id, rows[-1].complaint_id
        changes = Changes(among=notice.c.complaint_id.between(first, last))
        for row in rows:
            self.outcome.seen += 1
            try:
                self._look(row, known.get(row.complaint_id.hex, ()), changes)
            except OutsideCalendarError as error:
                self.outcome.skipped += 1
                _log.warning("complaint %s: %s", row.complaint_id, error)
        return changes

    def _look(self, row: Row[Any], known: Sequence[Told], changes: Changes) -> None:
        plan = self._plan(row)
        start, agency = row.complaint_id.hex, row.agency or ""
        wanted = {f"{start}:{about}:{agency}": shared for about, shared in plan.wanted}
        for key, is_ended in known:
            if wanted.pop(key, None) is not None:
                if is_ended:
                    changes.revived.append(key)
            elif not is_ended:
                told = read_key(key)
                if ended_as := how_ended(plan.clocks[told.clock], told, agency):
                    changes.ended.setdefault(ended_as, []).append(key)
        changes.created += [self._row(key, row, shared) for key, shared in wanted.items()]

    def _plan(self, row: Row[Any]) -> Plan:
        """Return what the clocks of a complaint ask for; most share theirs with many others."""
        work, agency = self._clockwork(row.rules_day), row.agency
        calendar, today = work.calendar(agency), self._today(agency)
        bound = work.agreement(agency, row.topic, row.category)
        days = tuple(getattr(row, name) for name in DAYS)
        case = row.category, row.status, row.tray, row.unit is None
        key = (row.rules_day, *days, *case, today, id(calendar), id(bound))
        plan = self._plans.get(key) if row.spans is None else None
        if plan is None:
            plan = self._make_plan(row, work, calendar, today)
            if row.spans is None:
                self._plans[key] = plan
        return plan

    def _make_plan(
        self, row: Row[Any], work: Clockwork, calendar: WorkCalendar, today: date
    ) -> Plan:
        timeline, holds = timeline_from(row)
        facts = ClockFacts(
            timeline=timeline,
            status=row.status,
            category=row.category,
            topic=row.topic,
            agency=row.agency,
            holds=holds,
        )
        clocks = work.clocks(facts)
        wanted = find_wanted(
            clocks,
            Desk(tray=row.tray, unit=row.unit),
            today=today,
            escalation=self._ruleset.escalation,
            calendar=calendar,
        )
        return Plan(clocks=clocks, wanted=tuple((one.about, _shared(one)) for one in wanted))

    def _row(self, key: str, row: Row[Any], shared: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "key": key,
            "complaint_id": row.complaint_id,
            "agency": row.agency,
            "unit": row.unit,
            "created_at": self._now,
            **shared,
        }

    def _clockwork(self, rules_day: str) -> Clockwork:
        if rules_day not in self._clockworks:
            day = date.fromisoformat(rules_day)
            self._clockworks[rules_day] = Clockwork(self._ruleset, day)
        return self._clockworks[rules_day]

    def _today(self, agency: str | None) -> date:
        if agency not in self._todays:
            self._todays[agency] = local_day(self._now, zone_of_body(self._ruleset, agency))
        return self._todays[agency]

    def _end_finished(self) -> None:
        """End what was told about complaints that are closed or archived by now."""
        finished = select(schema.standing.c.complaint_id).where(
            schema.standing.c.status.in_(FINISHED)
        )
        over = notice.c.ended_at.is_(None) & notice.c.complaint_id.in_(finished)
        with self._store.reading() as connection:
            keys = connection.execute(select(notice.c.key).where(over)).scalars().all()
        for start in range(0, len(keys), CHUNK):
            self._write(Changes(among=over, ended={MET: list(keys[start : start + CHUNK])}))

    def _write(self, changes: Changes) -> None:
        if not changes:
            return

        def work(transaction: Transaction) -> tuple[int, int, int]:
            connection = transaction.connection
            created = insert_new(connection, changes)
            tell_notices(connection, created, self._now)
            ended = sum(
                mark(connection, keys, ended_at=self._now, ended_as=reason)
                for reason, keys in changes.ended.items()
            )
            revived = mark(connection, changes.revived, ended_at=None, ended_as=None)
            return len(created), ended, revived

        created, ended, revived = self._store.writing(work)
        self.outcome.created += created
        self.outcome.ended += ended
        self.outcome.revived += revived


def _shared(wanted: Wanted) -> Mapping[str, Any]:
    return {
        "kind": wanted.kind,
        "clock": wanted.clock,
        "step": wanted.step,
        "to_role": wanted.to_role,
        "due_on": wanted.due_on.isoformat(),
        "noticed_on": wanted.noticed_on.isoformat(),
        "detail": {"estimated": True} if wanted.is_estimated else None,
    }


def _open_rows(connection: Connection, last: UUID) -> Sequence[Row[Any]]:
    standing = schema.standing
    query = (
        select(clock)
        .add_columns(standing.c.status, standing.c.tray, standing.c.category, standing.c.topic)
        .add_columns(standing.c.agency, standing.c.unit)
        # What was acted on since the index was made waits for the next pass.
        .join(
            standing,
            (standing.c.complaint_id == clock.c.complaint_id)
            & (standing.c.version == clock.c.version),
        )
        .where(clock.c.complaint_id > last, standing.c.status.not_in(FINISHED))
        .order_by(clock.c.complaint_id)
        .limit(CHUNK)
    )
    return connection.execute(query).all()


def _known(connection: Connection, rows: Sequence[Row[Any]]) -> dict[str, list[Told]]:
    """Return what was told about complaints, by the beginning of its key."""
    if not rows:
        return {}
    first, last = rows[0].complaint_id, rows[-1].complaint_id
    query = select(notice.c.key, notice.c.ended_at.is_not(None)).where(
        notice.c.complaint_id.between(first, last)
    )
    found: dict[str, list[Told]] = {}
    for key, is_ended in connection.execute(query):
        found.setdefault(key[:_HEX], []).append((key, bool(is_ended)))
    return found
