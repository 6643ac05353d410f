"""The rules in use: versions, the regulation that counts, what lint finds, and each row."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Path, Request
from starlette.responses import Response
from typing_extensions import TypedDict

from rules.findings import Finding
from rules.lint import lint
from rules.regulations import NoRegulationError, Regulation
from rules.rows import Answer, Row
from rules.ruleset import RuleSet
from rules.tables import Table
from service.api.answers import MISSING, known_query
from service.api.reference import KEPT, READERS, DayDep, RulesDep, kept_response

PATH = "/v1/rules"
router = APIRouter(tags=["reference"], dependencies=[READERS, Depends(known_query)])


class LimitOut(TypedDict):
    """Working days of a follow-up class, and on which of them before the end it is reminded."""

    category: str
    working_days: int
    reminder_days: list[int]


class RegulationOut(TypedDict):
    """A dated regulation profile; ``start_event`` starts its clock."""

    id: str
    title: str
    reference: str
    valid_from: str
    valid_until: str | None
    start_event: str
    limits: list[LimitOut]


class TableOut(TypedDict):
    """A decision table: rows in all, and rows in force on the day."""

    name: str
    hit_policy: str
    inputs: list[str]
    outputs: list[str]
    rows: int
    in_force: int


class FindingOut(TypedDict):
    """Something that lint finds; ``severity`` is ``error`` or ``warning``."""

    severity: str
    file: str
    line: int
    row: str | None
    message: str


class LintOut(TypedDict):
    """Errors stop a start, so rules in use have none; the first 100 findings are listed."""

    errors: int
    warnings: int
    findings: list[FindingOut]


class RulesOut(TypedDict):
    """The rules in use; ``regulation`` is the profile that counts on the day."""

    version: str
    calendar: str
    on: str
    regulation: str | None
    regulations: list[RegulationOut]
    tables: list[TableOut]
    lint: LintOut


class RuleRowOut(TypedDict):
    """One rule as it was in force in a time: conditions and answers as a person reads them."""

    id: str
    table: str
    when: dict[str, str]
    then: dict[str, str | list[str] | None]
    valid_from: str
    valid_until: str | None
    reference: str
    note: str | None


class RuleRowsOut(TypedDict):
    """Every version of a rule, oldest first."""

    items: list[RuleRowOut]


MAX_FINDINGS = 100


@router.get(PATH, response_model=RulesOut, responses=KEPT)
def get_rules(request: Request, rules: RulesDep, day: DayDep) -> Response:
    """Return what the rules in use are made of, and which regulation counts on a day."""
    try:
        counts = rules.regulations.on(day).id
    except NoRegulationError:
        counts = None
    answer: RulesOut = {
        "version": rules.version,
        "calendar": rules.calendar.version,
        "on": day.isoformat(),
        "regulation": counts,
        "regulations": [_regulation(profile) for profile in rules.regulations.profiles],
        "tables": [
            {
                "name": table.name,
                "hit_policy": table.hit_policy,
                "inputs": list(table.inputs),
                "outputs": list(table.outputs),
                "rows": len(table.rows),
                "in_force": sum(row.is_in_force(day) for row in table.rows),
            }
            for table in rules.tables.values()
        ],
        "lint": lint_of(rules),
    }
    return kept_response(request, answer)


@router.get(PATH + "/{row_id}", response_model=RuleRowsOut, responses=KEPT | MISSING)
def get_rule(
    request: Request,
    rules: RulesDep,
    row_id: Annotated[str, Path(description="Its id.", examples=["PJU-080"])],
) -> Response:
    """Return one row, as ``explanation.rules`` names it, in all its versions."""
    found = [
        _row(table, row)
        for table in rules.tables.values()
        for row in table.rows
        if row.id == row_id
    ]
    if not found:
        raise HTTPException(404, "There is no rule of that id.")
    return kept_response(request, {"items": sorted(found, key=lambda row: row["valid_from"])})


def lint_of(rules: RuleSet) -> LintOut:
    """Return what lint finds in the rules in use; looked for once for each version."""
    return _lint(_Same(rules))


class _Same:
    """A rule set as a key of a cache: the same object, or the same version, is the same rules."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.rules.version == other.rules.version

    def __hash__(self) -> int:
        return hash(self.rules.version)


@lru_cache(maxsize=1)
def _lint(same: _Same) -> LintOut:
    # The lock is a matter between releases; a desk may run a draft.
    findings: list[Finding] = list(lint(same.rules, lock=False))
    errors = sum(finding.severity == "error" for finding in findings)
    return {
        "errors": errors,
        "warnings": len(findings) - errors,
        "findings": [
            {
                "severity": finding.severity,
                "file": finding.file.name,
                "line": finding.line,
                "row": finding.row,
                "message": finding.message,
            }
            for finding in findings[:MAX_FINDINGS]
        ],
    }


def _regulation(profile: Regulation) -> RegulationOut:
    return {
        "id": profile.id,
        "title": profile.title,
        "reference": profile.reference,
        "valid_from": profile.valid_from.isoformat(),
        "valid_until": profile.valid_until.isoformat() if profile.valid_until else None,
        "start_event": profile.start_event,
        "limits": [
            {
                "category": code,
                "working_days": limit.working_days,
                "reminder_days": list(limit.reminder_days),
            }
            for code, limit in profile.classes.items()
        ],
    }


def _row(table: Table, row: Row) -> RuleRowOut:
    return {
        "id": row.id,
        "table": table.name,
        "when": {name: cell.text for name, cell in row.when.items()},
        "then": {name: _plain(answer) for name, answer in row.then.items()},
        "valid_from": row.valid_from.isoformat(),
        "valid_until": row.valid_until.isoformat() if row.valid_until else None,
        "reference": row.reference,
        "note": row.note,
    }


def _plain(answer: Answer) -> Any:
    if not isinstance(answer, tuple):
        return answer
    return [f"{copy.agency} ({copy.unit})" if copy.unit else copy.agency for copy in answer]
