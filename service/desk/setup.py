"""The first admin of a new installation: from this machine alone, while there is no user."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from service.api.session import set_cookie
from service.auth.accounts import create_person
from service.auth.callers import is_local
from service.auth.errors import AccountError, NotLocalError
from service.auth.roles import ADMIN_NASIONAL
from service.auth.sessions import log_in
from service.auth.start import needs_login
from service.auth.web import AccountsDep
from service.deps import Now, StoreDep
from service.desk.forms import FormDep
from service.desk.pages import render
from service.desk.routes import make_router
from service.store.people import has_people
from service.store.repository import Store

SETUP_PATH = "/siapkan"
_REFUSED = {
    "login": "Nama pengguna: 2 sampai 63 huruf kecil, angka, titik, tanda hubung, garis bawah.",
    "password": (
        "Kata sandi: 12 sampai 256 karakter, sedikitnya lima karakter berbeda, tanpa nama pengguna."
    ),
}

router = make_router()


def may_set_up(request: Request, store: Store) -> bool:
    """Return whether the first user may be created by this request."""
    if not is_local(request.scope, request.headers):
        return False
    with store.reading() as connection:
        return not has_people(connection)


@router.get(SETUP_PATH)
def get_setup(request: Request, store: StoreDep) -> Response:
    """Return the form, as long as there is nobody."""
    _refuse(request, store)
    return _form(request)


@router.post(SETUP_PATH)
def post_setup(
    request: Request, form: FormDep, store: StoreDep, accounts: AccountsDep, now: Now
) -> Response:
    """Create the first national admin and let him in."""
    _refuse(request, store)
    login, password = form.get("login").casefold(), form.raw("password")
    if password != form.raw("again"):
        return _form(request, login=login, message="Kedua kata sandi tidak sama.")
    try:
        create_person(
            accounts,
            login=login,
            password=password,
            role=ADMIN_NASIONAL,
            agency=None,
            unit=None,
            now=now,
        )
    except AccountError as error:
        wrong = "login" if str(error).startswith(("login", "a user")) else "password"
        return _form(request, login=login, message=_REFUSED[wrong])
    request.app.state.needs_login = needs_login(request.app.state.settings, accounts)
    response = RedirectResponse("/", status_code=303)
    if request.app.state.needs_login:
        address = request.client.host if request.client else ""
        session = log_in(accounts, login=login, password=password, address=address, now=now)
        set_cookie(response, request, session.token)
    return response


def _refuse(request: Request, store: Store) -> None:
    if not may_set_up(request, store):
        msg = "the first user is created on this machine, once"
        raise NotLocalError(msg)


def _form(request: Request, *, login: str = "", message: str | None = None) -> Response:
    status = 422 if message else 200
    return render(
        request,
        "setup.html",
        status=status,
        title="Siapkan admin pertama",
        login=login,
        message=message,
    )
