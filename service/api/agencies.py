"""Bodies that can be asked to answer: names, level, since when, and whether they are connected."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response
from typing_extensions import TypedDict

from rules.agencies import Agency, Level
from service.api.answers import MISSING, known_query
from service.api.reference import (
    KEPT,
    READERS,
    CursorQuery,
    DayDep,
    LimitQuery,
    RulesDep,
    SearchQuery,
    found_or_404,
    holds,
    kept_response,
    page_response,
)

PATH = "/v1/agencies"
router = APIRouter(tags=["reference"], dependencies=[READERS, Depends(known_query)])


class AgencyEntry(TypedDict):
    """A government body.

    ``valid_until`` is its first day no longer in force, ``successor`` took over. ``connected``
    says whether it answers in SP4N-LAPOR!, null where nobody has checked; ``external_id`` is its
    number in LAPOR!'s list of institutions.
    """

    code: str
    name: str
    abbreviation: str
    kind: str
    level: str
    aliases: list[str]
    valid_from: str | None
    valid_until: str | None
    successor: str | None
    connected: bool | None
    external_id: str | None


class AgencyPage(TypedDict):
    """Part of the list, in the order of the codes."""

    items: list[AgencyEntry]
    next_cursor: str | None


@router.get(PATH, response_model=AgencyPage, responses=KEPT)
def list_agencies(
    request: Request,
    rules: RulesDep,
    day: DayDep,
    q: SearchQuery = None,
    level: Annotated[Level | None, Query(description="Level of government.")] = None,
    connected: Annotated[
        bool | None, Query(description="Whether it answers in SP4N-LAPOR!.")
    ] = None,
    external_id: Annotated[
        str | None,
        Query(max_length=40, description="Its number in LAPOR!'s list of institutions."),
    ] = None,
    limit: LimitQuery = 100,
    cursor: CursorQuery = None,
) -> Response:
    """Return the bodies in force on a day; ``q`` looks into code, name, abbreviation, aliases."""
    found = (
        _entry(agency)
        for agency in rules.agencies.in_force(day)
        if (level is None or agency.level == level)
        and (connected is None or agency.connected is connected)
        and (external_id is None or agency.external_id == external_id)
        and holds(q, agency.code, agency.name, agency.abbreviation, *agency.aliases)
    )
    return page_response(request, found, limit=limit, cursor=cursor)


@router.get(PATH + "/{code}", response_model=AgencyEntry, responses=KEPT | MISSING)
def get_agency(
    request: Request,
    rules: RulesDep,
    code: Annotated[str, Path(description="Its code.", examples=["PEMDA-32.04"])],
) -> Response:
    """Return one body, also one that is no longer in force."""
    agency = found_or_404(rules.agencies.get(code), "agency")
    return kept_response(request, _entry(agency))


def _entry(agency: Agency) -> AgencyEntry:
    return {
        "code": agency.code,
        "name": agency.name,
        "abbreviation": agency.abbreviation,
        "kind": agency.kind,
        "level": agency.level,
        "aliases": list(agency.aliases),
        "valid_from": agency.valid_from.isoformat() if agency.valid_from else None,
        "valid_until": agency.valid_until.isoformat() if agency.valid_until else None,
        "successor": agency.successor,
        "connected": agency.connected,
        "external_id": agency.external_id,
    }
