"""Rows made quick: which of them match the facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any, Generic, TypeAlias, TypeVar

from rules.cells import Between, Cell, Holds, OneOf
from rules.results import Fact, Fired, NearMiss
from rules.rows import Row
from rules.tables import Table

# Place of the value among the facts, a test of it, and the outcome that lets it pass. Tests are
# bound methods of built-in sets: no Python frame is opened to look at a cell.
Check: TypeAlias = tuple[int, Callable[[Any], bool], bool]
Facts: TypeAlias = tuple[Any, ...]
Made = TypeVar("Made")
_CACHE_SIZE = 16_384
# Names of columns that are not the names of facts.
_FACT_OF = {"cue": "cues"}


def make_check(place: int, cell: Cell) -> Check:
    """Return the test of one cell."""
    match cell:
        case OneOf():
            return place, cell.values.__contains__, not cell.negated
        case Holds(mode="all"):
            return place, cell.values.issubset, True
        case Holds():
            return place, cell.values.isdisjoint, cell.mode == "none"
        case Between():
            low, high = cell.low, cell.high
            return place, lambda value: low <= value < high, True


class RowSet:
    """Rows of one table, in the order in which they are tried.

    Parameters
    ----------
    table : str
        Name of the table.
    rows : sequence of Row
        The rows in force.
    names : sequence of str
        Inputs in the order in which their facts will come.
    given : mapping of str to Fact, default={}
        Inputs that all these rows are known to pass; named in explanations only.
    """

    __slots__ = ("_checks", "_given", "_names", "_rows", "_table")

    def __init__(
        self,
        table: str,
        rows: Sequence[Row],
        *,
        names: Sequence[str],
        given: Mapping[str, Fact] | None = None,
    ) -> None:
        self._table = table
        self._rows = tuple(rows)
        self._names = tuple(names)
        self._given = dict(given or {})
        places = {name: place for place, name in enumerate(names)}
        self._checks = tuple(
            tuple(
                make_check(places[name], cell)
                for name, cell in row.when.items()
                if name not in self._given
            )
            for row in self._rows
        )

    def first(self, facts: Facts) -> int | None:
        """Return the number of the first row that matches."""
        for number, checks in enumerate(self._checks):
            for place, test, wanted in checks:
                if test(facts[place]) is not wanted:
                    break
            else:
                return number
        return None

    def every(self, facts: Facts) -> tuple[int, ...]:
        """Return the numbers of all rows that match."""
        return tuple(
            number
            for number, checks in enumerate(self._checks)
            if all(test(facts[place]) is wanted for place, test, wanted in checks)
        )

    def row(self, number: int) -> Row:
        """Return a row by its number."""
        return self._rows[number]

    def fired(self, number: int, facts: Facts) -> Fired:
        """Explain a row that matches."""
        row = self._rows[number]
        because = {name: fact for name, fact in self._given.items() if name in row.when}
        for name, cell in row.when.items():
            if name not in because:
                because[name] = _met(cell, facts[self._names.index(name)])
        return Fired(table=self._table, row=row.id, because=because, reference=row.reference)

    def near_miss(self, number: int | None, facts: Facts) -> tuple[NearMiss, ...]:
        """Return the nearest row above one that misses by exactly one condition."""
        last = len(self._rows) if number is None else number
        for above in range(last - 1, -1, -1):
            failed = -1
            for place, test, wanted in self._checks[above]:
                if test(facts[place]) is not wanted:
                    if failed >= 0:
                        break
                    failed = place
            else:
                name, row = self._names[failed], self._rows[above]
                text = {name: row.when[name].text}
                return (NearMiss(table=self._table, row=row.id, failed=text),)
        return ()


def _met(cell: Cell, fact: Any) -> Fact:
    if not isinstance(cell, Holds):
        return fact  # type: ignore[no-any-return]  # facts are typed where they are made
    if cell.mode == "none":
        return cell.text
    found = tuple(sorted(cell.values & fact))
    return found[0] if len(found) == 1 else found


def looked_at(rows: Sequence[Row]) -> tuple[str, ...]:
    """Return the inputs that any row looks at, in a fixed order."""
    return tuple(sorted({name for row in rows for name in row.when}))


def codes_looked_at(rows: Sequence[Row], name: str) -> frozenset[str]:
    """Return the codes of a set-valued input that any row looks at."""
    found: set[str] = set()
    for row in rows:
        cell = row.when.get(name)
        if isinstance(cell, Holds):
            found |= cell.values
    return frozenset(found)


class Collector(Generic[Made]):
    """A ``collect`` table on one day: what all rows that match say, in their order.

    Facts are narrowed to what the rows look at, so that a small cache answers most complaints.

    Parameters
    ----------
    table : Table
    rows : sequence of Row
        The rows in force.
    given : sequence of str
        Inputs that are no attributes of the facts, or not as the table wants them.
    make : callable
        Turns a row into what it says.
    """

    def __init__(
        self,
        table: Table,
        rows: Sequence[Row],
        *,
        given: Sequence[str],
        make: Callable[[Row], Made],
    ) -> None:
        own = [name for name in looked_at(rows) if name not in given]
        sets = [name for name in own if table.inputs[name].kind == "cues"]
        plain = [name for name in own if name not in sets]
        self._plain = getter(plain)
        self._sets = [(_FACT_OF[name], codes_looked_at(rows, name)) for name in sets]
        self._given = [
            codes_looked_at(rows, name) if table.inputs[name].kind == "flags" else None
            for name in given
        ]
        self._rows = RowSet(table.name, rows, names=(*plain, *sets, *given))
        self._make = make
        self._cached = lru_cache(maxsize=_CACHE_SIZE)(self._made)

    def made(self, facts: object, *given: Any) -> tuple[Made, ...]:
        """Return what the matching rows say.

        Parameters
        ----------
        facts : object
            Its attributes are the facts.
        *given
            The facts that were announced as ``given``, in that order.
        """
        key = [*self._plain(facts)]
        key += [getattr(facts, name) & codes for name, codes in self._sets]
        key += [
            fact if codes is None else fact & codes
            for fact, codes in zip(given, self._given, strict=True)
        ]
        return self._cached(tuple(key))

    def _made(self, facts: Facts) -> tuple[Made, ...]:
        return tuple(self._make(self._rows.row(number)) for number in self._rows.every(facts))


def getter(names: Sequence[str]) -> Callable[[object], Facts]:
    """Return what gives some attributes as a tuple; ``attrgetter`` gives a single one bare."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda facts: tuple(getattr(facts, name) for name in names)
