"""The demo: invented complaints, officials at work, and passwords that nobody knew before."""

from __future__ import annotations

import random
import socket
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from rules.ruleset import load_ruleset
from service.cli import build_parser, main
from service.demo.filling import fill
from service.demo.people import AGENCY
from service.demo.texts import DAYS, draw
from service.demo_commands import welcome
from service.loading import load_scorer
from service.scoring import Scorer
from service.settings import Settings
from service.store.engine import begin_snapshot
from service.store.repository import open_store
from service.store.verify import find_damage

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=ZoneInfo("Asia/Jakarta"))
TODAY = NOW.date()


@pytest.fixture(scope="module")
def whole() -> Scorer:
    return load_scorer(Settings())


def test_the_demo_draws_the_same_complaints_on_the_same_day() -> None:
    ruleset = load_ruleset()
    one, other = (draw(ruleset, 60, now=NOW, chance=random.Random(7)) for _ in range(2))  # noqa: S311

    assert one == other
    assert len({drawn.complaint.tracking_id for drawn in one}) == 60
    days = [drawn.complaint.received_at for drawn in one]
    assert all(day and NOW - timedelta(DAYS + 1) < day <= NOW for day in days)
    assert days == sorted(day for day in days if day)


def test_the_demo_fills_a_sound_desk_whose_passwords_nobody_knew(
    whole: Scorer, tmp_path: Path
) -> None:
    found = []
    for name in ("satu", "dua"):
        with open_store(f"sqlite:///{tmp_path / name}.sqlite3") as store:
            found.append(fill(store, whole, now=NOW, size=70 if name == "satu" else 12))
            if name == "dua":
                continue
            with begin_snapshot(store.engine) as connection:
                damage = list(find_damage(connection))
                states = connection.exec_driver_sql(
                    "SELECT status, count(*) FROM standing GROUP BY status"
                ).all()
                last = connection.exec_driver_sql("SELECT max(created_at) FROM action").scalar()
                unit = connection.exec_driver_sql(
                    "SELECT count(*) FROM standing WHERE agency = ? AND unit = ?",
                    (AGENCY, next(one.unit for one in found[0] if one.unit)),
                ).scalar()

    first, second = ({one.login: one.password for one in logins} for logins in found)
    assert damage == []
    assert {"in_review", "disposed", "followed_up", "answered", "closed"} <= {s for s, _ in states}
    assert date.fromisoformat(str(last)[:10]) <= TODAY
    assert unit
    assert {one.role for one in found[0]} == {
        "admin_nasional", "admin_instansi", "pejabat_penghubung", "pembina", "auditor",
        "ml_engineer",
    }  # fmt: skip
    assert not set(first.values()) & set(second.values())
    assert all(len(password) >= 16 for password in first.values())
    shown = welcome(found[0], port=8123)
    assert all(f"{password}" in shown for password in first.values())
    assert "http://127.0.0.1:8123/" in shown
    assert build_parser().parse_args(["demo", "--port", "8123"]).port == 8123


def test_a_port_in_use_is_said_before_anything_is_filled(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code = main(["demo", "--port", str(port)])

    assert code == 2
    assert f"--port {port}" in capsys.readouterr().err
