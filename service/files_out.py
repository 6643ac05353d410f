"""Dispositions into a file: JSONL, CSV, XLSX or Parquet, one row each."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from service.files_in import BadRow, FileError
from service.flat_row import COLUMNS, Cells, flat_row, inert, json_line, to_json
from service.tables_in import need_pyarrow

XLSX_MAX_ROWS = 1_048_575  # 1,048,576 with the header
_GROUP_ROWS = 16_384
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

# Makes the line of a row from its number and its disposition or its error.
Render = Callable[[int, Mapping[str, Any] | None, BadRow | None], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """How a file comes to be: line by line, so that a run that was stopped can go on.

    Attributes
    ----------
    render : callable
        Makes the line of one row; other processes call it.
    head : str
        What stands before the first line.
    explained : bool
        Whether a row shows what decided; if not, nobody has to find it out.
    convert : callable or None
        Makes the file of the lines; None where they are the file. Takes both paths.
    """

    render: Render
    head: str = ""
    explained: bool = False
    convert: Callable[[Path, Path], None] | None = None


def format_of(path: Path) -> Format:
    """Return how a file of this suffix is written.

    Raises
    ------
    FileError
        Before any work is done: if the suffix is unknown, the folder does not exist, or pyarrow is
        missing for Parquet.
    """
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        expected = ", ".join(FORMATS)
        raise FileError(path, f"unknown suffix {path.suffix!r}; expected one of {expected}")
    check_target(path)
    if suffix == ".parquet":
        need_pyarrow(path)
    return FORMATS[suffix]


def check_target(path: Path) -> None:
    """Refuse a path that no file can be written to.

    Raises
    ------
    FileError
        With the reason.
    """
    with writing(path):
        if not path.parent.is_dir():
            raise FileError(path, f"the folder {path.parent} does not exist")
        if path.is_dir():
            raise FileError(path, "expected a file, got a folder")


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn errors of the operating system into a ``FileError`` of this path."""
    try:
        yield
    except OSError as error:
        raise FileError(path, f"cannot be written: {error.strerror or 'unknown reason'}") from error


def too_many_rows() -> str:
    """Return why a table does not fit into XLSX, and what does."""
    return f"a sheet of XLSX holds {XLSX_MAX_ROWS:,} rows; write .csv, .jsonl or .parquet"


def csv_text(cells: Cells) -> str:
    r"""Return one line of CSV.

    Examples
    --------
    >>> csv_text((1, "=1+1", None))
    "1,'=1+1,\r\n"
    """
    line = io.StringIO(newline="")
    # RFC 4180; Python 3.11 also needs it to quote a carriage return inside a cell.
    csv.writer(line, lineterminator="\r\n").writerow(inert(cells))
    return line.getvalue()


def _csv_line(row: int, disposition: Mapping[str, Any] | None, error: BadRow | None) -> str:
    return csv_text(flat_row(row, disposition, error))


def _cells_line(row: int, disposition: Mapping[str, Any] | None, error: BadRow | None) -> str:
    return to_json(flat_row(row, disposition, error))


def _cells(lines: Path) -> Iterator[list[Any]]:
    with lines.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            yield orjson.loads(line)


def _to_parquet(lines: Path, target: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    types = {int: pa.int64(), float: pa.float64(), str: pa.string()}
    schema = pa.schema([(name, types[kind]) for name, kind in COLUMNS.items()])
    with parquet.ParquetWriter(target, schema) as writer:
        group: list[list[Any]] = []

        def flush() -> None:
            columns = [list(column) for column in zip(*group, strict=True)]
            writer.write_table(pa.table(columns, schema=schema))
            group.clear()

        for cells in _cells(lines):
            group.append(cells)
            if len(group) >= _GROUP_ROWS:
                flush()
        if group:
            flush()


def _to_xlsx(lines: Path, target: Path) -> None:
    from openpyxl import Workbook  # here: it costs 0.2 s that the other formats need not pay

    workbook = Workbook(write_only=True)
    sheet: Any = workbook.create_sheet("Disposisi")
    sheet.freeze_panes = "A2"
    sheet.append(list(COLUMNS))
    for row, cells in enumerate(_cells(lines), start=1):
        if row > XLSX_MAX_ROWS:
            sheet.close()
            raise FileError(target, too_many_rows())
        sheet.append(
            [
                NO_XML.sub("\ufffd", cell) if isinstance(cell, str) else cell
                for cell in inert(tuple(cells))
            ]
        )
    workbook.save(target)


FORMATS = {
    ".csv": Format(render=_csv_line, head=csv_text(tuple(COLUMNS))),
    ".jsonl": Format(render=json_line, explained=True),
    ".parquet": Format(render=_cells_line, convert=_to_parquet),
    ".xlsx": Format(render=_cells_line, convert=_to_xlsx),
}
