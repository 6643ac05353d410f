from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.actors import SYSTEM, Actor
from service.complaint import InputError
from service.life.case import Case
from service.life.errors import ActionForbiddenError, ActionRefusedError
from service.life.step import MAX_TRANSFERS, Past, Request, step
from service.life.table import (
    ACTIONS,
    FINISHED,
    LAPOR_STATUS,
    ROWS,
    STATUSES,
    lapor_status,
    status_of_lapor,
)

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=ZoneInfo("Asia/Jakarta"))
NATIONAL = Actor(kind="person", id="n", role="admin_nasional")
SECOND = Actor(kind="person", id="n2", role="admin_nasional")
AGENCY = Actor(kind="person", id="a", role="admin_instansi", agency="PEMDA-32.04")
UNIT = Actor(kind="person", id="u", role="pejabat_penghubung", agency="PEMDA-32.04", unit="Dinas")
CLIENT = Actor(kind="key", id="lapor", scopes=frozenset({"act"}))
EVERYONE = (NATIONAL, AGENCY, UNIT, CLIENT, SYSTEM)


class Law:
    def level_of(self, agency: str) -> str | None:
        return {"PEMDA-32": "PROV", "PEMDA-32.04": "KABKOTA", "KEMENPU": "PUSAT"}.get(agency)

    def class_of(self, kind: str, misconduct: bool, inspection: bool) -> tuple[str, int]:
        return ("field_inspection", 60) if misconduct and inspection else ("non_supervisory", 14)

    def day_of(self, moment: datetime, agency: str | None) -> date:
        return moment.date()

    def working_days(self, after: date, last: date, agency: str | None) -> int:
        return (last - after).days

    def due_on(self, history: Sequence[Past]) -> str | None:
        is_long = history[-1].case.category == "field_inspection"
        return "2027-02-22" if is_long else "2026-12-14"


def make_case(status: str = "in_review", **values: Any) -> Case:
    national = status in {"received", "in_review", "returned"}
    case = Case(
        status=status,
        tray="national" if national else "agency",
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
    return replace(case, **values)


def do(
    case: Case,
    action: str,
    actor: Actor = NATIONAL,
    *,
    past: Sequence[Past] = (),
    now: datetime = NOW,
    **values: Any,
) -> Case:
    request = Request(action=action, version=1, **values)
    return step(case, past, request, actor, now=now, opened_at=NOW, law=Law())


def after(case: Case, action: str, actor: Actor, at: datetime = NOW) -> Past:
    return Past(action=action, actor_id=actor.id, at=at, case=case)


def test_the_usual_way_from_the_desk_to_the_end() -> None:
    case = do(make_case(), "accept")
    assert (case.status, case.tray) == ("disposed", "agency")
    case = do(case, "accept", AGENCY)
    assert case.status == "followed_up"
    case = do(case, "respond", UNIT)
    assert case.status == "answered"
    case = do(case, "close", CLIENT, reason="by_reporter")

    assert lapor_status(case.status, case.reason) == "Ditutup oleh Pelapor"


@given(
    st.sampled_from(STATUSES),
    st.sampled_from(ACTIONS),
    st.sampled_from(EVERYONE),
)
def test_what_stands_in_no_row_cannot_happen(status: str, action: str, actor: Actor) -> None:
    allowed = any(
        row.action == action and status in row.start and actor.acts_as in row.who for row in ROWS
    )
    if allowed:
        return

    with pytest.raises((ActionRefusedError, ActionForbiddenError)):
        do(make_case(status), action, actor, reason="x", note="x", agency="KEMENPU", unit="x")


def test_no_machine_stops_a_complaint() -> None:
    stopping = [row for row in ROWS if row.to in FINISHED or row.action == "archive"]

    assert stopping
    assert all("" not in row.who for row in ROWS)
    assert all(row.reasons for row in stopping)
    assert {name for row in ROWS if row.action == "archive" for name in row.who} == {
        "admin_nasional"
    }


def test_every_status_can_be_reached_and_left() -> None:
    reached = {row.to for row in ROWS} | {"received", "in_review"}

    assert set(STATUSES) <= reached
    assert all(
        any(status in row.start and row.to not in (None, status) for row in ROWS)
        for status in STATUSES
    )


@pytest.mark.parametrize("reason", [None, "because", ""])
def test_archiving_needs_a_reason_of_the_list(reason: str | None) -> None:
    with pytest.raises(InputError, match="reason: expected one of no_evidence"):
        do(make_case(), "archive", reason=reason)


@pytest.mark.parametrize("status", ["disposed", "followed_up", "answered", "closed"])
def test_the_audit_sample_is_checked_without_moving_the_case(status: str) -> None:
    case = do(make_case(status), "accept")

    assert (case.status, case.tray) == (status, "agency")
    assert "topic" in case.confirmed


def test_a_change_needs_a_reason_and_something_to_change() -> None:
    with pytest.raises(InputError, match="reason"):
        do(make_case(), "change", changes={"topic": "sampah"})
    with pytest.raises(InputError, match="changes: required"):
        do(make_case(), "change", reason="wrong_topic")


def test_a_change_disposes_and_confirms_what_it_names_only() -> None:
    case = do(make_case(), "change", reason="wrong_topic", changes={"topic": "sampah"})

    assert (case.status, case.topic, case.confirmed) == ("disposed", "sampah", ("topic",))
    assert case.change_reason == "wrong_topic"


def test_a_changed_class_gets_its_own_deadline() -> None:
    case = do(make_case(), "change", reason="wrong_class", changes={"misconduct": True})

    assert (case.category, case.working_days, case.due_on) == (
        "field_inspection",
        60,
        "2027-02-22",
    )


def test_another_agency_brings_its_level_and_no_unit_of_the_old_one() -> None:
    case = do(make_case(), "change", reason="wrong_agency", changes={"agency": "KEMENPU"})

    assert (case.agency, case.level, case.unit) == ("KEMENPU", "PUSAT", None)


def test_an_unknown_agency_is_refused_without_its_name() -> None:
    with pytest.raises(InputError, match="got an unknown one") as caught:
        do(make_case(), "change", reason="wrong_agency", changes={"agency": "MARKAH"})

    assert "MARKAH" not in str(caught.value)


def test_an_agency_changes_its_unit_but_not_who_must_answer() -> None:
    case = do(
        make_case("disposed"), "change", AGENCY, reason="wrong_unit", changes={"unit": "Dishub"}
    )

    assert case.unit == "Dishub"
    with pytest.raises(InputError, match=r"changes\.agency: may not be changed here"):
        do(case, "change", AGENCY, reason="wrong_agency", changes={"agency": "KEMENPU"})


def test_a_case_without_a_body_cannot_be_accepted() -> None:
    with pytest.raises(InputError, match="nobody is responsible"):
        do(make_case(agency=None), "accept")


def test_a_return_goes_to_the_proposed_body_or_to_the_national_desk() -> None:
    disposed = make_case("disposed")

    proposed = do(disposed, "return", AGENCY, reason="not_authority", agency="PEMDA-32")
    plain = do(disposed, "return", AGENCY, reason="not_authority")
    to_itself = do(disposed, "return", AGENCY, reason="not_authority", agency="PEMDA-32.04")

    assert (proposed.status, proposed.agency, proposed.level) == ("disposed", "PEMDA-32", "PROV")
    assert (plain.status, plain.agency, plain.tray) == ("returned", None, "national")
    assert to_itself.status == "returned"


def test_after_three_transfers_it_stays_with_the_national_admin() -> None:
    case = make_case("disposed")
    for body in ("PEMDA-32", "KEMENPU", "PEMDA-32.04"):
        case = do(case, "return", AGENCY, reason="not_authority", agency=body)
        assert case.status == "disposed"

    case = do(case, "return", AGENCY, reason="not_authority", agency="PEMDA-32")

    assert case.transfers == MAX_TRANSFERS
    assert (case.status, case.tray, case.agency) == ("returned", "national", None)
    assert do(case, "transfer", agency="KEMENPU").status == "disposed"


def test_a_unit_gives_back_to_its_own_agency() -> None:
    case = do(make_case("disposed"), "return", UNIT, reason="not_authority", agency="KEMENPU")

    assert (case.status, case.agency, case.unit) == ("disposed", "PEMDA-32.04", None)


def test_an_agency_transfers_inside_only() -> None:
    case = do(make_case("disposed"), "transfer", AGENCY, unit="Dishub")

    assert (case.unit, case.transfers) == ("Dishub", 0)
    with pytest.raises(InputError, match="return it instead"):
        do(case, "transfer", AGENCY, agency="KEMENPU", unit="x")


@pytest.mark.parametrize("status", ["in_review", "returned", "disposed", "followed_up"])
def test_a_completed_complaint_goes_on_where_it_waited(status: str) -> None:
    waiting = do(make_case(status), "request_completion")
    assert waiting.status == "waiting_for_completion"

    assert do(waiting, "completed_by_reporter", CLIENT).status == status


def test_undo_gives_back_the_case_before() -> None:
    first = make_case()
    archived = do(first, "archive", reason="unclear")
    past = [after(archived, "archive", NATIONAL)]

    assert do(first, "undo", past=past, now=NOW + timedelta(seconds=10)) == first


@pytest.mark.parametrize(
    "elapsed",
    [
        pytest.param(timedelta(seconds=10, microseconds=1), id="too-late"),
        pytest.param(timedelta(seconds=-1), id="clock-set-back"),
    ],
)
def test_undo_is_possible_for_ten_seconds(elapsed: timedelta) -> None:
    past = [after(make_case("disposed"), "accept", NATIONAL)]

    with pytest.raises(ActionRefusedError, match="for 10 seconds"):
        do(make_case(), "undo", past=past, now=NOW + elapsed)


def test_nobody_undoes_what_another_did_nor_an_undo() -> None:
    past = [after(make_case("disposed"), "accept", NATIONAL)]

    with pytest.raises(ActionForbiddenError, match="only the person"):
        do(make_case(), "undo", SECOND, past=past)
    with pytest.raises(ActionRefusedError, match="nothing to undo"):
        do(make_case(), "undo", past=[*past, after(make_case(), "undo", NATIONAL)])
    with pytest.raises(ActionRefusedError, match="nothing to undo"):
        do(make_case(), "undo")


def test_a_pause_is_approved_by_a_second_person() -> None:
    case = make_case("disposed")
    paused = do(case, "pause", reason="force_majeure", until=date(2026, 12, 24))
    past = [after(paused, "pause", NATIONAL), after(paused, "note", SECOND)]

    with pytest.raises(ActionForbiddenError, match="second person"):
        do(case, "approve", past=past)
    assert do(case, "approve", SECOND, past=past).status == "disposed"
    with pytest.raises(ActionRefusedError, match="no pause"):
        do(case, "approve", SECOND, past=[*past, after(paused, "approve", SECOND)])
    with pytest.raises(ActionRefusedError, match="no pause"):
        do(case, "approve", SECOND, past=[past[0], after(case, "undo", NATIONAL)])


def test_a_pause_needs_its_last_day() -> None:
    with pytest.raises(InputError, match="until: required for pause"):
        do(make_case("disposed"), "pause", reason="force_majeure")


def test_a_key_without_the_scope_act_does_nothing() -> None:
    with pytest.raises(ActionForbiddenError):
        do(make_case(), "note", Actor(kind="key", id="k", scopes=frozenset({"read"})), note="x")


def test_statuses_are_those_of_lapor_and_back() -> None:
    assert set(LAPOR_STATUS) == set(STATUSES)
    assert all(status_of_lapor(label) in STATUSES for label in LAPOR_STATUS.values())
    assert status_of_lapor("Diarsipkan oleh Sistem") == "archived"
    assert status_of_lapor("Konten Terblokir") == "archived"
    assert status_of_lapor("tidak dikenal") is None


def test_a_case_comes_back_from_json_as_it_was() -> None:
    case = make_case(confirmed=("topic",))

    assert Case.from_json(case.to_json()) == case
