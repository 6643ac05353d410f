"""A person logs in and out; who is logged in, and with which rights."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response
from typing_extensions import TypedDict

from service.api.answers import REFUSALS, json_response, require_json
from service.auth.callers import COOKIE, Caller, is_loopback
from service.auth.secrets import csrf_token
from service.auth.sessions import LONGEST, log_in, log_out
from service.auth.web import AccountsDep, CallerDep
from service.complaint import check_text
from service.deps import Now
from service.problems import Problem

PATH = "/v1/session"
MAX_LOGIN_CHARS = 100
router = APIRouter(tags=["session"])


class LoginIn(BaseModel):
    """Login and password; too long ones are refused before anything is looked at."""

    model_config = ConfigDict(extra="forbid")

    login: Annotated[str, Field(max_length=MAX_LOGIN_CHARS)]
    password: Annotated[str, Field(max_length=1000, json_schema_extra={"format": "password"})]


class SessionOut(TypedDict):
    """Who is logged in. Every change by cookie must send ``csrf`` as ``X-CSRF-Token``."""

    id: str
    kind: str
    role: str
    agency: str | None
    unit: str | None
    scopes: list[str]
    csrf: str | None


class TokenOut(TypedDict):
    """What every change by cookie must send as ``X-CSRF-Token``."""

    csrf: str


@router.post(
    PATH,
    status_code=201,
    response_model=TokenOut,
    responses=REFUSALS
    | {
        401: {"model": Problem, "description": "Login or password are wrong"},
        429: {"model": Problem, "description": "Too many attempts"},
    },
    dependencies=[Depends(require_json)],
)
def create_session(body: LoginIn, request: Request, accounts: AccountsDep, now: Now) -> Response:
    """Log in; the session is a cookie that scripts cannot read and other sites cannot send."""
    login = check_text("login", body.login, max_chars=MAX_LOGIN_CHARS)
    address = request.client.host if request.client else ""
    session = log_in(accounts, login=login, password=body.password, address=address, now=now)
    response = json_response({"csrf": session.csrf}, 201)
    set_cookie(response, request, session.token)
    return response


@router.get(PATH, response_model=SessionOut, responses={401: {"model": Problem}})
def get_session(request: Request, caller: CallerDep) -> Response:
    """Return who asks, by cookie or by key."""
    token = request.cookies.get(COOKIE)
    return json_response(_describe(caller, csrf_token(token) if token else None))


@router.delete(PATH, status_code=204, responses={401: {"model": Problem}})
def delete_session(
    request: Request, caller: CallerDep, accounts: AccountsDep, now: Now
) -> Response:
    """Log out."""
    if token := request.cookies.get(COOKIE):
        log_out(accounts, token, now=now)
    response = Response(status_code=204)
    set_cookie(response, request, "", max_age_s=0)
    return response


def set_cookie(
    response: Response, request: Request, token: str, *, max_age_s: int | None = None
) -> None:
    """Give the browser the session: ``Secure`` everywhere but on this machine, which has no TLS."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(LONGEST.total_seconds()) if max_age_s is None else max_age_s,
        path="/",
        secure=request.url.scheme == "https" or not is_loopback(request.url.hostname or ""),
        httponly=True,
        samesite="strict",
    )


def _describe(caller: Caller, csrf: str | None) -> SessionOut:
    actor = caller.actor
    return {
        "id": actor.id,
        "kind": actor.kind,
        "role": actor.role,
        "agency": actor.agency,
        "unit": actor.unit,
        "scopes": sorted(actor.scopes),
        "csrf": csrf,
    }
