"""How much one key or person may ask one worker for; each worker counts for itself."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from service.errors import ServiceError


class TooManyRequestsError(ServiceError):
    """More requests than are allowed; try again after ``retry_after_s`` seconds."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"too many requests: try again after {retry_after_s} seconds")
        self.retry_after_s = retry_after_s


class RateLimits:
    """A bucket for each caller: it holds a minute's requests and fills up steadily.

    Parameters
    ----------
    per_minute : int
        0: no limit.
    clock : callable, optional
        Seconds that only grow.
    """

    def __init__(self, per_minute: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._interval_s = 60 / per_minute if per_minute else 0.0
        self._clock = clock
        self._empty_until: dict[str, float] = {}  # when the bucket would be full again

    def take(self, caller: str) -> None:
        """Count a request of a caller who is known, so that there are not more than accounts.

        Raises
        ------
        TooManyRequestsError
            If the bucket is empty; the request does not count then.
        """
        if not self._interval_s:
            return
        now = self._clock()
        full_at = max(now, self._empty_until.get(caller, now)) + self._interval_s
        if full_at - now > 60 + 1e-6:
            raise TooManyRequestsError(math.ceil(full_at - now - 60))
        self._empty_until[caller] = full_at
