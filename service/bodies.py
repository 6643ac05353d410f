"""The bodies of an answer as they go out: the proposed one, other ones, and copies."""

from __future__ import annotations

from rules.decide import Route
from service.chances import Candidate
from service.disposition import AgencyOut, CopyOut
from service.weighed import Weighed

MIN_ALTERNATIVE_PROBABILITY = 0.005
MAX_ALTERNATIVES = 3  # of places, and of bodies


def agency_out(weighed: Weighed, route: Route, probability: float) -> AgencyOut:
    """Return the wire form of a body."""
    code = route.agency
    return {
        "code": code,
        "name": _name_of(weighed, code) if code else None,
        "level": route.level,
        "unit": route.unit,
        "probability": round(probability, 4),
    }


def alternatives(weighed: Weighed, candidates: list[Candidate], sure: float) -> list[AgencyOut]:
    """Return what else it may be: the bodies of other candidate places first.

    The others share what the proposed body leaves, by their chances.
    """
    best = candidates[0]
    found: list[AgencyOut] = []
    rest = (1 - sure) / max(1 - best.total, 1e-9)
    for candidate in candidates[1:]:
        probability = min(candidate.total * rest, sure)
        if probability < MIN_ALTERNATIVE_PROBABILITY:
            continue
        if candidate.agency is not None or candidate.route.place_missing:
            found.append(agency_out(weighed, candidate.route, probability))
            if len(found) == MAX_ALTERNATIVES:
                break
    return _other_places(weighed, best, sure) + found


def copies(weighed: Weighed, route: Route) -> list[CopyOut]:
    """Return who is informed."""
    found: list[CopyOut] = []
    for code, unit in route.copies:
        agency = weighed.ruleset.agencies.get(code)
        level = agency.level if agency else "PUSAT"
        found.append({"code": code, "name": _name_of(weighed, code), "level": level, "unit": unit})
    return found


def _other_places(weighed: Weighed, best: Candidate, sure: float) -> list[AgencyOut]:
    """Return the body of each place that the text may mean, alike in probability."""
    if not best.route.place_missing:
        return []
    codes = weighed.found.place.ambiguous
    found: list[AgencyOut] = []
    for code in codes[:MAX_ALTERNATIVES]:
        route = weighed.day.route(weighed.facts(best.topic, best.route.level, code))
        if route.agency:
            found.append(agency_out(weighed, route, sure / len(codes)))
    return found


def _name_of(weighed: Weighed, code: str) -> str:
    """Return the name of a body that a rule names."""
    agency = weighed.ruleset.agencies.get(code)
    return agency.name if agency else code
