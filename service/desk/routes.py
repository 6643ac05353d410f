"""Routes whose errors are pages that an official can read, not problem details."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from service.auth.errors import AuthError, NotKnownError
from service.complaint import InputError
from service.desk.pages import render
from service.errors import ServiceError
from service.guards import trace_without_text
from service.life.errors import ActionForbiddenError, LifeError
from service.store.errors import NotFoundError, OpeningReasonError, StoreUnavailableError

LOGIN_PATH = "/masuk"
HTMX_HEADER = "hx-request"

_UNEXPECTED = "Terjadi kesalahan; sudah dicatat tanpa isi aduan."
_log = logging.getLogger(__name__)

_Handler = Callable[[Request], Coroutine[Any, Any, Response]]
_PAGES: tuple[tuple[type[Exception], int, str], ...] = (
    (NotFoundError, 404, "Aduan ini tidak ada, atau bukan wewenang Anda untuk melihatnya."),
    (ActionForbiddenError, 403, "Tindakan ini wewenang peran lain."),
    (LifeError, 409, "Tindakan ini tidak mungkin pada status aduan sekarang."),
    (AuthError, 403, "Halaman ini tidak terbuka untuk peran Anda, atau formulirnya kedaluwarsa."),
    (OpeningReasonError, 403, "Teks aduan ini dilindungi: tulis alasan untuk membukanya."),
    (StoreUnavailableError, 503, "Basis data tidak menjawab; tidak ada yang disimpan."),
    (InputError, 422, "Ada isian yang tidak dapat dipakai."),
    (RequestValidationError, 422, "Ada isian yang tidak dapat dipakai."),
)


class DeskRoute(APIRoute):
    """Sends a stranger to the login and shows every other error as a page in Indonesian."""

    def get_route_handler(self) -> _Handler:
        """Return the handler with its errors caught."""
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await handler(request)
            except NotKnownError:
                return ask_to_log_in(request)
            except (ServiceError, InputError, RequestValidationError) as error:
                return show_error(request, *_page_of(error))
            except HTTPException as error:
                return show_error(request, error.status_code, "Layanan sedang disiapkan.")
            except Exception as error:  # noqa: BLE001  # the edge for officials: no JSON for them
                _log.error("unexpected error: %s", trace_without_text(error))
                return show_error(request, 500, _UNEXPECTED)

        return handle


def make_router() -> APIRouter:
    """Return the router of a page: outside the API's document, errors as pages."""
    return APIRouter(route_class=DeskRoute, include_in_schema=False)


def ask_to_log_in(request: Request) -> Response:
    """Send the browser to the login; a page that was read comes back afterwards."""
    target = LOGIN_PATH
    if request.method == "GET" and request.url.path != "/" and HTMX_HEADER not in request.headers:
        query = f"?{request.url.query}" if request.url.query else ""
        target += f"?tujuan={quote(request.url.path + query, safe='')}"
    if HTMX_HEADER in request.headers:
        return Response(status_code=401, headers={"HX-Redirect": target})
    return RedirectResponse(target, status_code=303)


def show_error(request: Request, status: int, message: str) -> Response:
    """Return the error as a page, or as a notice inside one."""
    name = "notice.html" if HTMX_HEADER in request.headers else "error.html"
    return render(request, name, status=status, title="Tidak dapat dibuka", message=message)


def _page_of(error: Exception) -> tuple[int, str]:
    for kind, status, message in _PAGES:
        if isinstance(error, kind):
            return status, message
    _log.warning("unexpected domain error: %s", type(error).__name__)
    return 500, _UNEXPECTED
