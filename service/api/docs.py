"""The API's own documentation: the OpenAPI document and Swagger UI, both without the internet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from service.api.contract import build_document

STATIC_FOLDER = Path(__file__).parent.parent / "static"

# Addresses without a leading slash: they also hold behind a proxy's prefix.
_PAGE = """<!DOCTYPE html>
<html lang="id">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Disposisi: dokumentasi API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="static/swagger-ui/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<noscript>Halaman ini memerlukan JavaScript; dokumen OpenAPI ada di
<a href="openapi.json">openapi.json</a>.</noscript>
<script src="static/swagger-ui/swagger-ui-bundle.js"></script>
<script src="static/docs.js"></script>
</body>
</html>
"""

router = APIRouter(include_in_schema=False)


@router.get("/docs")
async def get_docs() -> Response:
    """Return the page that shows the OpenAPI document."""
    return HTMLResponse(_PAGE)


def install_docs(app: FastAPI) -> None:
    """Serve the page, its files, and a document whose errors are problem details."""
    app.include_router(router)
    app.mount("/static", StaticFiles(directory=STATIC_FOLDER), name="static")

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = build_document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend it
