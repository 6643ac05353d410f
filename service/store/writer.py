"""Group commits: whoever gets the turn writes for all who wait, in one transaction."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine, Table, insert
from sqlalchemy.exc import DBAPIError

from service.complaint import InputError
from service.errors import ServiceError
from service.store import schema
from service.store.audit import Chain
from service.store.engine import begin_write
from service.store.errors import StoreUnavailableError

MAX_BATCH = 64
_IN_ORDER = schema.metadata.sorted_tables
_T = TypeVar("_T")


class Transaction:
    """A write transaction that is open, and the audit chain's end inside it.

    Rows that are added wait, and go to the database together: on PostgreSQL every statement is a
    way there and back while all other writers wait.

    Attributes
    ----------
    chain : Chain
        Appends to the audit chain.
    seen : dict
        For jobs of one transaction: what a waiting row already stands for.
    """

    def __init__(self, connection: Connection) -> None:
        self.unflushed = connection  # does not show the rows that wait
        self.seen: dict[Hashable, Any] = {}
        self.chain = Chain(connection, add=self.add)
        self._waiting: dict[Table, list[dict[str, Any]]] = {}

    @property
    def connection(self) -> Connection:
        """The connection, with every row that was added."""
        self.flush()
        return self.unflushed

    def add(self, table: Table, *rows: dict[str, Any]) -> None:
        """Insert rows, at the latest at the end; all rows of a table have the same keys."""
        if rows:
            self._waiting.setdefault(table, []).extend(rows)

    def flush(self) -> None:
        """Send what waits, a table after those that it refers to."""
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, {}
        for table in _IN_ORDER:
            if table in waiting:
                self.unflushed.execute(insert(table), waiting[table])


class _Job:
    """One caller's part of a transaction; it checks first and writes after."""

    __slots__ = ("done", "error", "leads", "run", "value", "woken")

    def __init__(self, run: Callable[[Transaction], Any]) -> None:
        self.run = run
        self.done = self.leads = False
        self.value: Any = None
        self.error: Exception | None = None
        self.woken = threading.Event()

    def attempt(self, transaction: Transaction) -> None:
        try:
            self.value, self.error = self.run(transaction), None
        except (ServiceError, InputError) as error:  # raised before anything was written
            self.error = error

    def finish(self, error: Exception | None = None) -> None:
        self.error = error or self.error
        self.done = True
        self.woken.set()

    def outcome(self) -> Any:
        if self.error is not None:
            raise self.error
        return self.value


class Writer:
    """Writes for many threads with few commits: one leads and writes for all who wait.

    A job must refuse (``ServiceError``, ``InputError``) before it writes: its batch is committed
    without it. When the database fails, the jobs of the batch are tried again one by one, so
    that one that cannot be written does not take the others with it.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._mutex = threading.Lock()
        self._waiting: deque[_Job] = deque()
        self._is_led = False

    def run(self, work: Callable[[Transaction], _T]) -> _T:
        """Run the job inside a write transaction and return its result once it is durable."""
        job = _Job(work)
        with self._mutex:
            self._waiting.append(job)
            job.leads = not self._is_led
            self._is_led = True
        if not job.leads:
            job.woken.wait()
        if job.leads:
            try:
                self._write_waiting()
            finally:
                self._hand_over()
        return cast(_T, job.outcome())

    def _hand_over(self) -> None:
        """Make the first who waits the leader."""
        with self._mutex:
            if self._waiting:
                self._waiting[0].leads = True
                self._waiting[0].woken.set()
            else:
                self._is_led = False

    def _write_waiting(self) -> None:
        """Write for the leader, who is the first in the queue, and for those behind."""
        batch: list[_Job] = []
        try:
            self._write(batch)
        except DBAPIError as error:
            self._recover(batch, error)
        finally:
            if not batch and self._waiting:
                self._waiting.popleft()  # the leader's: nobody may write it after it failed
            for job in batch:
                if not job.done:  # the leader's own error is on its way up
                    job.finish(StoreUnavailableError("another job of the transaction failed"))

    def _write(self, batch: list[_Job]) -> None:
        """Write the queue, or the batch where there is one already."""
        is_new = not batch
        with begin_write(self._engine) as connection:
            transaction = Transaction(connection)
            while is_new and self._waiting and len(batch) < MAX_BATCH:
                batch.append(self._waiting.popleft())
            for job in batch:
                job.attempt(transaction)
            transaction.flush()
        for job in batch:
            job.finish()

    def _recover(self, batch: list[_Job], error: DBAPIError) -> None:
        is_gone = not batch or error.connection_invalidated
        while is_gone and self._waiting:
            batch.append(self._waiting.popleft())
        for job in batch:
            job.value = job.error = None
            if is_gone or len(batch) == 1:
                job.finish(error)
                continue
            try:
                self._write([job])
            except DBAPIError as own:
                job.finish(own)
