"""Put the desk's pages and files into the application."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from service.charts import chart_css
from service.desk import (
    agency_page,
    case_page,
    dashboard_page,
    deciding,
    entry_page,
    home,
    login,
    model_page,
    notices_page,
    rules_page,
    search,
    setup,
    tray_page,
)

STATIC_FOLDER = Path(__file__).parent / "static"
STATIC_PATH = "/static/desk"
CHARTS_PATH = "/static/charts.css"
PAGES = (
    home,
    login,
    setup,
    tray_page,
    case_page,
    deciding,
    search,
    agency_page,
    entry_page,
    dashboard_page,
    notices_page,
    rules_page,
    model_page,
)


async def get_chart_css(request: Request) -> Response:
    """Return the style sheet that all charts share."""
    return Response(chart_css(), media_type="text/css")


def install_desk(app: FastAPI) -> None:
    """Serve every page; call it before ``/static`` is mounted, whose inside the files are."""
    for module in PAGES:
        app.include_router(module.router)
    app.router.add_route(CHARTS_PATH, get_chart_css)
    app.mount(STATIC_PATH, StaticFiles(directory=STATIC_FOLDER), name="desk-static")
