"""Days that do not count, agreed limits, and deadlines that explain themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rules
from rules.explained import explain_deadline
from rules.regulations import load_regulations
from rules.sla import Pause, count_on, merged, sla_for
from rules.workdays import load_calendar

DATA = Path(rules.__file__).parent / "data"
CALENDAR = load_calendar(DATA / "calendar")
REGULATION = load_regulations(DATA / "regulations").on(date(2026, 1, 1))
FIRST = date(2024, 1, 1)

starts = st.dates(FIRST, date(2027, 12, 31))
categories = st.sampled_from(sorted(REGULATION.classes))


@st.composite
def pauses_of(draw: st.DrawFn) -> list[Pause]:
    pairs = draw(st.lists(st.tuples(starts, st.integers(-2, 40)), max_size=4))
    return [
        Pause(first=first, last=first + timedelta(length), reason="force_majeure")
        for first, length in pairs
    ]


def slow_count(start: date, working_days: int, pauses: list[Pause]) -> date:
    """Ask one day after the other."""
    day, counted = start, 0
    while counted < working_days:
        day += timedelta(1)
        stands_still = any(pause.first <= day <= pause.last for pause in pauses)
        counted += CALENDAR.is_working(day) and not stands_still
    return day


@given(starts, st.integers(1, 70), pauses_of())
def test_pauses_agree_with_asking_day_after_day(
    start: date, working_days: int, pauses: list[Pause]
) -> None:
    found = count_on(start, working_days, CALENDAR, pauses=pauses)

    assert found == slow_count(start, working_days, pauses)


@given(starts, categories, st.integers(1, 40), st.integers(1, 60))
def test_pausing_some_working_days_moves_the_limit_by_as_many(
    start: date, category: str, offset: int, length: int
) -> None:
    before = sla_for(category, start, REGULATION, CALENDAR).due_on
    assert before is not None
    first = min(CALENDAR.after(start, offset), before)
    pause = Pause(
        first=first, last=CALENDAR.after(first - timedelta(1), length), reason="force_majeure"
    )

    after = sla_for(category, start, REGULATION, CALENDAR, pauses=[pause]).due_on

    assert after is not None
    assert CALENDAR.between(before, after) == length


@given(starts, categories, st.integers(0, 30))
def test_granted_days_move_the_limit_by_as_many(start: date, category: str, extra: int) -> None:
    before = sla_for(category, start, REGULATION, CALENDAR).due_on
    after = sla_for(category, start, REGULATION, CALENDAR, extra_days=extra).due_on

    assert before is not None
    assert after is not None
    assert CALENDAR.between(before, after) == extra


@given(starts, starts, categories, pauses_of())
def test_with_pauses_a_later_receipt_is_never_due_earlier(
    one: date, other: date, category: str, pauses: list[Pause]
) -> None:
    earlier, later = sorted((one, other))
    found = [
        sla_for(category, day, REGULATION, CALENDAR, pauses=pauses) for day in (earlier, later)
    ]

    assert found[0].due_on is not None
    assert found[1].due_on is not None
    assert found[0].due_on <= found[1].due_on


@given(starts, categories, pauses_of(), st.integers(0, 20), st.integers(1, 60))
def test_reminders_stay_in_order_before_the_limit_whatever_moves_it(
    start: date, category: str, pauses: list[Pause], extra: int, agreed: int
) -> None:
    sla = sla_for(
        category, start, REGULATION, CALENDAR, pauses=pauses, extra_days=extra, agreed_days=agreed
    )

    assert sla.due_on is not None
    assert [start, *sla.reminders, sla.due_on] == sorted({start, *sla.reminders, sla.due_on})


@given(starts, categories, st.integers(1, 200), pauses_of())
def test_an_agreed_limit_counts_only_where_it_is_stricter(
    start: date, category: str, agreed: int, pauses: list[Pause]
) -> None:
    legal = sla_for(category, start, REGULATION, CALENDAR, pauses=pauses)
    sla = sla_for(category, start, REGULATION, CALENDAR, pauses=pauses, agreed_days=agreed)

    assert sla.legal_due_on == legal.due_on
    assert sla.due_on is not None
    assert sla.due_on == min(
        slow_count(start, agreed, pauses), slow_count(start, sla.working_days, pauses)
    )


@given(pauses_of())
def test_merged_pauses_hold_the_same_days_and_no_day_twice(pauses: list[Pause]) -> None:
    def days_of(pauses: list[Pause]) -> Iterator[date]:
        for pause in pauses:
            for n in range((pause.last - pause.first).days + 1):
                yield pause.first + timedelta(n)

    found = list(days_of(merged(pauses)))

    assert found == sorted(set(days_of(pauses)))


@given(starts, categories, pauses_of())
def test_an_explained_deadline_counts_as_many_days_as_the_limit(
    start: date, category: str, pauses: list[Pause]
) -> None:
    sla = sla_for(category, start, REGULATION, CALENDAR, pauses=pauses)
    assert sla.due_on is not None

    days = explain_deadline(start, sla.due_on, CALENDAR, pauses=pauses)

    numbers = [day.number for day in days if day.number is not None]
    assert numbers == list(range(sla.working_days + 1))
    assert (days[0].day, days[-1].day) == (start, sla.due_on)
    assert all((day.number is None) == (day.skipped is not None) for day in days)
    assert sla.is_estimated is any(day.is_estimated for day in days[1:])


def test_every_day_says_why_it_was_skipped() -> None:
    start = date(2026, 12, 22)
    pause = Pause(first=date(2026, 12, 28), last=date(2026, 12, 29), reason="force_majeure")

    days = explain_deadline(start, date(2026, 12, 30), CALENDAR, pauses=[pause])

    assert [(day.day.day, day.number, day.skipped) for day in days] == [
        (22, 0, None),
        (23, 1, None),
        (24, None, "Cuti Bersama Hari Raya Natal"),
        (25, None, "Hari Raya Natal"),
        (26, None, "Sabtu"),
        (27, None, "Minggu"),
        (28, None, "Dihentikan sementara: keadaan kahar"),
        (29, None, "Dihentikan sementara: keadaan kahar"),
        (30, 2, None),
    ]


@pytest.mark.parametrize(
    ("start", "is_estimated"),
    [
        pytest.param(date(2027, 2, 18), False, id="before-the-computed-holiday"),
        pytest.param(date(2027, 3, 2), True, id="over-it"),
        pytest.param(date(2027, 12, 10), False, id="within-the-last-decreed-year"),
        pytest.param(date(2027, 12, 28), True, id="into-a-year-without-a-decree"),
    ],
)
def test_a_deadline_says_whether_it_rests_on_an_estimate(start: date, is_estimated: bool) -> None:
    sla = sla_for("information", start, REGULATION, CALENDAR)

    assert sla.is_estimated is is_estimated
