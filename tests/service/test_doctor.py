from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from classifier.artifacts import find_model, read_manifest
from service import doctor_database
from service.auth.accounts import create_key
from service.cli import main
from service.complaint import Complaint
from service.doctor import examine
from service.doctor_database import examine_database
from service.events import queue
from service.events.subscriptions import add_subscription
from service.events.targets import Limits
from service.events.types import TYPES
from service.findings import Finding
from service.settings import load_settings
from service.store.accounts import AccountStore
from service.store.engine import begin_write, close_engine, open_engine
from service.store.events_schema import delivery
from service.store.kept import keep
from service.store.repository import Store, open_store

# A day after the model was made: earlier, and the clock is wrong.
NOW = datetime.fromisoformat(read_manifest(find_model()).created_at).astimezone(UTC) + timedelta(1)
RULES = Path(__file__).parents[2] / "rules" / "data"


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite:///{tmp_path / 'uji.sqlite3'}"
    monkeypatch.setenv("DISPOSISI_DATABASE_URL", url)
    return url


def troubles(now: datetime = NOW) -> list[str]:
    return say(examine(now))


def say(findings: Iterable[Finding]) -> list[str]:
    found = [finding for finding in findings if finding.state != "ok"]
    assert all(finding.do for finding in found)
    return [f"{finding.state}: {finding.what}" for finding in found]


def own_troubles(host: str = "127.0.0.1") -> list[str]:
    """Return what is wrong with the database and what stands in it."""
    return say(examine_database(load_settings(), NOW + timedelta(hours=1), host))


def test_a_new_installation_has_nothing_wrong(
    database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[-1].startswith("0 wrong, ")
    assert not Path(database.removeprefix("sqlite:///")).exists()


def test_a_wrong_setting_is_said_first(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DISPOSISI_AUTO", "maybe")

    assert main(["doctor"]) == 1
    assert capsys.readouterr().out.startswith("wrong    DISPOSISI_AUTO: expected on or off")


def test_a_broken_rule_and_a_missing_model_are_both_said(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "aturan"
    shutil.copytree(RULES, folder)
    (folder / "topics.yaml").write_text("rusak: [", encoding="utf-8")
    monkeypatch.setenv("DISPOSISI_RULES_DIR", str(folder))
    monkeypatch.setenv("DISPOSISI_MODELS_DIR", str(tmp_path))

    rules, model = troubles()

    assert "topics.yaml:" in rules
    assert "no model: looked for" in model


@pytest.mark.parametrize(
    ("now", "wanted"),
    [
        pytest.param(NOW.replace(year=2020), "wrong: the clock says 2020", id="clock"),
        pytest.param(NOW.replace(year=2035), "wrong: holidays are known until", id="calendar"),
        pytest.param(NOW.replace(year=2035, month=1, day=31), "warning: holidays", id="soon"),
        pytest.param(NOW.replace(year=2030), "warning: shared leave", id="not-decreed"),
    ],
)
def test_a_day_that_cannot_be_served_is_said(now: datetime, wanted: str, database: str) -> None:
    assert any(line.startswith(wanted) for line in troubles(now))


def test_a_database_that_cannot_be_used_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPOSISI_DATABASE_URL", f"sqlite:///{tmp_path}/tiada/uji.sqlite3")
    assert "no such folder" in own_troubles()[0]

    monkeypatch.setenv("DISPOSISI_DATABASE_URL", "postgresql://u:rahasiaku@127.0.0.1:9/x")
    [line] = own_troubles()
    assert "does not answer" in line
    assert "rahasiaku" not in line

    damaged = tmp_path / "uji.sqlite3"
    damaged.write_bytes(b"bukan basis data" * 100)
    monkeypatch.setenv("DISPOSISI_DATABASE_URL", f"sqlite:///{damaged}")
    assert "does not answer" in own_troubles()[0]


def test_a_file_that_others_own_and_a_full_disk_are_said(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(database.removeprefix("sqlite:///"))
    path.touch()
    monkeypatch.setattr(doctor_database.os, "access", lambda name, mode: Path(name) != path)
    assert f"wrong: {path}: cannot be written" in own_troubles()

    usage = shutil.disk_usage(path.parent)._replace(free=5)
    monkeypatch.setattr(doctor_database.shutil, "disk_usage", lambda folder: usage)
    assert "warning: 0.0 GiB free for the database" in own_troubles()


def test_tables_of_another_release_are_said(database: str) -> None:
    close_engine(open_engine(database, migrate=False))
    Path(database.removeprefix("sqlite:///")).touch()

    [line] = own_troubles()

    assert line.startswith("wrong: database: the tables are empty")


@pytest.mark.parametrize(
    ("auth", "has_key", "host", "wanted"),
    [
        (None, False, "127.0.0.1", []),
        (None, True, "0.0.0.0", []),  # noqa: S104  # to be judged
        ("on", True, "127.0.0.1", []),
        ("on", False, "127.0.0.1", ["wrong: a login is needed and nobody has one"]),
        ("off", True, "127.0.0.1", ["warning: DISPOSISI_AUTH=off although users or keys exist"]),
        (None, False, "10.0.0.1", ["wrong: --host 10.0.0.1 is reached by others and no login"]),
    ],
)
def test_a_login_that_does_not_fit_is_said(
    auth: str | None,
    has_key: bool,
    host: str,
    wanted: list[str],
    database: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with open_store(database) as store:
        if has_key:
            accounts = AccountStore(store)
            create_key(accounts, name="lapor", scopes=["score"], region=None, now=NOW)
    if auth is not None:
        monkeypatch.setenv("DISPOSISI_AUTH", auth)

    found = own_troubles(host)

    assert [line[: len(start)] for line, start in zip(found, wanted, strict=True)] == wanted


def test_webhooks_that_stand_still_are_said(
    database: str, monkeypatch: pytest.MonkeyPatch, one_event: Callable[[Store], None]
) -> None:
    limits = Limits(private=True, plain_http=True)
    with open_store(database) as store:
        for name in ("pergi", "macet"):
            with begin_write(store.engine) as connection:
                add_subscription(
                    connection,
                    name=name,
                    url="http://127.0.0.1:9/",
                    types=TYPES,
                    source=None,
                    limits=limits,
                    now=NOW,
                )
        one_event(store)
        with begin_write(store.engine) as connection:
            queue.hand_out(connection, NOW)
            hooks = {row["name"]: row["id"] for row in queue.active_subscriptions(connection)}
            queue.disable(connection, hooks["pergi"], queue.GONE, NOW)
            connection.execute(
                delivery.update()
                .where(delivery.c.subscription_id == hooks["macet"])
                .values(state=queue.GIVEN_UP)
            )
        one_event(store)
    monkeypatch.setenv("DISPOSISI_WEBHOOK_HTTP", "on")

    found = own_troubles()

    assert found == [
        "warning: webhook pergi: its target answered 410 and gets nothing more",
        "warning: webhook macet: 1 events were given up",
        f"warning: events wait since {NOW:%Y-%m-%d %H:%M} UTC: nobody hands them out",
        "warning: DISPOSISI_WEBHOOK_HTTP=on: webhooks may be less safe",
    ]


@pytest.fixture
def one_event(scorer: Any) -> Callable[[Store], None]:
    def tell(store: Store) -> None:
        complaint = Complaint(isi="Lampu padam")
        [answer] = scorer.score([complaint], today=NOW.date())
        store.save(keep(complaint), answer, keys=[], now=NOW)

    return tell
