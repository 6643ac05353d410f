"""One disposition as one line of JSON, or as the cells of one row of a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import orjson

from service.files_in import BadRow

# The columns of CSV, XLSX and Parquet, each with its type.
COLUMNS: dict[str, type] = {
    "row": int,
    "tracking_id": str,
    "category": str,
    "category_probability": float,
    "due_on": str,
    "working_days": int,
    "agency_code": str,
    "agency_name": str,
    "level": str,
    "unit": str,
    "agency_probability": float,
    "topic": str,
    "region_code": str,
    "region_name": str,
    "copies": str,
    "flags": str,
    "decision": str,
    "review_reasons": str,
    "model": str,
    "rules": str,
    "error": str,
}
LIST_SEPARATOR = "|"

# A spreadsheet would run a cell that begins like this.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
TEXT_MARK = "'"

_Cell = TypeVar("_Cell")
Cells = tuple[str | int | float | None, ...]


def json_line(row: int, disposition: Mapping[str, Any] | None, error: BadRow | None) -> str:
    r"""Return the disposition as one line of JSON, or the row number with its error.

    Examples
    --------
    >>> json_line(3, None, BadRow(row=3, field="isi", problem="none", tracking_id="9"))
    '{"row":3,"error":{"problem":"none","field":"isi","tracking_id":"9"}}\n'
    """
    if error is not None:
        problem = {
            "problem": error.problem,
            "field": error.field,
            "tracking_id": error.tracking_id,
        }
        return to_json({"row": row, "error": problem})
    return to_json(disposition)


def to_json(value: object) -> str:
    """Return one line of JSON in UTF-8, without blanks."""
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE).decode()


def flat_row(row: int, disposition: Mapping[str, Any] | None, error: BadRow | None) -> Cells:
    """Return the values of ``COLUMNS``; lists are joined by ``|``, days are ISO 8601."""
    if error is not None or disposition is None:
        said = error.problem if error else None
        if error and error.field:
            said = f"{error.field}: {said}"
        tracking_id = error.tracking_id if error else None
        return (row, tracking_id, *[None] * (len(COLUMNS) - 3), said)
    agency, sla = disposition["agency"], disposition["sla"]
    region, versions = disposition["region"], disposition["versions"]
    return (
        row,
        disposition["tracking_id"],
        disposition["category"],
        disposition["category_probability"],
        sla["due_on"],
        sla["working_days"],
        agency["code"],
        agency["name"],
        agency["level"],
        agency["unit"],
        agency["probability"],
        disposition["topic"],
        region["code"],
        region["name"],
        _codes(disposition["copies"]),
        _codes(disposition["flags"]),
        disposition["decision"],
        _codes(disposition["review_reasons"]),
        versions["model"],
        versions["rules"],
        None,
    )


def inert(cells: tuple[_Cell, ...]) -> tuple[_Cell | str, ...]:
    """Return the cells so that no spreadsheet runs one: an apostrophe stands before a formula.

    Examples
    --------
    >>> inert((1, "=HYPERLINK()", "-5", "a=b", None))
    (1, "'=HYPERLINK()", "'-5", 'a=b', None)
    """
    return tuple(
        f"{TEXT_MARK}{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell
        for cell in cells
    )


def _codes(items: Iterable[Mapping[str, Any]]) -> str | None:
    return LIST_SEPARATOR.join(item["code"] for item in items) or None
