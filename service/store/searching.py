"""Conditions of a list that look into a text or an answer, and not at a column of its own."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Dialect, and_, cast, exists, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from service.actors import Actor
from service.store.schema import complaint, proposal, standing
from service.store.visibility import readable_by

# Only this reason leaves a disposition automatic.
_OF_AUTOMATIC = "audit_sample"


def with_words(words: str, viewer: Actor) -> ColumnElement[bool]:
    """Return the condition that title or body holds every one of the words, in any case.

    The viewer must be able to read the text without giving a reason: otherwise a list would tell,
    word by word, what a protected text says.
    """
    found = [
        or_(
            complaint.c.isi.icontains(word, autoescape=True),
            complaint.c.judul.icontains(word, autoescape=True),
        )
        for word in words.split()
    ]
    return and_(readable_by(viewer), *found)


def with_region(code: str) -> ColumnElement[bool]:
    """Return the condition that the place is this one, or lies in it."""
    inside = standing.c.region.startswith(f"{code}.", autoescape=True)
    return or_(standing.c.region == code, inside)


def with_reason(code: str, dialect: Dialect) -> ColumnElement[bool]:
    """Return the condition that the machine asked for a person, or for a check, because of this."""
    decision = "auto" if code == _OF_AUTOMATIC else "review"
    held = _holds(code) if dialect.name == "postgresql" else _holds_in_sqlite(code)
    # A value of each row, not EXISTS: so the newest rows are read first and a full page ends it.
    asked = (
        select(held).where(proposal.c.complaint_id == standing.c.complaint_id).limit(1)
    ).scalar_subquery()
    return and_(standing.c.decision == decision, asked)


def _holds(code: str) -> ColumnElement[bool]:
    return cast(proposal.c.answer["review_reasons"], JSONB).contains([{"code": code}])


def _holds_in_sqlite(code: str) -> ColumnElement[bool]:
    reasons: Any = func.json_each(proposal.c.answer, "$.review_reasons").table_valued("value")
    named = func.json_extract(reasons.c.value, "$.code") == code
    return exists(select(1).select_from(reasons).where(named).correlate(proposal))
