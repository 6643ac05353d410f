"""The dashboard of each tier: nation, coordinating ministry, province, agency, unit."""

from __future__ import annotations

from typing import Annotated, Final
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import NoMatchFound

from service.complaint import InputError
from service.desk.dashboard import period_between, read_dashboard
from service.desk.person import Desk, opens
from service.desk.routes import make_router
from service.reports import Period

PATH: Final = "/dasbor"
_MOST_ROWS: Final = 15
_FORMS: Final = (("xlsx", "Excel"), ("csv", "CSV"), ("html", "untuk dicetak"))

router = make_router()


@router.get(PATH)
def get_dashboard(
    desk: Annotated[Desk, opens("report", "read")],
    periode: str = "",
    dari: str = "",
    sampai: str = "",
    instansi: str = "",
    semua: str = "",
) -> Response:
    """Return the figures of the viewer's tier for a period, of one body or of all."""
    agency = instansi[:40] or None
    message = None
    try:
        board = read_dashboard(desk, period=period_between(dari, sampai) or periode, agency=agency)
    except InputError:
        message = "Periode itu tidak dapat dibaca; yang tampil adalah 90 hari terakhir."
        board = read_dashboard(desk, period="", agency=agency)
    late_first = sorted(
        board.report.by_agency, key=lambda row: (-row.figures.overdue, -row.figures.incoming)
    )
    return desk.render(
        "dashboard.html",
        status=200 if message is None else 422,
        title="Dasbor",
        board=board,
        days=board.chosen.split("..") if ".." in board.chosen else ["", ""],
        total=board.report.total,
        agency=agency,
        rows=late_first if semua else late_first[:_MOST_ROWS],
        hidden=0 if semua else max(0, len(late_first) - _MOST_ROWS),
        message=message,
        query=urlencode({"periode": board.chosen}),
        downloads=_downloads(desk, board.chosen, board.report.period, agency),
    )


def _downloads(
    desk: Desk, chosen: str, period: Period, agency: str | None
) -> list[tuple[str, str]]:
    """Return where the same figures can be fetched; reports know no "last 90 days"."""
    try:
        path = desk.request.app.url_path_for("get_summary")
    except NoMatchFound:
        return []
    if "report" not in desk.actor.scopes:
        return []
    days = f"{period.start}..{period.last}" if chosen.isdecimal() and len(chosen) < 4 else chosen
    fields = {"period": days, **({"agency": agency} if agency else {})}
    return [(f"{path}?{urlencode({**fields, 'format': form})}", label) for form, label in _FORMS]
