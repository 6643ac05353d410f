"""All tables on one day: the class, the route, the flags and the reasons for a review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

from rules.compiled import Collector, RowSet
from rules.errors import RulesError
from rules.facts import Facts
from rules.results import Fired, Flag, NearMiss, Reason, Route
from rules.router import Router
from rules.rows import Row
from rules.subjects import topics_of_cues
from rules.tables import Table
from rules.vocabulary import KINDS

if TYPE_CHECKING:
    from rules.agencies import Agencies
    from rules.cues import Cue

__all__ = [
    "CompiledRules",
    "Fired",
    "Flag",
    "NearMiss",
    "Reason",
    "ReviewFacts",
    "Route",
    "place_state",
]

_CATEGORY_INPUTS = ("kind", "misconduct", "inspection")


class NoRuleError(RulesError):
    """No row of a table is in force for the facts on a day."""


@dataclass(slots=True, kw_only=True)
class ReviewFacts:
    """What decides whether a person looks first.

    Not frozen, which would take three times as long to make.

    Attributes
    ----------
    category_probability, agency_probability : float
        Calibrated, 0 to 1.
    category_threshold_met, agency_threshold_met : bool
        Whether they reach the thresholds at which the tolerated error holds.
    topic, kind, level, category : str
        Codes of the answer.
    agency : str or None
        The body that must answer; None when it cannot be told.
    agency_known : bool
        Whether the body can be told, or only the place is missing.
    misconduct : bool
        Whether misconduct is alleged.
    misconduct_suspected : bool
        Whether it is likelier than its threshold while the class says otherwise.
    place : str
        ``none`` when no place is needed or it is known, else ``missing`` or ``ambiguous``.
    flags : tuple of Flag
        The flags of the complaint.
    cues : frozenset of str
        The cues of the text.
    requested : str
        How the reporter's own choice of an agency compares: ``none``, ``same`` or ``other``.
    hinted : str
        Likewise the LAPOR! category, where its topic leads to another body: ``none``, ``same`` or
        ``other``.
    duplicate_of : str or None
        The earlier complaint.
    audit_sample : bool
        Whether the draw takes it for a check.
    auto : bool
        Whether automatic disposition is on.
    """

    category_probability: float
    agency_probability: float
    category_threshold_met: bool
    agency_threshold_met: bool
    topic: str
    kind: str
    level: str
    category: str
    agency: str | None
    agency_known: bool = True
    misconduct: bool = False
    misconduct_suspected: bool = False
    place: str = "none"
    flags: tuple[Flag, ...] = ()
    cues: frozenset[str] = frozenset()
    requested: str = "none"
    hinted: str = "none"
    duplicate_of: str | None = None
    audit_sample: bool = False
    auto: bool = True


class CompiledRules:
    """Every table with the rows that are in force on one day.

    Parameters
    ----------
    tables : mapping of str to (Table, sequence of Row)
        The rows in force of ``category``, ``routing``, ``oversight``, ``flags`` and ``review``.
    topics : mapping of str to str
        Label by code.
    agencies : Agencies
        All bodies.
    cues : sequence of Cue, default=()
        They say which topics they speak for.
    """

    def __init__(
        self,
        tables: Mapping[str, tuple[Table, Sequence[Row]]],
        *,
        topics: Mapping[str, str],
        agencies: Agencies,
        cues: Sequence[Cue] = (),
    ) -> None:
        self.topics = topics
        self.topics_of_cues = topics_of_cues(tables["routing"][1], cues)
        table, rows = tables["category"]
        self._categories = _categories(RowSet(table.name, rows, names=_CATEGORY_INPUTS))
        self.router = Router(
            routing=tables["routing"],
            oversight=tables["oversight"],
            topics=frozenset(topics),
            agencies=agencies,
        )
        self._flags = Collector(*tables["flags"], given=("place", "duplicate"), make=_flag)
        self._reviews = Collector(*tables["review"], given=("flags", "duplicate"), make=_reason)
        self.route, self.bodies = self.router.route, self.router.bodies

    def category(self, kind: str, misconduct: bool, inspection: bool) -> tuple[str, Fired]:
        """Return the follow-up class and the row that gives it.

        Raises
        ------
        NoRuleError
            If no row is in force, as on a day before the first regulation.
        """
        try:
            return self._categories[kind, misconduct, inspection]
        except KeyError:
            facts = f"kind {kind!r}, misconduct {misconduct}, inspection {inspection}"
            msg = f"category: no row is in force for {facts}"
            raise NoRuleError(msg) from None

    def has_category(self, kind: str, misconduct: bool, inspection: bool) -> bool:
        """Say whether a row gives the follow-up class."""
        return (kind, misconduct, inspection) in self._categories

    def flags(
        self, facts: Facts, *, place: str = "none", duplicate_of: str | None = None
    ) -> tuple[Flag, ...]:
        """Return what people must know, in the order of the table.

        Parameters
        ----------
        facts : Facts
            The complaint.
        place : str, default="none"
            ``missing`` or ``ambiguous`` when a regional body must answer and the place does not
            say which.
        duplicate_of : str, optional
            The earlier complaint.
        """
        found: dict[tuple[str, str | None], Flag] = {}
        for flag in self._flags.made(facts, place, duplicate_of is not None):
            if flag.code == "duplicate":
                flag = replace(flag, detail=duplicate_of)
            found.setdefault((flag.code, flag.detail), flag)
        return tuple(found.values())

    def reviews(self, facts: ReviewFacts) -> tuple[Reason, ...]:
        """Return why a person looks, in the order of the table; empty means automatic.

        ``audit_sample`` alone leaves a complaint automatic: it is checked after going out.
        """
        details = {flag.code: flag.detail for flag in facts.flags}
        codes = frozenset(details) | {f"{flag.code}:{flag.detail}" for flag in facts.flags}
        details["duplicate"] = facts.duplicate_of
        found: dict[tuple[str, str | None], Reason] = {}
        for reason in self._reviews.made(facts, codes, facts.duplicate_of is not None):
            if reason.detail is None and (detail := details.get(reason.code)) is not None:
                reason = replace(reason, detail=detail)
            found.setdefault((reason.code, reason.detail), reason)
        return tuple(found.values())


def place_state(route: Route, ambiguous: Sequence[str] = ()) -> str:
    """Return what the tables are told of the place: ``none``, ``missing`` or ``ambiguous``.

    Parameters
    ----------
    route : Route
        Who must answer.
    ambiguous : sequence of str
        The candidates of a place that could not be told.
    """
    if not route.place_missing:
        return "none"
    return "ambiguous" if ambiguous else "missing"


def _flag(row: Row) -> Flag:
    """Return what a row of the flags says; only a complaint knows what it repeats."""
    code, message = str(row.then["flag"]), str(row.then["message"])
    return Flag(code=code, detail=_text(row.then.get("detail")), message=message)


def _reason(row: Row) -> Reason:
    """Return what a row of the reviews says; where it names no detail, that of its flag counts."""
    code, message = str(row.then["reason"]), str(row.then["message"])
    detail = {"rule": row.id, "duplicate": None}.get(code, _text(row.then.get("detail")))
    return Reason(code=code, detail=detail, message=message)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _categories(rows: RowSet) -> dict[tuple[str, bool, bool], tuple[str, Fired]]:
    """Answer all combinations in advance: there are sixteen."""
    found = {}
    for facts in product(KINDS, (False, True), (False, True)):
        number = rows.first(facts)
        if number is not None:
            code = str(rows.row(number).then["category"])
            found[facts] = (code, rows.fired(number, facts))
    return found
