"""A file of complaints in, a file of dispositions out, in the same order."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, tzinfo
from itertools import chain, islice
from pathlib import Path
from typing import Protocol, TextIO

from service.chunks import BatchError, Chunk, Job, Result, Scorer, run_in_processes, settled
from service.complaint import Complaint
from service.files_in import BadRow, FileError, read_complaints
from service.files_out import FORMATS, XLSX_MAX_ROWS, format_of, too_many_rows
from service.input_size import about_rows, fingerprint
from service.rejects import reject_format_of
from service.stream_out import StreamOut
from service.unfinished import Stamp, open_unfinished, resumed_day

__all__ = ["BatchError", "FileError", "Summary", "score_file"]

CHUNK_ROWS = 512
AUTO_JOBS = 2
AUTO_JOBS_ABOVE_ROWS = 5_000  # below, starting processes costs more than they save
_MIN_ROW_BYTES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What came out of a run.

    Attributes
    ----------
    rows, scored, bad : int
        Data rows read, dispositions given, rows with an error in their place.
    """

    rows: int
    scored: int
    bad: int


class Lines(Protocol):
    """Where the lines of rows go."""

    def add(self, lines: str, rejects: str, *, rows: int, bad: int) -> None:
        """Take the lines of some rows."""
        ...


def score_file(
    scorer_factory: Callable[[], Scorer],
    in_path: Path,
    out_path: Path | None,
    *,
    today: date,
    jobs: int | None = None,
    timezone: tzinfo | None = None,
    received_on: date | None = None,
    home: str | None = None,
    rejects: Path | None = None,
    resume: bool = False,
    progress: Callable[[int, int, int | None], None] = lambda rows, bad, of: None,
    notice: Callable[[str], None] = lambda line: None,
    stream: TextIO | None = None,
) -> Summary:
    """Score every complaint of a file.

    Parameters
    ----------
    scorer_factory : callable
        Gives model and rules; must be picklable where ``jobs`` is more than 1, for each process
        calls it once.
    in_path : Path
        See ``read_complaints``.
    out_path : Path or None
        Its suffix is the format, see ``FORMATS``; None writes JSONL to ``stream``.
    today : date
        Day whose rules count for a complaint without a moment of receipt.
    jobs : int, optional
        Processes; by default 1, or 2 for more than 5,000 rows.
    timezone : tzinfo, optional
        Zone of times without offset; by default that of the file's layout.
    received_on : date, optional
        Day of receipt of complaints that name none.
    home : str, optional
        Region of a regional desk, used where a complaint names no place.
    rejects : Path, optional
        A ``.csv`` or ``.jsonl`` for the bad rows alone, which stay in their place too.
    resume : bool, default=False
        Whether to go on where an earlier run of the same input and options was stopped. Its day
        stays the one whose rules count.
    progress : callable, optional
        Takes the rows done, the bad ones among them, and about how many there are where that is
        known: at the start and after every chunk.
    notice : callable, optional
        Takes lines for the user.
    stream : file, optional
        By default standard output.

    Returns
    -------
    Summary
        Rows are counted in the input order.

    Raises
    ------
    FileError
        If the input or the output as a whole cannot be used.
    BatchError
        If a process dies.
    """
    _check_paths(in_path, out_path, rejects)
    form = format_of(out_path) if out_path else FORMATS[".jsonl"]
    apart = (rejects, reject_format_of(rejects)) if rejects else None
    if resume and out_path and (day := resumed_day(out_path)):
        today = date.fromisoformat(day)
    scorer = scorer_factory()
    job = Job(
        today=today,
        received_on=received_on,
        home=home,
        render=form.render,
        explained=form.explained,
        reject=apart[1].render if apart else None,
    )
    rows = enumerate(
        read_complaints(
            in_path,
            timezone=timezone,
            resolve_names=scorer.ruleset.gazetteer.resolve_names,
            known_region=lambda code: scorer.ruleset.regions.get(code) is not None,
            notice=notice,
        ),
        start=1,
    )
    of = about_rows(in_path)

    def run(lines: Lines, done: Summary) -> Summary:
        progress(done.rows, done.bad, of)
        chosen, chunks = _choose_jobs(jobs, _chunked(islice(rows, done.rows, None)))
        if chosen == 1:
            results: Generator[Result] = (job.run(scorer, chunk) for chunk in chunks)
        else:
            results = run_in_processes(scorer_factory, job, chunks, chosen)
        with closing(results), settled():
            return _write(lines, results, done, lambda rows, bad: progress(rows, bad, of))

    if out_path is None:
        with StreamOut(stream or sys.stdout, apart) as out:
            return run(out, Summary(rows=0, scored=0, bad=0))
    stamp: Stamp = {
        "input": fingerprint(in_path),
        "today": today.isoformat(),
        "timezone": str(timezone),
        "received-on": str(received_on),
        "region": home,
        "rejects": str(rejects),
        "model and rules": dict(scorer.versions),
        "policy": repr(scorer.policy),
    }
    with open_unfinished(
        out_path, form, rejects=apart, stamp=stamp, resume=resume, notice=notice
    ) as unfinished:
        done = unfinished.done
        return run(unfinished, Summary(rows=done.rows, scored=done.rows - done.bad, bad=done.bad))


def _write(
    lines: Lines, results: Iterable[Result], done: Summary, progress: Callable[[int, int], None]
) -> Summary:
    rows, bad = done.rows, done.bad
    for result in results:
        lines.add(result.lines, result.rejects, rows=result.rows, bad=result.bad)
        rows, bad = rows + result.rows, bad + result.bad
        progress(rows, bad)
    return Summary(rows=rows, scored=rows - bad, bad=bad)


def _check_paths(in_path: Path, out_path: Path | None, rejects: Path | None) -> None:
    for path, what in ((out_path, "output"), (rejects, "file of rejects")):
        if path is not None and path.exists() and in_path.exists() and path.samefile(in_path):
            raise FileError(path, f"the {what} is the input; choose another name")
    if out_path is None:
        return
    if rejects is not None and rejects.absolute() == out_path.absolute():
        raise FileError(rejects, "the file of rejects is the output; choose another name")
    format_of(out_path)
    if out_path.suffix.lower() == ".xlsx" and _may_exceed(in_path, XLSX_MAX_ROWS):
        nothing: Callable[..., None] = lambda *_: None  # noqa: E731
        rows = read_complaints(
            in_path,
            resolve_names=nothing,
            known_region=lambda _: True,
            notice=nothing,
        )
        if next(islice(rows, XLSX_MAX_ROWS, None), None) is not None:
            raise FileError(out_path, too_many_rows())


def _may_exceed(path: Path, rows: int) -> bool:
    suffix = path.suffix.lower()
    if suffix == ".xlsx" or not path.is_file():
        return False
    return suffix == ".parquet" or path.stat().st_size > rows * _MIN_ROW_BYTES


def _chunked(rows: Iterator[tuple[int, Complaint | BadRow]]) -> Iterator[Chunk]:
    while chunk := list(islice(rows, CHUNK_ROWS)):
        yield chunk


def _choose_jobs(jobs: int | None, chunks: Iterator[Chunk]) -> tuple[int, Iterator[Chunk]]:
    if jobs is not None:
        return max(1, jobs), chunks
    first = list(islice(chunks, AUTO_JOBS_ABOVE_ROWS // CHUNK_ROWS + 1))
    many = sum(map(len, first)) > AUTO_JOBS_ABOVE_ROWS
    return min(AUTO_JOBS, os.cpu_count() or 1) if many else 1, chain(first, chunks)
