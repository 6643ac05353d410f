"""Score and store once, and give back what was stored."""

from __future__ import annotations

import re
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, HTTPException
from starlette.responses import Response

from service.api.answers import REFUSALS, json_response, require_json
from service.api.schemas import ComplaintIn
from service.auth.callers import Caller
from service.auth.facts import facts_of, without_quotes
from service.auth.visibility import may_see, needs_reason
from service.auth.web import requires
from service.complaint import InputError
from service.deps import Now, ScorerDep, StoreDep
from service.problems import Problem
from service.store.kept import keep
from service.store.keys import keys_of
from service.store.repository import Stored, StoredDisposition

PATH = "/v1/dispositions"
_KEY_HEADER = "Idempotency-Key"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")

router = APIRouter(tags=["dispositions"])


@router.post(
    PATH,
    status_code=201,
    response_model=StoredDisposition,
    responses=REFUSALS
    | {
        200: {"model": StoredDisposition, "description": "It was stored before: the first answer"},
        409: {"model": Problem, "description": "The key was used for another complaint"},
    },
    dependencies=[Depends(require_json)],
)
def create_disposition(
    body: ComplaintIn,
    scorer: ScorerDep,
    store: StoreDep,
    now: Now,
    caller: Annotated[Caller, requires("dispose")],
    idempotency_key: Annotated[str | None, Header()] = None,
) -> Response:
    """Score one complaint and store it; the same one again gives the first answer.

    "The same" is the same ``Idempotency-Key``, or the same ``source`` and ``tracking_id``. Spans
    in the answer are over the masked text that is kept.
    """
    if idempotency_key is not None and not _KEY.fullmatch(idempotency_key):
        raise InputError(_KEY_HEADER, "expected 1 to 255 visible ASCII characters")
    complaint = body.to_complaint(source=caller.source)
    scorer.check(complaint)
    kept = keep(complaint)
    keys = keys_of(kept.complaint, header=idempotency_key, client=caller.source)
    stored = store.find(kept, keys)
    if stored is None:
        [disposition] = scorer.score(
            [complaint], today=now.date(), assume_now=now, home=caller.region
        )
        stored = store.save(kept, disposition, keys=keys, now=now)
    return _answer(stored)


@router.get(
    PATH + "/{disposition_id}",
    response_model=StoredDisposition,
    responses={404: {"model": Problem, "description": "There is none of that id"}},
)
def get_disposition(
    disposition_id: str, store: StoreDep, caller: Annotated[Caller, requires("read")]
) -> Response:
    """Return one stored disposition; another's is as if there were none.

    Where opening the text needs a reason, the answer quotes nothing of it.
    """
    try:
        parsed = UUID(disposition_id)
    except ValueError:
        parsed = None
    disposition = store.get(parsed) if parsed is not None else None
    facts = facts_of(disposition) if disposition is not None else None
    if disposition is None or facts is None or not may_see(caller.actor, facts):
        raise HTTPException(404, "There is no disposition of that id.")
    if needs_reason(caller.actor, facts):
        return json_response(without_quotes(disposition))
    return json_response(disposition)


def _answer(stored: Stored) -> Response:
    location = f"{PATH}/{stored.disposition['id']}"
    return json_response(stored.disposition, 201 if stored.created else 200, location=location)
