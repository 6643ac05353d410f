"""A report in the form that was asked for: one place for the command line and the API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from service.complaint import InputError
from service.reports.evaluation import evaluate
from service.reports.files import to_csv, to_json, to_xlsx
from service.reports.findings import Note
from service.reports.page import evaluation_page, report_page
from service.reports.reference import Reference
from service.reports.shape import Report
from service.reports.tables import Table, evaluation_tables, report_tables
from service.reports.targets import Target, compare

Form = Literal["json", "csv", "xlsx", "html"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was asked for.

    Attributes
    ----------
    form : {"json", "csv", "xlsx", "html"}
    table : str or None
        Of CSV: the key of a table; by default the first one.
    evaluation : bool
        The publishable part instead of the exact figures.
    notes : mapping of str to Note
        Causes that agencies wrote, for the evaluation.
    """

    form: Form
    table: str | None = None
    evaluation: bool = False
    notes: Mapping[str, Note] = field(default_factory=dict)


def render(
    report: Report, reference: Reference, targets: Sequence[Target], wanted: Wanted
) -> bytes:
    """Return the report as bytes.

    Raises
    ------
    InputError
        If there is no table of that name.
    """
    if wanted.evaluation:
        evaluation = evaluate(report, notes=wanted.notes, targets=targets)
        if wanted.form == "json":
            return to_json(evaluation)
        if wanted.form == "html":
            return evaluation_page(evaluation, reference).encode()
        return _tables(evaluation_tables(evaluation, reference), wanted)
    compared = compare(report.total, targets, day=report.period.last, agency=report.agency)
    if wanted.form == "json":
        return to_json({"report": report, "targets": compared})
    if wanted.form == "html":
        return report_page(report, reference, compared).encode()
    return _tables(report_tables(report, reference, compared), wanted)


def _tables(tables: tuple[Table, ...], wanted: Wanted) -> bytes:
    if wanted.form == "xlsx":
        return to_xlsx(tables)
    by_key = {table.key: table for table in tables}
    key = wanted.table or tables[0].key
    if key not in by_key:
        name = "table"
        raise InputError(name, f"expected one of {', '.join(by_key)}")
    return to_csv(by_key[key])
