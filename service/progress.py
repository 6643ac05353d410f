"""How far a long run is, on standard error."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TextIO

_SECONDS_BETWEEN = {True: 0.2, False: 10.0}  # on a terminal, and in a log


class ProgressLine:
    """Says how many rows are done and how fast; rewrites one line on a terminal.

    Parameters
    ----------
    stream : file
        Standard error.
    clock : callable, optional
        Gives seconds.
    """

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream, self._clock = stream, clock
        self._on_terminal = stream.isatty()
        self._start = self._last = clock()
        self._shown = False

    def __call__(self, rows: int, bad: int) -> None:
        """Show the state, unless that was done a moment ago."""
        now = self._clock()
        if now - self._last < _SECONDS_BETWEEN[self._on_terminal]:
            return
        self._last, self._shown = now, True
        rate = rows / max(now - self._start, 1e-9)
        line = f"{rows:,} rows, {bad:,} bad, {rate:,.0f} a second"
        self._stream.write(f"\r\x1b[K{line}" if self._on_terminal else f"{line}\n")
        self._stream.flush()

    def close(self) -> None:
        """Leave the cursor at the start of an empty line."""
        if self._shown and self._on_terminal:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
