"""Which stored complaints somebody may see: the row filters on the table of present states."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, not_, or_

from service.actors import Actor
from service.auth.roles import ADMIN_NASIONAL, AUDITOR
from service.auth.visibility import RecordColumns, RecordFacts, handled, needs_reason, visible
from service.store.schema import standing

_COLUMNS = RecordColumns(agency=standing.c.agency, unit=standing.c.unit, region=standing.c.region)
_SEES_THE_NATIONAL_TRAY = frozenset({ADMIN_NASIONAL, AUDITOR})


def visible_to(viewer: Actor) -> ColumnElement[bool]:
    """Return the condition on ``standing``; what it hides answers like what does not exist."""
    seen = visible(viewer, _COLUMNS)
    if viewer.kind != "person" or viewer.role in _SEES_THE_NATIONAL_TRAY:
        return seen
    # What still lies on the national desk is not yet any agency's.
    return and_(seen, standing.c.tray == "agency")


def handles(viewer: Actor, agency: str | None, unit: str | None) -> bool:
    """Say whether somebody handles a complaint, so that its protected text needs no reason."""
    return not needs_reason(viewer, RecordFacts(agency=agency, unit=unit, secret=True))


def readable_by(viewer: Actor) -> ColumnElement[bool]:
    """Return the condition that somebody may read the text without giving a reason."""
    return or_(not_(standing.c.protected), handled(viewer, _COLUMNS))
