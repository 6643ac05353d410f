"""Names for codes of the rules, and the search for bodies, topics and places by a few letters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from rules.ruleset import RuleSet

MAX_FOUND: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A code, its name, and what tells it from its like."""

    code: str
    name: str
    hint: str


class Names:
    """Names of the rule set that is in use; an unknown code is its own name."""

    def __init__(self, ruleset: RuleSet) -> None:
        self._ruleset = ruleset

    def agency(self, code: str | None) -> str:
        """Return the official name of a body."""
        found = self._ruleset.agencies.get(code) if code else None
        return found.name if found else (code or "Belum ditentukan")

    def agency_short(self, code: str | None) -> str:
        """Return what offices call a body."""
        found = self._ruleset.agencies.get(code) if code else None
        return (found.abbreviation or found.name) if found else (code or "Belum ditentukan")

    def topic(self, code: str) -> str:
        """Return the label of a topic."""
        return self._ruleset.topics.get(code, code)

    def region(self, code: str | None) -> str:
        """Return the name of a place."""
        if code is None:
            return "Lokasi tidak disebut"
        found = self._ruleset.regions.get(code)
        return found.name if found else code

    def find_agencies(self, words: str, *, on: date) -> list[Found]:
        """Return bodies in force whose names hold every word, the closest first."""
        return _closest(
            words,
            (
                (
                    Found(code=a.code, name=a.name, hint=a.abbreviation),
                    " ".join((a.name, a.abbreviation, a.code, *a.aliases)),
                )
                for a in self._ruleset.agencies
                if a.in_force(on)
            ),
        )

    def find_topics(self, words: str) -> list[Found]:
        """Return topics whose label or code holds every word."""
        return _closest(
            words,
            (
                (Found(code=code, name=label, hint=""), f"{label} {code.replace('_', ' ')}")
                for code, label in self._ruleset.topics.items()
            ),
        )

    def find_regions(self, words: str) -> list[Found]:
        """Return provinces, regencies and cities whose name or code holds every word."""
        return _closest(
            words,
            (
                (Found(code=r.code, name=r.name, hint=r.code), f"{r.name} {r.code}")
                for r in self._ruleset.regions.of_kind("province", "regency", "city")
            ),
        )


def _closest(words: str, texts: Iterable[tuple[Found, str]]) -> list[Found]:
    wanted = words.casefold().split()
    if not wanted:
        return []
    hits = []
    for found, text in texts:
        parts = text.casefold().split()
        if all(any(word in part for part in parts) for word in wanted):
            starts = sum(any(part.startswith(word) for part in parts) for word in wanted)
            hits.append((-starts, len(found.name), found.name, found))
    return [hit[-1] for hit in sorted(hits, key=lambda hit: hit[:3])[:MAX_FOUND]]
