"""Find what is wrong with rules that can be read: conflicts, gaps, dead rows, ended bodies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import combinations, product
from typing import TYPE_CHECKING

from rules.cells import Holds
from rules.findings import Finding, about
from rules.lock import check_lock
from rules.overlaps import covers, meet
from rules.reach import find_gaps, find_unreachable, shadowed
from rules.rows import Row
from rules.tables import Table
from rules.vocabulary import CATEGORIES, FLAGS, KINDS, REASONS, REGIONAL

if TYPE_CHECKING:
    from rules.ruleset import RuleSet

__all__ = ["Finding", "lint"]

_OUTCOMES = tuple(product(KINDS, (False, True), (False, True)))
_REGIONAL_KINDS = frozenset({"PEMPROV", "PEMKAB", "PEMKOT"})


def lint(ruleset: RuleSet, *, lock: bool = True) -> tuple[Finding, ...]:
    """Return everything that is wrong or suspicious, errors first.

    Parameters
    ----------
    ruleset : RuleSet
        Loaded rules.
    lock : bool, default=True
        Whether rows that have been in force must stand as the file ``rows.lock`` keeps them.
    """
    found = [
        *_overlaps(ruleset),
        *_reach(ruleset),
        *_categories(ruleset),
        *_bodies(ruleset),
        *_overseers(ruleset),
        *_outputs(ruleset),
        *_unused_cues(ruleset),
        *_open_rows(ruleset),
        *(check_lock(ruleset.folder, ruleset.tables) if lock else ()),
    ]
    return tuple(sorted(found, key=lambda f: (f.severity, f.file.name, f.line, f.message)))


def _overlaps(ruleset: RuleSet) -> Iterator[Finding]:
    for table in ruleset.tables.values():
        pairs = () if table.hit_policy == "first" else combinations(table.rows, 2)
        for one, other in pairs:
            if table.hit_policy == "unique" and meet(one, other):
                problem = f"meets row {other.id!r} on line {other.line}: one answer was expected"
                yield about(table, one, "error", problem)
            elif table.hit_policy == "priority" and _tie(one, other):
                problem = f"has the priority {one.priority} of row {other.id!r} and meets it"
                yield about(table, one, "error", problem)
            elif table.hit_policy == "collect" and _repeats(one, other):
                yield about(table, other, "error", f"says nothing that row {one.id!r} does not")


def _tie(one: Row, other: Row) -> bool:
    return one.priority == other.priority and meet(one, other)


def _repeats(one: Row, other: Row) -> bool:
    return one.then == other.then and (covers(one, other) or covers(other, one))


def _reach(ruleset: RuleSet) -> Iterator[Finding]:
    """Check the routing table in each of its periods since the first regulation."""
    table = ruleset.tables["routing"]
    topics = sorted(ruleset.topics)
    first = ruleset.regulations.first_day
    gaps: dict[str, date] = {}
    dead: dict[tuple[str, int, str | None], tuple[Row, str]] = {}
    alive: set[tuple[str, int, str | None]] = set()
    for day in sorted({first, *(day for day in ruleset.bounds if day > first)}):
        router = ruleset.on(day).router
        for gap in find_gaps(table, router, topics):
            gaps.setdefault(gap, day)
        rows = [row for row in table.rows if row.is_in_force(day)]
        useless = {
            (row.id, row.line, code): (row, winner)
            for row, code, winner in find_unreachable(table, router, topics, rows)
        }
        dead |= useless
        alive |= {(row.id, row.line, None) for row in rows} - useless.keys()
    for gap, day in gaps.items():
        yield _whole(table, f"no row answers {gap} from {day} on")
    for (row_id, line, code), (row, winner) in dead.items():
        if code is not None or (row_id, line, None) not in alive:
            yield shadowed(table, row, code, winner)


def _categories(ruleset: RuleSet) -> Iterator[Finding]:
    """Check that each day has a class for all facts, and a limit for each class."""
    table = ruleset.tables["category"]
    first = ruleset.regulations.first_day
    starts = {profile.valid_from for profile in ruleset.regulations.profiles}
    for day in sorted(starts | {day for day in ruleset.bounds if day > first}):
        rules = ruleset.on(day)
        limits = next((p.classes for p in ruleset.regulations.profiles if p.is_in_force(day)), {})
        for kind, misconduct, inspection in _OUTCOMES:
            facts = f"kind {kind}, misconduct {misconduct}, inspection {inspection}"
            if not rules.has_category(kind, misconduct, inspection):
                yield _whole(table, f"no row answers {facts} on {day}")
            elif (code := rules.category(kind, misconduct, inspection)[0]) not in limits:
                yield _whole(table, f"answers {code!r} on {day}, for which no limit is in force")
    for profile in ruleset.regulations.profiles:
        rules = ruleset.on(profile.valid_from)
        given = {rules.category(*facts)[0] for facts in _OUTCOMES if rules.has_category(*facts)}
        for code in sorted(profile.classes.keys() - given):
            yield _whole(table, f"no row answers {code!r}, a class of {profile.id}")
    for wide, narrow in combinations(table.rows, 2):
        if covers(wide, narrow):
            yield about(table, narrow, "error", f"can never answer: {wide.id!r} answers first")


def _bodies(ruleset: RuleSet) -> Iterator[Finding]:
    """Check that every body exists while its rows are in force."""
    for name in ("routing", "oversight", "review"):
        table = ruleset.tables[name]
        for row in table.rows:
            for code in _named_agencies(row):
                agency = ruleset.agencies.get(code)
                if agency is None:
                    continue
                ends = agency.valid_until
                if ends is not None and (row.valid_until is None or row.valid_until > ends):
                    problem = f"names {code}, which ended on {ends}; end the row then"
                    yield about(table, row, "error", problem)
                starts = agency.valid_from
                if starts is not None and row.valid_from < starts:
                    problem = f"names {code} from {row.valid_from}, which began on {starts}"
                    yield about(table, row, "warning", problem)


def _named_agencies(row: Row) -> list[str]:
    agency, copies = row.then.get("agency"), row.then.get("copies")
    named = [agency] if isinstance(agency, str) else []
    named += [copy.agency for copy in copies] if isinstance(copies, tuple) else []
    return [code for code in named if code != REGIONAL]


def _overseers(ruleset: RuleSet) -> Iterator[Finding]:
    """Check that each body that can be accused has an overseer, and each overseer a body."""
    routing, oversight = ruleset.tables["routing"], ruleset.tables["oversight"]
    first = ruleset.regulations.first_day
    rules = ruleset.on(max(first, *ruleset.bounds))
    seen: set[str] = set()
    for row in routing.rows:
        code = row.then.get("agency")
        if not isinstance(code, str) or code in seen:
            continue
        seen.add(code)
        for agency, kind in _accused(ruleset, code):
            if not rules.router.has_overseer(agency, kind, "PUSAT"):
                yield about(routing, row, "error", f"answers {code}, whose overseer no row names")
    kinds = {kind for code in seen for _, kind in _accused(ruleset, code)}
    for row in oversight.rows:
        if not any(_concerns(row, agency, kind) for agency, kind in _all_accused(ruleset, seen)):
            problem = f"oversees no body that routing answers; it answers kinds {sorted(kinds)}"
            yield about(oversight, row, "warning", problem)


def _accused(ruleset: RuleSet, code: str) -> list[tuple[str | None, str]]:
    if code == REGIONAL:
        return [(None, kind) for kind in sorted(_REGIONAL_KINDS)]
    agency = ruleset.agencies.get(code)
    return [(code, agency.kind)] if agency is not None else []


def _all_accused(ruleset: RuleSet, codes: set[str]) -> list[tuple[str | None, str]]:
    return [pair for code in codes for pair in _accused(ruleset, code)]


def _concerns(row: Row, agency: str | None, kind: str) -> bool:
    facts = {"agency": agency, "kind": kind}
    for name, cell in row.when.items():
        values = getattr(cell, "values", None)
        if name in facts and values is not None:
            negated = getattr(cell, "negated", False)
            if (facts[name] in values) is negated:
                return False
    return True


def _outputs(ruleset: RuleSet) -> Iterator[Finding]:
    """Check that every code of the design can come out."""
    for name, output, codes in (
        ("category", "category", CATEGORIES),
        ("flags", "flag", FLAGS),
        ("review", "reason", REASONS),
    ):
        table = ruleset.tables[name]
        said = {row.then[output] for row in table.rows}
        for code in codes:
            if code not in said:
                yield _whole(table, f"no row answers {code!r}")
    for name in ("flags", "review"):
        table = ruleset.tables[name]
        for row in table.rows:
            if not row.then.get("message"):
                yield about(table, row, "error", "has no message for people")
            if not row.when:
                yield about(table, row, "error", "has no condition, so it always answers")


def _unused_cues(ruleset: RuleSet) -> Iterator[Finding]:
    used: set[str] = set()
    for table in ruleset.tables.values():
        for row in table.rows:
            cell = row.when.get("cue")
            if isinstance(cell, Holds):
                used |= cell.values
    for cue in ruleset.cues:
        if cue.code not in used and not cue.topics:
            yield Finding(
                severity="warning",
                file=cue.path or ruleset.folder,
                line=cue.line,
                row=cue.code,
                message=f"cue {cue.code!r} stands in no table",
            )


def _open_rows(ruleset: RuleSet) -> Iterator[Finding]:
    """Check the rows that answer for every topic: those on accused bodies, and no others."""
    table = ruleset.tables["routing"]
    for row in table.rows:
        if "topic" not in row.when and not {"misconduct", "cue"} <= row.when.keys():
            problem = "names no topic, so it needs misconduct and a cue"
            yield about(table, row, "warning", problem)
        if row.then.get("agency") is None and not row.then.get("unit"):
            yield about(table, row, "error", "names neither agency nor unit")


def _whole(table: Table, message: str) -> Finding:
    return Finding(severity="error", file=table.path, line=0, row=None, message=message)
