"""When a failed delivery is tried again: exponential, with jitter, about a day in all."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

MAX_ATTEMPTS: Final = 12  # the last one some 23 hours after the first
_FIRST: Final = timedelta(seconds=5)
_FACTOR: Final = 3
_LONGEST: Final = timedelta(hours=6)


def wait_after(attempts: int, draw: float) -> timedelta | None:
    """Return how long to wait after so many failed attempts, None to give up.

    Parameters
    ----------
    attempts : int
        How many have failed, from 1.
    draw : float
        A random number from 0 to below 1; it spreads what failed together over half to
        one and a half times the wait.

    Examples
    --------
    >>> wait_after(1, 0.5), wait_after(2, 0.5), wait_after(12, 0.5)
    (datetime.timedelta(seconds=5), datetime.timedelta(seconds=15), None)
    """
    if attempts >= MAX_ATTEMPTS:
        return None
    wait: timedelta = _FIRST * _FACTOR ** (attempts - 1)
    return min(_LONGEST, wait) * (0.5 + draw)
