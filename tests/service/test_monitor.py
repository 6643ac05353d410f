"""The monitor: every notice that a deadline asks for is there once, and follows the deadline."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import DBAPIError

from rules.ruleset import RuleSet, load_ruleset
from service.actors import Actor
from service.complaint import Complaint
from service.disposition import Disposition
from service.life.case import first_case
from service.life.law import law_of
from service.life.past import opening
from service.life.step import Law, Request
from service.monitoring.alarms import MIN_WEEKS, Week, usual_band
from service.monitoring.index import timeline_from
from service.monitoring.notices import NoticeFilters, read_notices
from service.monitoring.passes import MonitorPass, Outcome
from service.store import schema
from service.store.bulk import insert_many
from service.store.engine import begin_write
from service.store.events_schema import outbox
from service.store.health import check_database
from service.store.ids import make_id
from service.store.kept import keep
from service.store.monitoring_schema import clock, notice
from service.store.received import standing_of
from service.store.repository import Store, open_store
from service.store.verify import find_damage

JAKARTA = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=JAKARTA)
NATIONAL = Actor(kind="person", id="n", role="admin_nasional")
AGENCY = Actor(kind="person", id="a", role="admin_instansi", agency="PEMDA-32.04")
FOREIGN = Actor(kind="person", id="f", role="admin_instansi", agency="PEMDA-33")
AUDITOR = Actor(kind="person", id="x", role="auditor")


@pytest.fixture(scope="module")
def ruleset() -> RuleSet:
    return load_ruleset()


class Desk:
    """A database, and what people and the monitor do to it on stated days."""

    def __init__(self, store: Store, ruleset: RuleSet, scorer: Any) -> None:
        self.store, self.ruleset, self.scorer = store, ruleset, scorer

    def receive(self, isi: str = "Lampu padam", *, at: datetime = NOW, **agency: Any) -> UUID:
        complaint = Complaint(isi=isi)
        [answer] = self.scorer.score([complaint], today=at.date(), assume_now=at)
        answer["agency"] = {**answer["agency"], **agency}
        stored = self.store.save(keep(complaint), answer, keys=[], now=at)
        return UUID(stored.disposition["id"])

    def act(self, complaint_id: UUID, action: str, actor: Actor = AGENCY, *, on: str = "2026-11-24",
            **given: Any) -> Any:  # fmt: skip
        if "until" in given:
            given["until"] = date.fromisoformat(given["until"])
        with self.store.reading() as connection:
            version = connection.execute(
                select(schema.standing.c.version).where(
                    schema.standing.c.complaint_id == complaint_id
                )
            ).scalar_one()
        request = Request(action=action, version=version, **given)
        return self.store.act(complaint_id, request, actor=actor, now=at(on), law=self.law)

    def law(self, answer: Disposition, moment: datetime) -> Law:
        return law_of(self.ruleset, answer["sla"]["starts_on"], moment)

    def watch(self, on: str | datetime, **options: Any) -> Outcome:
        now = at(on) if isinstance(on, str) else on
        return MonitorPass(self.store, self.ruleset, now=now, **options).run()

    def notices(self, *columns: str, live: bool = True) -> list[tuple[Any, ...]]:
        query = select(*(notice.c[name] for name in columns)).order_by(
            notice.c.noticed_on, notice.c.kind.desc(), notice.c.step
        )
        if live:
            query = query.where(notice.c.ended_at.is_(None))
        with self.store.reading() as connection:
            return [tuple(row) for row in connection.execute(query)]


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T10:00:00+07:00")


@pytest.fixture
def desk(database_url: str, ruleset: RuleSet, scorer: Any) -> Iterator[Desk]:
    with open_store(database_url) as store:
        yield Desk(store, ruleset, scorer)


def test_a_complaint_that_nobody_touches_climbs_the_whole_ladder(desk: Desk) -> None:
    desk.receive()
    for day in ("11-27", "12-01", "12-02", "12-03", "12-08", "12-14", "12-15", "12-17", "12-21",
                "12-29", "12-30"):  # fmt: skip
        desk.watch(f"2026-{day}")
    desk.watch("2027-02-01")

    found = desk.notices("noticed_on", "clock", "kind", "step", "to_role")

    unit, agency, overseer = "pejabat_penghubung", "admin_instansi", "pembina"
    assert sorted(found) == sorted([
        ("2026-12-02", "follow_up", "overdue", 0, unit),
        ("2026-12-02", "class", "reminder", 8, unit),
        ("2026-12-02", "follow_up", "escalation", 1, unit),
        ("2026-12-03", "follow_up", "escalation", 2, agency),
        ("2026-12-08", "follow_up", "escalation", 3, overseer),
        ("2026-12-15", "class", "overdue", 0, unit),
        ("2026-12-15", "class", "escalation", 1, unit),
        ("2026-12-17", "class", "escalation", 2, agency),
        ("2026-12-21", "class", "escalation", 3, overseer),
        ("2026-12-30", "class", "escalation", 4, "admin_nasional"),
    ])  # fmt: skip


def test_a_first_pass_that_comes_late_reminds_of_nothing_that_has_passed(desk: Desk) -> None:
    desk.receive()

    desk.watch("2026-12-18")

    kinds = {kind for (kind,) in desk.notices("kind")}
    assert kinds == {"overdue", "escalation"}


def test_what_waits_on_the_national_desk_is_told_to_the_national_admin_alone(desk: Desk) -> None:
    desk.receive("Lampu padam ragu")

    desk.watch("2027-01-04")

    assert set(desk.notices("clock", "kind", "to_role")) == {
        ("verification", "overdue", "admin_nasional"),
        ("verification", "escalation", "admin_nasional"),
        ("class", "overdue", "admin_nasional"),
        ("class", "escalation", "admin_nasional"),
    }


def test_without_a_unit_the_agency_is_told(desk: Desk) -> None:
    desk.receive(unit=None)

    desk.watch("2026-12-15")

    assert ("class", "overdue", "admin_instansi") in desk.notices("clock", "kind", "to_role")
    assert "pejabat_penghubung" not in {role for (role,) in desk.notices("to_role")}


def test_a_second_pass_changes_nothing(desk: Desk) -> None:
    for _ in range(3):
        desk.receive()
    first = desk.watch("2026-12-16")
    before = desk.notices("id", "ended_at")

    second = desk.watch("2026-12-16")

    assert (first.seen, first.indexed, first.created) == (3, 3, 3 * 6)
    assert (second.indexed, second.created, second.ended, second.revived) == (0, 0, 0, 0)
    assert desk.notices("id", "ended_at") == before


def test_passes_at_once_tell_everything_once(desk: Desk) -> None:
    for _ in range(20):
        desk.receive()

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(desk.watch, ["2026-12-16"] * 4))

    keys = [key for (key,) in desk.notices("key")]
    assert len(keys) == len(set(keys)) == 20 * 6
    assert sum(outcome.created for outcome in outcomes) == 20 * 6
    kinds = [kind for (kind,) in desk.notices("kind") if kind in {"reminder", "overdue"}]
    with desk.store.reading() as connection:
        told = connection.execute(select(outbox.c.type).where(outbox.c.type.startswith("sla.")))
        assert sorted(told.scalars()) == sorted(f"sla.{kind}" for kind in kinds) != []


def test_an_approved_pause_ends_what_was_told_and_tells_it_again_in_time(desk: Desk) -> None:
    complaint = desk.receive()
    desk.act(complaint, "accept")
    desk.watch("2026-12-02")
    assert desk.notices("kind", "due_on") == [("reminder", "2026-12-14")]
    desk.act(complaint, "pause", on="2026-12-03", reason="force_majeure", until="2026-12-09")
    assert desk.watch("2026-12-03").ended == 0

    desk.act(complaint, "approve", NATIONAL, on="2026-12-03")
    outcome = desk.watch("2026-12-03")

    assert (outcome.ended, outcome.created) == (1, 1)
    assert desk.notices("kind", "due_on", "noticed_on") == [
        ("reminder", "2026-12-21", "2026-12-02")
    ]
    assert desk.watch("2026-12-15").created == 0
    assert desk.watch("2026-12-22").created == 2
    assert ("moved", "2026-12-14") in desk.notices("ended_as", "due_on", live=False)


def test_a_changed_class_moves_the_notices(desk: Desk) -> None:
    complaint = desk.receive()
    desk.act(complaint, "accept")
    desk.watch("2026-12-16")

    changes = {"misconduct": True, "inspection": True}
    answer = desk.act(
        complaint, "change", NATIONAL, on="2026-12-16", reason="wrong_class", changes=changes
    )
    desk.watch("2026-12-16")

    assert desk.notices("kind") == []
    assert answer["history"][-1]["details"]["deadline"] == {
        "before": "2026-12-14", "after": "2027-02-23",
    }  # fmt: skip


def test_after_a_transfer_the_same_deadline_is_told_to_the_new_body(desk: Desk) -> None:
    complaint = desk.receive()
    desk.watch("2026-12-16")
    desk.act(complaint, "transfer", NATIONAL, on="2026-12-16", agency="PEMDA-32")

    outcome = desk.watch("2026-12-16")

    assert (outcome.ended, outcome.created > 0) == (6, True)
    assert set(desk.notices("agency")) == {("PEMDA-32",)}
    assert ("class", "overdue", "2026-12-14") in desk.notices("clock", "kind", "due_on")


def test_an_answer_ends_the_notices_and_the_reply_window_asks_to_close(desk: Desk) -> None:
    complaint = desk.receive()
    desk.watch("2026-12-16")
    desk.act(complaint, "respond", on="2026-12-17")

    desk.watch("2026-12-17")
    assert desk.notices("kind") == []
    assert {reason for (reason,) in desk.notices("ended_as", live=False)} == {"met"}
    desk.watch("2027-01-06")
    assert desk.notices("kind") == []
    desk.watch("2027-01-07")

    assert desk.notices("clock", "kind", "to_role", "due_on") == [
        ("reply", "reminder", "admin_instansi", "2027-01-06")
    ]
    desk.act(complaint, "close", on="2027-01-08", reason="no_reply")
    assert desk.watch("2027-01-08").ended == 1


def test_an_undone_answer_lets_the_same_notices_count_again(desk: Desk) -> None:
    complaint = desk.receive()
    desk.watch("2026-12-16")
    before = set(desk.notices("id"))
    desk.act(complaint, "respond", on="2026-12-16")
    desk.watch("2026-12-16")
    desk.act(complaint, "undo", on="2026-12-16")

    outcome = desk.watch("2026-12-16")

    assert (outcome.created, outcome.revived) == (0, len(before))
    assert set(desk.notices("id")) == before


def test_a_pass_whose_clock_lags_ends_nothing(desk: Desk) -> None:
    desk.receive()
    desk.watch("2026-12-16")

    assert desk.watch("2026-12-01").ended == 0


def test_the_day_is_that_of_the_body(desk: Desk) -> None:
    desk.receive(code="PEMDA-91", level="PROV")
    desk.receive()

    desk.watch(datetime(2026, 12, 14, 23, 0, tzinfo=JAKARTA))

    late = {agency for agency, kind, name in desk.notices("agency", "kind", "clock")
            if (kind, name) == ("overdue", "class")}  # fmt: skip
    assert late == {"PEMDA-91"}


def test_the_index_is_the_same_when_it_is_built_anew(desk: Desk) -> None:
    complaints = [desk.receive(isi) for isi in ("Lampu padam", "Lampu padam ragu", "Lampu mati")]
    desk.watch("2026-11-24")
    desk.act(complaints[0], "accept", on="2026-11-25")
    desk.act(complaints[0], "pause", on="2026-11-25", reason="force_majeure", until="2026-11-30")
    desk.act(complaints[0], "approve", NATIONAL, on="2026-11-25")
    desk.act(complaints[0], "request_completion", on="2026-11-26")
    desk.act(complaints[0], "completed_by_reporter", on="2026-11-27")
    desk.act(complaints[1], "accept", NATIONAL, on="2026-11-30")
    desk.act(complaints[2], "respond", on="2026-12-01")
    desk.act(complaints[2], "reopen", NATIONAL, on="2026-12-03", reason="reporter_replied")
    desk.watch("2026-12-04")
    before = read_all(desk)

    desk.store.writing(lambda transaction: transaction.connection.execute(delete(clock)))
    outcome = desk.watch("2026-12-04")

    assert outcome.indexed == len(before) == 3
    assert read_all(desk) == before
    assert (outcome.created, outcome.ended) == (0, 0)


def test_what_nobody_touched_is_indexed_as_its_whole_history_would_be(desk: Desk) -> None:
    complaints = [desk.receive("Lampu padam"), desk.receive("Lampu padam ragu")]
    desk.watch("2026-11-24")

    with desk.store.reading() as connection:
        for complaint in complaints:
            row = connection.execute(select(clock).where(clock.c.complaint_id == complaint)).one()
            query = select(schema.proposal.c.answer, schema.proposal.c.created_at)
            told = connection.execute(
                query.where(schema.proposal.c.complaint_id == complaint)
            ).one()
            law = law_of(desk.ruleset, told.answer["sla"]["starts_on"], NOW)
            history = [opening(first_case(told.answer), told.created_at)]
            assert timeline_from(row) == (law.timeline(history), ())


def read_all(desk: Desk) -> list[tuple[Any, ...]]:
    with desk.store.reading() as connection:
        return [tuple(row) for row in connection.execute(select(clock).order_by(clock.c[0]))]


def test_records_still_verify_and_the_database_is_sound(desk: Desk) -> None:
    complaint = desk.receive()
    desk.act(complaint, "pause", NATIONAL, reason="force_majeure", until="2026-12-01")
    desk.act(complaint, "approve", AGENCY)
    desk.act(complaint, "intervene", NATIONAL, note="Selesaikan minggu ini")
    desk.watch("2027-01-05")

    with desk.store.reading() as connection:
        assert list(find_damage(connection)) == []
        assert check_database(connection).problems == ()


def test_a_stopped_pass_keeps_what_is_done_and_says_so(desk: Desk) -> None:
    desk.receive()

    outcome = desk.watch("2026-12-16", is_stopped=lambda: True)

    assert (outcome.is_complete, outcome.created) == (False, 0)


def test_one_deadline_outside_the_calendar_does_not_stop_the_others(desk: Desk) -> None:
    late = datetime(2035, 12, 28, 9, 0, tzinfo=JAKARTA)
    desk.receive(at=late)
    desk.receive()

    outcome = desk.watch("2026-12-16")

    assert (outcome.seen, outcome.skipped) == (2, 1)
    assert outcome.created > 0


def test_notices_that_rest_on_an_estimate_say_so(desk: Desk) -> None:
    desk.receive(at=datetime(2027, 12, 27, 9, 0, tzinfo=JAKARTA))

    desk.watch("2028-02-01")

    assert {detail["estimated"] for (detail,) in desk.notices("detail")} == {True}


def test_everybody_sees_the_notices_of_the_complaints_he_sees(desk: Desk) -> None:
    desk.receive()
    desk.watch("2026-12-16")

    def count(viewer: Actor, **filters: Any) -> int:
        with desk.store.reading() as connection:
            page = read_notices(connection, NoticeFilters(**filters), viewer)
        return len(page["items"])

    assert (count(NATIONAL), count(AGENCY), count(AUDITOR), count(FOREIGN)) == (6, 6, 6, 0)
    assert count(AGENCY, kind="overdue", clock="class") == 1


def test_a_list_goes_on_where_the_page_before_ended(desk: Desk) -> None:
    for _ in range(3):
        desk.receive()
    desk.watch("2026-12-16")

    seen: list[int] = []
    cursor: str | None = None
    while True:
        filters = NoticeFilters(limit=4, cursor=cursor)
        with desk.store.reading() as connection:
            page = read_notices(connection, filters, NATIONAL)
        seen += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = page["next_cursor"]

    assert len(seen) == len(set(seen)) == 18


def test_a_new_ladder_and_a_new_holiday_count_from_the_next_pass(desk: Desk) -> None:
    desk.receive()
    desk.watch("2026-12-14")
    off = {**desk.ruleset.calendar._off, date(2026, 12, 14): "Libur baru"}
    calendar = type(desk.ruleset.calendar)(
        off, first=desk.ruleset.calendar.first, last=desk.ruleset.calendar.last
    )
    desk.ruleset = replace(desk.ruleset, calendar=calendar)

    desk.watch("2026-12-15")

    found = [due for name, due in desk.notices("clock", "due_on") if name == "class"]
    assert found == ["2026-12-15"]


def test_rows_that_the_database_does_not_take_are_its_error_and_leave_nothing(desk: Desk) -> None:
    row = {"complaint_id": uuid4(), "version": 1, "rules_day": "2026-11-24"}

    with pytest.raises(DBAPIError), begin_write(desk.store.engine) as connection:
        insert_many(connection, clock, [row, row])

    assert read_all(desk) == []


MONDAY = date(2026, 8, 31)


def weeks(*shares: float, count: int = 400) -> list[Week]:
    return [
        Week(monday=MONDAY + timedelta(7 * n), hits=round(share * count), count=count)
        for n, share in enumerate(shares)
    ]


def test_a_share_that_stays_as_it_was_lies_in_its_band() -> None:
    band = usual_band(weeks(0.20, 0.22, 0.19, 0.21, 0.20, 0.18), 400)

    assert band is not None
    assert band.lower < 0.14 + 1e-2 < 0.20 < 0.26 - 1e-2 < band.upper
    assert not band.lower <= 0.30 <= band.upper


def test_weeks_that_always_differed_widen_the_band() -> None:
    calm = usual_band(weeks(0.20, 0.21, 0.20, 0.19, 0.20, 0.21), 400)
    rough = usual_band(weeks(0.10, 0.30, 0.12, 0.28, 0.10, 0.32), 400)

    assert calm is not None
    assert rough is not None
    assert rough.upper - rough.lower > 3 * (calm.upper - calm.lower)


def test_a_share_that_was_always_zero_has_a_band_too() -> None:
    band = usual_band(weeks(0, 0, 0, 0, 0), 400)

    assert band is not None
    assert 0 == band.lower < band.upper < 0.05


@pytest.mark.parametrize(
    ("before", "count"),
    [
        pytest.param(weeks(*[0.2] * (MIN_WEEKS - 1)), 400, id="too-few-weeks"),
        pytest.param(weeks(*[0.2] * 6, count=29), 400, id="too-few-cases-before"),
        pytest.param(weeks(*[0.2] * 6), 29, id="too-few-cases-now"),
    ],
)
def test_too_little_is_no_reason_for_an_alarm(before: list[Week], count: int) -> None:
    assert usual_band(before, count) is None


def fill_weeks(desk: Desk, first: date, shares: list[float], count: int = 40) -> None:
    """Insert complaints, and one decision about each, week by week; a share is doubtful."""
    [answer] = desk.scorer.score([Complaint(isi="Lampu")], today=first)
    rows: dict[Any, list[dict[str, Any]]] = {}
    for week, share in enumerate(shares):
        for n in range(count):
            moment = at((first + timedelta(7 * week + n % 7)).isoformat())
            doubtful = n < share * count
            add_filled(rows, answer, moment, "change" if doubtful else "accept", doubtful)

    def work(transaction: Any) -> None:
        for table, values in rows.items():
            transaction.connection.execute(insert(table), values)

    desk.store.writing(work)


def add_filled(
    rows: dict[Any, list[dict[str, Any]]],
    answer: Disposition,
    moment: datetime,
    action: str,
    doubtful: bool,
) -> None:
    key, case = make_id(moment), first_case(answer)
    plain = {"source": "isi", "judul": "", "isi": "x", "sha256": "", "created_at": moment}
    rows.setdefault(schema.complaint, []).append(
        {"id": key, "anonymous": False, "secret": False, **plain}
    )
    standing = {"seq": len(rows[schema.complaint]), "version": 2, "flags": "", "protected": False}
    decision = "review" if doubtful else "auto"
    standing |= {"source": "isi", "group_id": key, "updated_at": moment, "decision": decision}
    rows.setdefault(schema.standing, []).append(
        {"complaint_id": key, **standing, **standing_of(case)}
    )
    who = {"actor_kind": "person", "actor_id": "n", "actor_role": "admin_nasional"}
    done = {"complaint_id": key, "version": 2, "action": action, "details": {}, "state": {}}
    rows.setdefault(schema.action, []).append(
        {"id": make_id(moment), "created_at": moment, **done, **who}
    )


def test_a_jump_of_reviews_and_overrides_rings_once_and_is_past_a_week_later(desk: Desk) -> None:
    fill_weeks(desk, date(2026, 10, 19), [0.2, 0.2, 0.15, 0.2, 0.8])

    desk.watch("2026-11-22")  # Sunday: the week is not over
    assert alarms(desk) == []
    desk.watch("2026-11-23")
    desk.watch("2026-11-24")
    assert alarms(desk) == [("override_rate", "2026-11-16"), ("review_share", "2026-11-16")]
    [detail] = [d for name, d in desk.notices("clock", "detail") if name == "review_share"]
    assert (detail["share"], detail["count"]) == (0.8, 40)
    desk.watch("2026-11-30")

    assert alarms(desk) == []
    with desk.store.reading() as connection:
        assert read_notices(connection, NoticeFilters(kind="alarm"), AGENCY)["items"] == []
        told = select(func.count()).where(notice.c.kind == "alarm")
        assert connection.execute(told).scalar_one() == 2


def test_a_decision_that_was_undone_is_none(desk: Desk) -> None:
    fill_weeks(desk, date(2026, 10, 19), [0.2, 0.2, 0.15, 0.2, 0.2])
    [answer] = desk.scorer.score([Complaint(isi="Lampu")], today=NOW.date())
    rows: dict[Any, list[dict[str, Any]]] = {}
    for n in range(60):
        add_filled(rows, answer, at("2026-11-16"), "change", doubtful=False)
        undone = {**rows[schema.action][-1], "id": make_id(NOW), "version": 3, "action": "undo"}
        rows[schema.action].append(undone)
        rows[schema.standing][-1]["seq"] = 1000 + n

    def work(transaction: Any) -> None:
        for table, values in rows.items():
            transaction.connection.execute(insert(table), values)

    desk.store.writing(work)

    desk.watch("2026-11-23")

    assert alarms(desk) == []


def alarms(desk: Desk) -> list[tuple[Any, ...]]:
    found = desk.notices("clock", "due_on", "kind")
    return sorted((name, due) for name, due, kind in found if kind == "alarm")
