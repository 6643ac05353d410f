"""Score without storing: one complaint, or a batch with its errors in place."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from pydantic import ValidationError
from starlette.responses import Response

from service.api.answers import REFUSALS, json_response, require_json
from service.api.schemas import BatchOut, ClassificationIn, ComplaintIn, RefusedOut
from service.complaint import Complaint, InputError
from service.deps import Now, Scorer, ScorerDep
from service.disposition import Disposition
from service.problems import FieldProblem, describe, invalid_request

PATH = "/v1/classifications"
router = APIRouter(tags=["classifications"], dependencies=[Depends(require_json)])


@router.post(PATH, response_model=Disposition | BatchOut, responses=REFUSALS)
def create_classification(body: ClassificationIn, scorer: ScorerDep, now: Now) -> Response:
    """Score one complaint, or up to 1,000 as ``complaints``; nothing is stored."""
    today = now.date()
    if isinstance(body, ComplaintIn):
        complaint = body.to_complaint()
        scorer.check(complaint)
        return json_response(scorer.score([complaint], today=today, assume_now=now)[0])
    items = [_read(item, scorer) for item in body.complaints]
    good = [item for item in items if isinstance(item, Complaint)]
    scored = iter(scorer.score(good, today=today, assume_now=now))
    return json_response(
        {"results": [next(scored) if isinstance(item, Complaint) else item for item in items]}
    )


def _read(item: object, scorer: Scorer) -> Complaint | RefusedOut:
    """Return the complaint, or what stands in its place."""
    errors: list[FieldProblem]
    try:
        complaint = ComplaintIn.model_validate(item).to_complaint()
        scorer.check(complaint)
    except ValidationError as error:
        errors = describe(error.errors(include_url=False, include_input=False))
    except InputError as error:
        errors = [{"field": error.field, "problem": error.problem}]
    else:
        return complaint
    return {"error": invalid_request(errors)}
