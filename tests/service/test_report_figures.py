from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.workdays import WorkCalendar
from service.complaint import InputError
from service.life.table import STATUSES
from service.reports.figures import Figures
from service.reports.period import parse_period
from service.reports.records import Record
from service.reports.reference import Reference
from service.reports.report import make_report
from service.reports.shape import Report

PERIOD = parse_period("2026-S1")
AS_OF = date(2026, 7, 15)
REFERENCE = Reference(
    calendar=WorkCalendar({}, first=date(2025, 1, 1), last=date(2027, 12, 31)),
    agencies={"PEMDA-32.04": "Pemerintah Kabupaten Bandung"},
    topics={"jalan_jembatan": "Jalan dan jembatan"},
    provinces={"32": "Jawa Barat", "94": "Papua Tengah"},
    offsets={"32": timedelta(hours=7), "94": timedelta(hours=9)},
)
SUMMED = tuple(
    name for name in Figures.__annotations__ if name not in ("follow_up_mean", "follow_up_median")
)

_days = st.dates(PERIOD.start, date(2026, 12, 31))
_records = st.builds(
    Record,
    id=st.just("01a20ada2c0070008000000000000001") | st.none(),
    source=st.just("lapor"),
    tracking_id=st.just("9190001"),
    received_on=st.dates(PERIOD.start, PERIOD.last),
    due_on=_days | st.none(),
    followed_up_on=_days | st.none(),
    answered_on=_days | st.none(),
    status=st.sampled_from(STATUSES),
    category=st.sampled_from(("information", "non_supervisory", "field_inspection", "")),
    topic=st.sampled_from(("jalan_jembatan", "listrik", "")),
    agency=st.sampled_from(("PEMDA-32.04", "PEMDA-94", "PU", None)),
    unit=st.none(),
    region=st.sampled_from(("32.04", "94", None)),
    returns=st.integers(0, 3),
    transfers=st.integers(0, 4),
)


def record(**changes: Any) -> Record:
    plain = Record(
        id="01a20ada2c0070008000000000000001",
        source="lapor",
        tracking_id="9190001",
        received_on=date(2026, 3, 2),  # Monday
        due_on=date(2026, 3, 20),
        followed_up_on=None,
        answered_on=None,
        status="disposed",
        category="non_supervisory",
        topic="jalan_jembatan",
        agency="PEMDA-32.04",
        unit=None,
        region="32.04",
        returns=0,
        transfers=0,
    )
    return plain._replace(**changes)


def report_on(*records: Record, as_of: date = AS_OF) -> Report:
    return make_report(records, period=PERIOD, as_of=as_of, reference=REFERENCE)


def total(*records: Record, as_of: date = AS_OF) -> Figures:
    return report_on(*records, as_of=as_of).total


@given(st.lists(_records, max_size=40))
def test_every_breakdown_sums_to_the_total(records: list[Record]) -> None:
    report = report_on(*records)

    assert report.total.incoming == len(records)
    for parts in (
        report.by_category.values(),
        report.by_topic.values(),
        report.by_month.values(),
        [row.figures for row in report.by_agency],
    ):
        for name in SUMMED:
            whole = getattr(report.total, name)
            assert sum(getattr(part, name) for part in parts) == whole
    assert sum(report.by_status.values()) == len(records)
    placed = sum(record.region is not None for record in records)
    assert sum(row.figures.incoming for row in report.by_province) == placed


@given(st.lists(_records, max_size=40))
def test_the_parts_of_what_came_in_add_up_and_shares_are_shares(records: list[Record]) -> None:
    report = report_on(*records)

    for figures in (report.total, *report.by_category.values()):
        assert figures.incoming == figures.resolved + figures.archived + figures.unresolved
        judged = figures.on_time + figures.late + figures.not_yet_due + figures.undated
        assert figures.incoming == judged
        assert figures.overdue <= figures.unresolved
        assert figures.unanswered <= figures.unresolved
        assert figures.returned <= figures.returns
        for value in (figures.on_time_share, figures.followed_up_share, figures.resolved_share):
            assert value is None or 0 <= value <= 1


@given(st.lists(_records, max_size=40))
def test_trends_hold_every_month_and_sum_to_what_came_in(records: list[Record]) -> None:
    report = report_on(*records)
    months = [figures.incoming for figures in report.by_month.values()]

    for trend in (report.category_trend, report.topic_trend):
        columns = [list(column) for column in zip(*trend.values(), strict=True)] if trend else []
        assert [sum(column) for column in columns] == (months if trend else [])


@given(st.lists(_records, max_size=40))
def test_the_overdue_list_holds_every_overdue_complaint_longest_first(
    records: list[Record],
) -> None:
    report = report_on(*records)
    days = [row.due_on for row in report.overdue]

    assert len(days) == report.total.overdue
    assert days == sorted(days)
    assert all(day < AS_OF for day in days)


@given(st.lists(_records, max_size=20), st.randoms(use_true_random=False))
def test_the_order_in_which_complaints_are_read_changes_no_figure(
    records: list[Record], rng: object
) -> None:
    turned = list(records)
    rng.shuffle(turned)  # type: ignore[attr-defined]  # a random.Random

    assert asdict(report_on(*records).total) == asdict(report_on(*turned).total)


@pytest.mark.parametrize(
    ("answered", "judged"),
    [
        pytest.param(date(2026, 3, 20), "on_time", id="the-last-day-is-in-time"),
        pytest.param(date(2026, 3, 23), "late", id="the-day-after-is-late"),
    ],
)
def test_an_answer_is_in_time_up_to_the_last_day(answered: date, judged: str) -> None:
    figures = total(record(status="answered", answered_on=answered, followed_up_on=answered))

    assert getattr(figures, judged) == 1
    assert figures.resolved == 1


@pytest.mark.parametrize(
    ("as_of", "overdue"),
    [
        pytest.param(date(2026, 3, 20), 0, id="on-the-last-day"),
        pytest.param(date(2026, 3, 21), 1, id="the-day-after"),
    ],
)
def test_an_open_complaint_is_overdue_from_the_day_after_its_limit(
    as_of: date, overdue: int
) -> None:
    assert total(record(), as_of=as_of).overdue == overdue


def test_follow_up_time_is_counted_in_working_days_and_the_day_of_receipt_is_day_0() -> None:
    same_day, weekend = date(2026, 3, 2), date(2026, 3, 9)
    figures = total(
        record(status="followed_up", followed_up_on=same_day),
        record(status="followed_up", followed_up_on=same_day),
        record(status="followed_up", followed_up_on=weekend),
    )

    assert (figures.follow_up_mean, figures.follow_up_median) == (1.7, 0.0)


def test_history_without_days_of_answers_is_not_judged() -> None:
    figures = total(record(id=None, status="closed"))

    assert (figures.resolved, figures.undated, figures.on_time_share) == (1, 1, None)


def test_a_complaint_that_waits_for_its_reporter_is_not_unanswered() -> None:
    figures = total(record(status="waiting_for_completion"), record(status="disposed"))

    assert (figures.unresolved, figures.unanswered) == (2, 1)


def test_two_moves_between_bodies_are_ping_pong_and_one_is_not() -> None:
    figures = total(record(transfers=1, returns=1), record(transfers=2, returns=2))

    assert (figures.ping_pong, figures.returned, figures.returns) == (1, 2, 3)


@pytest.mark.parametrize(
    ("agency", "region", "day"),
    [
        pytest.param("PEMDA-94", "94", 2, id="papua-is-two-hours-ahead"),
        pytest.param("PU", "94", 1, id="a-ministry-has-jakarta-time"),
        pytest.param(None, None, 1, id="nobody-has-jakarta-time"),
    ],
)
def test_a_moment_falls_on_the_day_of_its_place(
    agency: str | None, region: str | None, day: int
) -> None:
    moment = datetime.fromisoformat("2026-03-01T15:30:00+00:00")

    assert REFERENCE.local_day(moment, agency, region).day == day


@pytest.mark.parametrize(
    ("text", "start", "last", "label"),
    [
        ("2026-S1", "2026-01-01", "2026-06-30", "Semester I 2026"),
        ("2026-Q4", "2026-10-01", "2026-12-31", "Triwulan IV 2026"),
        ("2024-02", "2024-02-01", "2024-02-29", "Februari 2024"),
        ("2026", "2026-01-01", "2026-12-31", "Tahun 2026"),
        ("2026-03-01..2026-05-05", "2026-03-01", "2026-05-05", "1 Maret 2026 s.d. 5 Mei 2026"),
    ],
)
def test_a_period_is_read_as_people_write_it(text: str, start: str, last: str, label: str) -> None:
    period = parse_period(text)

    assert (period.start.isoformat(), period.last.isoformat(), period.label) == (start, last, label)


@pytest.mark.parametrize(
    "text", ["", "2026-S3", "2026-13", "2026-06-30..2026-01-01", "0000", "semua", "9999", "2026-00"]
)
def test_another_period_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"^period: expected"):
        parse_period(text)


def test_the_longest_overdue_are_kept_when_the_list_is_full(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("service.reports.report.MOST_OVERDUE", 2)
    days = [date(2026, 3, day) for day in (5, 3, 4, 6)]
    report = report_on(*(record(due_on=day) for day in days))

    assert [row.due_on.day for row in report.overdue] == [3, 4]
    assert report.total.overdue == 4
