"""A person logs in and out, with or without JavaScript."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from service.api.session import set_cookie
from service.auth.callers import COOKIE
from service.auth.errors import NotAllowedError, NotKnownError, TooManyAttemptsError
from service.auth.sessions import log_in, log_out
from service.auth.web import AccountsDep, CallerDep
from service.deps import Now, StoreDep
from service.desk.forms import FormDep
from service.desk.pages import render
from service.desk.routes import LOGIN_PATH, make_router
from service.desk.setup import SETUP_PATH, may_set_up

router = make_router()


@router.get(LOGIN_PATH)
def get_login(request: Request, store: StoreDep) -> Response:
    """Return the form; the very first visitor of this machine gets the set-up instead."""
    if not request.app.state.needs_login:
        return RedirectResponse("/", status_code=303)
    if may_set_up(request, store):
        return RedirectResponse(SETUP_PATH, status_code=303)
    return _form(request, target=request.query_params.get("tujuan", ""))


@router.post(LOGIN_PATH)
def post_login(request: Request, form: FormDep, accounts: AccountsDep, now: Now) -> Response:
    """Log in and go on to the page that was asked for."""
    refuse_foreign(request)
    target, login = form.get("tujuan"), form.get("login")
    address = request.client.host if request.client else ""
    try:
        session = log_in(
            accounts,
            login=login[:100],
            password=form.raw("password"),
            address=address,
            now=now,
        )
    except TooManyAttemptsError as error:
        minutes = -(-error.retry_after_s // 60)
        message = f"Terlalu banyak percobaan. Coba lagi setelah {minutes} menit."
        return _form(request, target=target, login=login, status=429, message=message)
    except NotKnownError:
        message = "Nama pengguna atau kata sandi keliru."
        return _form(request, target=target, login=login, status=401, message=message)
    response = RedirectResponse(own_path(target), status_code=303)
    set_cookie(response, request, session.token)
    return response


@router.post("/keluar")
def post_logout(request: Request, caller: CallerDep, accounts: AccountsDep, now: Now) -> Response:
    """Log out; the form's token was checked with the caller."""
    if token := request.cookies.get(COOKIE):
        log_out(accounts, token, now=now)
    response = RedirectResponse(LOGIN_PATH, status_code=303)
    set_cookie(response, request, "", max_age_s=0)
    return response


def _form(
    request: Request,
    *,
    target: str,
    login: str = "",
    status: int = 200,
    message: str | None = None,
) -> Response:
    return render(
        request,
        "login.html",
        status=status,
        title="Masuk",
        target=target,
        login=login,
        message=message,
    )


def refuse_foreign(request: Request) -> None:
    """Refuse a form that a page of another site sends: before a login there is no token.

    Raises
    ------
    NotAllowedError
        If the browser names another origin.
    """
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        msg = "the form comes from another site"
        raise NotAllowedError(msg)


def own_path(target: str) -> str:
    """Return the page to go to, or the first one where the text is no path of this service.

    Examples
    --------
    >>> own_path("/meja?topik=air_minum"), own_path("//evil.example/"), own_path("https://x.y/")
    ('/meja?topik=air_minum', '/', '/')
    """
    parts = urlsplit(target.replace("\\", "/"))
    is_own = target.startswith("/") and not target.startswith("//") and not parts.netloc
    return target if is_own and target.isprintable() else "/"
