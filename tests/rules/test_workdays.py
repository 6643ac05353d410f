from datetime import date, timedelta
from pathlib import Path

import pytest

import rules
from rules.errors import RuleFileError
from rules.workdays import OutsideCalendarError, WorkCalendar, load_calendar

DATA = Path(rules.__file__).parent / "data"
HEAD = "decreed_years: []\noverrides:\n"
CALENDAR = load_calendar(DATA / "calendar")


def make_calendar(folder: Path, text: str) -> WorkCalendar:
    (folder / "overrides.yaml").write_text(text, encoding="utf-8")
    return load_calendar(folder)


@pytest.mark.parametrize(
    ("year", "working_days"), [(2024, 238), (2025, 237), (2026, 240), (2027, 242)]
)
def test_a_year_has_as_many_working_days_as_the_decrees_leave(year: int, working_days: int) -> None:
    assert CALENDAR.between(date(year - 1, 12, 31), date(year, 12, 31)) == working_days


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        pytest.param(date(2026, 11, 24), None, id="a-working-day"),
        pytest.param(date(2026, 11, 28), "Sabtu", id="saturday"),
        pytest.param(date(2026, 11, 29), "Minggu", id="sunday"),
        pytest.param(date(2026, 12, 25), "Hari Raya Natal", id="national-holiday"),
        pytest.param(date(2026, 12, 24), "Cuti Bersama Hari Raya Natal", id="shared-leave"),
        pytest.param(
            date(2025, 8, 18),
            "Cuti Bersama Hari Kemerdekaan Republik Indonesia",
            id="added-in-mid-year",
        ),
    ],
)
def test_a_day_off_says_why(day: date, reason: str | None) -> None:
    assert CALENDAR.why_off(day) == reason
    assert CALENDAR.is_working(day) is (reason is None)


@pytest.mark.parametrize(
    ("day", "estimated"),
    [
        pytest.param(date(2026, 3, 20), False, id="decreed"),
        pytest.param(date(2027, 3, 10), True, id="computed-date-of-a-decreed-year"),
        pytest.param(date(2027, 12, 31), False, id="last-decreed-day"),
        pytest.param(date(2028, 1, 1), True, id="first-day-without-a-decree"),
    ],
)
def test_it_is_known_which_days_no_decree_settles(day: date, estimated: bool) -> None:
    assert CALENDAR.is_estimated(day) is estimated


@pytest.mark.parametrize(
    ("start", "end", "rests"),
    [
        pytest.param(date(2027, 3, 1), date(2027, 3, 9), False, id="before-the-computed-holiday"),
        pytest.param(date(2027, 3, 1), date(2027, 3, 10), True, id="over-it"),
        pytest.param(date(2027, 3, 11), date(2027, 3, 30), False, id="after-it"),
        pytest.param(date(2027, 12, 1), date(2028, 1, 3), True, id="into-a-year-without-a-decree"),
    ],
)
def test_a_span_says_whether_it_rests_on_an_estimate(start: date, end: date, rests: bool) -> None:
    assert CALENDAR.rests_on_estimate(start, end) is rests


def test_an_entry_adds_a_day_off(tmp_path: Path) -> None:
    calendar = make_calendar(
        tmp_path,
        "decreed_years: []\noverrides:\n"
        '- {date: 2026-11-25, working: false, name: "Libur Contoh", reference: "Contoh"}\n',
    )

    assert calendar.why_off(date(2026, 11, 25)) == "Libur Contoh"
    assert calendar.after(date(2026, 11, 24), 1) == date(2026, 11, 26)


def test_an_entry_takes_a_day_off_away_also_on_a_weekend(tmp_path: Path) -> None:
    calendar = make_calendar(
        tmp_path,
        "decreed_years: []\noverrides:\n"
        '- {date: 2026-12-24, working: true, name: "Masuk kerja", reference: "Contoh"}\n'
        '- {date: 2026-12-26, working: true, name: "Masuk kerja", reference: "Contoh"}\n',
    )

    assert [calendar.after(date(2026, 12, 23), n).day for n in (1, 2, 3)] == [24, 26, 28]


def test_a_year_whose_decree_is_entered_is_no_estimate_any_more(tmp_path: Path) -> None:
    calendar = make_calendar(
        tmp_path,
        "decreed_years: [2028]\noverrides:\n"
        '- {date: 2028-01-26, working: false, name: "Tahun Baru Imlek", reference: "Contoh"}\n',
    )

    assert not calendar.is_estimated(date(2028, 1, 3))
    assert not calendar.is_estimated(date(2028, 1, 26))
    assert calendar.is_estimated(date(2028, 2, 28))
    assert calendar.is_estimated(date(2029, 1, 2))


REGIONAL = (
    "decreed_years: []\noverrides:\n"
    '- {date: 2026-11-25, working: false, name: "Galungan", reference: "Contoh 1",'
    ' regions: ["51"]}\n'
    '- {date: 2026-11-26, working: false, name: "Hari Jadi", reference: "Contoh 2",'
    ' regions: ["51.03", "32.04"]}\n'
)


@pytest.mark.parametrize(
    ("region", "next_day"),
    [
        pytest.param(None, 25, id="the-nation"),
        pytest.param("33", 25, id="another-province"),
        pytest.param("51", 26, id="the-province"),
        pytest.param("51.01", 26, id="a-regency-of-the-province"),
        pytest.param("51.03", 27, id="a-regency-with-a-day-of-its-own"),
        pytest.param("51.03.05", 27, id="a-district-of-it"),
        pytest.param("32.04", 25, id="its-own-day-is-later"),
    ],
)
def test_a_regional_holiday_counts_for_the_bodies_of_that_region_alone(
    tmp_path: Path, region: str | None, next_day: int
) -> None:
    calendar = make_calendar(tmp_path, REGIONAL).in_region(region)

    assert calendar.after(date(2026, 11, 24), 1) == date(2026, 11, next_day)


def test_a_regional_holiday_says_its_name_and_decree(tmp_path: Path) -> None:
    calendar = make_calendar(tmp_path, REGIONAL)
    day = date(2026, 11, 25)

    own = calendar.in_region("51.03")

    assert (calendar.why_off(day), calendar.reference_of(day)) == (None, None)
    assert (own.why_off(day), own.reference_of(day)) == ("Galungan", "Contoh 1")
    assert own is calendar.in_region("51.03")


def test_the_version_changes_with_every_day_and_only_then(tmp_path: Path) -> None:
    nothing = "decreed_years: []\noverrides: []\n"
    entry = '- {date: 2026-11-25, working: false, name: "Libur Contoh", reference: "Contoh"}\n'

    versions = [
        make_calendar(tmp_path, text).version
        for text in (nothing, nothing, f"decreed_years: []\noverrides:\n{entry}")
    ]

    assert versions[0] == versions[1] != versions[2]
    assert versions[0].startswith("holidays-0.109-")


@pytest.mark.parametrize("day", [date(2017, 12, 31), date(2036, 1, 1)])
def test_a_day_outside_the_calendar_is_refused(day: date) -> None:
    assert not CALENDAR.covers(day)
    with pytest.raises(OutsideCalendarError, match="2018-01-01 to 2035-12-31"):
        CALENDAR.after(day, 5)


def test_a_limit_after_the_last_known_day_is_refused() -> None:
    with pytest.raises(OutsideCalendarError, match="the last day known"):
        CALENDAR.after(date(2035, 12, 20), 60)


@pytest.mark.parametrize("working_days", [1, 5, 60])
def test_the_last_day_of_receipt_that_still_has_a_limit_is_known(working_days: int) -> None:
    start = CALENDAR.last_start(working_days)

    assert CALENDAR.after(start, working_days) == date(2035, 12, 31)
    with pytest.raises(OutsideCalendarError):
        CALENDAR.after(start + timedelta(1), working_days)


def test_more_working_days_than_the_calendar_holds_have_no_last_start() -> None:
    with pytest.raises(OutsideCalendarError, match="got 9999"):
        CALENDAR.last_start(9999)


def test_less_than_one_working_day_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1 working day, got 0"):
        CALENDAR.after(date(2026, 11, 24), 0)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("overrides: []\n", "missing key 'decreed_years'", id="missing-key"),
        pytest.param(
            f"{HEAD}- {{date: 2026-01-02, working: 1, name: a, reference: b}}",
            ":3: expected true or false, got int 1",
            id="number-for-a-switch",
        ),
        pytest.param(
            f"{HEAD}- {{date: '2 Jan', working: true, name: a, reference: b}}",
            ":3: expected a date like 2024-10-21",
            id="no-date",
        ),
        pytest.param(
            "decreed_years: []\noverrides:\n"
            "- {date: 2026-01-02, working: true, name: a, reference: b}\n"
            "- {date: 2026-01-02, working: false, name: a, reference: b}\n",
            ":4: 2026-01-02 stands here twice",
            id="one-day-twice",
        ),
        pytest.param(
            f"{HEAD}- {{date: 2026-01-02, working: true, name: a, reference: b, regions: ['51']}}",
            ":3: expected false: a region adds days off",
            id="a-region-that-works",
        ),
        pytest.param(
            f"{HEAD}- {{date: 2026-01-02, working: false, name: a, reference: b, regions: [5.0]}}",
            ":3: expected a code in quotes",
            id="a-region-without-quotes",
        ),
        pytest.param(
            f"{HEAD}- {{date: 2026-01-02, working: false, name: a, reference: b, regions: ['5']}}",
            ":3: expected a code like '51'",
            id="no-region-code",
        ),
        pytest.param(
            f"{HEAD}- {{date: 2026-01-02, working: false, name: a, reference: b, regions: []}}",
            ":3: expected at least one code",
            id="no-region-at-all",
        ),
        pytest.param(
            "decreed_years: [2028, 2028]\noverrides: []\n", ":1: year 2028", id="one-year-twice"
        ),
        pytest.param(
            "decreed_years: []\noverrides:\n- {date: 2026-01-02, working: true, name: a}",
            ":3: missing key 'reference'",
            id="without-a-source",
        ),
    ],
)
def test_a_broken_file_of_overrides_says_where(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(RuleFileError, match=problem):
        make_calendar(tmp_path, text)


def test_a_region_that_there_is_not_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "overrides.yaml").write_text(REGIONAL, encoding="utf-8")

    with pytest.raises(RuleFileError, match=r":4: unknown region code '51\.03'"):
        load_calendar(tmp_path, regions={"51", "32.04"})


def test_a_missing_file_of_overrides_is_named(tmp_path: Path) -> None:
    with pytest.raises(RuleFileError, match=r"overrides\.yaml: cannot be read"):
        load_calendar(tmp_path)
