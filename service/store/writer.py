"""Group commits: whoever gets the turn writes for all who wait, in one transaction."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from service.complaint import InputError
from service.errors import ServiceError
from service.store.audit import Chain
from service.store.engine import begin_write

MAX_BATCH = 64
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """A write transaction that is open, and the audit chain's end inside it."""

    connection: Connection
    chain: Chain


class _Job:
    """One caller's part of a transaction; it checks first and writes after."""

    __slots__ = ("done", "error", "run", "together", "value")

    def __init__(self, run: Callable[[Transaction], Any]) -> None:
        self.run = run
        self.done, self.together = False, True
        self.value: Any = None
        self.error: Exception | None = None

    def attempt(self, transaction: Transaction) -> None:
        try:
            self.value, self.error = self.run(transaction), None
        except (ServiceError, InputError) as error:  # raised before anything was written
            self.error = error

    def outcome(self) -> Any:
        if self.error is not None:
            raise self.error
        return self.value


class Writer:
    """Writes for many threads with few commits.

    A job must refuse (``ServiceError``, ``InputError``) before it writes: its batch is committed
    without it. When the database fails, the jobs of the batch are tried again one by one, so
    that one that cannot be written does not take the others with it.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._turn = threading.Lock()
        self._waiting: deque[_Job] = deque()

    def run(self, work: Callable[[Transaction], _T]) -> _T:
        """Run the job inside a write transaction and return its result once it is durable."""
        job = _Job(work)
        self._waiting.append(job)
        with self._turn:
            while not job.done and job.together:
                self._write_waiting()
            if not job.done:
                self._write_alone(job)
        return cast(_T, job.outcome())

    def _write_waiting(self) -> None:
        batch: list[_Job] = []
        try:
            with begin_write(self._engine) as connection:
                transaction = Transaction(connection=connection, chain=Chain(connection))
                while self._waiting and len(batch) < MAX_BATCH:
                    batch.append(self._waiting.popleft())
                    batch[-1].attempt(transaction)
            for job in batch:
                job.done = True
        except DBAPIError as error:
            is_gone = not batch or error.connection_invalidated
            while self._waiting and is_gone:
                batch.append(self._waiting.popleft())
            if is_gone or len(batch) == 1:
                for job in batch:
                    job.done, job.error = True, error
        finally:
            for job in batch:
                job.together = False

    def _write_alone(self, job: _Job) -> None:
        with begin_write(self._engine) as connection:
            job.attempt(Transaction(connection=connection, chain=Chain(connection)))
        job.done = True
