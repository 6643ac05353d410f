"""Which records an actor sees: the one place of the row filters, in Python and in SQL.

A record that an actor does not see answers 404, never 403: that it exists is told to nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, true

from service.actors import Actor
from service.auth.coordination import COORDINATED
from service.auth.roles import (
    ADMIN_INSTANSI,
    ADMIN_NASIONAL,
    AUDITOR,
    ML_ENGINEER,
    PEJABAT_PENGHUBUNG,
    PEMBINA,
)

_SEE_ALL = frozenset({ADMIN_NASIONAL, AUDITOR, ML_ENGINEER})
_REGIONAL = "PEMDA-"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFacts:
    """What decides who sees a record: its state now, after every transfer.

    Attributes
    ----------
    agency, unit : str or None
        Body and office that must answer.
    region : str or None
        Kemendagri code of the place.
    secret, whistleblower : bool
        The reporter's mark ``rahasia``, and the flag of the rules.
    """

    agency: str | None
    unit: str | None = None
    region: str | None = None
    secret: bool = False
    whistleblower: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordColumns:
    """The columns of a table or query that hold the same."""

    agency: ColumnElement[Any]
    unit: ColumnElement[Any]
    region: ColumnElement[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reach:
    """What an actor sees, as data, so that Python and SQL read the same."""

    everything: bool = False
    agencies: frozenset[str] = frozenset()
    below: str | None = None  # agencies whose code begins with it
    unit: str | None = None
    region: str | None = None  # places: this code and those inside it


_NOTHING = _Reach()


def _reach(actor: Actor) -> _Reach:
    if actor.kind == "system":
        return _Reach(everything=True)
    if actor.kind == "key":
        if actor.agency is None:
            return _Reach(everything=True)
        region = actor.agency.removeprefix(_REGIONAL)
        return _below(actor.agency, region=region)
    if actor.role in _SEE_ALL:
        return _Reach(everything=True)
    if actor.role == PEMBINA and actor.agency is None:
        return _Reach(everything=True)
    if actor.agency is None:
        return _NOTHING
    if actor.role in {ADMIN_INSTANSI, PEMBINA}:
        return _below(actor.agency, coordinates=actor.role == PEMBINA)
    if actor.role == PEJABAT_PENGHUBUNG and actor.unit is not None:
        return _Reach(agencies=frozenset({actor.agency}), unit=actor.unit)
    return _NOTHING


def _below(agency: str, *, region: str | None = None, coordinates: bool = False) -> _Reach:
    agencies = frozenset({agency})
    if coordinates:
        agencies |= COORDINATED.get(agency, frozenset())
    is_province = agency.startswith(_REGIONAL) and "." not in agency
    return _Reach(agencies=agencies, below=f"{agency}." if is_province else None, region=region)


def may_see(actor: Actor, facts: RecordFacts) -> bool:
    """Return whether the record exists for the actor.

    Examples
    --------
    >>> admin = Actor(kind="person", id="1", role="admin_instansi", agency="PEMDA-32")
    >>> may_see(admin, RecordFacts(agency="PEMDA-32.04"))
    True
    >>> may_see(admin, RecordFacts(agency="PEMDA-33"))
    False
    """
    reach = _reach(actor)
    if reach.everything:
        return True
    if reach.region is not None and facts.region is not None:
        home = reach.region
        if facts.region == home or facts.region.startswith(f"{home}."):
            return True
    if facts.agency is None or (reach.unit is not None and facts.unit != reach.unit):
        return False
    is_below = reach.below is not None and facts.agency.startswith(reach.below)
    return facts.agency in reach.agencies or is_below


def visible(actor: Actor, columns: RecordColumns) -> ColumnElement[bool]:
    """Return the same as a condition: put it into every query that lists, counts or reads."""
    reach = _reach(actor)
    if reach.everything:
        return true()
    if not reach.agencies:
        return false()
    own: ColumnElement[bool] = columns.agency.in_(sorted(reach.agencies))
    if reach.below is not None:
        own = or_(own, columns.agency.startswith(reach.below, autoescape=True))
    if reach.unit is not None:
        own = and_(own, columns.unit == reach.unit)
    if reach.region is not None:
        inside = columns.region.startswith(f"{reach.region}.", autoescape=True)
        own = or_(own, columns.region == reach.region, inside)
    return own


def sees_all(actor: Actor) -> bool:
    """Return whether no row filter applies to the actor."""
    return _reach(actor).everything


def may_act(actor: Actor, facts: RecordFacts) -> bool:
    """Return whether the actor may change the record: whoever sees it because it is his own.

    A province sees what its regencies handle, and does not handle it for them.
    """
    if "act" not in actor.scopes or not may_see(actor, facts):
        return False
    return answers_for(actor, facts.agency)


def answers_for(actor: Actor, agency: str | None) -> bool:
    """Return whether what an agency handles is the actor's to change, if he sees it."""
    return actor.role != ADMIN_INSTANSI or agency == actor.agency


def needs_reason(actor: Actor, facts: RecordFacts) -> bool:
    """Return whether opening the text needs a reason, and is recorded with it.

    The text of a ``secret`` or whistleblower complaint is open to the handling unit and the
    national admin only; where no unit is set, the agency's own admin stands for it.
    """
    if not (facts.secret or facts.whistleblower) or actor.kind == "system":
        return False
    if actor.kind == "person" and actor.role == ADMIN_NASIONAL:
        return False
    is_own = facts.agency is not None and facts.agency == actor.agency
    if actor.kind == "person" and actor.role == PEJABAT_PENGHUBUNG:
        return not (is_own and facts.unit is not None and facts.unit == actor.unit)
    if actor.kind == "person" and actor.role == ADMIN_INSTANSI:
        return not (is_own and facts.unit is None)
    return True


def handled(actor: Actor, columns: RecordColumns) -> ColumnElement[bool]:
    """Return the condition that a protected text needs no reason: ``needs_reason`` in SQL."""
    if actor.kind == "system" or (actor.kind == "person" and actor.role == ADMIN_NASIONAL):
        return true()
    if actor.kind != "person" or actor.agency is None:
        return false()
    if actor.role == PEJABAT_PENGHUBUNG and actor.unit is not None:
        return and_(columns.agency == actor.agency, columns.unit == actor.unit)
    if actor.role == ADMIN_INSTANSI:
        return and_(columns.agency == actor.agency, columns.unit.is_(None))
    return false()
