"""Why somebody is not let in; knows no HTTP. No message repeats a password, key or name."""

from __future__ import annotations

from service.errors import ServiceError


class AuthError(ServiceError):
    """Root of the errors of keys, people and sessions."""


class NotKnownError(AuthError):
    """Nobody, or nobody that counts: the key, session or password is wrong, revoked or over."""


class NotLocalError(AuthError):
    """Without login, only this machine itself is served."""


class NotAllowedError(AuthError):
    """Known, but without the right; a form without its token is the same."""


class TooManyAttemptsError(AuthError):
    """Too many wrong passwords; try again after ``retry_after_s`` seconds."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"too many attempts: try again after {retry_after_s} seconds")
        self.retry_after_s = retry_after_s


class AccountError(AuthError):
    """A key or a user cannot be created or changed; says why."""
