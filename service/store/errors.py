"""What can go wrong with the store; knows neither SQL nor HTTP."""

from service.errors import ServiceError


class StoreError(ServiceError):
    """Root of the store's errors."""


class StoreUnavailableError(StoreError):
    """The database does not answer or cannot write; nothing was stored."""


class KeyConflictError(StoreError):
    """A key that was used before comes with another complaint.

    Parameters
    ----------
    name : str
        Which key: ``Idempotency-Key`` or ``source and tracking_id``.
    """

    def __init__(self, name: str) -> None:
        super().__init__(f"{name}: already used for another complaint")
        self.name = name


class OpeningReasonError(StoreError):
    """The text is protected: whoever does not handle the complaint must say why he opens it."""

    def __init__(self) -> None:
        super().__init__("the text of this complaint is protected: a reason is required")


class NotFoundError(StoreError):
    """There is no such disposition, or whoever asks may not see it."""

    def __init__(self) -> None:
        super().__init__("There is no disposition of that id.")
