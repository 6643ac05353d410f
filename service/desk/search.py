"""Search for a body, a topic or a place as somebody types; the answers are radio buttons."""

from __future__ import annotations

from typing import Annotated

from starlette.responses import Response

from service.desk.person import Desk, opens
from service.desk.routes import make_router
from service.store.errors import NotFoundError

router = make_router()
_FIELDS = {"instansi": "agency", "topik": "topic", "wilayah": "region"}
_MAX_CHARS = 80


@router.get("/cari/{what}")
def get_found(what: str, desk: Annotated[Desk, opens("read")], cari: str = "") -> Response:
    """Return what is found, at most eight."""
    if what not in _FIELDS:
        raise NotFoundError
    words = cari.strip()[:_MAX_CHARS]
    if what == "instansi":
        found = desk.names.find_agencies(words, on=desk.now.date())
    elif what == "topik":
        found = desk.names.find_topics(words)
    else:
        found = desk.names.find_regions(words)
    return desk.render(
        "found.html", title="Cari", found=found, field=_FIELDS[what], asked=bool(words)
    )
