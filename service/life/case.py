"""Where a complaint stands: what is decided about it now, and who has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from service.disposition import Disposition

_LIKELY = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A pause or an extension for force majeure.

    Attributes
    ----------
    kind : str
        ``pause`` or ``extend``.
    first, last : date or None
        Of a pause: the days that do not count, both ends included.
    days : int
        Of an extension: the working days that it grants.
    is_approved : bool
        Whether a second person has approved it; until then it moves nothing.
    """

    kind: str
    first: date | None = None
    last: date | None = None
    days: int = 0
    is_approved: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return it as it is stored."""
        days = {name: day.isoformat() for name in ("first", "last") if (day := getattr(self, name))}
        return {"kind": self.kind, "days": self.days, "is_approved": self.is_approved, **days}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Hold:
        """Return what was stored."""
        days = {
            name: date.fromisoformat(values[name]) for name in ("first", "last") if name in values
        }
        return cls(
            kind=values["kind"], days=values["days"], is_approved=values["is_approved"], **days
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The present state of a complaint; the machine's proposal is kept beside it, unchanged.

    Attributes
    ----------
    status : str
        One of ``table.STATUSES``.
    tray : str
        ``national`` or ``agency``: whose desk it lies on.
    category, working_days, due_on
        The follow-up class and its deadline (ISO day or None).
    kind, misconduct, inspection, topic, level, agency, unit, region
        What counts now, from the machine or a person.
    transfers : int
        How often it went from one body to another.
    confirmed : tuple of str
        The fields that a person has confirmed or changed, sorted.
    reason : str or None
        Code of the last action that had one.
    change_reason : str or None
        Code of the last change.
    before : str or None
        While it waits: the status to go back to.
    holds : tuple of Hold
        Pauses and extensions, oldest first; only the last one can wait for approval.
    """

    status: str
    tray: str
    category: str
    working_days: int
    due_on: str | None
    kind: str
    misconduct: bool
    inspection: bool
    topic: str
    level: str
    agency: str | None
    unit: str | None
    region: str | None
    transfers: int = 0
    confirmed: tuple[str, ...] = ()
    reason: str | None = None
    change_reason: str | None = None
    before: str | None = None
    holds: tuple[Hold, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the state as it is stored."""
        holds = [hold.to_json() for hold in self.holds]
        return {**asdict(self), "confirmed": list(self.confirmed), "holds": holds}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Case:
        """Return the state that was stored."""
        holds = tuple(Hold.from_json(hold) for hold in values.get("holds", ()))
        return cls(**{**values, "confirmed": tuple(values["confirmed"]), "holds": holds})


def first_case(answer: Disposition) -> Case:
    """Return the state in which the machine's answer puts a complaint."""
    clear = answer["decision"] == "auto"
    attributes, sla, agency = answer["attributes"], answer["sla"], answer["agency"]
    return Case(
        status="disposed" if clear else "in_review",
        tray="agency" if clear else "national",
        category=answer["category"],
        working_days=sla["working_days"],
        due_on=sla["due_on"],
        kind=attributes["kind"],
        # Answers of the first release name the probabilities alone.
        misconduct=attributes.get("misconduct_alleged", attributes["misconduct"] >= _LIKELY),
        inspection=attributes.get("inspection_needed", attributes["inspection"] >= _LIKELY),
        topic=answer["topic"],
        level=agency["level"],
        agency=agency["code"],
        unit=agency["unit"],
        region=answer["region"]["code"],
    )
