from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.reports.suppress import SMALLEST, Published, publish, publish_share

_counts = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 30), max_size=7)


def possible(found: Published[str]) -> dict[str, set[int]]:
    """Return what each hidden count may be for whoever reads the others and the total."""
    hidden = [key for key, count in found.cells.items() if count is None]
    if found.total is None:
        return {key: set(range(1, 100)) for key in hidden}
    left = found.total - sum(count for count in found.cells.values() if count is not None)
    fits = [
        combination
        for combination in product(range(1, SMALLEST + 1), repeat=max(len(hidden) - 1, 0))
        if left - sum(combination) >= 1
    ]
    # One count takes what the others leave: by turns each one, so each is tried as a free one.
    return {
        key: {combination[place] for combination in fits}
        if place < len(hidden) - 1
        else {combination[0] for combination in fits if combination}
        for place, key in enumerate(hidden)
    }


@given(_counts, st.sets(st.sampled_from("abcdefgh"), max_size=2))
def test_no_small_count_is_shown_and_none_can_be_reckoned_from_the_total(
    counts: dict[str, int], hidden: set[str]
) -> None:
    found = publish(counts, hidden=hidden & counts.keys())

    for key, count in counts.items():
        assert found.cells[key] in (None, count)
        assert not 0 < (found.cells[key] or 0) < SMALLEST
        if key in hidden and count:
            assert found.cells[key] is None
    for values in possible(found).values():
        assert len(values) >= SMALLEST


@given(_counts)
def test_what_is_shown_is_true(counts: dict[str, int]) -> None:
    found = publish(counts)

    assert found.total in (None, sum(counts.values()))
    if all(count == 0 or count >= SMALLEST for count in counts.values()):
        assert found.cells == counts
        assert found.total == sum(counts.values())


@pytest.mark.parametrize(
    ("counts", "shown", "total"),
    [
        pytest.param({"a": 4, "b": 9}, {"a": None, "b": None}, 13, id="one-small-hides-another"),
        pytest.param(
            {"a": 1, "b": 1, "c": 9}, {"a": None, "b": None, "c": None}, 11, id="two-ones"
        ),
        pytest.param({"a": 3, "b": 4, "c": 9}, {"a": None, "b": None, "c": 9}, 16, id="two-small"),
        pytest.param({"a": 4}, {"a": None}, None, id="alone-not-even-the-total"),
        pytest.param({"a": 5, "b": 0}, {"a": 5, "b": 0}, 5, id="nothing-small"),
    ],
)
def test_hiding_takes_no_more_than_it_must(
    counts: dict[str, int], shown: dict[str, int | None], total: int | None
) -> None:
    found = publish(counts)

    assert (found.cells, found.total) == (shown, total)


@given(st.integers(0, 200), st.integers(0, 200))
def test_a_share_is_shown_only_where_neither_part_is_small(part: int, other: int) -> None:
    found = publish_share(part, other)
    is_told = part + other > 0 and all(n == 0 or n >= SMALLEST for n in (part, other))

    assert (found is not None) == is_told
    assert found is None or 0 <= found <= 1
