"""Who sent a request: read off the key, the cookie, or the address where no login is needed."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from service.actors import Actor
from service.auth.errors import NotAllowedError, NotKnownError, NotLocalError
from service.auth.roles import ADMIN_NASIONAL, SCOPES
from service.auth.secrets import csrf_token, digest, is_same, looks_like_key
from service.auth.sessions import find_actor
from service.store.accounts import AccountStore

COOKIE: Final = "disposisi_session"
CSRF_HEADER: Final = "x-csrf-token"
CSRF_FIELD: Final = "csrf_token"
DEFAULT_SOURCE: Final = "api"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """An actor, and what its key says about the complaints that it sends.

    Attributes
    ----------
    actor : Actor
    source : str
        Name of the sending system where a complaint names none.
    region : str or None
        Home of a regional desk, used where a complaint names no place.
    """

    actor: Actor
    source: str = DEFAULT_SOURCE
    region: str | None = None


# Whoever sits at this machine, where no login is needed.
LOCAL: Final = Caller(
    actor=Actor(kind="person", id="lokal", role=ADMIN_NASIONAL, scopes=frozenset(SCOPES))
)


def read_key(accounts: AccountStore, key: str) -> Caller:
    """Return the client whose key it is.

    Raises
    ------
    NotKnownError
        If there is no such key, or it was revoked.
    """
    found = accounts.find_key(digest(key)) if looks_like_key(key) else None
    if found is None:
        msg = "the key is not known or was revoked"
        raise NotKnownError(msg)
    region = found["region"]
    actor = Actor(
        kind="key",
        id=found["name"],
        agency=None if region is None else f"PEMDA-{region}",
        scopes=frozenset(found["scopes"].split(",")),
    )
    return Caller(actor=actor, source=found["name"], region=region)


def read_session(
    accounts: AccountStore, token: str, *, method: str, csrf: str | None, now: datetime
) -> Caller:
    """Return the person whose session it is.

    Raises
    ------
    NotKnownError
        If the session is none or over.
    NotAllowedError
        If the request changes something and lacks the form's token.
    """
    actor = find_actor(accounts, token, now=now)
    if method not in SAFE_METHODS and not is_same(csrf or "", csrf_token(token)):
        msg = f"the form's token is missing or wrong: {CSRF_FIELD} or the header {CSRF_HEADER}"
        raise NotAllowedError(msg)
    return Caller(actor=actor)


def read_local(scope: Mapping[str, Any], headers: Mapping[str, str]) -> Caller:
    """Return whoever sits at this machine.

    Raises
    ------
    NotLocalError
        If client or server address, or the host that the client asked for, is not loopback, if a
        proxy has passed the request on, or if a page of another site has sent it.
    """
    if not is_local(scope, headers):
        msg = "without login only this machine is served: set DISPOSISI_AUTH=on"
        raise NotLocalError(msg)
    return LOCAL


def is_local(scope: Mapping[str, Any], headers: Mapping[str, str]) -> bool:
    """Return whether a request comes from this machine and was meant for it."""
    ends = (scope.get("client"), scope.get("server"))
    if not all(end and is_loopback(str(end[0])) for end in ends):
        return False
    if any(name in headers for name in _FORWARDED):
        return False
    # Any web page can send a form here, and a name of its own can lead here.
    asked = [f"//{headers.get('host', '')}"]
    if (origin := headers.get("origin")) is not None:
        asked.append(origin)
    return all(is_loopback(_host_of(address)) for address in asked)


def _host_of(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def is_loopback(host: str) -> bool:
    """Return whether the name or address is this machine's own.

    Examples
    --------
    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    if host.lower() == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
