"""Score and store once, and give back what was stored."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Header
from starlette.responses import Response

from service.api.answers import (
    NOT_FOUND,
    REFUSALS,
    TEXT,
    DispositionId,
    json_response,
    known_query,
    parse_id,
    require_json,
)
from service.api.filters import FiltersDep
from service.api.schemas import ComplaintIn
from service.auth.callers import Caller
from service.auth.web import requires
from service.complaint import InputError
from service.deps import MetricsDep, Now, ScoringDep, StoreDep
from service.problems import Problem
from service.store.errors import NotFoundError
from service.store.kept import keep
from service.store.keys import keys_of
from service.store.listing import Page
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
        201: {"headers": {"Location": {"description": "Its address.", "schema": TEXT}}},
        200: {"model": StoredDisposition, "description": "It was stored before: the first answer"},
        409: {"model": Problem, "description": "The key was used for another complaint"},
    },
    dependencies=[Depends(require_json)],
)
def create_disposition(
    body: ComplaintIn,
    scorer: ScoringDep,
    store: StoreDep,
    metrics: MetricsDep,
    now: Now,
    caller: Annotated[Caller, requires("dispose")],
    idempotency_key: Annotated[
        str | None,
        Header(
            description="Makes a repeated request harmless: 1 to 255 visible ASCII characters.",
            examples=["lapor-9190001"],
        ),
    ] = None,
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
        look = store.look(kept, now)
        [disposition] = scorer.score(
            [complaint],
            today=now.date(),
            assume_now=now,
            home=caller.region,
            earlier=[look.earlier],
        )
        stored = store.save(kept, disposition, keys=keys, now=now, look=look)
        if stored.created:
            metrics.note_answers([disposition], stored=True)
    return _answer(stored)


@router.get(
    PATH,
    response_model=Page,
    responses={422: {"model": Problem, "description": "A filter is unknown or cannot be used"}},
    dependencies=[Depends(known_query)],
)
def list_dispositions(
    store: StoreDep, caller: Annotated[Caller, requires("read")], query: FiltersDep
) -> Response:
    """Return dispositions, newest first, that match every filter given."""
    return json_response(store.page(query, viewer=caller.actor))


@router.get(PATH + "/{disposition_id}", response_model=StoredDisposition, responses=NOT_FOUND)
def get_disposition(
    disposition_id: DispositionId, store: StoreDep, caller: Annotated[Caller, requires("read")]
) -> Response:
    """Return one stored disposition: proposal, present state and history.

    Another's is as if there were none. Where opening the text needs a reason, the answer quotes
    nothing of it.
    """
    disposition = store.get(parse_id(disposition_id), viewer=caller.actor)
    if disposition is None:
        raise NotFoundError
    return json_response(disposition)


def _answer(stored: Stored) -> Response:
    location = f"{PATH}/{stored.disposition['id']}"
    return json_response(stored.disposition, 201 if stored.created else 200, location=location)
