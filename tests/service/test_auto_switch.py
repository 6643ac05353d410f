"""The stop button counts at once, in every worker, and leaves a record that nobody can alter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from service.actors import SYSTEM, Actor
from service.app import create_app
from service.complaint import InputError
from service.life.errors import ActionForbiddenError
from service.loading import load_scorer
from service.settings import Settings
from service.store.auto_switch import KEPT_S, AutoSwitch, read_switches
from service.store.engine import begin_write
from service.store.repository import Store, open_store
from service.store.verify import find_damage

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=ZoneInfo("Asia/Jakarta"))
AYU = Actor(kind="person", id="ayu", role="admin_nasional")
CLEAR = "Jalan berlubang di depan pasar Soreang Kabupaten Bandung, mohon segera diperbaiki."


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with open_store(database_url) as store:
        yield store


def damage(store: Store) -> list[str]:
    with store.reading() as connection:
        return list(find_damage(connection))


def test_a_turn_reaches_another_worker_within_a_second(store: Store, database_url: str) -> None:
    seconds = [0.0]
    with open_store(database_url) as other:
        switch = AutoSwitch(other.engine, clock=lambda: seconds[0])
        before = switch.is_on()
        store.turn_auto(on=False, actor=AYU, reason="Model keliru sejak pagi", now=NOW)
        here = store.switch.is_on()
        seconds[0] = KEPT_S
        there = switch.is_on()
        store.turn_auto(on=True, actor=AYU, reason="Sudah diperiksa", now=NOW)
        seconds[0] = 2 * KEPT_S
        again = switch.is_on()

    assert (before, here, there, again) == (True, False, False, True)


def test_every_turn_is_kept_with_who_when_and_why(store: Store) -> None:
    store.turn_auto(on=False, actor=AYU, reason="Hubungi 0812-3456-7890", now=NOW)
    twice = store.turn_auto(on=False, actor=AYU, reason="Sekali lagi", now=NOW)
    # A clock that was set back changes nothing about what was done last.
    earlier = NOW - timedelta(hours=1)
    store.turn_auto(on=True, actor=AYU, reason="Sudah diperiksa", now=earlier)

    with store.reading() as connection:
        found = [(r["is_on"], r["actor_id"], r["reason"]) for r in read_switches(connection)]
    assert found == [(True, "ayu", "Sudah diperiksa"), (False, "ayu", "Hubungi [TELEPON]")]
    assert not twice
    assert store.switch.is_on()
    assert damage(store) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE auto_switch SET reason = 'lain'",
        "UPDATE auto_switch SET actor_id = 'budi'",
        "DELETE FROM auto_switch",
    ],
)
def test_a_turn_that_was_altered_is_found(store: Store, statement: str) -> None:
    store.turn_auto(on=False, actor=AYU, reason="Model keliru", now=NOW)
    with begin_write(store.engine) as connection:
        connection.execute(text(statement))

    assert len(damage(store)) == 1


@pytest.mark.parametrize(
    "actor",
    [
        SYSTEM,
        Actor(kind="person", id="r", role="admin_instansi", agency="PEMDA-32.04"),
        Actor(kind="person", id="t", role="auditor"),
        Actor(kind="key", id="lapor", scopes=frozenset({"act"})),
    ],
    ids=lambda actor: actor.role or actor.kind,
)
def test_only_a_national_admin_turns_it(store: Store, actor: Actor) -> None:
    with pytest.raises(ActionForbiddenError):
        store.turn_auto(on=False, actor=actor, reason="Coba", now=NOW)

    assert store.switch.is_on()


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501], ids=["none", "blank", "long"])
def test_a_turn_needs_a_reason(store: Store, reason: str) -> None:
    with pytest.raises(InputError, match="reason"):
        store.turn_auto(on=False, actor=AYU, reason=reason, now=NOW)


def test_without_a_database_nothing_goes_out_by_itself(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path / 'meja.sqlite3'}") as store:
        with begin_write(store.engine) as connection:
            connection.execute(text("DROP TABLE auto_switch"))

        assert not store.switch.is_on()


def test_every_way_of_scoring_stops_and_starts_again(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'meja.sqlite3'}", audit_share=0)
    scorer = load_scorer(settings)
    app = create_app(settings, load=lambda _: scorer)
    with TestClient(app, client=("127.0.0.1", 1), base_url="http://127.0.0.1") as client:
        app.state.needs_login = False

        def ask() -> list[tuple[str, list[str]]]:
            one = client.post("/v1/classifications", json={"isi": CLEAR}).json()
            many = client.post("/v1/classifications", json={"complaints": [{"isi": CLEAR}]})
            kept = client.post("/v1/dispositions", json={"isi": CLEAR}).json()
            return [decided(answer) for answer in (one, many.json()["results"][0], kept)]

        def decided(answer: Any) -> tuple[str, list[str]]:
            return answer["decision"], [reason["code"] for reason in answer["review_reasons"]]

        seen: list[Any] = []
        seen.append(ask())
        app.state.store.turn_auto(on=False, actor=AYU, reason="Model keliru", now=NOW)
        seen.append(ask())
        app.state.store.turn_auto(on=True, actor=AYU, reason="Sudah diperiksa", now=NOW)
        seen.append(ask())

    assert seen[0] == [("auto", [])] * 3
    assert seen[2] == [("auto", []), ("auto", []), ("review", ["duplicate"])]  # of the first
    assert all(a == "review" and "auto_off" in codes for a, codes in seen[1])
