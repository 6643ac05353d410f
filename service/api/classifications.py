"""Score without storing: one complaint, or a batch with its errors in place."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import ValidationError
from starlette.responses import Response

from service.api.answers import REFUSALS, json_response, require_json
from service.api.schemas import BatchIn, BatchOut, ClassificationIn, ComplaintIn, RefusedOut
from service.auth.callers import Caller
from service.auth.web import requires
from service.complaint import Complaint, InputError
from service.deps import Now, Scorer, ScoringDep
from service.disposition import Disposition
from service.metrics import Metrics
from service.problems import FieldProblem, describe, invalid_request

PATH = "/v1/classifications"
# A batch has one key only, so its body begins with it.
BATCH_HEAD = re.compile(rb'(?:\xef\xbb\xbf)?\s{0,64}\{\s{0,64}"complaints"\s{0,64}:')
_LONG_CHARS = 3_000  # from here on it would hold up the other requests of the worker
router = APIRouter(tags=["classifications"], dependencies=[Depends(require_json)])


@router.post(PATH, response_model=Disposition | BatchOut, responses=REFUSALS)
async def create_classification(
    request: Request,
    body: ClassificationIn,
    scorer: ScoringDep,
    now: Now,
    caller: Annotated[Caller, requires("score")],
) -> Response:
    """Score one complaint, or up to 1,000 as ``complaints``; nothing is stored."""
    metrics: Metrics = request.app.state.metrics
    if isinstance(body, BatchIn):
        return await run_in_threadpool(_score_batch, body, scorer, metrics, now, caller)
    if len(body.isi) > _LONG_CHARS:
        return await run_in_threadpool(_score_one, body, scorer, metrics, now, caller)
    # A usual complaint takes a millisecond: less than the way to a thread and back under load.
    return _score_one(body, scorer, metrics, now, caller)


def _score_one(
    body: ComplaintIn, scorer: Scorer, metrics: Metrics, now: datetime, caller: Caller
) -> Response:
    complaint = body.to_complaint(source=caller.source)
    scorer.check(complaint)
    answers = scorer.score([complaint], today=now.date(), assume_now=now, home=caller.region)
    metrics.note_answers(answers, stored=False)
    return json_response(answers[0])


def _score_batch(
    body: BatchIn, scorer: Scorer, metrics: Metrics, now: datetime, caller: Caller
) -> Response:
    items = [_read(item, scorer, caller.source) for item in body.complaints]
    good = [item for item in items if isinstance(item, Complaint)]
    answers = scorer.score(good, today=now.date(), assume_now=now, home=caller.region)
    metrics.note_answers(answers, stored=False)
    scored = iter(answers)
    return json_response(
        {"results": [next(scored) if isinstance(item, Complaint) else item for item in items]}
    )


def _read(item: object, scorer: Scorer, source: str) -> Complaint | RefusedOut:
    """Return the complaint, or what stands in its place."""
    errors: list[FieldProblem]
    try:
        complaint = ComplaintIn.model_validate(item).to_complaint(source=source)
        scorer.check(complaint)
    except ValidationError as error:
        errors = describe(error.errors(include_url=False, include_input=False))
    except InputError as error:
        errors = [{"field": error.field, "problem": error.problem}]
    else:
        return complaint
    return {"error": invalid_request(errors)}
