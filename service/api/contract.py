"""The OpenAPI document: what FastAPI writes, with who may call, errors, headers and examples."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from service.api.answers import GUARDED, TEXT
from service.auth.callers import COOKIE, CSRF_HEADER
from service.auth.web import get_caller
from service.problems import PROBLEM_JSON, UNREADABLE, invalid_request, make_problem

EXAMPLES_FILE = Path(__file__).parent.parent / "data" / "openapi_examples.json"
_DESCRIPTION = """\
Laporan warga masuk tanpa identitas pelapor; jawaban menyebut klasifikasi, batas waktu, instansi,
dan dasar setiap keputusan. Kesalahan berbentuk `application/problem+json` (RFC 9457) dan tidak
pernah mengulang isi laporan. Kursor tidak untuk dibaca; kunci yang tidak dikenal diabaikan saja.
"""
_SCHEMES = {
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key of `disposisi keys create`; the scopes it needs are listed.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": f"Of `POST /v1/session`; changes carry the header {CSRF_HEADER} too.",
    },
}
_HEADERS = {
    "304": {"ETag": "Of the answer that the client has."},
    "401": {"WWW-Authenticate": "How to say who you are."},
    "405": {"Allow": "The methods that this path has."},
    "429": {"Retry-After": "Seconds to wait."},
    "503": {"Retry-After": "Seconds to wait."},
}
# One of each, as it is answered.
_PROBLEMS = {
    400: make_problem(400, UNREADABLE),
    401: make_problem(
        401, "Log in, or send the header Authorization: Bearer KEY.", code="not-logged-in"
    ),
    403: make_problem(403, "This needs the scope read.", code="not-allowed"),
    404: make_problem(404, "There is no disposition of that id."),
    409: make_problem(
        409, "Idempotency-Key: already used for another complaint", code="key-conflict"
    ),
    413: make_problem(413, "The body is too large: expected at most 1 MiB."),
    415: make_problem(415, "Expected a body of type application/json."),
    422: invalid_request([{"field": "nik", "problem": "unknown field"}]),
    429: make_problem(429, "Too many attempts; wait 900 seconds.", code="too-many-attempts"),
    503: make_problem(
        503, "The database does not answer; nothing was stored.", code="store-unavailable"
    ),
}
_METHODS = frozenset({"get", "post", "put", "patch", "delete"})


def build_document(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of the application."""
    document = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=_DESCRIPTION,
        routes=app.routes,
    )
    document["components"]["securitySchemes"] = _SCHEMES
    document["components"]["examples"] = {
        f"Problem{status}": {"value": problem} for status, problem in _PROBLEMS.items()
    }
    examples = json.loads(EXAMPLES_FILE.read_text(encoding="utf-8"))
    scopes = {route.name: _scopes_of(route) for route in _routes(app.routes)}
    for operation in _operations(document):
        name = operation["operationId"]
        if (needed := scopes.get(name)) is not None:
            _guard(operation, needed)
        for status, response in operation["responses"].items():
            _describe(status, response)
        _add_examples(operation, examples.get(name, {}))
    for unused in ("HTTPValidationError", "ValidationError"):
        document["components"]["schemas"].pop(unused, None)
    return document


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in document["paths"].values():
        for method, operation in path.items():
            if method in _METHODS:
                yield operation


def _routes(routes: Iterable[Any]) -> Iterator[APIRoute]:
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from _routes(inner.routes)
        elif isinstance(route, APIRoute):
            yield route


def _scopes_of(route: APIRoute) -> list[str] | None:
    """Return the scopes one of which a caller needs; none are enough to be known, None is open."""
    calls = list(_calls(route.dependant))
    for call in calls:
        if (scopes := getattr(call, "scopes", None)) is not None:
            return list(scopes)
    return [] if get_caller in calls else None


def _calls(dependant: Dependant) -> Iterator[Any]:
    yield dependant.call
    for inner in dependant.dependencies:
        yield from _calls(inner)


def _guard(operation: dict[str, Any], scopes: list[str]) -> None:
    keys = [{"key": [scope]} for scope in scopes] or [{"key": []}]
    operation["security"] = [*keys, {"session": []}]
    for status, response in GUARDED.items():
        own = operation["responses"].get(str(status))
        text = response["description"]
        if own is None:
            operation["responses"][str(status)] = {"description": text}
        elif own["description"] != text:
            own["description"] = f"{own['description']}. Or: {text}"


def _describe(status: str, response: dict[str, Any]) -> None:
    """Give an error its media type, shape and example, and every answer its headers."""
    if status >= "400":
        response["content"] = {
            PROBLEM_JSON: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {"contoh": {"$ref": f"#/components/examples/Problem{status}"}},
            }
        }
    for name, text in _HEADERS.get(status, {}).items():
        response.setdefault("headers", {})[name] = {"description": text, "schema": TEXT}


def _add_examples(operation: dict[str, Any], examples: dict[str, Any]) -> None:
    for media in operation.get("requestBody", {}).get("content", {}).values():
        if "requests" in examples:
            media["examples"] = examples["requests"]
    for status, named in examples.get("responses", {}).items():
        for media in operation["responses"].get(status, {}).get("content", {}).values():
            media["examples"] = named
