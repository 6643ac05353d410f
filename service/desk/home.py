"""The first page of each role."""

from __future__ import annotations

from starlette.responses import Response

from service.desk.navigation import links_for
from service.desk.person import DeskDep
from service.desk.routes import make_router

router = make_router()


@router.get("/")
def get_home(desk: DeskDep) -> Response:
    """Go to the first page that the person may open."""
    links = links_for(desk.actor, "/")
    if links:
        return desk.go(links[0].path)
    return desk.render("home.html", title="Disposisi")
