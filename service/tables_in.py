"""The header and the rows of a CSV, XLSX or Parquet file, read piece by piece."""

from __future__ import annotations

import csv
import re
import warnings
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from service.columns import HEADER_ROWS, HeaderError, Layout, find_header
from service.errors import ServiceError

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_DELIMITERS = (",", ";", "\t")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BATCH_ROWS = 2_000
# What openpyxl lets through from the zip and XML readers when a file is damaged.
_DAMAGED = (
    BadZipFile, EOFError, IndexError, KeyError, ParseError, TypeError, ValueError, zlib.error,
)  # fmt: skip


class FileError(ServiceError):
    """A whole file cannot be used.

    Parameters
    ----------
    path : Path
        The file.
    problem : str
        What is wrong and what was expected.
    """

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path, self.problem = path, problem


@dataclass(frozen=True, slots=True)
class Broken:
    """A row whose cells cannot be told apart, and why."""

    problem: str


# Where a row stands in the file, for people ("line 18"), and its cells.
Row = tuple[str, Sequence[object] | Broken]
# Gives the number of the header row, counted from 1, and what it says.
FindHeader = Callable[[Iterable[Sequence[object]]], tuple[int, Layout]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """An open table.

    Attributes
    ----------
    layout : Layout
        What the cells of a row mean.
    rows : iterator of Row
        Data rows in the order of the file; blank ones are left out. Raises ``FileError`` where the
        file turns out to be damaged.
    """

    layout: Layout
    rows: Iterator[Row]


def open_table(path: Path, *, find: FindHeader = find_header) -> Table:
    """Return the table that a file holds.

    Parameters
    ----------
    path : Path
        ``.csv``, ``.parquet`` or ``.xlsx``.
    find : callable
        Finds the header in the first rows; by default that of complaints to score.

    Raises
    ------
    FileError
        If the suffix is unknown, the file cannot be read, or its header cannot be used.
    """
    opener = _OPENERS.get(path.suffix.lower())
    if opener is None:
        expected = ".csv, .jsonl, .parquet or .xlsx"
        raise FileError(path, f"unknown suffix {path.suffix!r}; expected {expected}")
    check_readable(path)
    try:
        return opener(path, find)
    except HeaderError as error:
        raise FileError(path, str(error)) from error


def check_readable(path: Path) -> None:
    """Refuse what is no file, cannot be opened or is empty.

    Raises
    ------
    FileError
        With the reason of the operating system.
    """
    with reading(path), path.open("rb") as file:
        if not file.read(1):
            raise FileError(path, "the file is empty")


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn errors of the operating system into a ``FileError`` of this path."""
    try:
        yield
    except OSError as error:
        raise FileError(path, f"cannot be read: {error.strerror or 'damaged'}") from error


def _open_csv(path: Path, find: FindHeader) -> Table:
    with reading(path), path.open("rb") as file:
        if file.read(2) in _UTF16:
            raise FileError(path, "expected UTF-8, got UTF-16; save it as 'CSV UTF-8'")
    found: dict[str, tuple[int, Layout]] = {}
    problems: list[tuple[int, HeaderError]] = []
    for delimiter in _DELIMITERS:
        head = [
            cells if isinstance(cells, list) else []
            for _, cells in islice(_csv_rows(path, delimiter), HEADER_ROWS)
        ]
        try:
            found[delimiter] = find(head)
        except HeaderError as error:
            problems.append((max(map(len, head), default=0), error))
    if not found:
        raise max(problems, key=lambda pair: pair[0])[1]
    delimiter = max(found, key=lambda sign: len(found[sign][1].positions))
    number, layout = found[delimiter]
    rows = islice(_csv_rows(path, delimiter), number, None)
    return Table(layout=layout, rows=_right_width(rows, layout.width))


def _csv_rows(path: Path, delimiter: str) -> Iterator[tuple[str, list[str] | Broken]]:
    # Bytes that are no UTF-8 become lone surrogates, so that only their own row is refused.
    with (
        reading(path),
        path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file,
    ):
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                where = (
                    f"line {line}" if reader.line_num <= line else f"lines {line}-{reader.line_num}"
                )
                yield where, Broken(f"expected CSV with closed quotes, got: {error}")
            else:
                yield f"line {line}", cells


def _right_width(rows: Iterator[tuple[str, list[str] | Broken]], width: int) -> Iterator[Row]:
    for where, cells in rows:
        if isinstance(cells, list):
            if not any(cells):
                continue
            # A cut or shifted row would be read as another text: refuse it.
            if len(cells) < width or any(cells[width:]):
                problem = f"expected {width} cells as in the header, got {len(cells)}"
                yield where, Broken(problem)
                continue
        yield where, cells


def _open_xlsx(path: Path, find: FindHeader) -> Table:
    with ExitStack() as stack:
        workbook = stack.enter_context(_workbook(path))
        problem: HeaderError | None = None
        for sheet in workbook.worksheets:
            try:
                with _undamaged(path), closing(_cells(sheet, first_row=1)) as cells:
                    number, layout = find(cells)
            except HeaderError as error:
                problem = problem or error
            else:
                rows = _sheet_rows(path, stack.pop_all(), sheet, skip=number)
                return Table(layout=layout, rows=_filled(rows, layout.width))
    raise problem or HeaderError("no sheet in the workbook; expected one with a header")


@contextmanager
def _workbook(path: Path) -> Iterator[Any]:
    from openpyxl import load_workbook  # here: it costs 0.2 s that CSV and JSONL need not pay

    # The file is opened here, because openpyxl leaves it open when it fails.
    with reading(path), path.open("rb") as file:
        with _undamaged(path), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles, which nobody reads
            workbook = load_workbook(file, read_only=True, data_only=True)
        with closing(workbook):
            yield workbook


def _sheet_rows(
    path: Path, workbook: ExitStack, sheet: Any, *, skip: int
) -> Iterator[tuple[str, Sequence[object]]]:
    with workbook, _undamaged(path), closing(_cells(sheet, first_row=skip + 1)) as rows:
        for number, cells in enumerate(rows, start=skip + 1):
            yield f"sheet row {number}", [_unescape(cell) for cell in cells]


def _unescape(cell: object) -> object:
    # Excel writes a carriage return as _x000D_ and openpyxl leaves it so.
    if isinstance(cell, str) and "_x" in cell:
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), cell)
    return cell


def _cells(sheet: Any, *, first_row: int) -> Any:
    sheet.reset_dimensions()  # some writers state a wrong size, and cells would be lost
    return sheet.iter_rows(min_row=first_row, values_only=True)


@contextmanager
def _undamaged(path: Path) -> Iterator[None]:
    try:
        yield
    except HeaderError:
        raise
    except _DAMAGED as error:
        problem = "expected an .xlsx workbook; it is damaged, cut off or protected by a password"
        raise FileError(path, problem) from error


def _filled(rows: Iterator[tuple[str, Sequence[object]]], width: int) -> Iterator[Row]:
    for where, cells in rows:
        if any(cell is not None and cell != "" for cell in cells):
            missing = width - len(cells)
            yield where, (*cells, *[None] * missing) if missing > 0 else cells


def need_pyarrow(path: Path) -> None:
    """Refuse a Parquet file where pyarrow is not installed.

    Raises
    ------
    FileError
        With the command that installs it.
    """
    try:
        import pyarrow as pa  # noqa: F401  # only whether it is there
    except ImportError as error:
        problem = "Parquet needs pyarrow; install it with: pip install 'disposisi[parquet]'"
        raise FileError(path, problem) from error


def _open_parquet(path: Path, find: FindHeader) -> Table:
    need_pyarrow(path)
    import pyarrow as pa
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            names = file.schema_arrow.names
    except (pa.ArrowException, OSError) as error:
        raise FileError(path, "expected a Parquet file; it is damaged or cut off") from error
    _, layout = find([names])
    narrow = layout.narrowed()
    return Table(
        layout=narrow,
        rows=_parquet_rows(path, [names[i] for i in sorted(layout.positions.values())]),
    )


def _parquet_rows(path: Path, columns: list[str]) -> Iterator[Row]:
    import pyarrow as pa
    from pyarrow import parquet

    number = 0
    try:
        with parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=_BATCH_ROWS, columns=columns):
                values = [_column(batch.column(name)) for name in columns]
                for cells in zip(*values, strict=True):
                    number += 1
                    yield f"record {number}", cells
    except (pa.ArrowException, OSError) as error:
        problem = f"damaged after record {number}; expected a whole Parquet file"
        raise FileError(path, problem) from error


def _column(column: Any) -> list[object]:
    import pyarrow as pa

    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        # Nanoseconds would bring in pandas.
        column = column.cast(pa.timestamp("us", tz=column.type.tz), safe=False)
    return list(column.to_pylist())


_OPENERS: dict[str, Callable[[Path, FindHeader], Table]] = {
    ".csv": _open_csv,
    ".parquet": _open_parquet,
    ".xlsx": _open_xlsx,
}
