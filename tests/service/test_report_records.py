from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert

from rules.ruleset import load_ruleset
from service.actors import SYSTEM, Actor
from service.complaint import Complaint
from service.life.step import Request
from service.reports import Reference, Report, parse_period, read_report, reference_of
from service.store.history_schema import history
from service.store.kept import keep
from service.store.keys import keys_of
from service.store.repository import Store, open_store

NOW = datetime.fromisoformat("2026-11-24T09:30:00+07:00")
PERIOD = parse_period("2026-11")
UNIT = "Dinas Pekerjaan Umum dan Tata Ruang"
NATIONAL = Actor(kind="person", id="n", role="admin_nasional")
AGENCY = Actor(kind="person", id="a", role="admin_instansi", agency="PEMDA-32.04")
UNIT_ADMIN = Actor(
    kind="person", id="u", role="pejabat_penghubung", agency="PEMDA-32.04", unit=UNIT
)

Do = Callable[..., UUID]
Read = Callable[..., Report]


@pytest.fixture(scope="module")
def reference() -> Reference:
    return reference_of(load_ruleset())


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with open_store(database_url) as store:
        yield store


@pytest.fixture
def do(store: Store, scorer: Any) -> Do:
    """Keep a complaint and do things about it: (action, actor, working hours later, values)."""

    def do(
        *steps: tuple[str, Actor, float, dict[str, Any]], isi: str = "Padam", **values: Any
    ) -> UUID:
        complaint = Complaint(isi=isi, **values)
        kept = keep(complaint)
        [answer] = scorer.score([complaint], today=NOW.date(), assume_now=NOW)
        keys = keys_of(kept.complaint, header=None, client="api")
        stored = store.save(kept, answer, keys=keys, now=NOW)
        key = UUID(stored.disposition["id"])
        for version, (action, actor, hours, more) in enumerate(steps, start=1):
            request = Request(action=action, version=version, **more)
            moment = NOW + timedelta(hours=hours)
            store.act(key, request, actor=actor, now=moment, law=scorer.law)
        return key

    return do


@pytest.fixture
def read(store: Store, reference: Reference) -> Read:
    def read(
        viewer: Actor = SYSTEM, *, period: str = "2026-11", as_of: datetime = NOW, **values: Any
    ) -> Report:
        with store.reading() as connection:
            return read_report(
                connection,
                viewer=viewer,
                period=parse_period(period),
                as_of=as_of.date(),
                reference=reference,
                **values,
            )

    return read


def add_history(store: Store, number: str, **changes: Any) -> None:
    row = {
        "source": "lapor",
        "tracking_id": number,
        "received_on": "2026-11-10",
        "status": "closed",
        "lapor_status": "Ditutup oleh Sistem",
        "category": "information",
        "due_on": "2026-11-17",
        "agency": "PEMDA-32.04",
        "anonymous": False,
        "secret": False,
        "imported_at": NOW,
        **changes,
    }

    def work(transaction: Any) -> None:
        transaction.connection.execute(insert(history), row)

    store.writing(work)


def test_first_follow_up_and_answer_are_read_off_what_was_done(do: Do, read: Read) -> None:
    do(("accept", AGENCY, 24, {}), ("respond", UNIT_ADMIN, 72, {}))

    total = read().total

    assert (total.incoming, total.resolved, total.unanswered) == (1, 1, 0)
    assert (total.follow_ups, total.follow_up_median) == (1, 1.0)  # Tuesday to Wednesday
    assert (total.on_time, total.late) == (1, 0)


def test_an_answer_after_the_limit_is_late_however_it_ended(do: Do, read: Read) -> None:
    do(("respond", UNIT_ADMIN, 24 * 21, {}), ("close", AGENCY, 24 * 22, {"reason": "by_admin"}))

    total = read(as_of=NOW + timedelta(days=40)).total

    assert (total.late, total.overdue, total.resolved) == (1, 0, 1)


def test_what_was_undone_was_not_done(do: Do, read: Read) -> None:
    do(("accept", AGENCY, 24, {}), ("undo", AGENCY, 24.001, {}))

    total = read().total

    assert (total.follow_ups, total.unanswered) == (0, 1)


def test_an_undone_note_takes_nothing_else_with_it(do: Do, read: Read) -> None:
    do(
        ("respond", UNIT_ADMIN, 24, {}),
        ("note", UNIT_ADMIN, 25, {"note": "Warga ditelepon."}),
        ("undo", UNIT_ADMIN, 25.001, {}),
    )

    assert read().total.follow_up_median == 1.0


def test_an_action_after_an_undone_one_counts(do: Do, read: Read) -> None:
    do(
        ("respond", UNIT_ADMIN, 24, {}),
        ("undo", UNIT_ADMIN, 24.001, {}),
        ("respond", UNIT_ADMIN, 48, {}),
    )

    assert read().total.follow_up_median == 2.0


def test_the_national_admins_own_accept_is_no_follow_up_of_the_agency(do: Do, read: Read) -> None:
    do(("accept", NATIONAL, 1, {}), isi="ragu")

    total = read().total

    assert (total.follow_ups, total.unanswered) == (0, 1)


def test_returns_and_moves_between_bodies_are_counted(do: Do, read: Read) -> None:
    away = {"reason": "not_authority", "agency": "PEMDA-32"}
    back = {"agency": "PEMDA-32.04"}
    do(("return", AGENCY, 1, away), ("transfer", NATIONAL, 2, back))
    do()

    total = read().total

    assert (total.returned, total.returns, total.ping_pong) == (1, 1, 1)


def test_a_period_holds_the_local_days_of_receipt(do: Do, read: Read) -> None:
    late = datetime.fromisoformat("2026-10-31T17:30:00+00:00")  # 1 November in Bandung
    do(received_at=late, tracking_id="1")
    do(received_at=late - timedelta(hours=1), tracking_id="2")

    assert read().total.incoming == 1
    assert read(period="2026-10").total.incoming == 1


def test_an_agency_sees_its_own_and_nothing_of_the_national_desk(do: Do, read: Read) -> None:
    do()
    do(isi="ragu")  # waits for the national admin
    province = Actor(kind="person", id="p", role="pembina", agency="PEMDA-32")
    other = Actor(kind="person", id="o", role="admin_instansi", agency="PEMDA-33")

    seen = {actor.id: read(actor).total.incoming for actor in (AGENCY, province, other, NATIONAL)}

    assert seen == {"a": 1, "p": 1, "o": 0, "n": 2}
    assert read(AGENCY, agency="PEMDA-33").total.incoming == 0


def test_history_counts_beside_what_was_stored_and_never_twice(
    store: Store, do: Do, read: Read
) -> None:
    do(tracking_id="7", source="lapor")
    for number in ("7", "8", "9"):
        add_history(store, number, agency="PEMDA-33" if number == "9" else "PEMDA-32.04")

    report = read()

    assert (report.total.incoming, report.historic) == (3, 2)
    assert read(AGENCY).total.incoming == 2
    assert report.total.undated == 2
    assert sum(figures.incoming for figures in report.by_month.values()) == 3


def test_an_open_complaint_of_history_past_its_limit_is_overdue_but_no_share_is_made_of_it(
    store: Store, read: Read
) -> None:
    add_history(store, "8", status="disposed", lapor_status="Terdisposisi")

    report = read()

    assert (report.total.overdue, report.total.on_time_share) == (1, None)
    assert [row.tracking_id for row in report.overdue] == ["8"]
    assert report.overdue[0].working_days_late == 5


def test_the_overdue_list_names_the_disposition(do: Do, read: Read) -> None:
    key = do(tracking_id="1")

    [row] = read(as_of=NOW + timedelta(days=21)).overdue

    assert (row.id, row.tracking_id, row.agency_name) == (
        str(key),
        "1",
        "Pemerintah Kabupaten Bandung",
    )
