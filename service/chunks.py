"""A chunk of complaints in, rendered rows out: here or in several processes, in order."""

from __future__ import annotations

import gc
import pickle  # nosec B403  # between our own processes alone
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, NamedTuple, Protocol

from rules.workdays import OutsideCalendarError
from service.complaint import Complaint, InputError
from service.errors import ServiceError
from service.files_in import BadRow
from service.files_out import Render

_AHEAD = 3  # chunks waiting for each process: bounds the memory
_OBJECTS_BETWEEN_LOOKS = 100_000

Chunk = list[tuple[int, Complaint | BadRow]]


class Result(NamedTuple):
    """The lines of a chunk in its order, those of its bad rows alone, and how many there are."""

    lines: str
    rejects: str
    rows: int
    bad: int


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

    @property
    def versions(self) -> Mapping[str, object]:
        """What the answers are made with."""
        ...

    @property
    def policy(self) -> object:
        """What the operator decides; its ``repr`` tells all of it."""
        ...

    def check(self, complaint: Complaint) -> None:
        """Raise ``InputError`` for a complaint that no rule can answer."""
        ...

    def answers(
        self,
        complaints: Sequence[Complaint],
        *,
        today: date,
        received_on: date | None = None,
        home: str | None = None,
        explained: bool = True,
    ) -> Iterator[Mapping[str, Any]]:
        """Give one disposition for each complaint, in order."""
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
        Makes the line of a row; see ``Format``.
    explained : bool
        Whether the rows show what decided.
    reject : callable or None
        Makes the line of a bad row in a file of its own; see ``RejectFormat``.
    """

    today: date
    received_on: date | None
    home: str | None
    render: Render
    explained: bool = True
    reject: Callable[[BadRow], str] | None = None

    def run(self, scorer: Scorer, chunk: Chunk) -> Result:
        """Return the lines of a chunk, an error in the place of a bad row."""
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
        found = scorer.answers(
            good,
            today=self.today,
            received_on=self.received_on,
            home=self.home,
            explained=self.explained,
        )
        lines = [
            self.render(row, None, errors[row])
            if row in errors
            else self.render(row, next(found), None)
            for row, _ in chunk
        ]
        rejects = map(self.reject, errors.values()) if self.reject else ()
        return Result("".join(lines), "".join(rejects), len(chunk), len(errors))


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
    # Pickled here: loky's own way asks Python for every object.
    waiting: deque[Any] = deque()
    try:
        for chunk in islice(chunks, jobs * _AHEAD):
            waiting.append(pool.submit(_run_chunk, pickle.dumps(chunk, -1)))
        while waiting:
            result = waiting.popleft().result()
            waiting.extend(
                pool.submit(_run_chunk, pickle.dumps(chunk, -1)) for chunk in islice(chunks, 1)
            )
            yield result
    except BrokenProcessPool as error:
        msg = "a process died, perhaps for want of memory; go on with --resume --jobs 1"
        raise BatchError(msg) from error
    finally:
        pool.shutdown(wait=True, kill_workers=True)


@contextmanager
def settled() -> Iterator[None]:
    """Keep the garbage collector from looking through model and rules again and again."""
    before = gc.get_threshold()
    _settle()
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _settle() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_LOOKS)  # a chunk of answers makes as many, and no circle


_in_process: list[tuple[Scorer, Job]] = []


def _start_process(scorer_factory: Callable[[], Scorer], job: Job) -> None:
    _in_process[:] = [(scorer_factory(), job)]
    _settle()


def _run_chunk(pickled: bytes) -> Result:
    scorer, job = _in_process[0]
    chunk: Chunk = pickle.loads(pickled)  # noqa: S301  # nosec B301  # of our own parent process
    return job.run(scorer, chunk)
