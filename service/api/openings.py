"""Read a complaint's masked text; a protected one is opened with a reason, and that is recorded."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response
from typing_extensions import TypedDict

from service.api.answers import (
    NOT_FOUND,
    REFUSALS,
    DispositionId,
    json_response,
    parse_id,
    require_json,
)
from service.api.dispositions import PATH
from service.auth.callers import Caller
from service.auth.web import requires
from service.complaint import check_text
from service.deps import Now, StoreDep
from service.problems import Problem

MAX_REASON_CHARS = 500

router = APIRouter(tags=["dispositions"])


class OpeningIn(BaseModel):
    """Why the text is opened; nobody who handles the complaint has to say."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[
        str | None,
        Field(max_length=MAX_REASON_CHARS, description="Recorded, with personal data masked."),
    ] = None


class OpenedOut(TypedDict):
    """The masked text; both are empty once it was ``erased``."""

    judul: str
    isi: str
    erased: bool


@router.post(
    PATH + "/{disposition_id}/openings",
    response_model=OpenedOut,
    responses=REFUSALS
    | NOT_FOUND
    | {403: {"model": Problem, "description": "The text is protected, and no reason was given"}},
    dependencies=[Depends(require_json)],
)
def create_opening(
    disposition_id: DispositionId,
    body: OpeningIn,
    store: StoreDep,
    caller: Annotated[Caller, requires("read")],
    now: Now,
) -> Response:
    """Return the masked text of a complaint.

    One that is ``secret`` or a whistleblower's is protected: whoever is neither the handling unit
    nor the national admin gives a reason, which becomes a record of the audit chain.
    """
    reason = check_text("reason", body.reason, max_chars=MAX_REASON_CHARS, required=False)
    opened = store.open_text(
        parse_id(disposition_id), viewer=caller.actor, reason=reason or None, now=now
    )
    answer: OpenedOut = {"judul": opened.judul, "isi": opened.isi, "erased": opened.erased}
    return json_response(answer)
