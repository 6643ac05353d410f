"""Subjects that a complaint can have."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response
from typing_extensions import TypedDict

from service.api.answers import known_query
from service.api.reference import (
    KEPT,
    READERS,
    CursorQuery,
    LimitQuery,
    RulesDep,
    SearchQuery,
    holds,
    page_response,
)

router = APIRouter(tags=["reference"], dependencies=[READERS, Depends(known_query)])


class TopicEntry(TypedDict):
    """A subject; ``lapor_categories`` are LAPOR!'s own ones that mean it."""

    code: str
    name: str
    lapor_categories: list[str]


class TopicPage(TypedDict):
    """Part of the list, in the order of the codes."""

    items: list[TopicEntry]
    next_cursor: str | None


@router.get("/v1/topics", response_model=TopicPage, responses=KEPT)
def list_topics(
    request: Request,
    rules: RulesDep,
    q: SearchQuery = None,
    limit: LimitQuery = 100,
    cursor: CursorQuery = None,
) -> Response:
    """Return the subjects."""
    categories: dict[str, list[str]] = {}
    for category, topic in rules.lapor_topics.items():
        categories.setdefault(topic, []).append(category)
    found = (
        TopicEntry(code=code, name=name, lapor_categories=sorted(categories.get(code, [])))
        for code, name in rules.topics.items()
        if holds(q, code, name, *categories.get(code, []))
    )
    return page_response(request, found, limit=limit, cursor=cursor)
