"""What the monitor tells: reminders, what is late, who is told next, shares that are unusual."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from starlette.responses import Response

from service.desk.person import Desk, opens
from service.desk.routes import make_router
from service.monitoring.notices import NoticeFilters, NoticeOut, read_notices
from service.monitoring.readable import ALARMS, CLOCKS, KINDS

PATH = "/peringatan"
SECTIONS = {"": "semua", **KINDS}

router = make_router()


@router.get(PATH)
def get_notices(
    desk: Annotated[Desk, opens("report", "read")], jenis: str = "", kursor: str = ""
) -> Response:
    """Return the notices that still count, newest first, of what the viewer may see."""
    kind = jenis if jenis in SECTIONS else ""
    filters = NoticeFilters(kind=kind or None, cursor=kursor[:200] or None)
    with desk.store.reading() as connection:
        found = read_notices(connection, filters, desk.actor)
    return desk.render(
        "notices.html",
        title="Peringatan",
        rows=[_row(one) for one in found["items"]],
        more=found["next_cursor"],
        kind=kind,
        sections=SECTIONS,
        may_open="read" in desk.actor.scopes,
    )


def _row(notice: NoticeOut) -> dict[str, Any]:
    is_alarm = notice["kind"] == "alarm"
    return {
        **notice,
        "label": KINDS[notice["kind"]],
        "about": (ALARMS if is_alarm else CLOCKS)[notice["clock"]],
        "due_on": date.fromisoformat(notice["due_on"]),
        "noticed_on": date.fromisoformat(notice["noticed_on"]),
    }
