"""Why an action is refused; knows neither SQL nor HTTP."""

from __future__ import annotations

from service.errors import ServiceError


class LifeError(ServiceError):
    """Root of the errors of a complaint's life."""


class ActionRefusedError(LifeError):
    """The complaint's status does not allow the action, whoever asks."""


class ActionForbiddenError(LifeError):
    """Somebody else may do this, but not whoever asks."""


class StaleVersionError(LifeError):
    """The complaint was changed since the actor last saw it.

    Parameters
    ----------
    seen, current : int
        The version that the actor saw, and the one that it has now.
    """

    def __init__(self, seen: int, current: int) -> None:
        super().__init__(f"the disposition has version {current}, the action was for {seen}")
        self.seen, self.current = seen, current
