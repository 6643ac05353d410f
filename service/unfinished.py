"""What a run has written so far, kept so that it can go on after it was stopped.

Beside ``out.csv`` stand ``.out.csv.lines``, its rows so far, and ``.out.csv.journal``: first what
the run reads and is made with, then how many rows and bytes are safe on disk. A run that goes on
cuts the lines to the last safe byte and reads on behind the last safe row: none is lost, none is
doubled.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Literal

from service.files_in import FileError
from service.files_out import Format, writing
from service.rejects import RejectFormat

try:
    import fcntl
except ImportError:  # no such locks there
    fcntl = None  # type: ignore[assignment]

_SECONDS_BETWEEN = 0.25  # of work is lost at most

Stamp = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the lines are safe: rows done, bad ones among them, bytes of both files."""

    rows: int = 0
    bad: int = 0
    out_bytes: int = 0
    rejects_bytes: int = 0


class Unfinished:
    """The lines of an output and of its rejects until they are files; see ``open_unfinished``."""

    def __init__(
        self,
        path: Path,
        rejects: Path | None,
        journal: IO[bytes],
        clock: Callable[[], float],
    ) -> None:
        self.path, self.rejects, self.done = path, rejects, Progress()
        self._journal, self._clock = journal, clock
        self._out: IO[bytes] | None = None
        self._bad: IO[bytes] | None = None
        self._last = clock()

    def start(self, head: str, rejects_head: str, stamp: Stamp) -> None:
        """Begin anew."""
        self._journal.truncate(0)
        self._write_journal(stamp)
        self._open("wb")
        self.add(head, rejects_head, rows=0, bad=0)
        self.save()

    def go_on(self, done: Progress) -> None:
        """Cut both files to what is safe and write behind it.

        Raises
        ------
        FileError
            If a file is shorter than the journal says.
        """
        self.done = done
        self._journal.write(b"\n")  # ends a line that the stop may have cut
        self._open("r+b")
        for file, size in ((self._out, done.out_bytes), (self._bad, done.rejects_bytes)):
            if file is not None:
                if file.seek(0, os.SEEK_END) < size:
                    self.close()
                    problem = "the unfinished run is damaged; run without --resume to begin anew"
                    raise FileError(self.path, problem)
                file.truncate(size)
                file.seek(size)

    def add(self, lines: str, rejects: str, *, rows: int, bad: int) -> None:
        """Write the lines of some rows."""
        out, apart = lines.encode(), rejects.encode()
        _open(self._out).write(out)
        if self._bad is not None:
            self._bad.write(apart)
        done = self.done
        self.done = Progress(
            done.rows + rows,
            done.bad + bad,
            done.out_bytes + len(out),
            done.rejects_bytes + len(apart),
        )
        if self._clock() - self._last >= _SECONDS_BETWEEN:
            self.save()

    def save(self) -> None:
        """Bring what was written to the disk, then say so in the journal."""
        for file in (self._out, self._bad):
            if file is not None:
                file.flush()
                os.fsync(file.fileno())
        self._write_journal(asdict(self.done))
        self._last = self._clock()

    def finish(self, convert: Callable[[Path, Path], None] | None) -> None:
        """Make the files of the lines."""
        self.save()
        self.close()
        if self.rejects is not None:
            _lines(self.rejects).replace(self.rejects)
        lines = _lines(self.path)
        if convert is None:
            lines.replace(self.path)
        else:
            part = _beside(self.path, "part")
            try:
                convert(lines, part)
                part.replace(self.path)
            except FileError as error:
                raise FileError(self.path, error.problem) from error
            finally:
                part.unlink(missing_ok=True)
        self.remove()

    def close(self) -> None:
        """Close the files and leave them where they are."""
        for file in (self._out, self._bad):
            if file is not None:
                with suppress(OSError):  # a full disk; what counts is in the journal
                    file.close()

    def remove(self) -> None:
        """Leave nothing."""
        self.close()
        for path in (self.path, *([self.rejects] if self.rejects else ())):
            _lines(path).unlink(missing_ok=True)
        _journal(self.path).unlink(missing_ok=True)

    def _open(self, mode: Literal["wb", "r+b"]) -> None:
        self._out = _lines(self.path).open(mode)
        if self.rejects is not None:
            self._bad = _lines(self.rejects).open(mode)

    def _write_journal(self, record: Mapping[str, object]) -> None:
        self._journal.write(json.dumps(record).encode() + b"\n")
        self._journal.flush()
        os.fsync(self._journal.fileno())


@contextmanager
def open_unfinished(
    path: Path,
    form: Format,
    *,
    rejects: tuple[Path, RejectFormat] | None,
    stamp: Stamp,
    resume: bool,
    notice: Callable[[str], None],
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Unfinished]:
    """Give what takes the lines of a run; the files appear whole when the block ends.

    After a ``FileError`` nothing is left. After anything else, as after a kill, the lines so far
    stay for ``resume``. What stood at ``path`` before stands until the end.

    Parameters
    ----------
    stamp : mapping
        What must be the same for a run to go on: input, options, model, rules.
    resume : bool
        Whether to go on where an earlier run was stopped; without one it begins anew.
    notice : callable
        Takes lines for the user.

    Raises
    ------
    FileError
        If the files cannot be written, another run writes them, or the earlier run was another.
    """
    apart, reject_form = rejects or (None, RejectFormat(render=str))
    with writing(path), _locked(path) as journal:
        unfinished = Unfinished(path, apart, journal, clock)
        earlier = _read(journal)
        pieces = [_lines(name) for name in (path, apart) if name is not None]
        if earlier is not None and not all(piece.exists() for piece in pieces):
            earlier = None  # it was stopped while its files were being made
        if earlier is not None and resume:
            _check_same(path, earlier[0], stamp)
            unfinished.go_on(earlier[1])
            notice(f"going on behind row {earlier[1].rows:,}")
        else:
            if earlier is not None and earlier[1].rows:
                notice(f"{earlier[1].rows:,} rows of an unfinished run are done again")
            unfinished.start(form.head, reject_form.head, stamp)
        try:
            yield unfinished
            unfinished.finish(form.convert)
        except FileError:
            unfinished.remove()
            raise
        except BaseException:
            with suppress(OSError):  # a full disk; what counts is in the journal
                unfinished.save()
            notice(f"{unfinished.done.rows:,} rows are kept; the same with --resume goes on")
            raise
        finally:
            unfinished.close()


def resumed_day(path: Path) -> str | None:
    """Return the day whose rules an unfinished run goes by, None where there is none."""
    try:
        with _journal(path).open("rb") as journal:
            earlier = _read(journal)
    except OSError:
        return None
    return str(earlier[0].get("today")) if earlier else None


def _read(journal: IO[bytes]) -> tuple[dict[str, Any], Progress] | None:
    journal.seek(0)
    records = []
    for line in journal:
        with suppress(ValueError):  # the line that was being written when it stopped
            records.append(json.loads(line))
    return (records[0], Progress(**records[-1])) if len(records) > 1 else None


def _check_same(path: Path, earlier: Mapping[str, Any], now: Stamp) -> None:
    changed = [name for name in now if earlier.get(name) != now[name]]
    if changed:
        said = ", ".join(changed)
        problem = f"the unfinished run had another {said}; run without --resume to begin anew"
        raise FileError(path, problem)


@contextmanager
def _locked(path: Path) -> Iterator[IO[bytes]]:
    journal = _journal(path)
    with journal.open("a+b") as file:
        if fcntl is not None:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise FileError(path, "another run is writing it") from error
        try:
            yield file
        finally:
            if journal.exists() and not journal.stat().st_size:
                journal.unlink()


def _lines(path: Path) -> Path:
    return _beside(path, "lines")


def _journal(path: Path) -> Path:
    return _beside(path, "journal")


def _beside(path: Path, what: str) -> Path:
    return path.with_name(f".{path.name}.{what}")


def _open(file: IO[bytes] | None) -> IO[bytes]:
    if file is None:
        msg = "add() before start() or go_on()"
        raise RuntimeError(msg)
    return file
