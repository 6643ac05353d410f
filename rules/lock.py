"""Keep rows that have been in force as they were: they are ended, never edited."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from rules.errors import RuleFileError
from rules.findings import Finding, about
from rules.rows import Row
from rules.tables import Table

LOCK_FILE = "rows.lock"
_HEAD = "# Rows that have been in force: table, id, first day, last day, content.\n"
_OPEN = "-"
_COLUMNS = 5


def write_lock(folder: Path, tables: Mapping[str, Table]) -> Path:
    """Write down every row as it stands and return the file.

    Done with a release: from then on ``lint`` refuses any other change of these rows than an end.

    Raises
    ------
    RuleFileError
        If a row that the present lock holds was changed or dropped.
    """
    path = folder / LOCK_FILE
    for finding in check_lock(folder, tables):
        if finding.severity == "error":
            raise RuleFileError(finding.file, finding.line, finding.message)
    lines = sorted(" ".join(_entry(table, row)) for table in tables.values() for row in table.rows)
    path.write_text(_HEAD + "\n".join(lines) + "\n", "utf-8")
    return path


def check_lock(folder: Path, tables: Mapping[str, Table]) -> Iterator[Finding]:
    """Yield a finding for each row that was changed or dropped; nothing without a lock file."""
    path = folder / LOCK_FILE
    if not path.exists():
        return
    locked = _read(path)
    for table in tables.values():
        for row in table.rows:
            name, row_id, first, last, content = _entry(table, row)
            kept = locked.pop((name, row_id, first), None)
            if kept is None:
                yield about(table, row, "warning", "is new: not yet in rows.lock")
            elif kept[2] != content:
                problem = "has been in force and was edited; end it and add a new one below"
                yield about(table, row, "error", problem)
            elif kept[1] not in {_OPEN, last}:
                problem = f"ended on {kept[1]} and now ends on {last}"
                yield about(table, row, "error", problem)
    for (name, row_id, _), (line, _, _) in locked.items():
        problem = f"row {row_id!r} of {name} has been in force and is gone; end it instead"
        yield Finding(severity="error", file=path, line=line, row=row_id, message=problem)


def _entry(table: Table, row: Row) -> tuple[str, str, str, str, str]:
    content = repr(
        (
            sorted((name, cell.text) for name, cell in row.when.items()),
            sorted(row.then.items()),
            row.reference,
            row.priority,
        )
    )
    digest = hashlib.sha256(content.encode()).hexdigest()[:16]
    return table.name, row.id, row.valid_from.isoformat(), _day(row.valid_until), digest


def _day(day: date | None) -> str:
    return day.isoformat() if day is not None else _OPEN


def _read(path: Path) -> dict[tuple[str, str, str], tuple[int, str, str]]:
    locked = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if line.startswith("#") or not line.strip():
            continue
        parts = line.split()
        if len(parts) != _COLUMNS:
            problem = f"expected table, id, two days and a digest, got {len(parts)} words"
            raise RuleFileError(path, number, problem)
        name, row_id, first, last, content = parts
        locked[name, row_id, first] = (number, last, content)
    return locked
