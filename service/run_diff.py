"""What changed between two runs over the same complaints: agencies, classes, reasons."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

from service.flat_row import COLUMNS, FORMULA_STARTS, LIST_SEPARATOR, TEXT_MARK
from service.tables_in import FileError, check_readable, need_pyarrow, reading

# Each is compared as it is; of the reasons those that came and those that went are counted.
SINGLE = ("agency", "unit", "category", "decision", "error")
_NEEDED = ("tracking_id", "agency_code", "category", "decision", "review_reasons", "error")


class Outcome(NamedTuple):
    """One row of a run, as far as it is compared."""

    tracking_id: str | None
    agency: str | None
    unit: str | None
    category: str | None
    decision: str | None
    error: str | None
    reasons: frozenset[str]
    versions: tuple[str | None, str | None]


@dataclass(slots=True, kw_only=True)
class RunDiff:
    """What changed from one run to another.

    Attributes
    ----------
    rows : int
        Rows that both have.
    differing : int
        Rows of them with any change.
    only_before, only_after : int
        Rows that one run has behind the end of the other.
    changes : dict of str to Counter of (str or None, str or None)
        For each of ``SINGLE``: from what to what, and how often.
    came, gone : Counter of str
        Reasons for a review that only the later or only the earlier run gives.
    versions : tuple of (set, set)
        Model and rules of each run.
    """

    rows: int = 0
    differing: int = 0
    only_before: int = 0
    only_after: int = 0
    changes: dict[str, Counter[tuple[str | None, str | None]]] = field(
        default_factory=lambda: {name: Counter() for name in SINGLE}
    )
    came: Counter[str] = field(default_factory=Counter)
    gone: Counter[str] = field(default_factory=Counter)
    versions: tuple[set[Any], set[Any]] = field(default_factory=lambda: (set(), set()))

    @property
    def is_same(self) -> bool:
        """Whether every complaint has the same answer in both."""
        return not (self.differing or self.only_before or self.only_after)


def compare_runs(before: Path, after: Path) -> RunDiff:
    """Return what changed between two outputs of ``score``, row by row in their order.

    Parameters
    ----------
    before, after : Path
        ``.jsonl``, ``.csv`` or ``.parquet``; the formats may differ.

    Raises
    ------
    FileError
        If a file cannot be read, or a row is another complaint in each.
    """
    found = RunDiff()
    pairs = zip_longest(read_outcomes(before), read_outcomes(after))
    for row, (old, new) in enumerate(pairs, start=1):
        if old is None or new is None:
            found.only_before += new is None
            found.only_after += old is None
            continue
        if old.tracking_id != new.tracking_id:
            problem = f"row {row}: expected the complaint of {before}, got another tracking_id"
            raise FileError(after, problem)
        found.rows += 1
        found.versions[0].add(old.versions)
        found.versions[1].add(new.versions)
        if old[:-1] != new[:-1]:
            _count(found, old, new)
    return found


def _count(found: RunDiff, old: Outcome, new: Outcome) -> None:
    found.differing += 1
    for name in SINGLE:
        pair = (getattr(old, name), getattr(new, name))
        if pair[0] != pair[1]:
            found.changes[name][pair] += 1
    found.came.update(new.reasons - old.reasons)
    found.gone.update(old.reasons - new.reasons)


def read_outcomes(path: Path) -> Iterator[Outcome]:
    """Give the rows of an output of ``score``, piece by piece.

    Raises
    ------
    FileError
        If it is none, or cannot be read.
    """
    check_readable(path)
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        problem = f"unknown suffix {path.suffix!r}; expected {', '.join(_READERS)}"
        raise FileError(path, problem)
    with reading(path):
        yield from reader(path)


def _read_jsonl(path: Path) -> Iterator[Outcome]:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                yield _of_json(json.loads(line))
            except (ValueError, KeyError, TypeError) as error:
                problem = f"line {number}: expected a disposition or an error as score writes it"
                raise FileError(path, problem) from error


def _of_json(values: Mapping[str, Any]) -> Outcome:
    if (error := values.get("error")) is not None:
        said = f"{error['field']}: {error['problem']}" if error["field"] else error["problem"]
        return _bad(error["tracking_id"], said)
    return Outcome(
        tracking_id=values["tracking_id"],
        agency=values["agency"]["code"],
        unit=values["agency"]["unit"],
        category=values["category"],
        decision=values["decision"],
        error=None,
        reasons=frozenset([reason["code"] for reason in values["review_reasons"]]),
        versions=(values["versions"]["model"], values["versions"]["rules"]),
    )


def _read_csv(path: Path) -> Iterator[Outcome]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        try:
            _check_columns(path, rows.fieldnames or ())
            for cells in rows:
                yield _of_cells({name: _plain(cells.get(name)) for name in COLUMNS})
        except (csv.Error, UnicodeDecodeError) as error:
            problem = f"line {rows.line_num}: expected CSV in UTF-8 as score writes it"
            raise FileError(path, problem) from error


def _read_parquet(path: Path) -> Iterator[Outcome]:
    need_pyarrow(path)
    import pyarrow as pa
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            _check_columns(path, file.schema_arrow.names)
            for batch in file.iter_batches(batch_size=4096, columns=list(COLUMNS)):
                for cells in batch.to_pylist():
                    yield _of_cells(cells)
    except pa.ArrowException as error:
        raise FileError(path, "expected a Parquet file; it is damaged or cut off") from error


def _check_columns(path: Path, names: Iterable[str]) -> None:
    missing = [name for name in _NEEDED if name not in set(names)]
    if missing:
        raise FileError(path, f"no column {missing[0]!r}; expected an output of score")


def _of_cells(cells: Mapping[str, Any]) -> Outcome:
    if cells["error"]:
        return _bad(cells["tracking_id"], cells["error"])
    reasons = cells["review_reasons"]
    return Outcome(
        tracking_id=cells["tracking_id"],
        agency=cells["agency_code"],
        unit=cells["unit"],
        category=cells["category"],
        decision=cells["decision"],
        error=None,
        reasons=frozenset(reasons.split(LIST_SEPARATOR) if reasons else ()),
        versions=(cells["model"], cells["rules"]),
    )


def _plain(cell: str | None) -> str | None:
    """Return what a cell of CSV held before ``inert`` made it safe for spreadsheets."""
    if cell and cell.startswith(TEXT_MARK) and cell[1:].startswith(FORMULA_STARTS):
        return cell[1:]
    return cell or None


def _bad(tracking_id: str | None, error: str) -> Outcome:
    return Outcome(tracking_id, None, None, None, None, error, frozenset(), (None, None))


_READERS = {".csv": _read_csv, ".jsonl": _read_jsonl, ".parquet": _read_parquet}
