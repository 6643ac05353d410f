"""Put the desk's pages and files into the application."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from service.desk import (
    agency_page,
    case_page,
    deciding,
    entry_page,
    home,
    login,
    search,
    setup,
    tray_page,
)

STATIC_FOLDER = Path(__file__).parent / "static"
STATIC_PATH = "/static/desk"
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
)


def install_desk(app: FastAPI) -> None:
    """Serve every page; call it before ``/static`` is mounted, whose inside the files are."""
    for module in PAGES:
        app.include_router(module.router)
    app.mount(STATIC_PATH, StaticFiles(directory=STATIC_FOLDER), name="desk-static")
