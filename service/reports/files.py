"""A report into bytes: JSON, CSV, XLSX; no cell is a formula."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, is_dataclass
from datetime import date
from typing import Any

from service.files_out import NO_XML
from service.flat_row import inert
from service.reports.figures import Figures
from service.reports.period import Period
from service.reports.tables import Table

_SHARES = ("on_time_share", "followed_up_share", "resolved_share")
_SHEET_CHARS = 31  # Excel allows no more


def plain(value: Any) -> Any:
    """Return a report, or any part of it, as JSON has it.

    Shares stand beside the counts that they come from; days are ISO 8601.
    """
    if isinstance(value, Figures):
        return {**asdict(value), **{name: getattr(value, name) for name in _SHARES}}
    if isinstance(value, Period):
        return {"label": value.label, "from": plain(value.start), "to": plain(value.last)}
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def to_json(value: Any) -> bytes:
    """Return it as indented JSON."""
    return (json.dumps(plain(value), ensure_ascii=False, indent=1) + "\n").encode()


def to_csv(table: Table) -> bytes:
    """Return one table as CSV of RFC 4180, UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(inert(table.columns))
    writer.writerows(inert(row) for row in table.rows)
    return out.getvalue().encode()


def to_xlsx(tables: Sequence[Table]) -> bytes:
    """Return a workbook with a sheet for each table."""
    from openpyxl import Workbook  # here: it costs 0.2 s that the other formats need not pay

    book = Workbook(write_only=True)
    for table in tables:
        sheet = book.create_sheet(table.title[:_SHEET_CHARS])
        sheet.freeze_panes = "B2"
        sheet.column_dimensions["A"].width = 44
        for row in (table.columns, *table.rows):
            sheet.append(
                [
                    NO_XML.sub("\ufffd", cell) if isinstance(cell, str) else cell
                    for cell in inert(row)
                ]
            )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
