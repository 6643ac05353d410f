"""Every error over HTTP as RFC 9457 problem details; none repeats what was sent.

Domain errors know no HTTP: the one table of statuses is here.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, NotRequired

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from typing_extensions import TypedDict

from service.auth.errors import (
    NotAllowedError,
    NotKnownError,
    NotLocalError,
    TooManyAttemptsError,
)
from service.complaint import InputError
from service.life.errors import (
    ActionForbiddenError,
    ActionRefusedError,
    LifeError,
    StaleVersionError,
)
from service.limits import TooManyRequestsError
from service.store.errors import (
    KeyConflictError,
    NotFoundError,
    OpeningReasonError,
    StoreUnavailableError,
)

_log = logging.getLogger(__name__)

PROBLEM_JSON = "application/problem+json"
RETRY_AFTER_S = 5

_OF_LIFE: Mapping[type[LifeError], tuple[int, str]] = {
    StaleVersionError: (409, "stale-version"),
    ActionRefusedError: (409, "action-not-possible"),
    ActionForbiddenError: (403, "action-forbidden"),
}

# pydantic's own messages can hold what was sent; these cannot.
_EXPECTED = {
    "missing": "required",
    "extra_forbidden": "unknown field",
    "json_invalid": "expected JSON, got a text that is none",
    "string_type": "expected text",
    "bool_type": "expected true or false",
    "list_type": "expected a list",
    "model_type": "expected an object",
    "model_attributes_type": "expected an object",
    "dict_type": "expected an object",
    "int_type": "expected a whole number",
    "int_parsing": "expected a whole number",
    "literal_error": "expected one of the codes in the documentation",
    "date_from_datetime_parsing": "expected a day like 2026-11-24",
    "date_parsing": "expected a day like 2026-11-24",
    "uuid_parsing": "expected an id of a disposition",
}
ONE, BATCH = "one-complaint", "a-batch"  # the two forms of a body, no part of a field's name
BODY_TAGS = frozenset({ONE, BATCH})
_PLACES = frozenset({"body", "query", "path", "header"})
_INPUT_ERROR = "input_error"  # the type of our own messages, see service.api.schemas
# Python renamed these two: a client sees one name.
_TITLES = {413: "Content Too Large", 422: "Unprocessable Content"}
# As programs name fields; "Siti" and "O8123456789" are none.
_NAME = re.compile(r"[a-z][A-Za-z_]{0,40}")
_MAX_LISTED = 10
UNREADABLE = "The body cannot be read as JSON in UTF-8."


class FieldProblem(TypedDict):
    """What is wrong with one field."""

    field: str
    problem: str


class Problem(TypedDict):
    """RFC 9457 problem details; ``errors`` names the fields where there are any."""

    type: str
    title: str
    status: int
    detail: str
    errors: NotRequired[list[FieldProblem]]


def make_problem(
    status: int, detail: str, *, code: str | None = None, errors: Sequence[FieldProblem] = ()
) -> Problem:
    """Return the problem details.

    Parameters
    ----------
    status : int
        HTTP status.
    detail : str
        What happened and what was expected, without anything that was sent.
    code : str, optional
        Name that clients can branch on; without it the status says all.
    errors : sequence of FieldProblem
        At most the first ten are listed.
    """
    body = Problem(
        type=f"urn:disposisi:problem:{code}" if code else "about:blank",
        title=_TITLES.get(status) or HTTPStatus(status).phrase,
        status=status,
        detail=detail,
    )
    if errors:
        body["errors"] = list(errors[:_MAX_LISTED])
    return body


def invalid_request(errors: Sequence[FieldProblem]) -> Problem:
    """Return the problem details of a complaint or query that was refused."""
    named = "; ".join(f"{e['field']}: {e['problem']}" for e in errors[:_MAX_LISTED])
    rest = len(errors) - _MAX_LISTED
    detail = f"{named}; and {rest} more" if rest > 0 else named
    return make_problem(422, detail, code="invalid-request", errors=errors)


def problem_response(problem: Problem, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return the answer that carries the problem details."""
    return JSONResponse(
        problem, problem["status"], headers=dict(headers or {}), media_type=PROBLEM_JSON
    )


def describe(errors: Sequence[Any]) -> list[FieldProblem]:
    """Return pydantic's errors as field and problem, without any value or text that was sent.

    Examples
    --------
    >>> describe([{"type": "extra_forbidden", "loc": ("body", "nik"), "msg": "", "input": "32"}])
    [{'field': 'nik', 'problem': 'unknown field'}]
    """
    return [{"field": _field_of(e), "problem": _problem_of(e)} for e in errors]


def _field_of(error: Mapping[str, Any]) -> str:
    if error["type"] == "json_invalid":
        return "body"
    # "body" is where FastAPI looked; a tag, which form of the body it took.
    place = list(error["loc"])
    if place and place[0] in _PLACES:
        place.pop(0)
    if place and place[0] in BODY_TAGS:
        place.pop(0)
    # The name of an unknown field is the sender's own text: only a plain name is repeated.
    return ".".join(str(p) if isinstance(p, int) else plain_name(p) for p in place) or "body"


def plain_name(name: str) -> str:
    """Return a field's name where it looks like one: anything else is the sender's own text.

    Examples
    --------
    >>> plain_name("nik"), plain_name("Siti"), plain_name("081234567890")
    ('nik', '(field)', '(field)')
    """
    return name if _NAME.fullmatch(name) else "(field)"


def _problem_of(error: Mapping[str, Any]) -> str:
    kind = str(error["type"])
    if kind == _INPUT_ERROR:
        return str(error["msg"])
    if kind in {"too_long", "too_short"}:
        limits = error.get("ctx", {})
        bound = limits.get("max_length", limits.get("min_length"))
        return f"expected {'at most' if kind == 'too_long' else 'at least'} {bound:,} items"
    return _EXPECTED.get(kind, f"not valid ({kind})")


def _sentence(error: Exception) -> str:
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}."


def install_problem_handlers(app: FastAPI) -> None:
    """Make the application answer every error as problem details."""

    @app.exception_handler(RequestValidationError)
    async def on_invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        return problem_response(invalid_request(describe(error.errors())))

    @app.exception_handler(InputError)
    async def on_input(request: Request, error: InputError) -> JSONResponse:
        return problem_response(invalid_request([{"field": error.field, "problem": error.problem}]))

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> JSONResponse:
        # 400 is FastAPI's answer to a body that json cannot decode.
        detail = UNREADABLE if error.status_code == 400 else str(error.detail)
        return problem_response(make_problem(error.status_code, detail), error.headers)

    @app.exception_handler(NotKnownError)
    async def on_unknown(request: Request, error: NotKnownError) -> JSONResponse:
        problem = make_problem(401, _sentence(error), code="not-logged-in")
        return problem_response(problem, {"WWW-Authenticate": 'Bearer realm="disposisi"'})

    @app.exception_handler(NotAllowedError)
    async def on_forbidden(request: Request, error: NotAllowedError) -> JSONResponse:
        return problem_response(make_problem(403, _sentence(error), code="not-allowed"))

    @app.exception_handler(NotLocalError)
    async def on_foreign(request: Request, error: NotLocalError) -> JSONResponse:
        return problem_response(make_problem(403, _sentence(error), code="not-local"))

    @app.exception_handler(TooManyAttemptsError)
    async def on_attempts(request: Request, error: TooManyAttemptsError) -> JSONResponse:
        problem = make_problem(429, _sentence(error), code="too-many-attempts")
        return problem_response(problem, {"Retry-After": str(error.retry_after_s)})

    @app.exception_handler(TooManyRequestsError)
    async def on_too_many(request: Request, error: TooManyRequestsError) -> JSONResponse:
        problem = make_problem(429, _sentence(error), code="rate-limited")
        return problem_response(problem, {"Retry-After": str(error.retry_after_s)})

    @app.exception_handler(KeyConflictError)
    async def on_conflict(request: Request, error: KeyConflictError) -> JSONResponse:
        return problem_response(make_problem(409, str(error), code="key-conflict"))

    @app.exception_handler(NotFoundError)
    async def on_missing(request: Request, error: NotFoundError) -> JSONResponse:
        return problem_response(make_problem(404, str(error)))

    @app.exception_handler(LifeError)
    async def on_life(request: Request, error: LifeError) -> JSONResponse:
        status, code = _OF_LIFE[type(error)]
        return problem_response(make_problem(status, f"{error}.", code=code))

    @app.exception_handler(OpeningReasonError)
    async def on_opening(request: Request, error: OpeningReasonError) -> JSONResponse:
        return problem_response(make_problem(403, f"{error}.", code="reason-required"))

    @app.exception_handler(StoreUnavailableError)
    async def on_unavailable(request: Request, error: StoreUnavailableError) -> JSONResponse:
        _log.warning("the database does not answer: %s", type(error.__cause__).__name__)
        problem = make_problem(
            503, "The database does not answer; nothing was stored.", code="store-unavailable"
        )
        return problem_response(problem, {"Retry-After": str(RETRY_AFTER_S)})
