import csv
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rules
from rules.regulations import load_regulations
from rules.sla import local_day, sla_for
from rules.workdays import OutsideCalendarError, WorkCalendar, load_calendar

HERE = Path(__file__).parent
DATA = Path(rules.__file__).parent / "data"
CALENDAR = load_calendar(DATA / "calendar")
REGULATION = load_regulations(DATA / "regulations").on(date(2026, 1, 1))

# class: limit, working days of the reminder before it, columns of the vectors
CLASSES = {
    "information": (5, 3, "due_5wd", "remind_5wd_minus3wd"),
    "non_supervisory": (14, 8, "due_14wd", "remind_14wd_minus8wd"),
    "field_inspection": (60, 35, "due_60wd", "remind_60wd_minus35wd"),
}

receipt_days = st.dates(date(2019, 1, 1), date(2034, 12, 31))
categories = st.sampled_from(sorted(CLASSES))


def read_csv(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


VECTORS = read_csv("sla-test-vectors.csv")
# Kept apart from the calendar on purpose: a new release of `holidays` must not move both.
SLOW_DAYS_OFF = frozenset(row["date"] for row in read_csv("days-off-2024-2028.csv"))


def slow_working_days(after: date) -> Iterator[date]:
    """Every working day after a day, found by asking one day after the other."""
    day = after
    while True:
        day += timedelta(1)
        if day.strftime("%w") not in {"0", "6"} and day.isoformat() not in SLOW_DAYS_OFF:
            yield day


def due_on(category: str, day: date, calendar: WorkCalendar = CALENDAR) -> date:
    found = sla_for(category, day, REGULATION, calendar).due_on
    assert found is not None
    return found


def test_the_profile_holds_the_figures_of_the_regulation() -> None:
    found = {code: (limit.working_days, *limit.reminder_days) for code, limit in
             REGULATION.classes.items()}  # fmt: skip

    assert found == {code: figures[:2] for code, figures in CLASSES.items()}


@pytest.mark.parametrize("row", VECTORS, ids=[row["received_local_date"] for row in VECTORS])
@pytest.mark.parametrize("category", CLASSES)
def test_every_vector_gives_the_stated_limit_and_reminder(
    category: str, row: dict[str, str]
) -> None:
    *_, due_column, reminder_column = CLASSES[category]

    sla = sla_for(category, date.fromisoformat(row["received_local_date"]), REGULATION, CALENDAR)

    assert sla.due_on == date.fromisoformat(row[due_column])
    assert sla.reminders == (date.fromisoformat(row[reminder_column]),)


@pytest.mark.parametrize("row", VECTORS, ids=[row["received_local_date"] for row in VECTORS])
def test_every_vector_gives_three_working_days_to_verify(row: dict[str, str]) -> None:
    received = date.fromisoformat(row["received_local_date"])

    verified = CALENDAR.after(received, REGULATION.verification_days)

    assert verified == date.fromisoformat(row["verify_3wd"])


@pytest.mark.parametrize("category", CLASSES)
def test_every_day_of_four_years_agrees_with_counting_day_by_day(category: str) -> None:
    limit, before, *_ = CLASSES[category]
    days = [date(2024, 1, 1) + timedelta(n) for n in range(1461)]

    found = [sla_for(category, day, REGULATION, CALENDAR) for day in days]

    expected = [list(islice(slow_working_days(day), limit)) for day in days]
    assert [sla.due_on for sla in found] == [counted[-1] for counted in expected]
    assert [sla.reminders for sla in found] == [(counted[-1 - before],) for counted in expected]


@given(receipt_days, receipt_days, categories)
def test_a_later_receipt_is_never_due_earlier(one: date, other: date, category: str) -> None:
    earlier, later = sorted((one, other))

    assert due_on(category, earlier) <= due_on(category, later)


@given(receipt_days, categories)
def test_reminders_are_in_order_after_receipt_and_before_the_limit(
    day: date, category: str
) -> None:
    sla = sla_for(category, day, REGULATION, CALENDAR)

    assert sla.due_on is not None
    assert [day, *sla.reminders, sla.due_on] == sorted({day, *sla.reminders, sla.due_on})


@given(receipt_days, categories)
def test_limit_and_reminders_are_working_days(day: date, category: str) -> None:
    sla = sla_for(category, day, REGULATION, CALENDAR)

    assert all(CALENDAR.is_working(found) for found in (sla.due_on, *sla.reminders) if found)


@given(
    st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    categories,
    st.sets(st.dates(date(2026, 1, 1), date(2027, 6, 30)), max_size=20),
    st.dates(date(2026, 1, 1), date(2027, 6, 30)),
)
def test_adding_a_holiday_never_shortens(
    day: date, category: str, known: set[date], added: date
) -> None:
    def make_calendar(days_off: set[date]) -> WorkCalendar:
        off = dict.fromkeys(days_off, "Libur")
        return WorkCalendar(off, first=date(2026, 1, 1), last=date(2027, 12, 31))

    before, after = make_calendar(known), make_calendar({*known, added})

    assert due_on(category, day, before) <= due_on(category, day, after)


@given(receipt_days, st.integers(1, 120))
def test_counting_back_gives_the_working_days_that_were_added(day: date, working_days: int) -> None:
    assert CALENDAR.between(day, CALENDAR.after(day, working_days)) == working_days


def test_without_a_day_of_receipt_only_limit_and_regulation_are_given() -> None:
    sla = sla_for("non_supervisory", None, REGULATION, CALENDAR)

    assert (sla.working_days, sla.regulation) == (14, "permenpan-62-2018")
    assert (sla.starts_on, sla.due_on, sla.reminders) == (None, None, ())


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        pytest.param("2026-11-24T23:30:00+07:00", "Asia/Jakarta", 24, id="wib-is-still-today"),
        pytest.param("2026-11-24T23:30:00+07:00", "Asia/Makassar", 25, id="wita-is-tomorrow"),
        pytest.param("2026-11-24T23:30:00+07:00", "Asia/Jayapura", 25, id="wit-is-tomorrow"),
        pytest.param("2026-11-24T22:59:59+07:00", "Asia/Makassar", 24, id="wita-one-second-before"),
        pytest.param("2026-11-24T23:00:00+07:00", "Asia/Makassar", 25, id="wita-midnight"),
        pytest.param("2026-11-24T21:59:59+07:00", "Asia/Jayapura", 24, id="wit-one-second-before"),
        pytest.param("2026-11-24T22:00:00+07:00", "Asia/Jayapura", 25, id="wit-midnight"),
        pytest.param("2026-11-24T16:59:59+00:00", "Asia/Jakarta", 24, id="utc-before-wib-midnight"),
        pytest.param("2026-11-24T17:00:00+00:00", "Asia/Jakarta", 25, id="utc-at-wib-midnight"),
    ],
)
def test_the_day_of_receipt_is_the_local_day(moment: str, zone: str, day: int) -> None:
    assert local_day(datetime.fromisoformat(moment), zone) == date(2026, 11, day)


def test_half_past_eleven_in_jakarta_may_be_due_a_day_later_in_jayapura() -> None:
    moment = datetime.fromisoformat("2026-11-24T23:30:00+07:00")

    limits = [due_on("information", local_day(moment, zone)) for zone in
              ("Asia/Jakarta", "Asia/Jayapura")]  # fmt: skip

    assert limits == [date(2026, 12, 1), date(2026, 12, 2)]


def test_a_moment_without_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a moment with an offset"):
        local_day(datetime(2026, 11, 24, 9, 30), "Asia/Jakarta")  # noqa: DTZ001


def test_a_moment_at_the_end_of_time_is_refused_by_name() -> None:
    with pytest.raises(OutsideCalendarError, match="got year 9999"):
        local_day(datetime.fromisoformat("9999-12-31T23:00:00+00:00"), "Asia/Jayapura")
