"""A chunk of complaints in, rendered rows out: here or in several processes, in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, Protocol

from rules.workdays import OutsideCalendarError
from service.complaint import Complaint, InputError
from service.errors import ServiceError
from service.files_in import BadRow
from service.files_out import Rendered

_AHEAD = 3  # chunks waiting for each process: bounds the memory

Chunk = list[tuple[int, Complaint | BadRow]]
# The rows in the order of the chunk, and how many of them are bad.
Result = tuple[list[Rendered], int]


class BatchError(ServiceError):
    """The run as a whole cannot go on."""


class Gazetteer(Protocol):
    """Names to region codes, as far as reading a file needs it."""

    def resolve_names(
        self, province: str | None, city: str | None, district: str | None, /
    ) -> str | None:
        """Return the code that the names mean, or None."""
        ...


class Regions(Protocol):
    """The region table, as far as reading a file needs it."""

    def get(self, code: str, /) -> object | None:
        """Return the region of that code, or None."""
        ...


class RuleSet(Protocol):
    """The rules, as far as reading a file needs them."""

    @property
    def gazetteer(self) -> Gazetteer:
        """Names of places."""
        ...

    @property
    def regions(self) -> Regions:
        """The region table."""
        ...


class Scorer(Protocol):
    """Model and rules together, as far as a batch needs them."""

    @property
    def ruleset(self) -> RuleSet:
        """The rules in use."""
        ...

    def check(self, complaint: Complaint) -> None:
        """Raise ``InputError`` for a complaint that no rule can answer."""
        ...

    def score(
        self,
        complaints: Sequence[Complaint],
        *,
        today: date,
        received_on: date | None = None,
        home: str | None = None,
    ) -> Sequence[Mapping[str, Any]]:
        """Return one disposition for each complaint, in order."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What every process needs to turn a chunk into rendered rows.

    Attributes
    ----------
    today : date
        Day whose rules count for a complaint without a moment of receipt.
    received_on : date or None
        Day of receipt of such complaints.
    home : str or None
        Region of a regional desk.
    render : callable
        ``Writer.render``.
    """

    today: date
    received_on: date | None
    home: str | None
    render: Callable[..., Rendered]

    def run(self, scorer: Scorer, chunk: Chunk) -> Result:
        """Return the rendered rows of a chunk, an error in the place of a bad one."""
        good: list[Complaint] = []
        errors: dict[int, BadRow] = {}
        for row, item in chunk:
            if isinstance(item, BadRow):
                errors[row] = item
                continue
            try:
                scorer.check(item)
            except InputError as error:
                errors[row] = _bad_row(row, item, error.field, error.problem)
            except OutsideCalendarError as error:
                errors[row] = _bad_row(row, item, "received_at", str(error))
            else:
                good.append(item)
        found = iter(
            scorer.score(good, today=self.today, received_on=self.received_on, home=self.home)
        )
        lines = [
            self.render(row, None, errors[row])
            if row in errors
            else self.render(row, next(found), None)
            for row, _ in chunk
        ]
        return lines, len(errors)


def _bad_row(row: int, complaint: Complaint, field: str, problem: str) -> BadRow:
    return BadRow(row=row, field=field, problem=problem, tracking_id=complaint.tracking_id)


def run_in_processes(
    scorer_factory: Callable[[], Scorer], job: Job, chunks: Iterator[Chunk], jobs: int
) -> Generator[Result]:
    """Yield the results of the chunks in their order, from several processes.

    Each process makes its scorer once; only a few chunks are under way at any moment.

    Raises
    ------
    BatchError
        If a process dies.
    """
    from joblib.externals.loky import ProcessPoolExecutor
    from joblib.externals.loky.process_executor import BrokenProcessPool

    # One thread for each process: more of them only wait for each other.
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    pool = ProcessPoolExecutor(
        max_workers=jobs, initializer=_start_process, initargs=(scorer_factory, job), env=threads
    )
    waiting: deque[Any] = deque()
    try:
        for chunk in islice(chunks, jobs * _AHEAD):
            waiting.append(pool.submit(_run_chunk, chunk))
        while waiting:
            result = waiting.popleft().result()
            waiting.extend(pool.submit(_run_chunk, chunk) for chunk in islice(chunks, 1))
            yield result
    except BrokenProcessPool as error:
        msg = "a process died, perhaps for want of memory; try again with --jobs 1"
        raise BatchError(msg) from error
    finally:
        pool.shutdown(wait=True, kill_workers=True)


_in_process: list[tuple[Scorer, Job]] = []


def _start_process(scorer_factory: Callable[[], Scorer], job: Job) -> None:
    _in_process[:] = [(scorer_factory(), job)]


def _run_chunk(chunk: Chunk) -> Result:
    scorer, job = _in_process[0]
    return job.run(scorer, chunk)
