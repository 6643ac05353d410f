"""How answers leave: compact JSON, and the problems that every endpoint can give."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from fastapi import HTTPException, Request
from starlette.responses import Response

from service.problems import Problem
from service.store.errors import NotFoundError

REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": text}
    for status, text in {
        400: "The body is no JSON in UTF-8",
        413: "The body is too large",
        415: "The body is of another media type",
        422: "A field cannot be used; the problem names it",
        503: "Model, rules or database are not ready",
    }.items()
}

NOT_FOUND: dict[int | str, dict[str, Any]] = {
    404: {"model": Problem, "description": "There is none of that id, or it is not yours to see"}
}


def json_response(content: Any, status: int = 200, **headers: str) -> Response:
    """Return the answer; the content is ours, so it is not validated again."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Response(body.encode(), status, headers, media_type="application/json")


async def require_json(request: Request) -> None:
    """Answer 415 unless the body says that it is JSON."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json" and not media_type.endswith("+json"):
        raise HTTPException(415, "Expected a body of type application/json.")


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
