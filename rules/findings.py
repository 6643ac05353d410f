"""What lint finds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rules.rows import Row
from rules.tables import Table

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something wrong, or suspicious, with rules that can be read.

    Attributes
    ----------
    severity : {"error", "warning"}
        An error stops start-up.
    file : Path
        Where it is.
    line : int
        Line in the file; 0 when the whole file is meant.
    row : str or None
        Id of the row, or code of the cue.
    message : str
        What is wrong and what was expected.
    """

    severity: Severity
    file: Path
    line: int
    row: str | None
    message: str

    def __str__(self) -> str:
        return f"{self.file.name}:{self.line}: {self.severity}: {self.message}"


def about(table: Table, row: Row, severity: Severity, message: str) -> Finding:
    """Return a finding on one row."""
    return Finding(
        severity=severity,
        file=table.path,
        line=row.line,
        row=row.id,
        message=f"row {row.id!r} {message}",
    )
