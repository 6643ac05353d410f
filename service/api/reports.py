"""Reports over HTTP: figures for those who handle and oversee, each as far as he sees."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from rules.ruleset import RuleSet
from service.auth.callers import Caller
from service.auth.web import requires
from service.complaint import InputError
from service.deps import JAKARTA, Now, ScorerDep, StoreDep
from service.problems import Problem
from service.reports import Reference, Report, league, parse_period, read_report, reference_of
from service.reports.files import plain, to_csv, to_json
from service.reports.page import page_policy
from service.reports.rendering import Form, Wanted, render
from service.reports.tables import report_tables
from service.store.engine import begin_snapshot
from service.store.repository import translated

router = APIRouter(
    tags=["reports"],
    responses={422: {"model": Problem, "description": "Period, agency or format is none"}},
)

_MEDIA = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
}
_ReportCaller = Annotated[Caller, requires("report")]
_FormQuery = Annotated[Form, Query(alias="format", description="json, csv, xlsx or html.")]
_TableQuery = Annotated[
    str | None, Query(max_length=40, description="Of CSV: which table, such as kelas.")
]


class _Asked:
    """The report that a request asks for, and what it is read with."""

    def __init__(self, report: Report, reference: Reference) -> None:
        self.report, self.reference = report, reference


def read_asked(
    store: StoreDep,
    scorer: ScorerDep,
    caller: _ReportCaller,
    now: Now,
    period: Annotated[
        str,
        Query(
            max_length=30,
            description="2026, 2026-S1, 2026-Q3, 2026-11 or 2026-01-01..2026-06-30.",
        ),
    ],
    agency: Annotated[
        str | None, Query(max_length=40, description="One body; without it all that are seen.")
    ] = None,
) -> _Asked:
    """Return what the caller sees of a period; what he does not see counts nowhere."""
    asked = parse_period(period)
    ruleset: Any = scorer.ruleset
    rules: RuleSet = ruleset
    reference = reference_of(rules)
    if agency is not None and agency not in reference.agencies:
        raise InputError(field="agency", problem="expected the code of a body, got an unknown one")
    with translated(), begin_snapshot(store.engine) as connection:
        report = read_report(
            connection,
            viewer=caller.actor,
            period=asked,
            as_of=now.astimezone(JAKARTA).date(),
            reference=reference,
            agency=agency,
        )
    return _Asked(report, reference)


_AskedDep = Annotated[_Asked, Depends(read_asked)]


@router.get("/v1/reports/summary", responses={200: {"description": "All figures"}})
def get_summary(
    request: Request, asked: _AskedDep, form: _FormQuery = "json", table: _TableQuery = None
) -> Response:
    """Return all figures of a period; exact, for those who handle complaints."""
    return _rendered(request, asked, Wanted(form=form, table=table))


@router.get("/v1/reports/evaluation", responses={200: {"description": "What may be published"}})
def get_evaluation(
    request: Request, asked: _AskedDep, form: _FormQuery = "json", table: _TableQuery = None
) -> Response:
    """Return the publishable evaluation: counts below five are hidden, nobody is named."""
    return _rendered(request, asked, Wanted(form=form, table=table, evaluation=True))


@router.get("/v1/reports/league")
def get_league(asked: _AskedDep) -> dict[str, Any]:
    """Return the bodies that the caller sees, the best first."""
    report = asked.report
    return {
        "period": plain(report.period),
        "as_of": plain(report.as_of),
        "agencies": plain(league(report.by_agency)),
    }


@router.get("/v1/reports/overdue", responses={200: {"description": "Longest overdue first"}})
def get_overdue(asked: _AskedDep, form: _FormQuery = "json") -> Response:
    """Return the complaints whose limit has passed, as JSON or CSV; no text of a complaint."""
    report = asked.report
    if form == "csv":
        tables = report_tables(report, asked.reference)
        [table] = [table for table in tables if table.key == "lewat_batas"]
        return _answer(to_csv(table), "csv", "lewat-batas")
    if form != "json":
        field = "format"
        raise InputError(field, "expected json or csv")
    body = {"period": report.period, "as_of": report.as_of, "total": report.total.overdue}
    return _answer(to_json({**body, "items": report.overdue}), "json", "lewat-batas")


def _rendered(request: Request, asked: _Asked, wanted: Wanted) -> Response:
    content = render(asked.report, asked.reference, request.app.state.targets, wanted)
    return _answer(content, wanted.form, "evaluasi" if wanted.evaluation else "laporan")


def _answer(content: bytes, form: Form, name: str) -> Response:
    response = Response(content, media_type=_MEDIA[form])
    if form == "html":
        response.headers["content-security-policy"] = page_policy()
    elif form != "json":
        response.headers["content-disposition"] = f'attachment; filename="{name}.{form}"'
    return response
