"""The API's own documentation: the OpenAPI document and Swagger UI, both without the internet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from service.problems import PROBLEM_JSON

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
            app.openapi_schema = _name_problems(
                get_openapi(
                    title=app.title,
                    version=app.version,
                    summary=app.summary,
                    routes=app.routes,
                )
            )
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend it


def _name_problems(schema: dict[str, Any]) -> dict[str, Any]:
    """Give every error its media type and shape: FastAPI writes its own ones."""
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
    for path in schema["paths"].values():
        for operation in path.values():
            for status, response in operation["responses"].items():
                if status >= "400":
                    response["content"] = {PROBLEM_JSON: problem}
    for unused in ("HTTPValidationError", "ValidationError"):
        schema["components"]["schemas"].pop(unused, None)
    return schema
