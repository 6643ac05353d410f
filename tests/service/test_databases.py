"""What must hold on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, text

from service.actors import SYSTEM, Actor
from service.complaint import Complaint
from service.life.errors import ActionForbiddenError, StaleVersionError
from service.life.step import Request
from service.store import migrate, schema
from service.store.audit import Link, read_head
from service.store.engine import begin_write, close_engine, open_engine
from service.store.errors import KeyConflictError, NotFoundError, OpeningReasonError
from service.store.kept import keep
from service.store.keys import keys_of
from service.store.listing import Filters
from service.store.repository import Store, Stored, open_store
from service.store.verify import find_damage

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=ZoneInfo("Asia/Jakarta"))
NATIONAL = Actor(kind="person", id="n", role="admin_nasional")
AGENCY = Actor(kind="person", id="a", role="admin_instansi", agency="PEMDA-32.04")
FOREIGN = Actor(kind="person", id="f", role="admin_instansi", agency="PEMDA-33")
UNIT = Actor(
    kind="person",
    id="u",
    role="pejabat_penghubung",
    agency="PEMDA-32.04",
    unit="Dinas Pekerjaan Umum dan Tata Ruang",
)
AUDITOR = Actor(kind="person", id="x", role="auditor")

Save = Callable[..., Stored]
Act = Callable[..., Any]


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with open_store(database_url) as store:
        yield store


@pytest.fixture
def save(scorer: Any) -> Save:
    def save(
        store: Store, isi: str = "Lampu padam", *, now: datetime = NOW, **values: Any
    ) -> Stored:
        complaint = Complaint(isi=isi, **values)
        kept = keep(complaint)
        keys = keys_of(kept.complaint, header=None, client="api")
        look = store.look(kept, now)
        [answer] = scorer.score([complaint], today=now.date(), earlier=[look.earlier])
        return store.save(kept, answer, keys=keys, now=now, look=look)

    return save


@pytest.fixture
def act(store: Store, scorer: Any) -> Act:
    def act(
        stored: Stored,
        action: str,
        actor: Actor = NATIONAL,
        *,
        version: int = 1,
        now: datetime = NOW,
        **values: Any,
    ) -> Any:
        request = Request(action=action, version=version, **values)
        return store.act(id_of(stored), request, actor=actor, now=now, law=scorer.law)

    return act


def id_of(stored: Stored) -> UUID:
    return UUID(stored.disposition["id"])


def damage(store: Store, anchor: Link | None = None) -> list[str]:
    with store.reading() as connection:
        return list(find_damage(connection, anchor=anchor))


def change(store: Store, statement: str, **values: Any) -> None:
    with begin_write(store._engine) as connection:
        connection.execute(text(statement), values)


def test_the_migrations_make_the_tables_that_the_code_describes(store: Store) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with store.reading() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, schema.metadata) == []
        assert migrate.current_revision(connection) == migrate.HEAD


def test_rows_of_the_first_release_join_the_chain(
    database_url: str, save: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "HEAD", "0001")
        engine = open_engine(database_url)
    with begin_write(engine) as connection:
        old = "id, source, judul, isi, sha256, anonymous, secret, created_at"
        ids = ("0" * 31 + "1", "0" * 31 + "2")
        names = ids if database_url.startswith("sqlite") else [str(UUID(i)) for i in ids]
        connection.execute(
            text(
                f"INSERT INTO complaint ({old}) VALUES"  # noqa: S608
                " (:id, 'api', '', 'Lampu', 'x', false, false, '2026-11-01 00:00:00.000000')"
            ),
            {"id": names[0]},
        )
        insert = schema.proposal.insert().values(
            id=UUID(ids[1]),
            complaint_id=UUID(ids[0]),
            answer=first_answer(),
            model="m",
            rules="r",
            calendar="c",
            created_at=NOW,
        )
        connection.execute(insert)
    close_engine(engine)

    with open_store(database_url) as store:
        assert damage(store) == []
        assert [row["status"] for row in store.page(Filters(), viewer=SYSTEM)["items"]] == [
            "disposed"
        ]


def first_answer() -> dict[str, Any]:
    agency = {"code": "PEMDA-32", "level": "PROV", "unit": None}
    return {
        "decision": "auto",
        "category": "non_supervisory",
        "topic": "sampah",
        "flags": [],
        "attributes": {"kind": "complaint", "misconduct": 0.1, "inspection": 0.9},
        "sla": {"working_days": 14, "due_on": None},
        "agency": agency,
        "region": {"code": None},
        "explanation": {"terms": [], "cues": []},
    }


def test_workers_that_start_at_once_build_the_tables_once(database_url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        engines = list(pool.map(lambda _: open_engine(database_url), range(4)))

    with engines[0].connect() as connection:
        assert migrate.current_revision(connection) == migrate.HEAD
    for engine in engines:
        close_engine(engine)


def test_what_is_saved_is_what_is_read(store: Store, save: Save) -> None:
    stored = save(store, tracking_id="1", secret=True)

    assert store.get(id_of(stored), viewer=SYSTEM) == stored.disposition
    assert not save(store, tracking_id="1", secret=True).created
    with pytest.raises(KeyConflictError):
        save(store, "Jalan rusak", tracking_id="1")


def test_fifty_at_once_make_one_record(store: Store, save: Save) -> None:
    with ThreadPoolExecutor(50) as pool:
        found = list(pool.map(lambda _: save(store, tracking_id="50"), range(50)))

    assert sum(stored.created for stored in found) == 1
    assert len({stored.disposition["id"] for stored in found}) == 1
    assert damage(store) == []


def test_many_at_once_make_one_chain(store: Store, save: Save) -> None:
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda i: save(store, f"Lampu {i} padam", tracking_id=str(i)), range(80)))

    assert damage(store) == []
    with store.reading() as connection:
        assert read_head(connection).seq == 80


def test_one_bad_job_does_not_take_the_others_with_it(store: Store, save: Save) -> None:
    save(store, tracking_id="used")

    def attempt(i: int) -> bool:
        try:
            return save(store, f"Lain {i}", tracking_id="used" if i % 4 == 0 else str(i)).created
        except KeyConflictError:
            return False

    with ThreadPoolExecutor(16) as pool:
        made = list(pool.map(attempt, range(40)))

    assert sum(made) == 30
    assert damage(store) == []


def test_an_action_is_written_beside_the_proposal(store: Store, save: Save, act: Act) -> None:
    stored = save(store, "Lampu ragu")

    found = act(stored, "change", reason="wrong_topic", changes={"topic": "sampah"}, note="cek")

    assert (found["topic"], found["current"]["topic"]) == ("jalan_jembatan", "sampah")
    assert (found["status"], found["version"]) == ("disposed", 2)
    assert found["history"][0]["actor"] == "admin_nasional"
    assert store.get(id_of(stored), viewer=SYSTEM) == found
    assert damage(store) == []


def test_of_two_actions_on_one_version_one_is_done(store: Store, save: Save, act: Act) -> None:
    stored = save(store, "Lampu ragu")

    def attempt(i: int) -> bool:
        try:
            act(stored, "note", note=f"catatan {i}")
        except StaleVersionError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(8))) == 1
    assert damage(store) == []


def test_undo_leaves_both_records(store: Store, save: Save, act: Act) -> None:
    stored = save(store, "Lampu ragu")
    act(stored, "archive", reason="unclear")

    found = act(stored, "undo", version=2, now=NOW + timedelta(seconds=9))

    assert (found["status"], found["version"]) == ("in_review", 3)
    assert [entry["action"] for entry in found["history"]] == ["archive", "undo"]
    assert store.page(Filters(status="in_review"), viewer=SYSTEM)["items"][0]["version"] == 3


def test_notes_are_masked(store: Store, save: Save, act: Act) -> None:
    found = act(save(store), "note", note="telepon 081234567890")

    assert found["history"][0]["note"] == "telepon [TELEPON]"


@pytest.mark.parametrize(
    ("actor", "seen"),
    [(NATIONAL, 2), (AUDITOR, 2), (AGENCY, 1), (UNIT, 1), (FOREIGN, 0)],
    ids=["national", "auditor", "agency", "unit", "foreign"],
)
def test_everyone_sees_his_own(actor: Actor, seen: int, store: Store, save: Save, act: Act) -> None:
    disposed, reviewed = save(store), save(store, "Lampu ragu")

    assert len(store.page(Filters(), viewer=actor)["items"]) == seen
    assert (store.get(id_of(disposed), viewer=actor) is None) == (seen == 0)
    assert (store.get(id_of(reviewed), viewer=actor) is None) == (seen < 2)
    if seen == 0:
        with pytest.raises(NotFoundError):
            act(disposed, "note", actor, note="x")


def test_a_province_sees_what_its_regency_handles_and_does_not_act_for_it(
    store: Store, save: Save, act: Act
) -> None:
    province = Actor(kind="person", id="p", role="admin_instansi", agency="PEMDA-32")
    disposed = save(store)

    assert store.get(id_of(disposed), viewer=province) is not None
    with pytest.raises(ActionForbiddenError, match="note is for the agency that handles it"):
        act(disposed, "note", province, note="x")
    assert act(disposed, "note", AGENCY, note="x")["version"] == 2


def test_lists_are_filtered_and_come_in_pages(store: Store, save: Save) -> None:
    for i in range(5):
        save(store, f"Lampu {i} padam sejak kemarin", tracking_id=str(i))
    save(store, "Jalan ragu")

    first = store.page(Filters(status="disposed", limit=3), viewer=SYSTEM)
    assert [row["tracking_id"] for row in first["items"]] == ["4", "3", "2"]
    save(store, "Baru sekali", tracking_id="9")
    cursor = first["next_cursor"]
    rest = store.page(Filters(status="disposed", limit=3, cursor=cursor), viewer=SYSTEM)
    assert [row["tracking_id"] for row in rest["items"]] == ["1", "0"]
    assert rest["next_cursor"] is None

    def count(**values: Any) -> int:
        return len(store.page(Filters(**values), viewer=SYSTEM)["items"])

    due = datetime(2026, 12, 14, tzinfo=UTC).date()
    assert count(decision="review") == count(status="in_review") == count(tray="national") == 1
    assert count(agency="PEMDA-32.04", region="32.04", topic="jalan_jembatan") == 7
    assert count(agency="KEMENPU") == count(flag="emergency") == 0
    assert count(due_before=due) == count(due_after=due) == 0
    assert count(due_before=due + timedelta(1)) == count(due_after=due - timedelta(1)) == 7


def test_a_clock_set_back_loses_no_row_of_a_list_and_no_link(store: Store, save: Save) -> None:
    for i, hours in enumerate((0, -5, 1, -9)):
        save(store, f"Lampu {i} padam", tracking_id=str(i), now=NOW + timedelta(hours=hours))

    first = store.page(Filters(limit=2), viewer=SYSTEM)
    rest = store.page(Filters(limit=2, cursor=first["next_cursor"]), viewer=SYSTEM)

    found = [row["tracking_id"] for row in (*first["items"], *rest["items"])]
    assert found == ["3", "2", "1", "0"]
    assert damage(store) == []


def test_opening_a_protected_text_needs_a_reason_and_is_recorded(store: Store, save: Save) -> None:
    stored, plain = save(store, secret=True), save(store, "Jalan rusak")

    assert store.open_text(id_of(plain), viewer=AUDITOR, reason=None, now=NOW).isi == "Jalan rusak"
    for viewer in (NATIONAL, UNIT):
        assert store.open_text(id_of(stored), viewer=viewer, reason=None, now=NOW).isi
    for viewer in (AUDITOR, AGENCY):
        for reason in (None, "  "):
            with pytest.raises(OpeningReasonError):
                store.open_text(id_of(stored), viewer=viewer, reason=reason, now=NOW)
        assert store.open_text(id_of(stored), viewer=viewer, reason="audit", now=NOW).isi
    with pytest.raises(NotFoundError):
        store.open_text(id_of(stored), viewer=FOREIGN, reason="ingin tahu", now=NOW)

    with store.reading() as connection:
        count = connection.execute(select(func.count()).select_from(schema.opening)).scalar_one()
    assert count == 2
    assert damage(store) == []


def test_the_words_of_a_protected_complaint_are_shown_to_its_handlers_only(
    store: Store, save: Save, act: Act
) -> None:
    stored = save(store, "Rahasiaku ditulis disini", secret=True)
    act(stored, "accept", note="Rahasiaku dicatat")

    for viewer in (NATIONAL, UNIT):
        assert "Rahasiaku" in str(store.get(id_of(stored), viewer=viewer))
    for viewer in (AUDITOR, AGENCY, Actor(kind="key", id="k", scopes=frozenset({"read"}))):
        found = store.get(id_of(stored), viewer=viewer)
        assert found is not None
        assert found["explanation"]["terms"][0]["weight"] == 1.9
        assert "Rahasiaku" not in str(found)
        assert "disini" not in str(found)
    assert "Rahasiaku" not in str(act(stored, "accept", AGENCY, version=2))
    assert list(store.corrections(NOW - timedelta(days=1))) == []


def test_an_erased_text_is_gone_everywhere_and_the_record_verifies(
    store: Store, save: Save, act: Act
) -> None:
    stored, open_one = save(store, "Rahasiaku ragu terucap"), save(store, "Lampu ragu")
    act(stored, "archive", reason="unclear", note="Rahasiaku dicatat")
    later = NOW + timedelta(days=91)

    count = store.erase_texts(older_than=later - timedelta(days=90), now=later)

    assert count == 1
    assert store.erase_texts(older_than=later, now=later) == 0
    assert damage(store) == []
    kept = store.open_text(id_of(stored), viewer=NATIONAL, reason=None, now=later)
    assert (kept.isi, kept.erased) == ("", True)
    assert store.open_text(id_of(open_one), viewer=NATIONAL, reason=None, now=later).isi
    with store.reading() as connection:
        for table in schema.metadata.sorted_tables:
            for row in connection.execute(select(table)):
                assert "rahasiaku" not in str(row).lower()
    assert save(store, "Rahasiaku ragu terucap", now=later).disposition["flags"] == []


def test_a_verified_database_has_no_damage_and_its_end_can_be_noted(
    store: Store, save: Save
) -> None:
    save(store)
    with store.reading() as connection:
        head = read_head(connection)
    save(store, "Lain")

    assert damage(store, head) == []
    assert damage(store, replace(head, hash="0" * 64)) == ["audit 1: is not the row that was noted"]


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        pytest.param(["UPDATE complaint SET isi = 'x'"], "its text was altered", id="text"),
        pytest.param(["UPDATE complaint SET channel = 'x'"], "its text was altered", id="channel"),
        pytest.param(
            ["UPDATE complaint SET secret = true"], "complaint .*: was altered after", id="mark"
        ),
        pytest.param(
            ["UPDATE proposal SET answer = REPLACE(CAST(answer AS TEXT), '0.86', '0.99')"],
            "complaint .*: was altered after",
            id="answer",
        ),
        pytest.param(
            ["UPDATE action SET actor_id = 'y' WHERE version = 2"],
            "action .*: was altered after",
            id="who",
        ),
        pytest.param(["UPDATE action SET note = 'x'"], "its note was altered", id="note"),
        pytest.param(
            ["DELETE FROM action WHERE version = 2"], "its record action .* is missing", id="row"
        ),
        pytest.param(["DELETE FROM audit WHERE seq = 2"], "audit 2: missing", id="link"),
        pytest.param(
            ["UPDATE audit SET digest = previous WHERE seq = 2"],
            "audit 2: was altered",
            id="digest",
        ),
        pytest.param(
            [
                "UPDATE audit SET seq = 99 WHERE seq = 2",
                "UPDATE audit SET seq = 2 WHERE seq = 3",
                "UPDATE audit SET seq = 3 WHERE seq = 99",
            ],
            "audit 2: does not follow",
            id="order",
        ),
        pytest.param(
            ["DELETE FROM audit WHERE seq = 3"], "action .*: no audit row knows it", id="end"
        ),
        pytest.param(
            ["UPDATE standing SET status = 'closed'"], "does not follow from", id="standing"
        ),
        pytest.param(
            ["UPDATE complaint SET isi = '', erased_at = created_at"],
            "erased without a record",
            id="erased",
        ),
    ],
)
def test_whatever_is_altered_removed_or_reordered_is_found(
    statements: list[str], found: str, store: Store, save: Save, act: Act
) -> None:
    stored = save(store, "Lampu ragu")
    act(stored, "accept", note="cek")
    act(stored, "note", version=2, note="cek lagi")
    assert damage(store) == []
    if store._engine.dialect.name == "postgresql":
        statements = [s.replace("'0.99')", "'0.99')::json") for s in statements]

    for statement in statements:
        change(store, statement)

    import re

    lines = damage(store)
    assert any(re.search(found, line) for line in lines), lines


def test_what_nearly_repeats_an_open_one_of_the_region_is_flagged_and_grouped(
    store: Store, save: Save, act: Act
) -> None:
    isi = "Lampu jalan di depan pasar padam sudah dua minggu dan belum ada petugas yang datang"
    first = save(store, f"{isi} ragu", tracking_id="1")
    second = save(store, f"{isi.upper()}, ragu!", tracking_id="2")
    other = save(store, "Sampah di pasar menumpuk sejak hari raya", tracking_id="3")

    [flag] = second.disposition["flags"]
    assert (flag["code"], flag["detail"]) == ("duplicate", "1")
    assert second.disposition["group_id"] == first.disposition["id"]
    assert second.disposition["id"] != first.disposition["id"]
    assert other.disposition["flags"] == []
    group = id_of(first)
    assert {
        row["tracking_id"] for row in store.page(Filters(group=group), viewer=SYSTEM)["items"]
    } == {"1", "2"}

    late = save(store, f"{isi} ragu", tracking_id="4", now=NOW + timedelta(days=31))
    assert late.disposition["flags"] == []

    act(first, "archive", reason="unclear")
    third = save(store, f"{isi} ragu", tracking_id="5")
    assert third.disposition["flags"][0]["detail"] == "2"
    act(second, "archive", reason="duplicate")


def test_corrections_hold_only_what_a_person_confirmed_or_changed(
    store: Store, save: Save, act: Act
) -> None:
    save(store, "Tanpa tindakan ragu")
    changed = save(store, "Sampah ragu 081234567890", tracking_id="2")
    act(changed, "change", reason="wrong_topic", changes={"topic": "sampah", "misconduct": False})
    accepted = save(store, "Lampu ragu padam", tracking_id="3")
    act(accepted, "accept")
    undone = save(store, "Jalan ragu", tracking_id="4")
    act(undone, "accept")
    act(undone, "undo", version=2)
    act(save(store, "Catatan ragu"), "note", note="x")

    found = list(store.corrections(NOW - timedelta(days=1)))

    assert [row["isi"] for row in found] == ["Sampah ragu [TELEPON]", "Lampu ragu padam"]
    first, second = found
    assert (first["topic"], first["misconduct"], first["reason"]) == (
        "sampah",
        False,
        "wrong_topic",
    )
    assert first["kind"] is first["agency"] is first["level"] is None
    assert first["machine"]["topic"] == "jalan_jembatan"
    assert (second["kind"], second["agency"], second["reason"]) == (
        "complaint",
        "PEMDA-32.04",
        None,
    )
    assert "'n'" not in str(found)
    assert list(store.corrections(NOW + timedelta(days=1))) == []


def test_the_system_sees_everything_and_does_nothing(store: Store, save: Save, act: Act) -> None:

    stored = save(store)

    assert store.get(id_of(stored), viewer=SYSTEM) is not None
    with pytest.raises(ActionForbiddenError):
        act(stored, "note", SYSTEM, note="x")


def test_the_server_of_the_tests_is_not_reachable_over_the_network(postgres: Any) -> None:
    log = Path(postgres.folder, "log").read_text()

    assert "listening on Unix socket" in log
    assert "listening on IPv4" not in log
