from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, insert, select
from sqlalchemy.exc import IntegrityError

from service.actors import SYSTEM
from service.complaint import Complaint
from service.store import migrate, schema
from service.store.engine import begin_write, open_engine
from service.store.errors import KeyConflictError, StoreError, StoreUnavailableError
from service.store.ids import make_id
from service.store.kept import keep
from service.store.keys import keys_of
from service.store.repository import Store, Stored, open_store

PHONE = "081234567890"
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=ZoneInfo("Asia/Jakarta"))

Save = Callable[..., Stored]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "uji.sqlite3"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{path}") as store:
        yield store


@pytest.fixture
def save(scorer: Any) -> Save:
    def save(store: Store, complaint: Complaint, *, header: str | None = None) -> Stored:
        kept = keep(complaint)
        keys = keys_of(kept.complaint, header=header, client="api")
        [disposition] = scorer.score([complaint], today=NOW.date())
        return store.save(kept, disposition, keys=keys, now=NOW)

    return save


def test_the_migrations_make_the_tables_that_the_code_describes(store: Store) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with store._engine.connect() as connection:
        context = MigrationContext.configure(connection)
        differences = compare_metadata(context, schema.metadata)

    assert differences == []


def test_the_newest_migration_is_the_one_that_the_code_expects() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(migrate.FOLDER))

    assert ScriptDirectory.from_config(config).get_heads() == [migrate.HEAD]


def test_a_database_is_opened_again_with_what_it_holds(path: Path, save: Save) -> None:
    with open_store(f"sqlite:///{path}") as store:
        first = save(store, Complaint(isi="Lampu padam"))

    with open_store(f"sqlite:///{path}") as store:
        assert store.get(UUID(first.disposition["id"]), viewer=SYSTEM) == first.disposition


def test_workers_that_start_at_once_build_the_tables_once(path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        engines = list(pool.map(lambda _: open_engine(f"sqlite:///{path}"), range(4)))

    with engines[0].connect() as connection:
        assert migrate.current_revision(connection) == migrate.HEAD
    for engine in engines:
        engine.dispose()


def test_tables_newer_than_the_code_are_left_alone(path: Path) -> None:
    with open_store(f"sqlite:///{path}"):
        pass
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()

    with pytest.raises(StoreError, match="newer than this code"), open_store(f"sqlite:///{path}"):
        pass


def test_a_failed_migration_leaves_nothing_behind(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{path}"
    blocker = sqlite3.connect(path)
    blocker.execute("CREATE TABLE used_key (id INTEGER)")
    blocker.close()

    with pytest.raises(StoreError, match="already exists"), open_store(url):
        pass

    connection = sqlite3.connect(path)
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    connection.close()
    assert tables == {"used_key"}


def test_sqlite_is_durable_and_checks_foreign_keys(store: Store) -> None:
    with store._engine.connect() as connection:
        answers = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }

    assert answers == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_key_of_no_complaint_is_refused_by_the_database(store: Store) -> None:
    row = {
        "id": make_id(NOW),
        "kind": "header",
        "scope": "api",
        "key_sha256": "0" * 64,
        "body_sha256": "0" * 64,
        "complaint_id": make_id(NOW),
        "created_at": NOW,
    }

    with (
        pytest.raises(IntegrityError, match="FOREIGN KEY"),
        begin_write(store._engine) as connection,
    ):
        connection.execute(insert(schema.used_key).values(row))


def test_no_personal_data_reaches_the_file(store: Store, path: Path, save: Save) -> None:
    complaint = Complaint(
        judul=f"Hubungi {PHONE}",
        isi=f"{PHONE} tolong perbaiki lampu, telepon {PHONE}",
        requested_agency=f"kantor {PHONE}",
        lapor_category=f"jalan {PHONE}",
        channel=f"wa {PHONE}",
        tracking_id="7",
    )

    stored = save(store, complaint, header="kunci")

    held = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"lampu" in held
    assert PHONE.encode() not in held
    assert PHONE not in str(stored.disposition)


def test_spans_are_moved_to_the_masked_text_and_quote_it(store: Store, scorer: Any) -> None:
    complaint = Complaint(judul=f"Telepon {PHONE}", isi=f"Lampu {PHONE} padam")
    disposition = scorer.score([complaint], today=NOW.date())[0]

    moved = keep(complaint).move(disposition)

    term = moved["explanation"]["terms"][0]
    assert (term["text"], term["start"]) == ("padam", len("Lampu [TELEPON] "))
    assert disposition["explanation"]["terms"][0]["start"] == len(f"Lampu {PHONE} ")
    assert moved["region"]["evidence"] == [{"field": "isi", "start": 0, "end": 5}]


def test_a_span_over_a_masked_part_is_left_out(scorer: Any) -> None:
    complaint = Complaint(isi=f"{PHONE} tolong diangkat {PHONE}")

    moved = keep(complaint).move(scorer.score([complaint], today=NOW.date())[0])

    assert moved["explanation"]["terms"] == []
    assert moved["explanation"]["cues"] == []
    assert moved["region"]["evidence"] == []


def test_spans_in_the_title_are_moved_by_the_title(scorer: Any) -> None:
    complaint = Complaint(judul=f"{PHONE} lampu", isi="padam")
    disposition = scorer.score([complaint], today=NOW.date())[0]
    disposition["region"]["evidence"] = [{"field": "judul", "start": 13, "end": 18}]

    moved = keep(complaint).move(disposition)

    assert moved["region"]["evidence"] == [{"field": "judul", "start": 10, "end": 15}]


words = st.sampled_from(
    ["lampu", PHONE, "3204111203900001", "rekening", "Pak Budi", "jalan", "nama"]
)


@given(st.lists(words, max_size=6), st.lists(words, min_size=1, max_size=8))
def test_title_and_body_are_masked_as_the_whole_is(judul: list[str], isi: list[str]) -> None:
    from classifier.masking import mask

    complaint = Complaint(judul=" ".join(judul), isi=" ".join(isi))
    kept = keep(complaint)

    assert kept.complaint.text == mask(complaint.text).text


def test_a_masked_part_over_the_line_feed_masks_both_sides(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from classifier.masking import Masked

    def mask(text: str) -> Masked:
        spans = tuple((i, i + 5, "[X]") for i in [text.find("a1\nb2")] if i >= 0)
        return Masked(text=text if not spans else "[X]", blanked=text, spans=spans)

    monkeypatch.setattr("service.store.kept.mask", mask)

    kept = keep(Complaint(judul="a1", isi="b2"))

    assert (kept.complaint.judul, kept.complaint.isi) == ("a1", "b2")


def test_a_key_is_kept_as_its_hash_only(store: Store, save: Save) -> None:
    save(store, Complaint(isi="Lampu padam"), header="kunci-klien")

    with store._engine.connect() as connection:
        row = connection.execute(select(schema.used_key)).one()

    assert "kunci-klien" not in str(row)
    assert (row.kind, row.scope) == ("header", "api")


def test_two_complaints_that_differ_only_in_a_masked_number_are_one(
    store: Store, save: Save
) -> None:
    first = save(store, Complaint(isi=f"Lampu padam, telepon {PHONE}", tracking_id="1"))
    again = save(store, Complaint(isi="Lampu padam, telepon 081987654321", tracking_id="1"))

    assert (first.created, again.created) == (True, False)
    assert again.disposition == first.disposition


def test_the_moment_of_receipt_counts_whatever_its_offset(store: Store, save: Save) -> None:
    moment = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)
    first = save(store, Complaint(isi="Lampu", tracking_id="1", received_at=moment))
    again = save(store, Complaint(isi="Lampu", tracking_id="1", received_at=NOW))

    assert again.disposition["id"] == first.disposition["id"]


def test_of_two_keys_one_used_elsewhere_is_a_conflict(store: Store, save: Save) -> None:
    save(store, Complaint(isi="Lampu", tracking_id="1"), header="k")

    with pytest.raises(KeyConflictError, match="Idempotency-Key"):
        save(store, Complaint(isi="Lampu", tracking_id="2"), header="k")


def test_postgresql_without_its_driver_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def create(*_: object, **__: object) -> None:
        raise ModuleNotFoundError(name="psycopg")

    monkeypatch.setattr("service.store.engine.create_engine", create)

    with pytest.raises(StoreError, match=r"pip install 'disposisi\[postgres\]'"):
        open_engine("postgresql://disposisi@/disposisi")


def test_a_locked_database_is_unavailable_and_then_works(
    store: Store, path: Path, monkeypatch: pytest.MonkeyPatch, save: Save
) -> None:
    with store._engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 50")
    blocker = sqlite3.connect(path, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")

    with pytest.raises(StoreUnavailableError, match="does not answer"):
        save(store, Complaint(isi="Lampu padam"))
    blocker.close()

    assert save(store, Complaint(isi="Lampu padam")).created


def test_a_full_disk_refuses_and_leaves_nothing_half_written(store: Store, save: Save) -> None:
    with store._engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(StoreUnavailableError):
        save(store, Complaint(isi="Lampu padam " * 1000))

    with store._engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 100000")
        assert connection.execute(select(schema.complaint.c.id)).all() == []
    assert save(store, Complaint(isi="Lampu padam " * 1000)).created


def test_a_moment_without_a_zone_is_refused() -> None:
    dialect = create_engine("sqlite://").dialect

    with pytest.raises(ValueError, match="expected a moment with its zone"):
        schema.UtcDateTime().process_bind_param(NOW.replace(tzinfo=None), dialect)


def test_a_moment_comes_back_in_utc_and_nothing_as_nothing() -> None:
    dialect = create_engine("sqlite://").dialect
    column = schema.UtcDateTime()

    assert column.process_bind_param(None, dialect) is None
    assert column.process_result_value(None, dialect) is None
    assert column.process_bind_param(NOW, dialect) == datetime(2026, 11, 24, 2, 30, tzinfo=UTC)
    assert str(column.process_result_value(NOW, dialect)) == "2026-11-24 02:30:00+00:00"


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_ids_sort_by_time(moment: datetime) -> None:
    earlier, later = make_id(moment), make_id(moment + timedelta(milliseconds=2))

    assert earlier < later
    assert (earlier.version, earlier.variant) == (7, "specified in RFC 4122")
    assert make_id(moment) != make_id(moment)
