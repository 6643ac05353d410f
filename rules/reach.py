"""Which facts the routing table leaves unanswered, and which of its rows can never answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Any

from rules.cells import Cell, Holds, Input, OneOf
from rules.findings import Finding, about
from rules.router import Router
from rules.rows import Row
from rules.tables import Table
from rules.vocabulary import KINDS, LEVELS

_BOOLEAN = (False, True)
# A row that wins none of so many combinations is taken as unreachable.
_MAX_TRIES = 4000


def find_gaps(table: Table, router: Router, topics: Sequence[str]) -> Iterator[str]:
    """Yield the combinations of topic, level and misconduct without cue that no row answers."""
    for topic in topics:
        names, rows = router.rows_of(topic)
        missing: dict[str, None] = {}
        for facts in product(*(_domain(table.inputs.get(name), name) for name in names)):
            if rows.first(facts) is None:
                given = dict(zip(names, facts, strict=True))
                missing[f"level {given['level']}, misconduct {given['misconduct']}"] = None
        if missing:
            yield f"topic {topic!r} at {'; '.join(missing)}"


def find_unreachable(
    table: Table, router: Router, topics: Sequence[str], rows: Sequence[Row]
) -> Iterator[tuple[Row, str | None, str]]:
    """Yield each row that never answers, and each listed code that never makes it answer.

    Yields
    ------
    tuple of (Row, str or None, str)
        The row, the useless code or None when all of the row is, and who answers instead.
    """
    numbers = {id(row): row for row in rows}
    for row in numbers.values():
        winner = _winner(table, router, topics, row, {})
        if winner is not None:
            yield row, None, winner
            continue
        for name, cell in row.when.items():
            for code in _listed(cell):
                winner = _winner(table, router, topics, row, {name: code})
                if winner is not None:
                    yield row, code, winner


def shadowed(table: Table, row: Row, code: str | None, winner: str) -> Finding:
    """Return the finding for an unreachable row or code."""
    if code is None:
        return about(table, row, "error", f"can never answer: {winner} answers first")
    return about(table, row, "warning", f"never answers for {code!r}: {winner} answers first")


def _listed(cell: Cell) -> tuple[str, ...]:
    """Return the codes of a cell that names several of which each must be of use."""
    if isinstance(cell, Holds) and cell.mode != "any":
        return ()
    if isinstance(cell, OneOf) and (cell.negated or "*" in cell.text):
        return ()
    if isinstance(cell, (Holds, OneOf)) and len(cell.values) > 1:
        return tuple(sorted(str(value) for value in cell.values))
    return ()


def _winner(
    table: Table,
    router: Router,
    topics: Sequence[str],
    row: Row,
    fixed: Mapping[str, str],
) -> str | None:
    """Return who answers instead of a row wherever it matches; None if it answers somewhere."""
    winners: Counter[str] = Counter()
    cell = row.when.get("topic")
    wanted = [fixed["topic"]] if "topic" in fixed else _matching(cell, topics)
    tries = 0
    for topic in wanted:
        names, rows = router.rows_of(topic)
        choices = [_choices(table, row, name, fixed) for name in names]
        for facts in islice(product(*choices), _MAX_TRIES - tries):
            tries += 1
            number = rows.first(facts)
            found = rows.row(number) if number is not None else None
            if found is row:
                return None
            if found is not None:
                winners[f"{found.id!r} on line {found.line}"] += 1
    return winners.most_common(1)[0][0] if winners else "no combination of facts"


def _choices(table: Table, row: Row, name: str, fixed: Mapping[str, str]) -> Sequence[Any]:
    """Return the facts worth trying for one input of a row."""
    cell = row.when.get(name)
    if name == "cue":
        if name in fixed:
            return [frozenset({fixed[name]})]
        if not isinstance(cell, Holds) or cell.mode == "none":
            return [frozenset()]
        if cell.mode == "all":
            return [cell.values]
        return [frozenset({code}) for code in sorted(cell.values)]
    if name in fixed:
        return [fixed[name]]
    return _matching(cell, _domain(table.inputs.get(name), name))


def _matching(cell: Cell | None, domain: Sequence[Any]) -> Sequence[Any]:
    if not isinstance(cell, OneOf):
        return domain
    if cell.negated:
        return [value for value in domain if value not in cell.values]
    found = [value for value in domain if value in cell.values]
    return found or sorted(cell.values, key=str)[:3]


def _domain(column: Input | None, name: str) -> Sequence[Any]:
    """Return facts that stand for all facts of an input, without cues."""
    if name == "cue":
        return (frozenset(),)
    match column.kind if column is not None else name:
        case "level":
            return LEVELS
        case "kind":
            return KINDS
        case "boolean" | "misconduct":
            return _BOOLEAN
    return (None,)
