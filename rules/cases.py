"""Cases that people write down: a complaint or its facts, and what must come out.

A file is a YAML list. Every case has a ``name``, a ``text`` (or ``cues``), and ``expect``. With a
``topic`` the tables are asked as if a model had answered; without one only the place is, and
whoever holds a model may ask it for the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeAlias

from rules.decide import place_state
from rules.errors import RuleFileError
from rules.facts import Facts
from rules.loading import Item, read_yaml
from rules.places import Place
from rules.ruleset import RuleSet
from rules.vocabulary import KINDS, LEVELS

# What may be expected: of the place, of the tables, and only of the whole service.
PLACE_KEYS = ("code", "ambiguous")
TABLE_KEYS = (
    "row", "agency", "level", "unit", "copies", "category", "working_days", "flags",
)  # fmt: skip
MODEL_KEYS = ("topic", "decision")
_BOOLEANS = ("misconduct", "inspection", "secret", "anonymous")
_CODES = ("topic", "level", "kind", "region", "hint", "home", "near")
_LISTS = ("ambiguous", "copies", "flags")

Value: TypeAlias = str | int | tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One complaint that somebody thought of.

    Attributes
    ----------
    path, line : Path, int
        Where it stands.
    name, text : str
        What it is about, and the complaint; the text may be empty where ``cues`` stand.
    cues : frozenset of str or None
        Cue codes in the place of those of the text.
    given : mapping of str to str
        ``topic``, ``level``, ``kind``, ``region``, ``hint``, ``home``, ``near``, as far as named.
    true : frozenset of str
        Which of misconduct, inspection, secret and anonymous hold.
    on : date or None
        Day of receipt; None where any day will do.
    expect : mapping of str to Value
        What must come out.
    """

    path: Path
    line: int
    name: str
    text: str
    cues: frozenset[str] | None
    given: Mapping[str, str]
    true: frozenset[str]
    on: date | None
    expect: Mapping[str, Value]

    @property
    def needs_model(self) -> bool:
        """Whether only a model can say what the case leaves open."""
        return "topic" not in self.given and bool(self.expect.keys() - set(PLACE_KEYS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that came out otherwise.

    Attributes
    ----------
    key : str
        What.
    expected, got : Value
        What was expected, and what came out.
    """

    key: str
    expected: Value
    got: Value


def read_cases(path: Path) -> list[Case]:
    """Return the cases of one file, or of every ``*.yaml`` of a folder.

    Raises
    ------
    RuleFileError
        If there is none, or one is not written as a case is; names file and line.
    """
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    cases = [_case(item) for file in files for item in read_yaml(file).sequence("cases")]
    if not cases:
        raise RuleFileError(path, 0, "expected at least one case in *.yaml, got none")
    return cases


def answer(case: Case, ruleset: RuleSet, *, today: date) -> dict[str, Value]:
    """Return what the rules say of a case, by the keys that may be expected."""
    given = case.given
    place = ruleset.gazetteer.locate(case.text, hint=given.get("hint"), home=given.get("home"))
    found: dict[str, Value] = {"code": place.code, "ambiguous": tuple(place.ambiguous)}
    if "topic" not in given:
        return found
    return found | _tables(case, ruleset, place, case.on or today)


def differences(case: Case, got: Mapping[str, Value]) -> tuple[Difference, ...]:
    """Return where an answer is not what the case expects; empty when all is well."""
    found = [
        Difference(key=key, expected=value, got=got.get(key))
        for key, value in case.expect.items()
        if not _same(key, value, got.get(key), ordered=bool({"hint", "home"} & case.given.keys()))
    ]
    near = case.given.get("near")
    if near is not None and near == got.get("row"):
        found.append(Difference(key="near", expected="not " + near, got=near))
    return tuple(found)


def _same(key: str, expected: Value, got: Value, *, ordered: bool) -> bool:
    if isinstance(expected, tuple) and isinstance(got, tuple):
        if key == "ambiguous" and ordered:
            return expected == got
        return sorted(expected) == sorted(got)
    return expected == got


def _tables(case: Case, ruleset: RuleSet, place: Place, day: date) -> dict[str, Value]:
    rules, given = ruleset.on(day), case.given
    region = given.get("region", place.code)
    cues = case.cues
    if cues is None:
        cues = frozenset(hit.code for hit in ruleset.reader.matcher.find(case.text))
    facts = Facts(
        topic=given["topic"],
        level=given.get("level", "KABKOTA"),
        kind=given.get("kind", "complaint"),
        misconduct="misconduct" in case.true,
        inspection="inspection" in case.true,
        secret="secret" in case.true,
        anonymous="anonymous" in case.true,
        cues=cues,
        region=region,
        on=day,
    )
    route = rules.route(facts)
    category, _ = rules.category(facts.kind, facts.misconduct, facts.inspection)
    flags = rules.flags(facts, place=place_state(route, place.ambiguous))
    return {
        "row": route.rows[0].row if route.rows else None,
        "agency": route.agency,
        "level": route.level,
        "unit": route.unit,
        "copies": tuple(code for code, _ in route.copies),
        "category": category,
        "working_days": ruleset.regulations.on(day).classes[category].working_days,
        "flags": tuple(
            f"{flag.code}:{flag.detail}" if flag.detail else flag.code for flag in flags
        ),
    }


def _case(item: Item) -> Case:
    optional = ("text", "cues", "on", *_CODES, *_BOOLEANS)
    entry = item.fields(required=("name", "expect"), optional=optional, what="a case")
    if "text" not in entry and "cues" not in entry:
        item.refuse("a case needs 'text', or 'cues' and 'topic'")
    given = {key: entry[key].code() for key in _CODES if key in entry}
    for key, known in (("level", LEVELS), ("kind", KINDS)):
        if key in given and given[key] not in known:
            entry[key].refuse(f"expected one of {list(known)}, got {given[key]!r}")
    return Case(
        path=item.path,
        line=item.line,
        name=entry["name"].text(),
        text=entry["text"].text() if "text" in entry else "",
        cues=frozenset(part.code() for part in entry["cues"].sequence("cues"))
        if "cues" in entry
        else None,
        given=given,
        true=frozenset(key for key in _BOOLEANS if key in entry and entry[key].boolean()),
        on=entry["on"].day() if "on" in entry else None,
        expect=_expected(entry["expect"]),
    )


def _expected(item: Item) -> dict[str, Value]:
    known = (*PLACE_KEYS, *TABLE_KEYS, *MODEL_KEYS)
    entries = item.fields(optional=known, what="expect")
    if not entries:
        item.refuse(f"expect: names nothing; it may name {list(known)}")
    return {key: _value(key, part) for key, part in entries.items()}


def _value(key: str, item: Item) -> Value:
    if key in _LISTS:
        return tuple(part.code() for part in item.sequence(key))
    if key == "working_days":
        return item.integer()
    return None if item.value is None else item.text()
