"""Templates to pages: everything is escaped, an unknown name is an error."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from service.desk import words
from service.desk.navigation import links_for
from service.desk.plain import visible

# With "no-referrer" a browser hides where a form comes from, and a foreign one looks the same.
_HEADERS = {"referrer-policy": "same-origin"}


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("service.desk"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for name in ("day", "moment", "percent", "number", "band"):
        environment.filters[name] = getattr(words, name)
    environment.filters["visible"] = visible
    environment.globals.update(words=words, desk=None, message=None, undo=None)
    return environment


_ENVIRONMENT = _environment()


def render(request: Request, template: str, *, status: int = 200, **context: Any) -> Response:
    """Return a page or a part of one.

    Parameters
    ----------
    template : str
        File in ``templates/``.
    status : int, default=200
        HTTP status.
    **context
        What the template names; ``desk`` where somebody is logged in.
    """
    desk = context.get("desk")
    context["links"] = links_for(desk.actor, request.url.path) if desk else ()
    return HTMLResponse(_ENVIRONMENT.get_template(template).render(context), status, _HEADERS)
