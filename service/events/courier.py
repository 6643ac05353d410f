"""Delivers what is in the outbox: one process at a time, each target in a thread of its own."""

from __future__ import annotations

import logging
import os
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import RowMapping

from service.errors import ServiceError
from service.events import lease, queue
from service.events.cloud import message_of
from service.events.sending import Outcome, send
from service.events.subscriptions import MAX_SUBSCRIPTIONS
from service.events.targets import Limits
from service.guards import trace_without_text
from service.settings import Settings
from service.store.engine import begin_write
from service.store.repository import Store, translated

TASK: Final = "events"
_EVERY_S: Final = 1.0
_PER_ROUND: Final = 20  # then others of the pool may have their turn
_FORGET_EVERY: Final = timedelta(hours=1)
_log = logging.getLogger(__name__)
Send = Callable[..., Outcome]


def utc_now() -> datetime:
    """Return the current moment."""
    return datetime.now(UTC)


@contextmanager
def delivering(store: Store, settings: Settings) -> Iterator[None]:
    """Deliver in the background of a server, unless ``DISPOSISI_EVENTS`` is off."""
    if settings.events == "off":
        yield
        return
    courier = Courier(store, limits_of(settings))
    courier.start()
    try:
        yield
    finally:
        courier.stop()


def limits_of(settings: Settings) -> Limits:
    """Return which targets the operator lets us call."""
    return Limits(
        private=settings.webhook_private == "on", plain_http=settings.webhook_http == "on"
    )


class Courier:
    """Hands events out and sends them, as long as it holds the lease.

    A target is sent one message at a time, so a slow one waits for nobody but itself: every
    subscription has its own thread.

    Parameters
    ----------
    store : Store
    limits : Limits
        Which targets may be called.
    now, post : callable, optional
        The clock, and one attempt to deliver.
    """

    def __init__(
        self,
        store: Store,
        limits: Limits,
        *,
        now: Callable[[], datetime] = utc_now,
        post: Send = send,
    ) -> None:
        self._store, self._limits, self._now, self._post = store, limits, now, post
        self._holder = f"{socket.gethostname()[:60]}-{os.getpid()}-{os.urandom(4).hex()}"
        self._pool = ThreadPoolExecutor(MAX_SUBSCRIPTIONS, thread_name_prefix="courier")
        self._busy: dict[UUID, Future[int]] = {}
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._forgot_at: datetime | None = None

    def start(self, *, every_s: float = _EVERY_S) -> None:
        """Deliver in the background until ``stop``."""
        self._thread = threading.Thread(target=self.run, args=(every_s,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End after the messages that are on their way, and leave the lease to another."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
        self._pool.shutdown(wait=True, cancel_futures=True)
        try:
            with translated():
                lease.give_back(self._store.engine, TASK, self._holder)
        except ServiceError:
            _log.warning("events: the database does not answer; the lease ends by itself")

    def run(self, every_s: float) -> None:
        """Deliver until ``stop``; a database that does not answer is waited for."""
        while not self._ended.wait(every_s):
            try:
                self.look()
            except ServiceError:
                _log.warning("events: the database does not answer")
            except Exception as error:  # noqa: BLE001  # the thread's edge: it must go on
                _log.error("events: %s", trace_without_text(error))

    def deliver_all(self) -> int:
        """Deliver what is due and return how many messages were taken; for one run by hand.

        Returns
        -------
        int
            -1 where another process holds the lease.
        """
        if not self.look():
            return -1
        return sum(future.result() for future in self._busy.values())

    def look(self) -> bool:
        """Hand out what may leave and start what is due; return whether the lease is ours."""
        now = self._now()
        engine = self._store.engine
        with translated():
            if not lease.hold(engine, TASK, self._holder, now):
                return False
            with engine.connect() as connection:
                leaving = queue.is_anything_leaving(connection, now)
            while leaving:
                with begin_write(engine) as connection:
                    leaving = queue.hand_out(connection, now) > 0
            self._forget(now)
            with engine.connect() as connection:
                targets = queue.active_subscriptions(connection)
        for target in targets:
            running = self._busy.get(target["id"])
            if running is None or running.done():
                self._busy[target["id"]] = self._pool.submit(self._serve, target)
        return True

    def _forget(self, now: datetime) -> None:
        if self._forgot_at is not None and now - self._forgot_at < _FORGET_EVERY:
            return
        with begin_write(self._store.engine) as connection:
            if not queue.forget_old(connection, now):
                self._forgot_at = now

    def _serve(self, target: RowMapping) -> int:
        """Send what is due to one target until nothing is left; return how many it took."""
        delivered = 0
        try:
            while due := self._due(target):
                for row in due:
                    if self._ended.is_set():
                        return delivered
                    state = self._attempt(target, row)
                    delivered += state == queue.DELIVERED
                    if state == queue.STOPPED:
                        return delivered
        except ServiceError:
            _log.warning("events: the database does not answer")
        return delivered

    def _due(self, target: RowMapping) -> list[RowMapping]:
        with self._store.reading() as connection:
            return list(queue.due_deliveries(connection, target["id"], self._now(), _PER_ROUND))

    def _attempt(self, target: RowMapping, row: RowMapping) -> str:
        begin = time.monotonic()
        outcome = self._post(target["url"], target["secret"], message_of(row), limits=self._limits)
        now = self._now()
        draw = random.random()  # noqa: S311  # nosec B311  # spreads retries, hides nothing
        with translated(), begin_write(self._store.engine) as connection:
            state = queue.record(connection, row, outcome, now=now, draw=draw)
            if outcome.gone:
                queue.disable(connection, target["id"], queue.GONE, now)
        _log.info(
            "event sent",
            extra={
                "fields": {
                    "webhook": target["name"],
                    "event": str(row["id"]),
                    "result": outcome.result,
                    "state": state,
                    "attempt": row["attempts"] + 1,
                    "ms": round((time.monotonic() - begin) * 1000),
                }
            },
        )
        return state
