"""What an endpoint asks for to know its caller; tests replace ``get_caller``.

Every route has ``requires(scope)``, or stands in the list of the open ones in the tests.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import parse_qs

from fastapi import Depends, HTTPException, Request
from fastapi.concurrency import run_in_threadpool

from service.auth.callers import (
    COOKIE,
    CSRF_FIELD,
    CSRF_HEADER,
    LOCAL,
    SAFE_METHODS,
    Caller,
    is_local,
    read_key,
    read_local,
    read_session,
)
from service.auth.errors import NotAllowedError, NotKnownError
from service.deps import get_now
from service.store.accounts import AccountStore

_FORM = "application/x-www-form-urlencoded"


async def get_accounts(request: Request) -> AccountStore:
    """Return keys, people and sessions, or answer 503 while the database is opened."""
    accounts: AccountStore | None = getattr(request.app.state, "accounts", None)
    if accounts is None:
        raise HTTPException(503, "The service is starting.", {"Retry-After": "1"})
    return accounts


AccountsDep = Annotated[AccountStore, Depends(get_accounts)]


async def get_csrf(request: Request) -> str | None:
    """Return the form's token as it was sent: in the header, or as a field of the form."""
    if request.method in SAFE_METHODS or COOKIE not in request.cookies:
        return None
    if sent := request.headers.get(CSRF_HEADER):
        return sent
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        return None
    fields = parse_qs((await request.body()).decode("utf-8", "replace"))
    return fields.get(CSRF_FIELD, [None])[0]


async def get_caller(request: Request, now: Annotated[datetime, Depends(get_now)]) -> Caller:
    """Return who asks: by key, by session, or whoever sits here where no login is needed.

    Asked for by every request: only a question to the database takes a thread, and what few need
    is no dependency of its own.

    Raises
    ------
    NotKnownError, NotAllowedError, NotLocalError
        If there is no right answer; see ``service.problems`` for what the client gets.
    """
    accounts = await get_accounts(request)
    if not request.app.state.needs_login:
        return read_local(request.scope, request.headers)
    csrf = await get_csrf(request)
    return await run_in_threadpool(_read_caller, request, accounts, now, csrf)


def _read_caller(
    request: Request, accounts: AccountStore, now: datetime, csrf: str | None
) -> Caller:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme:
        if scheme.lower() != "bearer":
            msg = "expected the header Authorization: Bearer KEY"
            raise NotKnownError(msg)
        return read_key(accounts, key.strip())
    token = request.cookies.get(COOKIE)
    if token is None:
        msg = "log in, or send the header Authorization: Bearer KEY"
        raise NotKnownError(msg)
    return read_session(accounts, token, method=request.method, csrf=csrf, now=now)


CallerDep = Annotated[Caller, Depends(get_caller)]


def requires(scope: str, *others: str) -> Any:
    """Return the dependency of a route that only callers with this scope, or another, may use."""
    scopes = (scope, *others)

    async def check(request: Request, caller: CallerDep) -> Caller:
        if request.app.state.needs_login:
            request.app.state.limits.take(caller.actor.id)
        return _with_scope(caller, *scopes)

    check.scope = scope  # type: ignore[attr-defined]  # read by the test of all routes
    check.scopes = scopes  # type: ignore[attr-defined]  # read by the OpenAPI document
    return Depends(check)


def get_metrics_caller(
    request: Request,
    accounts: AccountsDep,
    now: Annotated[datetime, Depends(get_now)],
) -> Caller:
    """Return who may read ``/metrics``: a collector on this machine, or the scope ``metrics``."""
    if is_local(request.scope, request.headers):
        return LOCAL
    return _with_scope(_read_caller(request, accounts, now, None), "metrics")


get_metrics_caller.scope = "metrics"  # type: ignore[attr-defined]  # as above


def _with_scope(caller: Caller, *scopes: str) -> Caller:
    if caller.actor.scopes.isdisjoint(scopes):
        msg = f"this needs the scope {' or '.join(scopes)}"
        raise NotAllowedError(msg)
    return caller
