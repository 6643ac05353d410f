"""The bad rows of a run in a file of their own: which row, which field, what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from service.files_in import BadRow, FileError
from service.files_out import check_target, csv_text
from service.flat_row import json_line

REJECT_COLUMNS = ("row", "tracking_id", "field", "problem")


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectFormat:
    """How bad rows are written.

    Attributes
    ----------
    render : callable
        Makes the line of a bad row; other processes call it.
    head : str
        What stands before the first line.
    """

    render: Callable[[BadRow], str]
    head: str = ""


def reject_format_of(path: Path) -> RejectFormat:
    """Return how bad rows go into a file of this suffix.

    Raises
    ------
    FileError
        If it is neither ``.csv`` nor ``.jsonl``, or cannot be written.
    """
    found = _FORMATS.get(path.suffix.lower())
    if found is None:
        raise FileError(path, f"unknown suffix {path.suffix!r}; expected .csv or .jsonl")
    check_target(path)
    return found


def _json_line(bad: BadRow) -> str:
    return json_line(bad.row, None, bad)


def _csv_line(bad: BadRow) -> str:
    return csv_text((bad.row, bad.tracking_id, bad.field, bad.problem))


_FORMATS = {
    ".csv": RejectFormat(render=_csv_line, head=csv_text(REJECT_COLUMNS)),
    ".jsonl": RejectFormat(render=_json_line),
}
