from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import make_url

from service.actors import Actor
from service.cli import main
from service.complaint import Complaint
from service.life.step import Request
from service.store.backup import back_up
from service.store.errors import StoreError
from service.store.kept import keep
from service.store.listing import Filters
from service.store.migrate import HEAD
from service.store.repository import open_store

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=ZoneInfo("Asia/Jakarta"))
NATIONAL = Actor(kind="person", id="n", role="admin_nasional")

Run = Callable[..., tuple[int, list[str]]]


@pytest.fixture
def url(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DISPOSISI_DATABASE_URL", database_url)
    return database_url


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> tuple[int, list[str]]:
        code = main(["db", *arguments])
        captured = capsys.readouterr()
        return code, (captured.out + captured.err).splitlines()

    return run


def fill(url: str, scorer: Any, *, now: datetime = NOW) -> None:
    """Keep two complaints and correct one of them."""
    with open_store(url) as store:
        for isi in ("Lampu ragu", "Jalan rusak"):
            complaint = Complaint(isi=isi)
            [answer] = scorer.score([complaint], today=date(2026, 11, 24))
            stored = store.save(keep(complaint), answer, keys=[], now=now)
        request = Request(
            action="change", version=1, reason="wrong_topic", changes={"topic": "sampah"}
        )
        found = UUID(stored.disposition["id"])
        store.act(found, request, actor=NATIONAL, now=now, law=scorer.law)


def test_an_empty_database_is_upgraded_checked_and_verified(url: str, run: Run) -> None:
    assert run("check") == (
        1,
        [f"the tables are empty, this release needs {HEAD}: run disposisi db upgrade"],
    )
    assert run("verify")[0] == 2
    assert run("upgrade") == (0, [f"tables are at {HEAD}"])
    assert run("check") == (0, [f"tables are at {HEAD}, 0 complaints, no problem found"])
    assert run("verify") == (0, ["verified, 0 audit rows", f"head 0:{'0' * 64}"])


def test_verify_finds_what_was_altered_and_what_was_cut_off(
    url: str, run: Run, scorer: Any
) -> None:
    fill(url, scorer)
    code, [line, head] = run("verify")
    assert (code, line) == (0, "verified, 3 audit rows")
    noted = head.removeprefix("head ")

    assert run("verify", "--head", noted)[0] == 0
    with open_store(url) as store, store._engine.begin() as connection:
        for statement in ("UPDATE standing SET version = 1", "DELETE FROM action"):
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql("DELETE FROM audit WHERE seq = 3")
        connection.exec_driver_sql("UPDATE standing SET topic = 'jalan_jembatan'")

    assert run("verify")[0] == 0  # an end that was cut off whole cannot be missed
    code, lines = run("verify", "--head", noted)
    assert code == 1
    assert lines[0] == "audit 3: is not the row that was noted"
    assert lines[1] == "1 problems"


def test_verify_sees_one_moment_while_others_write(url: str, run: Run, scorer: Any) -> None:
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            fill(url, scorer)

    fill(url, scorer)
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        try:
            codes = [run("verify")[0] for _ in range(8)]
        finally:
            stop.set()
        writing.result()

    assert codes == [0] * 8


def test_a_backup_is_a_whole_database_and_overwrites_nothing(
    url: str, run: Run, scorer: Any, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    fill(url, scorer)
    target = tmp_path / "cadangan"
    server = None if url.startswith("sqlite") else request.getfixturevalue("postgres")

    code, [line] = run("backup", "-o", str(target))
    again, [refusal] = run("backup", "-o", str(target))

    assert code == 0
    assert line.startswith(f"{target}: ")
    assert (again, "exists already" in refusal) == (2, True)
    if server is None:
        assert sorted(path.name for path in tmp_path.glob("cadangan*")) == ["cadangan"]
        restored = f"sqlite:///{target}"
    else:
        restored = server.create_database()
        name = make_url(restored).database
        program = server.binaries / "pg_restore"
        command = [program, "-h", server.folder, "-U", "disposisi", "-d", name, target]
        subprocess.run(command, check=True)
    with open_store(restored) as store, store.reading() as connection:
        from service.store.verify import find_damage

        assert list(find_damage(connection)) == []
        assert connection.exec_driver_sql("SELECT count(*) FROM action").scalar_one() == 1


def test_a_backup_of_nothing_or_to_nowhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no such database"):
        back_up(f"sqlite:///{tmp_path / 'tiada.sqlite3'}", tmp_path / "x")

    (tmp_path / "teks.sqlite3").write_text("bukan basis data" * 100)
    with pytest.raises(StoreError, match="cannot be copied"):
        back_up(f"sqlite:///{tmp_path / 'teks.sqlite3'}", tmp_path / "x")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["teks.sqlite3"]


def test_a_backup_of_postgresql_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "postgresql://disposisi:kunci-rumah@/uji?host=/nowhere"
    if shutil.which("pg_dump"):
        with pytest.raises(StoreError, match="pg_dump failed") as caught:
            back_up(url, tmp_path / "x")
        assert "kunci-rumah" not in str(caught.value)
    monkeypatch.setenv("PATH", "")

    with pytest.raises(StoreError, match="pg_dump, which is not installed"):
        back_up(url, tmp_path / "x")


def test_a_damaged_file_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    path = tmp_path / "uji.sqlite3"
    monkeypatch.setenv("DISPOSISI_DATABASE_URL", f"sqlite:///{path}")
    run("upgrade")
    connection = sqlite3.connect(path)
    connection.execute("INSERT INTO likeness VALUES ('x', 0, 0, '')")
    connection.commit()
    connection.close()

    assert run("check") == (1, ["likeness: a row belongs to nothing"])


def test_erase_counts_from_the_end_of_a_complaint(url: str, run: Run, scorer: Any) -> None:
    old = datetime.now(NOW.tzinfo) - timedelta(days=91)
    fill(url, scorer, now=old)
    with open_store(url) as store:
        for row in store.page(Filters(), viewer=NATIONAL)["items"]:
            request = Request(action="archive", version=row["version"], reason="unclear")
            store.act(UUID(row["id"]), request, actor=NATIONAL, now=old, law=scorer.law)

    assert run("erase") == (0, ["2 texts erased"])
    assert run("erase") == (0, ["0 texts erased"])
    assert run("verify")[0] == 0


def test_a_head_is_a_number_and_a_hash(run: Run) -> None:
    with pytest.raises(SystemExit) as caught:
        run("verify", "--head", "3")

    assert caught.value.code == 2


def test_corrections_are_exported_to_a_file(
    url: str, scorer: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(url, scorer)
    target = tmp_path / "koreksi.jsonl"

    assert main(["export", "training", "--since", "2026-11-24", "-o", str(target)]) == 0

    assert "1 corrections" in capsys.readouterr().err
    [line] = target.read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["topic"] == "sampah"
    other = ["export", "training", "--since", "2026-11-24", "-o", str(tmp_path / "k.csv")]
    assert main(other) == 2
