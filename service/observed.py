"""Around every request: an id, how long it took, one line in the log."""

from __future__ import annotations

import logging
import os
import re
import time
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.logs import request_id
from service.metrics import Metrics

HEADER: Final = b"x-request-id"
# As programs make them. Digits alone could be somebody's NIK or telephone.
_ID = re.compile(rb"(?=.*[A-Za-z])[A-Za-z0-9_-]{8,64}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_QUIET = frozenset({"/livez", "/readyz", "/ping", "/metrics"})  # asked for every few seconds
_OTHER: Final = "other"
_log = logging.getLogger(__name__)


class Observed:
    """Give the request an id, or keep the one that came with it, and note how it went.

    What is noted is the template of the path, never the path: it can hold anything.
    """

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        own_id = read_id(scope["headers"]) or os.urandom(16).hex()
        token = request_id.set(own_id)
        status, begin = 499, time.perf_counter()  # 499: the client left before an answer

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (HEADER, own_id.encode())]
            await send(message)

        try:
            await self.app(scope, receive, noted)
        finally:
            self._note(scope, status, time.perf_counter() - begin)
            request_id.reset(token)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in _METHODS else _OTHER
        route = getattr(scope.get("route"), "path", _OTHER)
        self.metrics.note_request(method, route, status, seconds)
        if route in _QUIET and status < 400:
            return
        fields = {"method": method, "route": route, "status": status}
        fields["ms"] = round(seconds * 1000, 1)
        _log.info("request", extra={"fields": fields})


def read_id(headers: list[tuple[bytes, bytes]]) -> str | None:
    """Return the id that a client gave its request, if it has the form of one."""
    for name, value in headers:
        if name == HEADER:
            return value.decode("ascii") if _ID.fullmatch(value) else None
    return None
