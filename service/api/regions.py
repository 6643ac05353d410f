"""Places: provinces, regencies and cities, districts, by their Kemendagri codes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response
from typing_extensions import TypedDict

from rules.regions import Kind, Region
from service.api.answers import MISSING, known_query
from service.api.reference import (
    KEPT,
    READERS,
    CursorQuery,
    LimitQuery,
    RulesDep,
    SearchQuery,
    found_or_404,
    holds,
    kept_response,
    page_response,
)

PATH = "/v1/regions"
router = APIRouter(tags=["reference"], dependencies=[READERS, Depends(known_query)])


class RegionEntry(TypedDict):
    """A place; ``parent`` is the province of a regency, the regency of a district."""

    code: str
    name: str
    kind: str
    parent: str | None
    zone: str


class RegionPage(TypedDict):
    """Part of the list, in the order of the codes."""

    items: list[RegionEntry]
    next_cursor: str | None


@router.get(PATH, response_model=RegionPage, responses=KEPT)
def list_regions(
    request: Request,
    rules: RulesDep,
    q: SearchQuery = None,
    parent: Annotated[
        str | None,
        Query(
            max_length=13,
            description="Code of what the places lie directly in.",
            examples=["32"],
        ),
    ] = None,
    kind: Annotated[
        list[Kind] | None, Query(max_length=5, description="Kinds of places; may be repeated.")
    ] = None,
    limit: LimitQuery = 100,
    cursor: CursorQuery = None,
) -> Response:
    """Return the places that match; without any filter, everything from provinces to districts."""
    found = (
        _entry(region)
        for region in rules.regions
        if (parent is None or region.parent == parent)
        and (not kind or region.kind in kind)
        and holds(q, region.code, region.name)
    )
    return page_response(request, found, limit=limit, cursor=cursor)


@router.get(PATH + "/{code}", response_model=RegionEntry, responses=KEPT | MISSING)
def get_region(
    request: Request,
    rules: RulesDep,
    code: Annotated[str, Path(description="Its code.", examples=["32.04"])],
) -> Response:
    """Return one place."""
    region = found_or_404(rules.regions.get(code), "region")
    return kept_response(request, _entry(region))


def _entry(region: Region) -> RegionEntry:
    return {
        "code": region.code,
        "name": region.name,
        "kind": region.kind,
        "parent": region.parent,
        "zone": region.zone,
    }
