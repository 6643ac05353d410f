"""The command ``monitor`` and its endpoints, over a real database and the real rules."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from rules.ruleset import RuleSet, load_ruleset
from service.actors import Actor
from service.auth.callers import Caller
from service.auth.roles import SCOPES_OF
from service.auth.web import get_caller
from service.cli import main
from service.life.law import law_of
from service.settings import Settings

COMPLAINT = {"isi": "Lampu padam", "received_at": "2026-11-24T09:30:00+07:00"}


@pytest.fixture(scope="module")
def ruleset() -> RuleSet:
    return load_ruleset()


@pytest.fixture(autouse=True)
def _same_database_and_rules(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, ruleset: RuleSet
) -> None:
    monkeypatch.setenv("DISPOSISI_DATABASE_URL", settings.database_url)
    monkeypatch.setattr("rules.ruleset.load_ruleset", lambda folder: ruleset)


@pytest.fixture
def real(app: FastAPI, scorer: Any, ruleset: RuleSet) -> Iterator[TestClient]:
    """A client whose scorer answers as agreed; the real rules count the deadlines."""
    scorer.ruleset = ruleset
    scorer.law = lambda answer, moment: law_of(ruleset, answer["sla"]["starts_on"], moment)
    with TestClient(app) as client:
        yield client


def post(client: TestClient) -> str:
    return str(client.post("/v1/dispositions", json=COMPLAINT).json()["id"])


def act(client: TestClient, path: str, version: int, action: str, **given: Any) -> Any:
    body = {"action": action, "version": version, **given}
    return client.post(f"/v1/dispositions/{path}/actions", json=body)


def log_in(app: FastAPI, role: str, agency: str | None = None, name: str = "p") -> None:
    actor = Actor(kind="person", id=name, role=role, agency=agency, scopes=SCOPES_OF[role])
    app.dependency_overrides[get_caller] = lambda: Caller(actor=actor)


def test_the_deadlines_of_a_complaint_explain_themselves(real: TestClient) -> None:
    found = real.get(f"/v1/dispositions/{post(real)}/deadlines").json()

    assert found["regulation"]["id"] == "permenpan-62-2018"
    assert found["zone"] == "Asia/Jakarta"
    clocks = {clock["clock"]: clock for clock in found["clocks"]}
    assert list(clocks) == ["verification", "follow_up", "class", "reply"]
    assert (clocks["class"]["due_on"], clocks["class"]["working_days"]) == ("2026-12-14", 14)
    assert clocks["class"]["reminders"] == [{"days_before": 8, "on": "2026-12-02"}]
    days = clocks["class"]["days"]
    assert [day["number"] for day in days if day["number"] is not None] == list(range(15))
    assert {day["skipped"] for day in days if day["number"] is None} == {"Sabtu", "Minggu"}


def test_a_pause_shows_before_and_after_its_approval(app: FastAPI, real: TestClient) -> None:
    path = post(real)
    answer = act(real, path, 1, "pause", reason="force_majeure", until="2026-12-01")
    assert answer.status_code == 200

    waiting = real.get(f"/v1/dispositions/{path}/deadlines").json()
    same = act(real, path, 2, "approve")
    log_in(app, "admin_nasional", name="kedua")
    approved = act(real, path, 2, "approve").json()
    found = real.get(f"/v1/dispositions/{path}/deadlines").json()

    assert [hold["approved"] for hold in waiting["holds"] + found["holds"]] == [False, True]
    assert (waiting["clocks"][2]["due_on"], same.status_code) == ("2026-12-14", 403)
    assert approved["current"]["due_on"] == found["clocks"][2]["due_on"] == "2026-12-21"
    skipped = {day["skipped"] for day in found["clocks"][2]["days"]}
    assert "Dihentikan sementara: keadaan kahar" in skipped


def test_only_a_pause_has_a_first_day(real: TestClient) -> None:
    path = post(real)
    period = {"reason": "force_majeure", "since": "2026-11-23", "until": "2026-12-18"}

    extended = act(real, path, 1, "extend", **period)
    paused = act(real, path, 1, "pause", **period)

    assert (extended.status_code, extended.json()["errors"][0]["field"]) == (422, "since")
    assert paused.json()["history"][0]["details"] == {
        "since": "2026-11-23", "until": "2026-12-18",
    }  # fmt: skip


def test_a_foreign_or_unknown_complaint_has_no_deadlines(app: FastAPI, real: TestClient) -> None:
    path = post(real)
    log_in(app, "admin_instansi", "PEMDA-33")

    statuses = [
        real.get(f"/v1/dispositions/{name}/deadlines").status_code
        for name in (path, str(uuid4()), "tiada")
    ]

    assert statuses == [404, 404, 404]


def test_a_pembina_gets_the_overdue_list_and_intervenes_without_reading(
    app: FastAPI, real: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    path = post(real)
    assert main(["monitor", "run", "--at", "2026-12-16T10:00:00+07:00"]) == 0
    log_in(app, "pembina", "PEMDA-32.04")

    notices = real.get("/v1/notices", params={"kind": "overdue", "clock": "class"}).json()["items"]
    answer = real.post(
        f"/v1/dispositions/{path}/interventions", json={"note": "Selesaikan minggu ini"}
    )

    assert [item["complaint_id"] for item in notices] == [path]
    assert answer.status_code == 201
    assert answer.json().keys() == {"id", "version", "at"}
    assert real.get(f"/v1/dispositions/{path}").status_code == 403
    log_in(app, "pembina", "PEMDA-33")
    foreign = real.post(f"/v1/dispositions/{path}/interventions", json={"note": "x"})
    assert foreign.status_code == 404
    log_in(app, "auditor")
    assert (
        real.post(f"/v1/dispositions/{path}/interventions", json={"note": "x"}).status_code == 403
    )
    [last] = real.get(f"/v1/dispositions/{path}").json()["history"]
    assert (last["action"], last["actor"]) == ("intervene", "pembina")


def test_a_cursor_that_is_none_is_refused(real: TestClient) -> None:
    answer = real.get("/v1/notices", params={"cursor": "x"})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "cursor")


def test_a_pass_says_what_it_did_and_the_list_shows_it(
    real: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    post(real)
    run = ["monitor", "run", "--at", "2026-12-16T10:00:00+07:00"]

    assert (main(run), main(run)) == (0, 0)
    said = capsys.readouterr().err.splitlines()
    assert main(["monitor", "notices", "--kind", "overdue"]) == 0

    assert said == [
        "disposisi: 1 open complaints: 6 notices made, 0 ended, 0 count again",
        "disposisi: 1 open complaints: 0 notices made, 0 ended, 0 count again",
    ]
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert any("lewat batas  Penyelesaian, batas 2026-12-14" in line for line in lines)


def test_explain_names_every_day(real: TestClient, capsys: pytest.CaptureFixture[str]) -> None:
    path = post(real)

    assert main(["monitor", "explain", path]) == 0
    text = capsys.readouterr().out
    assert main(["monitor", "explain", path, "--json"]) == 0

    assert "Penyelesaian: 14 hari kerja, batas 2026-12-14" in text
    assert "2026-11-28  tidak dihitung: Sabtu" in text
    assert "2026-12-14  hari ke-14" in text
    assert json.loads(capsys.readouterr().out)["id"] == path


@pytest.mark.parametrize("name", ["tiada", "019ac5d2-8f00-7000-8000-000000000001"])
def test_explain_refuses_what_is_no_complaint(
    real: TestClient, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["monitor", "explain", name]) == 2
    assert "monitor explain" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [["--every", "0s"], ["--every", "15"], ["--every", "25h"], ["--at", "2026-12-16T10:00:00"]],
)
def test_a_wrong_time_is_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["monitor", "run", *arguments])

    assert caught.value.code == 2


def test_a_signal_ends_the_repeated_run_cleanly(
    real: TestClient, settings: Settings, tmp_path: Path
) -> None:
    post(real)
    program = Path(sys.executable).with_name("disposisi")
    environment = {**os.environ, "DISPOSISI_DATABASE_URL": settings.database_url}
    errors = tmp_path / "stderr"
    with errors.open("w") as file:
        process = subprocess.Popen(
            [program, "monitor", "run", "--every", "1s"], env=environment, stderr=file
        )
        try:
            deadline = time.monotonic() + 60
            while errors.read_text().count("open complaints") < 2 and time.monotonic() < deadline:
                time.sleep(0.1)
            process.send_signal(signal.SIGTERM)
            code = process.wait(timeout=30)
        finally:
            process.kill()

    assert code == 0
    assert errors.read_text().count("1 open complaints") >= 2
    assert "Traceback" not in errors.read_text()
