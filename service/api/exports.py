"""What leaves for training: masked texts with the labels that people gave."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response, StreamingResponse

from service.api.answers import known_query
from service.api.schemas import FIRST_YEAR, LAST_YEAR
from service.auth.callers import Caller
from service.auth.web import requires
from service.complaint import InputError
from service.deps import JAKARTA, StoreDep
from service.problems import Problem
from service.store.corrections import CorrectionOut
from service.store.repository import Store

router = APIRouter(tags=["exports"])


@router.get(
    "/v1/exports/training",
    response_class=StreamingResponse,
    dependencies=[Depends(known_query)],
    responses={
        200: {"content": {"application/jsonl": {}}, "description": "One example a line"},
        422: {"model": Problem, "description": "The day cannot be read"},
    },
)
def export_training(
    store: StoreDep,
    _: Annotated[Caller, requires("export")],
    since: Annotated[
        date,
        Query(description="First day, Jakarta's; of the last change.", examples=["2026-11-01"]),
    ],
) -> Response:
    """Return corrections as JSONL that ``disposisi train --data`` reads; nobody is named."""
    if not FIRST_YEAR <= since.year < LAST_YEAR:
        problem = f"expected a day of the years {FIRST_YEAR} to {LAST_YEAR - 1}"
        raise InputError(field="since", problem=problem)
    lines = training_lines(store, since)
    first = list(itertools.islice(lines, 1))  # a database that is gone is a 503, no torn answer
    return StreamingResponse(itertools.chain(first, lines), media_type="application/jsonl")


def training_lines(store: Store, since: date) -> Iterator[str]:
    """Yield one line of JSON for each correction since that day."""
    moment = datetime.combine(since, time(), JAKARTA)
    return (_line(correction) for correction in store.corrections(moment))


def _line(correction: CorrectionOut) -> str:
    return json.dumps(correction, ensure_ascii=False, separators=(",", ":")) + "\n"
