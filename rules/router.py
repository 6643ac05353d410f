"""Who must answer: the routing table, the overseers, and the regional government of the place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from rules.agencies import Agencies
from rules.cells import OneOf
from rules.compiled import RowSet, codes_looked_at, getter, looked_at
from rules.facts import Facts
from rules.results import Fired, NearMiss, Route
from rules.rows import Copy, Row
from rules.tables import Table
from rules.vocabulary import REGIONAL

_MATCHES = 16_384
_ROUTES = 65_536
_BODIES = 4096
# Length of a province's code.
_PROVINCE = 2
_OVERSIGHT_INPUTS = ("agency", "kind", "level")
# The facts that address an answer, whether rows look at them or not.
_ALWAYS = ("level", "misconduct", "region")

Body: TypeAlias = tuple[str | None, str]  # code, None if it cannot be told, and level


class _Plan:
    """The rows that can matter to one topic, and the facts that they look at."""

    __slots__ = ("codes", "facts", "names", "rows", "sees_region")

    def __init__(self, topic: str | None, table: Table, rows: Sequence[Row]) -> None:
        others = [name for name in looked_at(rows) if name not in {*_ALWAYS, "topic", "cue"}]
        self.codes = codes_looked_at(rows, "cue")
        # Hardly any row looks at the region: the same match serves all places.
        self.sees_region = "region" in looked_at(rows)
        plain = ["misconduct", *(["region"] if self.sees_region else []), *others]
        self.facts = getter(plain)
        self.names = (*_ALWAYS, *others, "cue")
        self.rows = RowSet(table.name, rows, names=self.names, given={"topic": topic})


@dataclass(slots=True, eq=False, kw_only=True)
class _Match:
    """The row that matches some facts, whatever the place."""

    level: str
    misconduct: bool
    row: Row | None = None
    fixes_level: bool = False
    answering: str = ""  # level of the regional government that answers
    fired: tuple[Fired, ...] = ()
    near_misses: tuple[NearMiss, ...] = ()
    everywhere: Route | None = None  # where no place changes the answer
    body: Body | None = None  # None where the place decides it


class _Matches(dict[str, _Match]):
    """The rows that match some facts by level, found when first asked."""

    def __init__(self, find: Callable[[str], _Match]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, level: str) -> _Match:
        self[level] = found = self._find(level)
        return found


def _by_topic(rows: Sequence[Row], topics: frozenset[str]) -> dict[str | None, list[Row]]:
    """Return the rows that can matter to each topic, in their order; None stands for no topic."""
    found: dict[str | None, list[Row]] = {topic: [] for topic in (*topics, None)}
    for row in rows:
        cell = row.when.get("topic")
        if isinstance(cell, OneOf) and not cell.negated:
            matching: Collection[object] = cell.values & topics
        else:
            matching = found.keys() - (cell.values if isinstance(cell, OneOf) else ())
        for topic in found.keys() & matching:
            found[topic].append(row)
    return found


class Router:
    """The routing and oversight tables on one day.

    Parameters
    ----------
    routing, oversight : Table
        Where matters go, and who oversees the body where misconduct is alleged.
    topics : iterable of str
        Topics to prepare; any other one meets only the rows that name no topic.
    agencies : Agencies
        Resolves the regional government of a place.
    """

    def __init__(
        self,
        *,
        routing: tuple[Table, Sequence[Row]],
        oversight: tuple[Table, Sequence[Row]],
        topics: frozenset[str],
        agencies: Agencies,
    ) -> None:
        self._agencies = agencies
        self._undivided = _undivided(agencies)
        table, rows = routing
        plans = {topic: _Plan(topic, table, own) for topic, own in _by_topic(rows, topics).items()}
        self._other = plans.pop(None)
        self._plans: Mapping[str | None, _Plan] = plans
        self._oversight = RowSet(oversight[0].name, oversight[1], names=_OVERSIGHT_INPUTS)
        self._matches = lru_cache(maxsize=_MATCHES)(self._matches_of)
        self._routed = lru_cache(maxsize=_ROUTES)(self._route)
        self._regional_body = lru_cache(maxsize=_BODIES)(self._body_of_region)

    def route(self, facts: Facts) -> Route:
        """Return who must answer; every combination of facts has an answer."""
        plan = self._plans.get(facts.topic, self._other)
        match = self._matches(plan, plan.facts(facts), facts.cues & plan.codes)[facts.level]
        return match.everywhere or self._routed(match, facts.region)

    def bodies(self, facts: Facts) -> Callable[[str], Body]:
        """Return what gives the agency of the route and its level, for each level asked for.

        Who weighs many topics and levels need not make all their routes. The level of the facts
        does not count.
        """
        plan = self._plans.get(facts.topic, self._other)
        matches = self._matches(plan, plan.facts(facts), facts.cues & plan.codes)
        region, regional = facts.region, self._regional_body

        def of(level: str) -> Body:
            match = matches[level]
            return match.body or regional(region, match.answering)

        return of

    def rows_of(self, topic: str) -> tuple[tuple[str, ...], RowSet]:
        """Return the rows that can matter to a topic and the inputs that they take, in order."""
        plan = self._plans.get(topic, self._other)
        return plan.names, plan.rows

    def has_overseer(self, agency: str | None, kind: str, level: str) -> bool:
        """Say whether a row names the overseer of a body."""
        return self._oversight.first((agency, kind, level)) is not None

    def _matches_of(self, plan: _Plan, plain: tuple[Any, ...], cues: frozenset[str]) -> _Matches:
        return _Matches(lambda level: self._match(plan, level, plain, cues))

    def _match(
        self, plan: _Plan, level: str, plain: tuple[Any, ...], cues: frozenset[str]
    ) -> _Match:
        misconduct, *others = plain
        region = (others.pop(0) if plan.sees_region else None,)
        facts = (level, misconduct, *region, *others, cues)
        number = plan.rows.first(facts)
        match = _Match(level=level, misconduct=misconduct)
        match.near_misses = plan.rows.near_miss(number, facts)
        if number is not None:
            match.row = plan.rows.row(number)
            match.fixes_level = _fixes_level(match.row)
            match.fired = (plan.rows.fired(number, facts),)
            if match.row.then["agency"] == REGIONAL:
                match.answering = _regional_level(match.row, level)
                return match
        if not _is_regional(match.row):
            match.everywhere = self._route(match, None)
        match.body = (None, level) if match.row is None else self._body(match.row, level, None)[:2]
        return match

    def _route(self, match: _Match, region: str | None) -> Route:
        row, level = match.row, match.level
        if row is None:
            return Route(
                agency=None,
                level=level,
                level_fixed=False,
                unit=None,
                copies=(),
                place_missing=False,
                rows=(),
                near_misses=match.near_misses,
            )
        target = row.then["agency"]
        agency, answering, place_missing = self._body(row, level, region)
        unit = row.then.get("unit")
        rows = match.fired
        overseer = self._overseer(target, agency, answering) if match.misconduct else None
        if overseer is not None:
            unit, why = overseer
            rows = (*rows, why)
        return Route(
            agency=agency,
            level=answering,
            level_fixed=match.fixes_level,
            unit=unit if isinstance(unit, str) else None,
            copies=self._copies(row, agency, answering, region),
            place_missing=place_missing,
            rows=rows,
            near_misses=match.near_misses,
        )

    def _body(self, row: Row, level: str, region: str | None) -> tuple[str | None, str, bool]:
        """Return the body, its level, and whether the place is missing."""
        target, named = row.then["agency"], row.then.get("level")
        if isinstance(named, str):
            level = named
        if target is None:
            return None, level, False
        if target != REGIONAL:
            agency = self._agencies.get(str(target))
            return str(target), level if named or agency is None else agency.level, False
        code, level = self._regional_body(region, _regional_level(row, level))
        return code, level, code is None

    def _body_of_region(self, region: str | None, level: str) -> Body:
        code = self._regional(region, level)
        regional = self._agencies.get(code) if code is not None else None
        # In Jakarta the province answers for its cities.
        return code, regional.level if regional is not None else level

    def _regional(self, region: str | None, level: str) -> str | None:
        if region is None:
            return None
        code = self._agencies.regional(region, level)
        if code is None and region in self._undivided:
            code = self._agencies.regional(region, "PROV")
        return code

    def _overseer(
        self, target: object, agency: str | None, level: str
    ) -> tuple[str | None, Fired] | None:
        known = self._agencies.get(agency) if agency is not None else None
        if known is not None:
            kind = known.kind
        elif target == REGIONAL:
            kind = "PEMPROV" if level == "PROV" else "PEMKAB"
        else:
            return None
        facts = (agency, kind, level)
        number = self._oversight.first(facts)
        if number is None:
            return None
        unit = self._oversight.row(number).then["unit"]
        return str(unit) if unit is not None else None, self._oversight.fired(number, facts)

    def _copies(
        self, row: Row, agency: str | None, level: str, region: str | None
    ) -> tuple[tuple[str, str | None], ...]:
        found: dict[str, str | None] = {}
        copies = row.then.get("copies")
        for copy in copies if isinstance(copies, tuple) else ():
            code = self._copied(copy, level, region)
            if code is not None and code != agency:
                found.setdefault(code, copy.unit)
        return tuple(found.items())

    def _copied(self, copy: Copy, level: str, region: str | None) -> str | None:
        if copy.agency != REGIONAL:
            return copy.agency
        wanted = copy.level or ("PROV" if level == "PROV" else "KABKOTA")
        return self._regional(region, wanted)


def _regional_level(row: Row, level: str) -> str:
    """Return which regional government answers: most of its matters are the regency's."""
    named = row.then.get("level")
    return "PROV" if (named if isinstance(named, str) else level) == "PROV" else "KABKOTA"


def _is_regional(row: Row | None) -> bool:
    """Say whether a row leads to a regional government: then the place decides."""
    if row is None:
        return False
    copies = row.then.get("copies")
    return row.then["agency"] == REGIONAL or any(
        copy.agency == REGIONAL for copy in (copies if isinstance(copies, tuple) else ())
    )


def _undivided(agencies: Agencies) -> frozenset[str]:
    """Return the provinces without regencies and cities of their own: Jakarta."""
    places = {code.partition("-")[2] for code in (a.code for a in agencies) if REGIONAL in code}
    return frozenset(place for place in places if len(place) == _PROVINCE) - {
        place[:_PROVINCE] for place in places if len(place) > _PROVINCE
    }


def _fixes_level(row: Row) -> bool:
    """Say whether the row sets the level whatever the text suggests."""
    named = row.then.get("level") is not None
    is_central = row.then["agency"] not in {None, REGIONAL}
    return (named or is_central) and "level" not in row.when
