"""The query of a list: which dispositions, how many, and from where on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Query

from rules.vocabulary import FLAGS, REASONS
from service.complaint import InputError, check_text
from service.life.table import STATUSES
from service.store.listing import MAX_LIMIT, Filters

MAX_WORDS = 10  # each is looked for in every text that the other filters leave
_MAX_CHARS = 200
_DAY = "YYYY-MM-DD"


def _code(description: str, *examples: str, codes: Sequence[str] = ()) -> Any:
    schema = {"enum": list(codes)} if codes else None
    return Query(
        max_length=_MAX_CHARS,
        description=description,
        examples=list(examples),
        json_schema_extra=schema,
    )


def read_filters(
    *,
    status: Annotated[str | None, _code("Status.", "in_review", codes=STATUSES)] = None,
    tray: Annotated[
        Literal["national", "agency"] | None, Query(description="On whose desk it lies.")
    ] = None,
    agency: Annotated[str | None, _code("Body that must answer.", "PEMDA-32.04")] = None,
    unit: Annotated[str | None, _code("Office inside it.", "Dinas Perhubungan")] = None,
    category: Annotated[str | None, _code("Follow-up class.", "field_inspection")] = None,
    topic: Annotated[str | None, _code("Subject.", "jalan_jembatan")] = None,
    region: Annotated[
        str | None, _code("Kemendagri code; a province takes in its regencies.", "32", "32.04")
    ] = None,
    decision: Annotated[
        Literal["auto", "review"] | None, Query(description="What the machine said.")
    ] = None,
    source: Annotated[str | None, _code("System that sent it.", "lapor")] = None,
    due_before: Annotated[date | None, Query(description=f"Due before this day, {_DAY}.")] = None,
    due_after: Annotated[date | None, Query(description=f"Due after this day, {_DAY}.")] = None,
    flag: Annotated[str | None, _code("A flag that it bears.", "emergency", codes=FLAGS)] = None,
    reason: Annotated[
        str | None,
        _code("Why a person must look first.", "category_uncertain", codes=REASONS),
    ] = None,
    words: Annotated[
        str | None,
        _code(
            f"Up to {MAX_WORDS} words of the masked text, all of them, in any case.", "lampu jalan"
        ),
    ] = None,
    group: Annotated[
        UUID | None, Query(description="Complaints that repeat each other: their group_id.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Rows on a page.")] = 50,
    cursor: Annotated[str | None, _code("The next_cursor of the page before.")] = None,
) -> Filters:
    """Return the filters of a request; unknown codes are refused, not ignored."""
    filters = Filters(
        status=_known("status", status, STATUSES),
        tray=tray,
        agency=_text("agency", agency),
        unit=_text("unit", unit),
        category=_text("category", category),
        topic=_text("topic", topic),
        region=_text("region", region),
        decision=decision,
        source=_text("source", source),
        due_before=due_before,
        due_after=due_after,
        flag=_known("flag", flag, FLAGS),
        reason=_known("reason", reason, REASONS),
        words=_text("words", words),
        group=group,
        limit=limit,
        cursor=cursor,
    )
    if words is not None and not 1 <= len(words.split()) <= MAX_WORDS:
        raise InputError(field="words", problem=f"expected 1 to {MAX_WORDS} words")
    return filters


def _known(field: str, code: str | None, codes: Sequence[str]) -> str | None:
    if code is not None and code not in codes:
        raise InputError(field=field, problem=f"expected one of {', '.join(codes)}")
    return code


def _text(field: str, value: str | None) -> str | None:
    """Return the text, once it is sure that a database can hold it."""
    if value is None:
        return None
    return check_text(field, value, max_chars=_MAX_CHARS, required=False)


FiltersDep = Annotated[Filters, Depends(read_filters)]
