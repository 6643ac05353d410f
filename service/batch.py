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
from typing import TextIO

from service.chunks import BatchError, Chunk, Job, Result, Scorer, run_in_processes
from service.complaint import Complaint
from service.files_in import BadRow, FileError, read_complaints
from service.files_out import XLSX_MAX_ROWS, Writer, check_output, open_writer, too_many_rows

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
    progress: Callable[[int, int], None] = lambda rows, bad: None,
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
        See ``open_writer``; None writes JSONL to ``stream``.
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
    progress : callable, optional
        Takes the rows done and the bad ones among them after every chunk.
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
    _check_paths(in_path, out_path)
    scorer = scorer_factory()
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
    with open_writer(out_path, stream=stream or sys.stdout) as writer:
        job = Job(today=today, received_on=received_on, home=home, render=writer.render)
        jobs, chunks = _choose_jobs(jobs, _chunked(rows))
        if jobs == 1:
            results: Generator[Result] = (job.run(scorer, chunk) for chunk in chunks)
        else:
            results = run_in_processes(scorer_factory, job, chunks, jobs)
        with closing(results):
            return _write(writer, results, progress)


def _write(
    writer: Writer, results: Iterable[Result], progress: Callable[[int, int], None]
) -> Summary:
    rows = bad = 0
    for lines, errors in results:
        for line in lines:
            writer.add(line)
        rows, bad = rows + len(lines), bad + errors
        progress(rows, bad)
    return Summary(rows=rows, scored=rows - bad, bad=bad)


def _check_paths(in_path: Path, out_path: Path | None) -> None:
    if out_path is None:
        return
    check_output(out_path)
    if out_path.exists() and in_path.exists() and out_path.samefile(in_path):
        raise FileError(out_path, "the output is the input; choose another name")
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
