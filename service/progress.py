"""How far a long run is, on standard error."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TextIO

_SECONDS_BETWEEN = {True: 0.2, False: 10.0}  # on a terminal, and in a log
_BAR_CHARS = 20


class ProgressLine:
    """Says how many rows are done, how fast, and how long it takes yet.

    On a terminal it rewrites one line with a bar; elsewhere it writes plain lines.

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
        self._rows_before: int | None = None
        self._shown = False

    def __call__(self, rows: int, bad: int, of: int | None = None) -> None:
        """Show the state, unless that was done a moment ago.

        Parameters
        ----------
        rows, bad : int
            Rows done and bad ones among them. What the first call says was done before it does
            not count for the speed.
        of : int, optional
            About how many rows there are.
        """
        now = self._clock()
        if self._rows_before is None:
            self._rows_before, self._start, self._last = rows, now, now
            return
        if now - self._last < _SECONDS_BETWEEN[self._on_terminal]:
            return
        self._last, self._shown = now, True
        rate = (rows - self._rows_before) / max(now - self._start, 1e-9)
        line = _describe(rows, bad, of, rate)
        if self._on_terminal:
            bar = _bar(rows / of) if of else ""
            self._stream.write(f"\r\x1b[K{bar}{line}")
        else:
            self._stream.write(f"{line}\n")
        self._stream.flush()

    def close(self) -> None:
        """Leave the cursor at the start of an empty line."""
        if self._shown and self._on_terminal:
            self._stream.write("\r\x1b[K")
            self._stream.flush()


def _describe(rows: int, bad: int, of: int | None, rate: float) -> str:
    said = f"{rows:,} of {of:,} rows" if of else f"{rows:,} rows"
    said = f"{said}, {bad:,} bad, {rate:,.0f} a second"
    if not of or not rate:
        return said
    minutes, seconds = divmod(round(max(of - rows, 0) / rate), 60)
    hours, minutes = divmod(minutes, 60)
    left = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
    return f"{said}, {left} left"


def _bar(share: float) -> str:
    """Return the share done as a bar.

    Examples
    --------
    >>> _bar(0.5)
    '[##########..........]  50 % '
    """
    share = min(share, 1.0)
    done = int(share * _BAR_CHARS)
    return f"[{'#' * done}{'.' * (_BAR_CHARS - done)}] {share:4.0%} ".replace("%", " %")
