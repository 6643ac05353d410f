"""Complaints out of a file: XLSX export of LAPOR!, CSV, JSONL, Parquet."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from functools import lru_cache
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from service.columns import column_notices, is_identity
from service.complaint import FIELDS, Complaint, InputError, parse_complaint
from service.lapor import (
    DAY_COLUMN,
    LAPOR_ZONE,
    NameResolver,
    lapor_values,
)
from service.tables_in import Broken, FileError, Table, check_readable, open_table, reading

__all__ = ["BadRow", "FileError", "read_complaints"]

DEFAULT_ZONE = ZoneInfo("Asia/Jakarta")
MAX_LINE_BYTES = 1_000_000  # the longest text, every character escaped, needs a quarter

_NO_UTF8 = re.compile("[\udc80-\udcff]")
_TRACKING_ID = re.compile(r"[\w./-]{1,64}")
_LAPOR_PARTS = {"received_at": DAY_COLUMN}
_FIELD_SET = frozenset(FIELDS)
_T = TypeVar("_T")
_WHOLE_ROW = ""  # the field of an error that concerns no single one


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row that cannot be scored; never holds a citizen's words.

    Attributes
    ----------
    row : int
        Data row, counted from 1.
    field : str or None
        Field or column that is wrong; None when the row as a whole is.
    problem : str
        What was expected and what was got.
    tracking_id : str or None
        Number in the source system, as far as it can be read.
    """

    row: int
    field: str | None
    problem: str
    tracking_id: str | None


def read_complaints(
    path: Path,
    *,
    timezone: tzinfo | None = None,
    resolve_names: NameResolver,
    known_region: Callable[[str], bool],
    notice: Callable[[str], None],
) -> Iterator[Complaint | BadRow]:
    """Return the complaints of a file in its order, and a ``BadRow`` where one cannot be read.

    The n-th item is data row n; blank rows and lines do not count. The file is read piece by piece.

    Parameters
    ----------
    path : Path
        ``.xlsx``, ``.csv``, ``.jsonl`` or ``.parquet``.
    timezone : tzinfo, optional
        Zone of times without offset; by default UTC in LAPOR!'s own layout, else Asia/Jakarta.
    resolve_names : callable
        Gives the region code for the names of province, city and district, or None.
    known_region : callable
        Says whether a region code exists.
    notice : callable
        Takes lines for the user, such as which columns are dropped.

    Raises
    ------
    FileError
        If the file as a whole cannot be used; while iterating, if it is damaged further on.
    """
    if path.suffix.lower() == ".jsonl":
        check_readable(path)
        return _read_jsonl(path, timezone or DEFAULT_ZONE, known_region, notice)
    table = open_table(path)
    for line in table.layout.notices():
        notice(line)
    if table.layout.is_lapor:
        return _read_lapor(table, timezone or LAPOR_ZONE, lru_cache(4096)(resolve_names))
    return _read_plain(table, timezone or DEFAULT_ZONE, known_region)


def _read_lapor(
    table: Table, timezone: tzinfo, resolve_names: NameResolver
) -> Iterator[Complaint | BadRow]:
    columns = {**_LAPOR_PARTS, **table.layout.names}

    def parse(cells: Mapping[str, object]) -> Complaint:
        values = lapor_values(cells, timezone=timezone, resolve_names=resolve_names)
        return parse_complaint(values, timezone=timezone)

    return read_rows(table, parse, columns)


def _read_plain(
    table: Table, timezone: tzinfo, known_region: Callable[[str], bool]
) -> Iterator[Complaint | BadRow]:
    def parse(cells: Mapping[str, object]) -> Complaint:
        return _parse_known(cells, timezone, known_region)

    return read_rows(table, parse, table.layout.names)


def read_rows(
    table: Table, parse: Callable[[Mapping[str, object]], _T], columns: Mapping[str, str]
) -> Iterator[_T | BadRow]:
    """Yield what each row of a table says, and a ``BadRow`` where ``parse`` refuses it.

    Parameters
    ----------
    table : Table
        Its rows are read one by one.
    parse : callable
        Takes the cells of a row by field; raises ``InputError`` for what it cannot use.
    columns : mapping of str to str
        What the file calls a field, for the message.
    """
    positions = tuple(table.layout.positions.items())
    for number, (where, row) in enumerate(table.rows, start=1):
        if isinstance(row, Broken):
            problem = f"{row.problem} ({where})"
            yield BadRow(row=number, field=None, problem=problem, tracking_id=None)
            continue
        cells = {field: _clean(row[place]) for field, place in positions}
        try:
            _check_utf8(cells)
            yield parse(cells)
        except InputError as error:
            yield BadRow(
                row=number,
                field=columns.get(error.field, error.field),
                problem=f"{error.problem} ({where})",
                tracking_id=_tracking_id(cells),
            )


def _read_jsonl(
    path: Path,
    timezone: tzinfo,
    known_region: Callable[[str], bool],
    notice: Callable[[str], None],
) -> Iterator[Complaint | BadRow]:
    others: dict[str, None] = {}
    number = 0
    for line_number, line in _lines(path):
        if not line.strip():
            continue
        number += 1
        values: dict[str, object] = {}
        try:
            values = _parse_json(line)
            if not _FIELD_SET.issuperset(values):
                others.update(dict.fromkeys(key for key in values if key not in _FIELD_SET))
            yield _parse_known(values, timezone, known_region)
        except InputError as error:
            yield BadRow(
                row=number,
                field=error.field or None,
                problem=f"{error.problem} (line {line_number})",
                tracking_id=_tracking_id(values),
            )
    dropped = [name for name in others if is_identity(name)]
    ignored = [name for name in others if not is_identity(name)]
    for text in column_notices(dropped, ignored):
        notice(text)


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    with reading(path), path.open("rb") as file:
        number = 0
        while line := file.readline(MAX_LINE_BYTES + 1):
            number += 1
            if number == 1:
                line = line.removeprefix(b"\xef\xbb\xbf")
            yield number, line
            while len(line) > MAX_LINE_BYTES and not line.endswith(b"\n"):
                line = file.readline(MAX_LINE_BYTES + 1)


def _parse_json(line: bytes) -> dict[str, object]:
    if len(line) > MAX_LINE_BYTES:
        raise InputError(_WHOLE_ROW, f"expected at most {MAX_LINE_BYTES:,} bytes a line, got more")
    try:
        values = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise InputError(_WHOLE_ROW, f"expected UTF-8, got another byte at {error.start}") from None
    except json.JSONDecodeError as error:
        problem = f"expected a JSON object, got an error at column {error.colno}"
        raise InputError(_WHOLE_ROW, problem) from None
    except (RecursionError, ValueError):
        raise InputError(_WHOLE_ROW, "expected a JSON object of plain values") from None
    if not isinstance(values, dict):
        raise InputError(_WHOLE_ROW, f"expected a JSON object, got {type(values).__name__}")
    return values


def _parse_known(
    values: Mapping[str, object], timezone: tzinfo, known_region: Callable[[str], bool]
) -> Complaint:
    complaint = parse_complaint(values, timezone=timezone)
    if complaint.region is not None and not known_region(complaint.region):
        field, problem = "region", "expected a Kemendagri code such as 32.04, got an unknown one"
        raise InputError(field, problem)
    return complaint


def _check_utf8(cells: Mapping[str, object]) -> None:
    for field, value in cells.items():
        if isinstance(value, str) and not value.isascii() and _NO_UTF8.search(value):
            raise InputError(field, "expected UTF-8, got another encoding")


def _clean(value: object) -> object:
    # Spreadsheets and data frames keep whole numbers and gaps as floats.
    if isinstance(value, float):
        if math.isnan(value):
            return None
        if value.is_integer():
            return int(value)
    return value


def _tracking_id(values: Mapping[str, object]) -> str | None:
    value = values.get("tracking_id")
    if isinstance(value, (int, str)) and not isinstance(value, bool):
        text = str(value).strip()
        # Where cells have shifted this may be anything: only what looks like a number is shown.
        return text if _TRACKING_ID.fullmatch(text) else None
    return None
