"""The legal clocks of a complaint, through everything that people do to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.regulations import Regulations
from rules.ruleset import RuleSet, load_ruleset
from service.actors import Actor
from service.complaint import InputError
from service.life.case import Case
from service.life.clocks import CLASS, FOLLOW_UP, REPLY, VERIFICATION, Clock
from service.life.errors import ActionForbiddenError, ActionRefusedError
from service.life.law import RulesLaw, facts_of
from service.life.past import Past, effective, opening
from service.life.step import Request, step

JAKARTA = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=JAKARTA)
NATIONAL = Actor(kind="person", id="n", role="admin_nasional")
SECOND = Actor(kind="person", id="n2", role="admin_nasional")
AGENCY = Actor(kind="person", id="a", role="admin_instansi", agency="PEMDA-32.04")
OVERSEER = Actor(kind="person", id="p", role="pembina", agency="PEMDA-32.04")
AUDITOR = Actor(kind="person", id="x", role="auditor")

FIRST = Case(
    status="in_review",
    tray="national",
    category="non_supervisory",
    working_days=14,
    due_on="2026-12-14",
    kind="complaint",
    misconduct=False,
    inspection=True,
    topic="jalan_jembatan",
    level="KABKOTA",
    agency="PEMDA-32.04",
    unit="Dinas",
    region="32.04",
)


@pytest.fixture(scope="module")
def ruleset() -> RuleSet:
    return load_ruleset()


class Life:
    """One complaint, and what is done about it day by day."""

    def __init__(self, ruleset: RuleSet, first: Case = FIRST, **regulation: Any) -> None:
        profiles = [replace(profile, **regulation) for profile in ruleset.regulations.profiles]
        rules = replace(ruleset, regulations=Regulations(tuple(profiles)))
        self.law = RulesLaw(ruleset=rules, rules_day=NOW.date(), received_on=NOW.date())
        self.first, self.past = first, list[Past]()

    def do(self, action: str, actor: Actor = NATIONAL, *, on: str | datetime = NOW, **given: Any
           ) -> Life:  # fmt: skip
        at = datetime.fromisoformat(f"{on}T10:00:00+07:00") if isinstance(on, str) else on
        for name in {"since", "until"} & given.keys():
            given[name] = date.fromisoformat(given[name])
        request = Request(action=action, version=1, **given)
        case = step(self.first, self.past, request, actor, now=at, opened_at=NOW, law=self.law)
        self.past.append(Past(action=action, actor_id=actor.id, at=at, case=case))
        return self

    def pause(self, until: str, *, on: str, since: str | None = None) -> Life:
        given = {"since": since} if since else {}
        self.do("pause", AGENCY, on=on, reason="force_majeure", until=until, **given)
        return self.do("approve", NATIONAL, on=on)

    @property
    def case(self) -> Case:
        return self.past[-1].case if self.past else self.first

    @property
    def clocks(self) -> dict[str, Clock]:
        history = effective([opening(self.first, NOW), *self.past])
        return self.law.clockwork.clocks(facts_of(self.case, self.law.timeline(history)))

    def due(self, *names: str) -> list[str | None]:
        return [str(self.clocks[name].due_on) for name in names]


@pytest.fixture
def life(ruleset: RuleSet) -> Life:
    return Life(ruleset)


def test_each_clock_starts_with_its_event_and_stops_with_its_answer(life: Life) -> None:
    assert life.due(VERIFICATION, FOLLOW_UP, CLASS, REPLY) == [
        "2026-11-27", "None", "2026-12-14", "None",
    ]  # fmt: skip
    life.do("accept", on="2026-11-26")
    assert life.clocks[VERIFICATION].done_on == date(2026, 11, 26)
    assert life.due(FOLLOW_UP) == ["2026-12-03"]
    life.do("accept", AGENCY, on="2026-12-01")
    assert life.clocks[FOLLOW_UP].done_on == date(2026, 12, 1)
    life.do("respond", AGENCY, on="2026-12-10")
    assert life.clocks[CLASS].done_on == date(2026, 12, 10)
    assert life.due(REPLY) == ["2026-12-28"]
    life.do("close", reason="no_reply", on="2026-12-29")

    assert life.clocks[REPLY].done_on is not None


def test_an_approved_pause_moves_the_deadline_by_its_working_days(life: Life) -> None:
    life.do("accept")
    life.do("pause", AGENCY, on="2026-11-27", reason="force_majeure", until="2026-12-01")
    assert life.case.due_on == "2026-12-14"

    life.do("approve", NATIONAL, on="2026-11-27")

    assert life.case.due_on == "2026-12-17"  # Friday, Monday, Tuesday


def test_a_pause_may_have_begun_before_it_was_asked_for(life: Life) -> None:
    life.do("accept").pause("2026-12-02", on="2026-12-02", since="2026-11-30")

    assert life.case.due_on == "2026-12-17"


def test_whoever_asks_never_approves_whatever_the_role(life: Life) -> None:
    life.do("accept").do("pause", reason="force_majeure", until="2026-12-01")

    with pytest.raises(ActionForbiddenError, match="second person"):
        life.do("approve", NATIONAL)
    assert life.do("approve", OVERSEER).case.due_on > "2026-12-14"  # type: ignore[operator]


def test_an_extension_grants_working_days_once_approved(life: Life) -> None:
    life.do("accept").do("extend", AGENCY, reason="force_majeure", until="2026-12-18")
    assert life.case.due_on == "2026-12-14"

    life.do("approve", SECOND)

    assert life.case.due_on == "2026-12-18"
    assert life.clocks[CLASS].extra_days == 4


def test_an_undone_approval_takes_the_days_back(life: Life) -> None:
    life.do("accept").do("extend", AGENCY, reason="force_majeure", until="2026-12-18")
    life.do("approve", SECOND).do("undo", SECOND)

    assert life.case.due_on == "2026-12-14"
    assert life.do("approve", NATIONAL).case.due_on == "2026-12-18"


def test_a_changed_class_counts_from_the_original_start_and_keeps_what_was_granted(
    life: Life, ruleset: RuleSet
) -> None:
    changes = {"misconduct": True, "inspection": True}
    plain = Life(ruleset).do("accept").do(
        "change", on="2026-12-03", reason="wrong_class", changes=changes
    )  # fmt: skip
    assert plain.case.due_on == "2027-02-23"

    life.do("accept").pause("2026-12-01", on="2026-11-27")
    life.do("change", on="2026-12-03", reason="wrong_class", changes=changes)

    calendar = ruleset.calendar
    assert life.case.due_on is not None
    days = calendar.between(date(2027, 2, 23), date.fromisoformat(life.case.due_on))
    assert (life.case.category, days) == ("field_inspection", 3)


def test_a_transfer_restarts_no_clock(life: Life) -> None:
    life.do("accept")
    before = life.due(FOLLOW_UP, CLASS)

    life.do("transfer", on="2026-12-03", agency="PEMDA-32").do(
        "return",
        Actor(kind="person", id="j", role="admin_instansi", agency="PEMDA-32"),
        on="2026-12-04",
        reason="not_authority",
        agency="PEMDA-33",
    )

    assert life.due(FOLLOW_UP, CLASS) == before
    assert life.case.due_on == "2026-12-14"


def test_resuming_ends_a_pause_with_the_day_before(life: Life) -> None:
    life.do("accept").pause("2026-12-04", on="2026-11-27")
    life.do("resume", AGENCY, on="2026-12-01")

    assert life.case.due_on == "2026-12-16"  # Friday and Monday


def test_resuming_takes_back_what_waits_and_refuses_where_nothing_does(life: Life) -> None:
    life.do("accept").do("pause", reason="force_majeure", until="2026-12-04")

    assert life.do("resume", AGENCY).case.holds == ()
    with pytest.raises(ActionRefusedError, match="nothing is paused"):
        life.do("resume", AGENCY)


@pytest.mark.parametrize(
    ("action", "on", "given", "problem"),
    [
        pytest.param("pause", "2026-11-27", {"until": "2026-11-26"}, "until", id="backwards"),
        pytest.param("pause", "2026-11-28", {"until": "2026-11-29"}, "working day", id="weekend"),
        pytest.param("pause", "2026-11-27", {"until": "2028-01-01"}, "a year", id="for-ever"),
        pytest.param("pause", "2026-12-15", {"until": "2026-12-16"}, "has passed", id="too-late"),
        pytest.param("extend", "2026-12-01", {"until": "2026-12-14"}, "after", id="no-later"),
        pytest.param("extend", "2026-12-01", {"until": "2029-01-01"}, "a year", id="for-years"),
        pytest.param(
            "extend", "2026-12-01", {"until": "2026-12-20", "since": "2026-12-01"}, "since",
            id="an-extension-has-no-first-day",
        ),
    ],
)  # fmt: skip
def test_what_is_no_period_is_refused_by_name(
    life: Life, action: str, on: str, given: dict[str, Any], problem: str
) -> None:
    life.do("accept")

    with pytest.raises(InputError, match=problem):
        life.do(action, on=on, reason="force_majeure", **given)


def test_a_deadline_that_has_passed_is_not_extended(life: Life) -> None:
    life.do("accept").do("extend", on="2026-12-14", reason="force_majeure", until="2026-12-16")
    life.do("resume")

    with pytest.raises(ActionRefusedError, match="has passed"):
        life.do("extend", on="2026-12-15", reason="force_majeure", until="2026-12-16")


def test_a_second_request_waits_until_the_first_is_settled(life: Life) -> None:
    life.do("accept").do("pause", reason="force_majeure", until="2026-12-01")

    with pytest.raises(ActionRefusedError, match="waits for approval already"):
        life.do("extend", SECOND, reason="force_majeure", until="2026-12-20")


@pytest.mark.parametrize(
    ("waiting_pauses", "due_on"), [(False, "2026-12-14"), (True, "2026-12-17")]
)
def test_the_profile_says_whether_waiting_for_completion_counts(
    ruleset: RuleSet, waiting_pauses: bool, due_on: str
) -> None:
    life = Life(ruleset, waiting_pauses=waiting_pauses).do("accept")
    life.do("request_completion", AGENCY, on="2026-11-27")
    assert life.clocks[CLASS].is_waiting is waiting_pauses

    life.do("completed_by_reporter", AGENCY, on="2026-12-02")

    assert life.case.due_on == due_on
    assert not life.clocks[CLASS].is_waiting


@pytest.mark.parametrize(
    ("event", "starts_on"),
    [
        ("received", "2026-11-24"),
        ("verified", "2026-11-26"),
        ("disposed", "2026-11-26"),
        ("completed", "2026-12-02"),
    ],
)
def test_the_profile_says_what_starts_the_class_clock(
    ruleset: RuleSet, event: str, starts_on: str
) -> None:
    first = replace(FIRST, due_on="2026-12-14" if event == "received" else None)
    life = Life(ruleset, first, start_event=event)
    assert (life.clocks[CLASS].due_on is None) is (event != "received")

    life.do("accept", on="2026-11-26").do("request_completion", AGENCY, on="2026-11-27")
    life.do("completed_by_reporter", AGENCY, on="2026-12-02")

    assert life.clocks[CLASS].starts_on == date.fromisoformat(starts_on)
    assert life.case.due_on == str(ruleset.calendar.after(date.fromisoformat(starts_on), 14))


def test_between_answer_and_reopening_no_day_counts(life: Life) -> None:
    life.do("accept").do("respond", AGENCY, on="2026-12-10")
    life.do("reopen", on="2026-12-21", reason="reporter_replied")

    assert life.clocks[CLASS].done_on is None
    # Two working days were left on the tenth.
    assert life.case.due_on == "2026-12-23"


def test_days_are_those_of_the_body_that_has_it(ruleset: RuleSet) -> None:
    late = datetime(2026, 11, 24, 23, 30, tzinfo=JAKARTA)
    papua = replace(FIRST, agency="PEMDA-91", level="PROV")

    west = Life(ruleset).do("accept", on=late)
    east = Life(ruleset, papua).do("accept", on=late)

    assert west.clocks[FOLLOW_UP].starts_on == date(2026, 11, 24)
    assert east.clocks[FOLLOW_UP].starts_on == date(2026, 11, 25)


def test_what_was_recorded_before_holds_existed_still_reads() -> None:
    stored = FIRST.to_json()
    del stored["holds"]

    assert Case.from_json(stored) == FIRST


def test_an_intervention_is_for_pembina_and_national_admin_and_says_what(life: Life) -> None:
    life.do("accept")

    with pytest.raises(InputError, match="note"):
        life.do("intervene", OVERSEER)
    for actor in (AGENCY, AUDITOR):
        with pytest.raises(ActionForbiddenError):
            life.do("intervene", actor, note="Selesaikan minggu ini")
    assert life.do("intervene", OVERSEER, note="Selesaikan minggu ini").case.status == "disposed"


ACTIONS: Sequence[tuple[str, Actor, dict[str, Any]]] = (
    ("pause", AGENCY, {"reason": "force_majeure", "until": 5}),
    ("pause", AGENCY, {"reason": "force_majeure", "since": -3, "until": 2}),
    ("extend", AGENCY, {"reason": "force_majeure", "until": 30}),
    ("approve", NATIONAL, {}),
    ("resume", AGENCY, {}),
    ("change", NATIONAL, {"reason": "wrong_class", "changes": {"misconduct": True}}),
    ("transfer", NATIONAL, {"agency": "PEMDA-32"}),
    ("respond", AGENCY, {}),
    ("reopen", NATIONAL, {"reason": "reporter_replied"}),
    ("request_completion", AGENCY, {}),
    ("completed_by_reporter", AGENCY, {}),
    ("note", NATIONAL, {"note": "catatan"}),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 4)), max_size=12))
def test_whatever_is_done_no_deadline_comes_before_the_law_without_a_changed_class(
    ruleset: RuleSet, done: list[tuple[tuple[str, Actor, dict[str, Any]], int]]
) -> None:
    life, day = Life(ruleset).do("accept"), NOW
    for (action, actor, given_), days in done:
        day += timedelta(days)
        values = {
            name: str((day + timedelta(value)).date()) if name in ("since", "until") else value
            for name, value in given_.items()
        }
        try:
            life.do(action, actor, on=day, **values)
        except (ActionRefusedError, ActionForbiddenError, InputError):
            continue
        limit = life.law.clockwork.regulation.classes[life.case.category].working_days
        assert life.case.due_on is not None
        assert life.case.due_on >= str(ruleset.calendar.after(NOW.date(), limit))
        assert Case.from_json(life.case.to_json()) == life.case
