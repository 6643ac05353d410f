from __future__ import annotations

from datetime import date
from itertools import chain, combinations, product

from hypothesis import given
from hypothesis import strategies as st

from rules.cells import Between, Cell, Holds, OneOf
from rules.compiled import RowSet
from rules.overlaps import covers, meet
from rules.rows import Row
from rules.vocabulary import LEVELS

CUES = ("a", "b", "c")
NUMBERS = (0.0, 0.25, 0.5, 0.75, 1.0)
NAMES = ("level", "misconduct", "cue", "score")
DAYS = (date(2019, 1, 1), date(2021, 1, 1), date(2023, 1, 1))
FACTS = tuple(
    product(
        LEVELS,
        (False, True),
        [
            frozenset(codes)
            for codes in chain.from_iterable(combinations(CUES, size) for size in range(4))
        ],
        NUMBERS,
    )
)

levels = st.builds(
    lambda values, negated: OneOf(values, "|".join(sorted(values)), negated),
    st.frozensets(st.sampled_from(LEVELS), min_size=1, max_size=2),
    st.booleans(),
)
booleans = st.builds(lambda value: OneOf(frozenset({value}), str(value)), st.booleans())
sets = st.builds(
    Holds,
    st.frozensets(st.sampled_from(CUES), min_size=1),
    st.sampled_from(["any", "all", "none"]),
)
intervals = st.builds(
    lambda low, width: Between(low, low + width),
    st.sampled_from(NUMBERS),
    st.sampled_from([0.25, 0.5, 2.0]),
)


@st.composite
def rows(draw: st.DrawFn) -> Row:
    cells: dict[str, st.SearchStrategy[Cell]] = {
        "level": levels,
        "misconduct": booleans,
        "cue": sets,
        "score": intervals,
    }
    names = draw(st.sets(st.sampled_from(NAMES)))
    first = draw(st.sampled_from(DAYS))
    return Row(
        id="R",
        when={name: draw(cells[name]) for name in sorted(names)},
        then={},
        valid_from=first,
        valid_until=draw(st.sampled_from([None, *(day for day in DAYS if day > first)])),
        reference="UU",
        note=None,
        priority=0,
        line=1,
    )


def matches(row: Row) -> set[int]:
    compiled = RowSet("t", [row], names=NAMES)
    return {number for number, facts in enumerate(FACTS) if compiled.first(facts) is not None}


def days(row: Row) -> set[date]:
    return {day for day in DAYS if row.is_in_force(day)}


@given(rows(), rows())
def test_rows_that_match_the_same_facts_meet(one: Row, other: Row) -> None:
    if matches(one) & matches(other) and days(one) & days(other):
        assert meet(one, other)
        assert meet(other, one)


@given(rows(), rows())
def test_rows_that_meet_match_the_same_facts(one: Row, other: Row) -> None:
    both_negated = all(
        isinstance(cell := row.when.get("level"), OneOf) and cell.negated for row in (one, other)
    )
    if meet(one, other) and not both_negated:
        assert matches(one) & matches(other)
        assert days(one) & days(other)


@given(rows(), rows())
def test_a_covered_row_matches_nothing_of_its_own(wide: Row, narrow: Row) -> None:
    if covers(wide, narrow):
        assert matches(narrow) <= matches(wide)
        assert days(narrow) <= days(wide)


@given(rows())
def test_a_row_covers_itself(row: Row) -> None:
    assert covers(row, row)
