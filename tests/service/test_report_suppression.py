from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.workdays import WorkCalendar
from service.reports.evaluation import COUNTS, evaluate
from service.reports.period import parse_period
from service.reports.records import Record
from service.reports.reference import Reference
from service.reports.report import make_report
from service.reports.shape import Report
from service.reports.suppress import SMALLEST, Published, is_small, publish, publish_share

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


def _report(outcomes: list[tuple[str, str, bool, int]]) -> Report:
    """Return a report on complaints of a few agencies: agency, status, overdue, returns."""
    received = date(2026, 3, 2)
    return make_report(
        [
            Record(
                id="01a20ada2c0070008000000000000001",
                source="lapor",
                tracking_id=None,
                received_on=received,
                due_on=date(2026, 3, 20) if is_due else date(2026, 12, 1),
                followed_up_on=received if status == "answered" else None,
                answered_on=received if status == "answered" else None,
                status=status,
                category="information",
                topic="",
                agency=agency or None,
                unit=None,
                region=None,
                returns=returns,
                transfers=returns,
            )
            for agency, status, is_due, returns in outcomes
        ],
        period=parse_period("2026-S1"),
        as_of=date(2026, 7, 1),
        reference=Reference(
            calendar=WorkCalendar({}, first=date(2026, 1, 1), last=date(2026, 12, 31)),
            agencies={},
            topics={},
            provinces={},
            offsets={},
        ),
    )


_outcomes = st.tuples(
    st.sampled_from(("A", "A", "A", "B", "B", "C", "")),
    st.sampled_from(("answered", "answered", "disposed", "waiting_for_completion", "archived")),
    st.booleans(),
    st.sampled_from((0, 0, 0, 1, 2)),
)


@given(st.lists(_outcomes, max_size=90))
def test_an_evaluation_tells_no_small_count_of_any_agency(
    outcomes: list[tuple[str, str, bool, int]],
) -> None:
    report = _report(outcomes)
    found = evaluate(report)
    actual = {row.code or "": row.figures for row in report.by_agency}
    listed = {row.code: row.figures for row in found.agencies}

    for code, figures in listed.items():
        assert figures.incoming == actual[code].incoming >= SMALLEST
    for name in ("incoming", *COUNTS):
        total = getattr(found.total, name)
        shown = {code: getattr(figures, name) for code, figures in listed.items()}
        known = {code: count for code, count in shown.items() if count is not None}
        for code, count in known.items():
            assert not is_small(count)
            assert name == "incoming" or not is_small(actual[code].incoming - count)
        if total is None:
            continue
        assert not is_small(total)
        left = {code: getattr(f, name) for code, f in actual.items() if code not in known}
        if name != "incoming" or any(is_small(count) for count in left.values()):
            # What the others have together is told; what each of them has is not.
            hidden = sum(left.values())
            assert hidden == 0 or hidden >= SMALLEST
            assert hidden == total - sum(known.values())
