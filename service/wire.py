"""HTTP/1.1 as uvicorn speaks it, with an end for slow clients and for endless headers.

uvicorn itself waits for ever for the rest of a request and takes headers of any size. A reverse
proxy usually stands before it; the service does not rely on that.
"""

from __future__ import annotations

import asyncio
import json
from asyncio.events import TimerHandle
from typing import Final, cast

from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from service.problems import PROBLEM_JSON, make_problem

MAX_HEAD_BYTES: Final = 64 * 1024
_REFUSALS: Final = {
    400: "This is no HTTP that can be read in one way alone.",
    408: "The request took too long to arrive.",
    431: f"The request line and headers are too large: expected at most {MAX_HEAD_BYTES} bytes.",
}


class GuardedProtocol(HttpToolsProtocol):
    """One connection; requests that arrive too slowly, or with too much before the body, end it.

    Attributes
    ----------
    head_timeout_s, body_timeout_s : float
        Seconds from the first byte to the end of the headers, and from there to that of the body.
    write_timeout_s : float
        Seconds that a client may leave its answer unread.
    """

    head_timeout_s: float = 10
    body_timeout_s: float = 60
    write_timeout_s: float = 60

    _in_head = True
    _head_bytes = 0
    _refusal = 400
    _reading: TimerHandle | None = None
    _writing: TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn's own
        """Wait for the first request, not for ever."""
        super().connection_made(transport)
        self._wait(self.head_timeout_s)

    def connection_lost(self, exc: Exception | None) -> None:
        """Leave no timer behind."""
        for timer in (self._reading, self._writing):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what comes before the body."""
        if self._in_head:
            if self._head_bytes == 0:
                self._wait(self.head_timeout_s)
            self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head and self._head_bytes > MAX_HEAD_BYTES:
            self._refuse(431)

    def on_headers_complete(self) -> None:
        """Refuse what came in one piece and is too large all the same; then wait for the body."""
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > MAX_HEAD_BYTES:
            self._refusal = 431
            msg = "too large"
            raise ValueError(msg)  # the parser hands it on to send_400_response
        super().on_headers_complete()
        self._in_head = False
        self._wait(self.body_timeout_s)

    def on_message_complete(self) -> None:
        """Stop the clock: what comes next is another request."""
        super().on_message_complete()
        self._in_head, self._head_bytes = True, 0
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def pause_writing(self) -> None:
        """Give the client so long to read on."""
        super().pause_writing()
        self._writing = self.loop.call_later(self.write_timeout_s, self.transport.abort)

    def resume_writing(self) -> None:
        """Stop that clock."""
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Answer what the parser refuses as problem details."""
        self._refuse(self._refusal)

    def _current(self) -> RequestResponseCycle | None:
        # None before the first request, whatever uvicorn's annotation says.
        return cast("RequestResponseCycle | None", self.cycle)

    def _wait(self, seconds: float) -> None:
        if self._reading is not None:
            self._reading.cancel()
        self._reading = self.loop.call_later(seconds, self._give_up)

    def _give_up(self) -> None:
        cycle = self._current()
        if (
            self._in_head and cycle is not None and not cycle.response_complete
        ):  # an earlier request is still being answered
            self._wait(self.head_timeout_s)
            return
        self._refuse(408)

    def _refuse(self, status: int) -> None:
        """Answer and hang up; where an answer has begun already, hang up alone."""
        if self.transport.is_closing():
            return
        cycle = self._current()
        if cycle is not None and cycle.response_started and not cycle.response_complete:
            self.transport.abort()
            return
        body = json.dumps(make_problem(status, _REFUSALS[status])).encode()
        headers = (
            f"content-type: {PROBLEM_JSON}\r\ncontent-length: {len(body)}\r\n"
            "x-content-type-options: nosniff\r\ncache-control: no-store\r\n"
            "connection: close\r\n\r\n"
        )
        self.transport.write(STATUS_LINE[status] + headers.encode() + body)
        self.transport.close()
