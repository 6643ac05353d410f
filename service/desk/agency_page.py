"""The view of an agency: what is its own, by deadline, overdue and reminded ones in front."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from starlette.responses import Response

from service.desk.due import due_of, reminder_reach
from service.desk.person import Desk, opens
from service.desk.routes import make_router
from service.store.agency_list import PAGE, SECTIONS, count_agency_list, read_agency_list
from service.store.reading import may_quote

PATH = "/instansi"
LABELS = {
    "tindakan": "Perlu tindakan",
    "kelengkapan": "Menunggu kelengkapan",
    "dijawab": "Sudah dijawab",
    "selesai": "Selesai",
}
_EXCERPT = 160
_LAST_PAGE = 1000

router = make_router()


@router.get(PATH)
def get_agency_list(
    desk: Annotated[Desk, opens("read")],
    bagian: str = "tindakan",
    instansi: str = "",
    agency: str = "",
    halaman: str = "1",
    kabar: str = "",
) -> Response:
    """Return one section of what the viewer's agency handles."""
    section = bagian if bagian in SECTIONS else "tindakan"
    page = min(int(halaman), _LAST_PAGE) if halaman.isdecimal() and len(halaman) < 6 else 1
    page = max(1, page)
    # The second is what the search's radio buttons are called.
    chosen = (agency or instansi)[:40] or None
    today = desk.now.date()
    reach = reminder_reach(desk.scorer.ruleset, today)
    with desk.store.reading() as connection:
        found = read_agency_list(
            connection,
            desk.actor,
            section,
            today=today,
            reach=reach,
            agency=chosen,
            offset=(page - 1) * PAGE,
        )
        counts = count_agency_list(connection, desk.actor, today=today, agency=chosen)
    return desk.render(
        "agency.html",
        title="Aduan Instansi",
        rows=[_row_of(desk, row, reach) for row in found[:PAGE]],
        more=len(found) > PAGE,
        page=page,
        counts=counts,
        section=section,
        labels=LABELS,
        agency=chosen,
        returned=kabar == "dikembalikan",
    )


def _row_of(desk: Desk, row: Mapping[Any, Any], reach: Mapping[str, str]) -> dict[str, Any]:
    quotes = may_quote(row, desk.actor)
    text = " ".join((row["isi"] if quotes else "").split())
    return {
        "id": row["complaint_id"],
        "tracking_id": row["tracking_id"],
        "source": row["source"],
        "status": row["status"],
        "judul": row["judul"] if quotes else "",
        "excerpt": text if len(text) <= _EXCERPT else f"{text[:_EXCERPT]}…",
        "category": row["category"],
        "topic": row["topic"],
        "region": row["region"],
        "agency": row["agency"],
        "unit": row["unit"],
        "due": due_of(row["due_on"], today=desk.now.date(), reach=reach.get(row["category"])),
        "flags": [code for code in row["flags"].split("|") if code],
    }
