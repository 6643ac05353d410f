"""A person logs in, stays logged in for a while, and logs out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from service.actors import Actor
from service.auth.errors import NotKnownError, TooManyAttemptsError
from service.auth.roles import SCOPES_OF
from service.auth.secrets import MAX_PASSWORD_CHARS, csrf_token, digest, make_token, verify_password
from service.store.accounts import AccountStore, Row

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)  # a working day
WINDOW = timedelta(minutes=15)
MAX_OF_LOGIN, MAX_OF_ADDRESS = 5, 30  # attempts in the window
_TOUCH_EVERY = timedelta(minutes=1)  # a write for every click would be too many


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What the browser gets.

    Attributes
    ----------
    token : str
        Goes into the cookie; the database holds its hash.
    csrf : str
        Goes into every form, or into the header ``X-CSRF-Token``.
    """

    token: str
    csrf: str


def log_in(
    accounts: AccountStore, *, login: str, password: str, address: str, now: datetime
) -> Session:
    """Return a new session.

    Raises
    ------
    NotKnownError
        If login or password are wrong; not said which, and it takes as long.
    TooManyAttemptsError
        If the login or the address has tried too often; the password was not looked at.
    """
    login = login.casefold()
    login_sha256 = digest(login)
    of_login, of_address = accounts.note_attempt(
        login_sha256=login_sha256, address=address[:45], now=now, window=WINDOW
    )
    if of_login > MAX_OF_LOGIN or of_address > MAX_OF_ADDRESS:
        raise TooManyAttemptsError(int(WINDOW.total_seconds()))
    person = accounts.find_person(login)
    stored = None if person is None else person["password_hash"]
    is_right = len(password) <= MAX_PASSWORD_CHARS and verify_password(password, stored)
    if person is None or not is_right:
        msg = "login or password are wrong"
        raise NotKnownError(msg)
    accounts.forget_attempts(login_sha256)
    token = make_token()
    accounts.add_session(token_sha256=digest(token), person_id=person["id"], now=now)
    return Session(token=token, csrf=csrf_token(token))


def find_actor(accounts: AccountStore, token: str, *, now: datetime) -> Actor:
    """Return the person whose session this is.

    Raises
    ------
    NotKnownError
        If there is no such session, it was ended, was idle too long, or is over.
    """
    found = accounts.find_session(digest(token))
    if found is None or is_over(found, now):
        msg = "the session is over"
        raise NotKnownError(msg)
    if now - found["seen_at"] >= _TOUCH_EVERY:
        accounts.touch_session(found["id"], now=now)
    return Actor(
        kind="person",
        id=str(found["person_id"]),
        role=found["role"],
        agency=found["agency"],
        unit=found["unit"],
        scopes=SCOPES_OF.get(found["role"], frozenset()),
    )


def is_over(session: Row, now: datetime) -> bool:
    """Return whether the session was idle too long or has lasted long enough."""
    return bool(now - session["seen_at"] >= IDLE or now - session["created_at"] >= LONGEST)


def log_out(accounts: AccountStore, token: str, *, now: datetime) -> None:
    """End the session."""
    accounts.end_session(digest(token), now=now)
