"""What lists of codes share: the rules they come from, pages, and answers that may be kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Query, Request
from starlette.responses import Response

from rules.ruleset import RuleSet
from service.api.answers import TEXT, json_response
from service.auth.web import requires
from service.cursors import read_cursor, write_cursor
from service.deps import Now, get_scorer

MAX_LIMIT = 1000
# Rules change while the service runs: a client asks again after a minute, by ETag.
_KEEP = {"cache-control": "private, max-age=60", "vary": "Authorization, Cookie"}

# Who scores needs the names behind the codes as much as who reads.
READERS = requires("read", "score")


async def get_ruleset(scorer: Annotated[Any, Depends(get_scorer)]) -> RuleSet:
    """Return the rules in use, all of them."""
    ruleset: RuleSet = scorer.ruleset
    return ruleset


async def get_day(
    now: Now,
    on: Annotated[
        date | None,
        Query(
            description="Day on which it counts; today, Jakarta's, without it.",
            examples=["2026-11-24"],
        ),
    ] = None,
) -> date:
    """Return the day that a list is about."""
    return on or now.date()


RulesDep = Annotated[RuleSet, Depends(get_ruleset)]
DayDep = Annotated[date, Depends(get_day)]
SearchQuery = Annotated[
    str | None,
    Query(
        max_length=200,
        description="Words of code or name, all of them, in any case.",
        examples=["kabupaten bandung"],
    ),
]
LimitQuery = Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Items on a page.")]
CursorQuery = Annotated[
    str | None, Query(max_length=200, description="The next_cursor of the page before.")
]

KEPT: dict[int | str, dict[str, Any]] = {
    200: {"headers": {"ETag": {"description": "Send it as If-None-Match.", "schema": TEXT}}},
    304: {"description": "Unchanged since the answer with the ETag of If-None-Match"},
}


def holds(search: str | None, *names: str | None) -> bool:
    """Say whether every word of a search stands in one of the names.

    Examples
    --------
    >>> holds("bandung kab", "32.04", "Kabupaten Bandung"), holds("kota", "Kabupaten Bandung")
    (True, False)
    """
    if not search:
        return True
    whole = "\n".join(name for name in names if name).casefold()
    return all(word in whole for word in search.casefold().split())


def page_response(
    request: Request, items: Iterable[Mapping[str, Any]], *, limit: int, cursor: str | None
) -> Response:
    """Return one page of a list in the order of its codes.

    The cursor names the last code that was given, so it stays right when the list changes.
    """
    ordered = sorted(items, key=lambda item: str(item["code"]))
    if cursor is not None:
        last = read_cursor(cursor)
        ordered = [item for item in ordered if str(item["code"]) > last]
    shown: Sequence[Mapping[str, Any]] = ordered[:limit]
    following = write_cursor(str(shown[-1]["code"])) if len(ordered) > limit else None
    return kept_response(request, {"items": shown, "next_cursor": following})


def kept_response(request: Request, content: Any) -> Response:
    """Return an answer with its ETag, or 304 where the client has it already."""
    response = json_response(content)
    etag = f'"{hashlib.sha256(bytes(response.body)).hexdigest()[:24]}"'
    known = request.headers.get("if-none-match", "")
    tags = {tag.strip().removeprefix("W/") for tag in known.split(",")}
    if etag in tags or "*" in tags:
        return Response(status_code=304, headers={"etag": etag, **_KEEP})
    response.headers.update({"etag": etag, **_KEEP})
    return response


def found_or_404(item: Any, what: str) -> Any:
    """Return the item; None is a 404 that says what there is none of."""
    if item is None:
        raise HTTPException(404, f"There is no {what} of that code.")
    return item
