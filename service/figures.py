"""Figures that the database knows, read when they are asked for, at most every 15 seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import Connection, func, select

from service.disposition import Versions
from service.events.queue import WAITING
from service.life.table import FINISHED
from service.store import schema
from service.store.errors import StoreUnavailableError
from service.store.events_schema import delivery, outbox
from service.store.ids import first_id
from service.store.repository import Store

KEPT_S: Final = 15.0
REVIEWED_WITHIN: Final = timedelta(days=7)
_DECIDED: Final = {"accept": "accepted", "change": "changed"}


class Figures(Collector):
    """What stands in the database, with the versions in use by the worker that is asked.

    Parameters
    ----------
    store : Store
    now, clock : callable, optional
        The moment, and seconds that only grow.
    """

    def __init__(
        self,
        store: Store,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._now, self._clock = store, now, clock
        self._lock = threading.Lock()
        self._read_at: float | None = None
        self._metrics: list[Metric] = []

    def collect(self) -> Iterator[Metric]:
        """Yield the figures; without the database only that it does not answer."""
        with self._lock:
            if self._read_at is None or self._clock() - self._read_at >= KEPT_S:
                self._metrics = self._read()
                self._read_at = self._clock()
            yield from self._metrics

    def _read(self) -> list[Metric]:
        up = GaugeMetricFamily("disposisi_database_up", "Whether the database answers.")
        try:
            with self._store.reading() as connection:
                found = [*_outbox(connection, self._now()), *_work(connection, self._now())]
        except StoreUnavailableError:
            found = []
        up.add_metric([], float(bool(found)))
        return [up, *found]


class InUse(Collector):
    """Versions of program, model and rules, and whether newer ones were refused."""

    def __init__(self, program: str, versions: Versions, *, refused: bool) -> None:
        self._labels = {"program": program, **versions}
        self._refused = refused

    def collect(self) -> Iterator[Metric]:
        """Yield both."""
        info = GaugeMetricFamily(
            "disposisi_info", "What answers are made with.", labels=list(self._labels)
        )
        info.add_metric([str(value) for value in self._labels.values()], 1)
        yield info
        yield _gauge(
            "disposisi_reload_refused",
            "1 while a change of model or rules is refused and the old ones are in use.",
            float(self._refused),
        )


def _outbox(connection: Connection, now: datetime) -> Iterator[Metric]:
    leaving = (
        outbox.c.left_at.is_(None) & outbox.c.undone_at.is_(None) & (outbox.c.leaves_at <= now)
    )
    waiting = (
        select(func.min(outbox.c.leaves_at), func.count())
        .join(delivery, delivery.c.outbox_id == outbox.c.id)
        .where(delivery.c.state == WAITING)
    )
    first = select(func.min(outbox.c.leaves_at), func.count()).where(leaving)
    rows = [connection.execute(query).one() for query in (first, waiting)]
    oldest = [row[0] for row in rows if row[0] is not None]
    lag = (now - min(oldest)).total_seconds() if oldest else 0.0
    yield _gauge("disposisi_outbox_lag_seconds", "Age of the oldest event not delivered.", lag)
    yield _gauge("disposisi_outbox_waiting", "Events to be handed out.", rows[0][1])
    states = GaugeMetricFamily(
        "disposisi_deliveries", "Deliveries of the last 30 days by state.", labels=["state"]
    )
    count = select(delivery.c.state, func.count()).group_by(delivery.c.state)
    for state, number in connection.execute(count):
        states.add_metric([state], number)
    yield states


def _work(connection: Connection, now: datetime) -> Iterator[Metric]:
    standing, action = schema.standing, schema.action
    is_open = standing.c.status.not_in(FINISHED)
    by_status = select(standing.c.status, func.count()).where(is_open)
    open_ones = GaugeMetricFamily(
        "disposisi_open_complaints", "Complaints that are not finished.", labels=["status"]
    )
    for status, number in connection.execute(by_status.group_by(standing.c.status)):
        open_ones.add_metric([status], number)
    yield open_ones
    # Ids begin with the time, so that this reads the last rows of the table only.
    decided = (
        select(action.c.action, func.count(action.c.complaint_id.distinct()))
        .where(action.c.id >= first_id(now - REVIEWED_WITHIN), action.c.action.in_(_DECIDED))
        .group_by(action.c.action)
    )
    counts: dict[str, int] = {row[0]: row[1] for row in connection.execute(decided)}
    reviewed = GaugeMetricFamily(
        "disposisi_reviewed", "Proposals that people decided in 7 days.", labels=["outcome"]
    )
    for name, outcome in _DECIDED.items():
        reviewed.add_metric([outcome], counts.get(name, 0))
    yield reviewed
    total = sum(counts.values())
    share = counts.get("change", 0) / total if total else 0.0
    yield _gauge("disposisi_override_ratio", "Share of them that was changed.", share)


def _gauge(name: str, text: str, value: Any) -> Metric:
    return GaugeMetricFamily(name, text, value=value)
