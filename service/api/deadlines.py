"""Deadlines explained, the notices about them, and what somebody does about a late complaint."""

from __future__ import annotations

from typing import Annotated, Literal, cast
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from starlette.responses import Response
from typing_extensions import TypedDict

from rules.ruleset import RuleSet
from service.api.actions import MAX_NOTE_CHARS
from service.api.answers import (
    NOT_FOUND,
    REFUSALS,
    DispositionId,
    json_response,
    known_query,
    parse_id,
    require_json,
)
from service.api.dispositions import PATH
from service.auth.callers import Caller
from service.auth.web import requires
from service.complaint import check_text
from service.deps import Now, ScorerDep, StoreDep
from service.life.step import Request
from service.monitoring.deadlines import DeadlinesOut, read_deadlines
from service.monitoring.notices import MAX_LIMIT, NoticeFilters, NoticePage, read_notices
from service.problems import Problem
from service.store.errors import NotFoundError
from service.store.schema import standing

INTERVENE = "intervene"
_MAX_CHARS = 200

router = APIRouter(tags=["deadlines"])


class InterventionIn(BaseModel):
    """What is to be done about a complaint that nobody settles."""

    model_config = ConfigDict(extra="forbid")

    note: Annotated[
        str,
        Field(
            min_length=1,
            max_length=MAX_NOTE_CHARS,
            description="What was ordered; personal data is masked.",
        ),
    ]


class InterventionOut(TypedDict):
    """The record that was made: which version of the complaint it is, and when."""

    id: str
    version: int
    at: str


@router.get(
    PATH + "/{disposition_id}/deadlines",
    response_model=DeadlinesOut,
    responses=NOT_FOUND
    | {422: {"model": Problem, "description": "A field cannot be used; the problem names it"}},
)
def get_deadlines(
    disposition_id: DispositionId,
    scorer: ScorerDep,
    store: StoreDep,
    caller: Annotated[Caller, requires("read")],
) -> Response:
    """Return every clock of a complaint, and each day that was counted or skipped, and why."""
    ruleset = cast(RuleSet, scorer.ruleset)
    with store.reading() as connection:
        found = read_deadlines(connection, ruleset, parse_id(disposition_id), caller.actor)
    if found is None:
        raise NotFoundError
    return json_response(found)


@router.get(
    "/v1/notices",
    response_model=NoticePage,
    responses={422: {"model": Problem, "description": "A filter cannot be used"}},
    dependencies=[Depends(known_query)],
)
def list_notices(
    store: StoreDep,
    caller: Annotated[Caller, requires("report")],
    kind: Annotated[
        Literal["reminder", "overdue", "escalation", "alarm"] | None,
        Query(description="What is told."),
    ] = None,
    clock: Annotated[
        str | None,
        Query(max_length=_MAX_CHARS, description="Which clock, or what an alarm watches."),
    ] = None,
    to_role: Annotated[
        str | None, Query(max_length=_MAX_CHARS, description="The role that is told.")
    ] = None,
    agency: Annotated[
        str | None, Query(max_length=_MAX_CHARS, description="Body that must answer.")
    ] = None,
    disposition: Annotated[UUID | None, Query(description="Of one complaint alone.")] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Rows on a page.")] = 50,
    cursor: Annotated[
        str | None,
        Query(max_length=_MAX_CHARS, description="The next_cursor of the page before."),
    ] = None,
) -> Response:
    """Return the notices that still count, newest first; they hold no text of a complaint."""
    filters = NoticeFilters(
        kind=kind,
        clock=clock,
        to_role=to_role,
        agency=agency,
        complaint_id=disposition,
        limit=limit,
        cursor=cursor,
    )
    with store.reading() as connection:
        return json_response(read_notices(connection, filters, caller.actor))


@router.post(
    PATH + "/{disposition_id}/interventions",
    status_code=201,
    response_model=InterventionOut,
    responses=REFUSALS
    | NOT_FOUND
    | {
        403: {"model": Problem, "description": "Interventions are for somebody else"},
        409: {"model": Problem, "description": "It changed meanwhile, or is finished"},
    },
    dependencies=[Depends(require_json)],
)
def create_intervention(
    disposition_id: DispositionId,
    body: InterventionIn,
    scorer: ScorerDep,
    store: StoreDep,
    caller: Annotated[Caller, requires("report")],
    now: Now,
) -> Response:
    """Record an intervention; a pembina, who reads no complaint, gets nothing of it back."""
    complaint_id = parse_id(disposition_id)
    note = check_text("note", body.note, max_chars=MAX_NOTE_CHARS, required=True)
    with store.reading() as connection:
        query = select(standing.c.version).where(standing.c.complaint_id == complaint_id)
        version = connection.execute(query).scalar_one_or_none()
    request = Request(action=INTERVENE, version=version or 0, note=note)
    done = store.act(complaint_id, request, actor=caller.actor, now=now, law=scorer.law)
    last = done["history"][-1]
    return json_response({"id": done["id"], "version": last["version"], "at": last["at"]}, 201)
