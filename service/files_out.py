"""Dispositions into a file: JSONL, CSV, XLSX or Parquet, one row each."""

from __future__ import annotations

import csv
import errno
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol, TextIO

from service.files_in import BadRow, FileError
from service.flat_row import COLUMNS, Cells, flat_row, inert, json_line

XLSX_MAX_ROWS = 1_048_575  # 1,048,576 with the header
SUFFIXES = (".csv", ".jsonl", ".parquet", ".xlsx")

_GROUP_ROWS = 16_384
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

Rendered = str | Cells


class _Sink(Protocol):
    """Where rendered rows go; ``close`` completes the file, ``abandon`` only lets go of it."""

    def add(self, rendered: Rendered) -> None: ...
    def close(self) -> None: ...
    def abandon(self) -> None: ...


class Writer:
    """Takes rows in order; made by ``open_writer``.

    Parameters
    ----------
    render : callable
        Makes a line or cells of a disposition or an error. Workers in other processes may call it,
        and hand its result to ``add``.
    sink : object
        Writes them.
    """

    def __init__(self, render: Callable[..., Rendered], sink: _Sink) -> None:
        self.render, self._sink = render, sink

    def write(
        self, row: int, disposition: Mapping[str, Any] | None, error: BadRow | None = None
    ) -> None:
        """Write one disposition, or the error that stands in its place."""
        self.add(self.render(row, disposition, error))

    def add(self, rendered: Rendered) -> None:
        """Write what ``render`` made."""
        self._sink.add(rendered)


@contextmanager
def open_writer(path: Path | None, *, stream: TextIO) -> Iterator[Writer]:
    """Give a writer for a file, or for a stream.

    The file appears at once and whole when the block ends; after an error nothing is left of it,
    and what stood at ``path`` before still does.

    Parameters
    ----------
    path : Path or None
        Its suffix is the format; None writes JSONL to ``stream``.
    stream : file
        Used without ``path``.

    Raises
    ------
    FileError
        If the suffix is unknown, the file cannot be written, pyarrow is missing for Parquet, or
        more rows come than a sheet of XLSX holds.
    """
    if path is None:
        yield Writer(json_line, _JsonLines(stream))
        stream.flush()
        return
    check_output(path)
    suffix = path.suffix.lower()
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with _writing(path):
            sink = _SINKS[suffix](part)
            try:
                yield Writer(json_line if suffix == ".jsonl" else flat_row, sink)
                sink.close()
            except BaseException:
                sink.abandon()
                raise
            part.replace(path)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def check_output(path: Path) -> None:
    """Refuse, before any work is done, what cannot be written.

    Raises
    ------
    FileError
        If the suffix is unknown, the folder does not exist, or pyarrow is missing for Parquet.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        expected = ", ".join(SUFFIXES)
        raise FileError(path, f"unknown suffix {path.suffix!r}; expected one of {expected}")
    with _writing(path):
        if not path.parent.is_dir():
            raise FileError(path, f"the folder {path.parent} does not exist")
        if path.is_dir():
            raise FileError(path, "expected a file, got a folder")
    if suffix == ".parquet":
        try:
            import pyarrow as pa  # noqa: F401  # only whether it is there
        except ImportError as error:
            problem = "Parquet needs pyarrow; install it with: pip install 'disposisi[parquet]'"
            raise FileError(path, problem) from error


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FileError(path, f"cannot be written: {error.strerror or 'unknown reason'}") from error


class _JsonLines:
    def __init__(self, file: TextIO) -> None:
        self._file = file
        encoding = (getattr(file, "encoding", None) or "utf-8").lower().replace("-", "")
        self._ascii_only = encoding != "utf8"

    @classmethod
    def create(cls, path: Path) -> _JsonLines:
        return cls(path.open("w", encoding="utf-8", newline="\n"))

    def add(self, rendered: Rendered) -> None:
        text = str(rendered)
        if self._ascii_only and not text.isascii():
            text = re.sub(r"[^\x00-\x7f]", _escape, text)
        self._file.write(text)

    def close(self) -> None:
        _finish(self._file)

    def abandon(self) -> None:
        self._file.close()


class _Csv:
    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8", newline="")
        # RFC 4180; Python 3.11 also needs it to quote a carriage return inside a cell.
        self._writer = csv.writer(self._file, lineterminator="\r\n")
        self._writer.writerow(COLUMNS)

    def add(self, rendered: Rendered) -> None:
        self._writer.writerow(inert(_cells(rendered)))

    def close(self) -> None:
        _finish(self._file)

    def abandon(self) -> None:
        self._file.close()


class _Xlsx:
    def __init__(self, path: Path) -> None:
        from openpyxl import Workbook  # here: it costs 0.2 s that the other formats need not pay

        self._path, self._rows = path, 0
        path.touch()  # says now, not after an hour, that the folder cannot be written
        self._workbook = Workbook(write_only=True)
        self._sheet: Any = self._workbook.create_sheet("Disposisi")
        self._sheet.freeze_panes = "A2"
        self._sheet.append(list(COLUMNS))

    def add(self, rendered: Rendered) -> None:
        self._rows += 1
        if self._rows > XLSX_MAX_ROWS:
            raise OSError(errno.EFBIG, too_many_rows())
        self._sheet.append(
            [
                NO_XML.sub("\ufffd", cell) if isinstance(cell, str) else cell
                for cell in inert(_cells(rendered))
            ]
        )

    def close(self) -> None:
        self._workbook.save(self._path)

    def abandon(self) -> None:
        self._sheet.close()


class _Parquet:
    def __init__(self, path: Path) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        types = {int: pa.int64(), float: pa.float64(), str: pa.string()}
        self._arrow, self._rows = pa, list[Cells]()
        self._schema = pa.schema([(name, types[kind]) for name, kind in COLUMNS.items()])
        self._writer = parquet.ParquetWriter(path, self._schema)

    def add(self, rendered: Rendered) -> None:
        self._rows.append(_cells(rendered))
        if len(self._rows) >= _GROUP_ROWS:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._writer.close()

    def abandon(self) -> None:
        self._writer.close()

    def _flush(self) -> None:
        if self._rows:
            columns = [list(column) for column in zip(*self._rows, strict=True)]
            self._writer.write_table(self._arrow.table(columns, schema=self._schema))
            self._rows.clear()


_SINKS: dict[str, Callable[[Path], _Sink]] = {
    ".csv": _Csv,
    ".jsonl": _JsonLines.create,
    ".parquet": _Parquet,
    ".xlsx": _Xlsx,
}


def too_many_rows() -> str:
    """Return why a table does not fit into XLSX, and what does."""
    return f"a sheet of XLSX holds {XLSX_MAX_ROWS:,} rows; write .csv, .jsonl or .parquet"


def _cells(rendered: Rendered) -> Cells:
    if isinstance(rendered, str):
        msg = "expected the cells of a row, got a line"
        raise TypeError(msg)
    return rendered


def _escape(found: re.Match[str]) -> str:
    units = found.group().encode("utf-16-be")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))


def _finish(file: TextIO) -> None:
    file.flush()
    os.fsync(file.fileno())
    file.close()
