"""How answers leave: compact JSON, and the problems that every endpoint can give."""

from __future__ import annotations

import json
from typing import Annotated, Any
from uuid import UUID

from fastapi import HTTPException, Path, Request
from fastapi.dependencies.models import Dependant
from starlette.responses import Response

from service.complaint import InputError
from service.problems import Problem, plain_name
from service.store.errors import NotFoundError


def _problems(descriptions: dict[int | str, str]) -> dict[int | str, dict[str, Any]]:
    return {
        status: {"model": Problem, "description": text} for status, text in descriptions.items()
    }


# Of every endpoint that asks who calls: the OpenAPI document adds them.
GUARDED = _problems(
    {
        401: "Neither a key nor a session, or an unknown one",
        403: "The key or role lacks the scope, the form's token is missing, or the server is local",
        429: "Too many requests; Retry-After says when to come back",
        503: "Model, rules or database are not ready; Retry-After says when to come back",
    }
)
# Of every endpoint that takes a body.
REFUSALS = _problems(
    {
        400: "The body is no JSON in UTF-8",
        413: "The body is too large",
        415: "The body is of another media type",
        422: "A field cannot be used; the problem names it",
        503: "Model, rules or database are not ready; Retry-After says when to come back",
    }
)
NOT_FOUND = _problems({404: "There is none of that id, or it is not yours to see"})
MISSING = _problems({404: "There is none of that code"})

TEXT = {"type": "string"}  # the schema of a header
DispositionId = Annotated[
    str,
    Path(description="Id of a disposition.", examples=["019ac5d2-8f00-7000-8000-000000000001"]),
]


def json_response(content: Any, status: int = 200, **headers: str) -> Response:
    """Return the answer; the content is ours, so it is not validated again."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Response(body.encode(), status, headers, media_type="application/json")


async def require_json(request: Request) -> None:
    """Answer 415 unless the body says that it is JSON."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json" and not media_type.endswith("+json"):
        raise HTTPException(415, "Expected a body of type application/json.")


async def known_query(request: Request) -> None:
    """Refuse a parameter that the endpoint does not have: a filter misspelt would give everything.

    Raises
    ------
    InputError
        If there is one.
    """
    known = _query_names(request.scope["route"].dependant)
    for name in request.query_params:
        if name not in known:
            raise InputError(field=plain_name(name), problem="unknown parameter")


def _query_names(dependant: Dependant) -> set[str]:
    own = {field.alias for field in dependant.query_params}
    return own.union(*(_query_names(inner) for inner in dependant.dependencies))


def parse_id(text: str) -> UUID:
    """Return the id of a disposition; a text that is none answers like an unknown one.

    Raises
    ------
    NotFoundError
        If it is no id.
    """
    try:
        return UUID(text)
    except ValueError:
        raise NotFoundError from None
