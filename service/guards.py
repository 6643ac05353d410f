"""What stands around every request: size limits, headers, and an end for unexpected errors."""

from __future__ import annotations

import json
import logging
import re
import traceback
from collections.abc import Iterable, Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.problems import UNREADABLE, Problem, make_problem, problem_response

MAX_BODY_BYTES = 1024 * 1024
MAX_BATCH_BYTES = 8 * 1024 * 1024
STATIC_PREFIX = "/static/"

_BATCH_HEAD_BYTES = 256

# Two of these could mean two things to a proxy and to this service.
_ONCE = frozenset(
    {b"host", b"authorization", b"content-type", b"idempotency-key", b"x-csrf-token", b"origin"}
)
_PLAIN_ENCODINGS = frozenset({b"", b"identity"})

_MAX_FRAMES = 8

_HEADERS: Mapping[str, str] = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}

_log = logging.getLogger(__name__)


class PlainRequest:
    """Refuse a request that could be read in two ways, before anybody reads it in one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 400 for a header twice, 415 for a body that is packed."""
        if scope["type"] == "http" and (problem := _find_doubt(scope["headers"])) is not None:
            await problem_response(problem)(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _find_doubt(headers: Iterable[tuple[bytes, bytes]]) -> Problem | None:
    seen: set[bytes] = set()
    for name, value in headers:
        if name in _ONCE:
            if name in seen:
                return make_problem(400, f"The header {name.decode()} stands there twice.")
            seen.add(name)
        elif name == b"content-encoding" and value.strip().lower() not in _PLAIN_ENCODINGS:
            return make_problem(415, "Expected a body without Content-Encoding.")
    return None


class BodyLimit:
    """Refuse a body above 1 MiB, or above 8 MiB where it is a batch of complaints.

    Parameters
    ----------
    app : ASGIApp
        What comes behind.
    batch_heads : mapping of str to pattern
        By path: how the body of a batch begins.
    """

    def __init__(self, app: ASGIApp, *, batch_heads: Mapping[str, re.Pattern[bytes]]) -> None:
        self.app = app
        self.batch_heads = batch_heads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count the body while it is read; one that says its size is refused before."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        batch_head = self.batch_heads.get(scope["path"])
        ceiling = MAX_BATCH_BYTES if batch_head else MAX_BODY_BYTES
        headers = Headers(scope=scope)
        is_json = "json" in headers.get("content-type", "").lower()
        stated = headers.get("content-length", "")
        if stated.isdigit() and int(stated[:20]) > ceiling:
            await problem_response(make_problem(413, _too_large(ceiling)))(scope, receive, send)
            return
        head, size = b"", 0

        async def counted() -> Message:
            nonlocal head, size
            message = await receive()
            body = message.get("body", b"")
            size += len(body)
            if len(head) < _BATCH_HEAD_BYTES:
                head += body[:_BATCH_HEAD_BYTES]
                if is_json and not json.detect_encoding(head[:4]).startswith("utf-8"):
                    raise HTTPException(400, UNREADABLE)  # json would read UTF-16 too
            if size > MAX_BODY_BYTES:
                is_batch = batch_head is not None and batch_head.match(head)
                limit = MAX_BATCH_BYTES if is_batch else MAX_BODY_BYTES
                if size > limit:
                    raise HTTPException(413, _too_large(limit))
            return message

        await self.app(scope, counted, send)


class SafeAnswer:
    """Add the security headers to every answer and turn an unexpected error into a 500.

    The log gets the error's type and the lines it came through, never its message: that can hold
    a citizen's words.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_static = scope["path"].startswith(STATIC_PREFIX)
        started = False

        async def guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-cache" if is_static else "no-store")
            await send(message)

        try:
            await self.app(scope, receive, guarded)
        except Exception as error:  # noqa: BLE001  # the process edge: nothing may leave with text
            _log.error("unexpected error: %s", trace_without_text(error))
            if started:
                return
            problem = make_problem(500, "An unexpected error; it was logged without the text.")
            await problem_response(problem)(scope, receive, guarded)


def trace_without_text(error: BaseException) -> str:
    """Return where an error came from: types and code lines, no message and no value."""
    parts = []
    current: BaseException | None = error
    while current is not None:
        frames = traceback.extract_tb(current.__traceback__)[-_MAX_FRAMES:]
        lines = (f"{frame.filename}:{frame.lineno}" for frame in frames)
        parts.append(f"{type(current).__name__} at {' > '.join(lines)}")
        current = current.__cause__
    return " from ".join(parts)


def _too_large(limit: int) -> str:
    return f"The body is too large: expected at most {limit // MAX_BODY_BYTES} MiB."
