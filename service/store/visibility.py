"""Which complaints somebody may see: the one place of the row filters."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, true

from service.actors import Actor
from service.store.schema import standing

_ALL = frozenset({"admin_nasional", "auditor"})


def visible_to(viewer: Actor) -> ColumnElement[bool]:
    """Return the condition on ``standing``; what it hides answers like what does not exist."""
    if viewer.kind == "system" or viewer.role in _ALL:
        return true()
    if viewer.kind == "key":
        return true() if viewer.agency is None else _of_agency(viewer.agency)
    if viewer.agency is None:
        return false()
    if viewer.role == "admin_instansi":
        return _of_agency(viewer.agency)
    if viewer.role == "pejabat_penghubung" and viewer.unit is not None:
        return and_(_of_agency(viewer.agency), standing.c.unit == viewer.unit)
    return false()


def handles(viewer: Actor, agency: str | None, unit: str | None) -> bool:
    """Say whether somebody handles a complaint, so that its text is open without a reason."""
    if viewer.role == "admin_nasional":
        return True
    if viewer.agency is None or viewer.agency != agency:
        return False
    if unit is None:  # not given to a unit yet: the agency itself handles it
        return viewer.role == "admin_instansi"
    return viewer.role == "pejabat_penghubung" and viewer.unit == unit


def _of_agency(agency: str) -> ColumnElement[bool]:
    # What still lies on the national desk is not yet any agency's.
    return and_(standing.c.agency == agency, standing.c.tray == "agency")
