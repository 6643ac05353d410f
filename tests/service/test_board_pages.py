"""Dashboard, rules and model page as the server gives them, without a browser."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.routing import NoMatchFound

from classifier.artifacts import CHAMPION_FILE, MANIFEST_FILE, find_model
from rules.ruleset import load_ruleset
from service.actors import Actor
from service.app import create_app
from service.auth.callers import LOCAL, Caller
from service.auth.web import get_caller
from service.deps import get_now
from service.desk.rules_page import knows_awaited
from service.loading import load_scorer
from service.reports.targets import Target
from service.scoring import Scorer
from service.settings import Settings

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=ZoneInfo("Asia/Jakarta"))
Open = Callable[..., Any]


@pytest.fixture(scope="module")
def whole() -> Scorer:
    return load_scorer(Settings())


@pytest.fixture
def open_(tmp_path: Path, whole: Scorer) -> Open:
    """Serve an empty database to whoever sits here, or to somebody else."""

    @contextmanager
    def open_app(
        caller: Caller = LOCAL, scorer: Scorer = whole, **values: Any
    ) -> Iterator[tuple[FastAPI, TestClient]]:
        settings = Settings(database_url=f"sqlite:///{tmp_path / 'uji.sqlite3'}", **values)
        app = create_app(settings, load=lambda _: scorer)
        app.dependency_overrides[get_now] = lambda: NOW
        app.dependency_overrides[get_caller] = lambda: caller
        with TestClient(app) as client:
            yield app, client

    return open_app


def add(client: TestClient, isi: str, **fields: Any) -> None:
    answer = client.post("/v1/dispositions", json={"isi": isi, **fields})
    assert answer.status_code == 201, answer.text


def test_figures_are_held_against_the_target_of_the_day(open_: Open) -> None:
    target = Target(
        measure="on_time_share",
        value=0.9,
        agency=None,
        valid_from=date(2026, 1, 1),
        valid_until=None,
        source="Rencana kerja 2026",
    )
    with open_() as (app, client):
        for month in ("09", "10"):
            moment = f"2026-{month}-01T08:00:00+07:00"
            add(client, "Lampu jalan mati di Kota Kediri.", received_at=moment)
        without = client.get("/dasbor").text
        app.state.targets = (target,)
        against = client.get("/dasbor").text
        before = client.get("/dasbor?periode=2025").text

    assert "tanpa target" in without
    assert "target 90 % belum tercapai" in " ".join(against.split())
    assert "Tepat waktu (%): Sep 2026 0, Okt 2026 0; " in against
    assert "Target (%): Sep 2026 90, Okt 2026 90" in against
    assert "target 90 %" not in before


def test_reports_can_be_fetched_where_they_are_served(open_: Open, whole: Scorer) -> None:
    unit = Actor(
        kind="person", id="u", role="pejabat_penghubung", agency="PEMDA-32.04", unit="Dinas X",
        scopes=frozenset({"act", "read"}),
    )  # fmt: skip
    with open_() as (app, client):
        try:
            app.url_path_for("get_summary")
        except NoMatchFound:
            assert "Unduh" not in client.get("/dasbor").text
            app.add_api_route("/v1/reports/summary", lambda: {}, name="get_summary")
        page = client.get("/dasbor?periode=30&instansi=PEMDA-32.04").text
        app.dependency_overrides[get_caller] = lambda: Caller(actor=unit)
        of_unit = client.get("/dasbor").text

    wanted = "/v1/reports/summary?period=2026-10-26..2026-11-24&amp;agency=PEMDA-32.04&amp;format="
    assert wanted + "xlsx" in page
    assert "Unduh" not in of_unit


@pytest.mark.parametrize(
    "period", ["0001-01-01..9998-12-31", "1999", "2000-01-01..2020-01-01", "x" * 5000, "2026-13"]
)
def test_a_period_that_nobody_can_read_is_refused(period: str, open_: Open) -> None:
    with open_() as (_, client):
        answer = client.get("/dasbor", params={"periode": period})

    assert answer.status_code == 422
    assert "90 hari terakhir" in answer.text
    assert "xxxxx" not in answer.text


def test_an_empty_desk_says_that_there_is_nothing(open_: Open) -> None:
    with open_() as (_, client):
        page = client.get("/dasbor")

    assert page.status_code == 200
    assert "Tidak ada aduan dalam periode ini." in page.text
    assert "<svg" not in page.text


def test_champion_and_challenger_stand_side_by_side(open_: Open, tmp_path: Path) -> None:
    champion = find_model()
    models = tmp_path / "models"
    shutil.copytree(champion, models / champion.name)
    (models / CHAMPION_FILE).write_text(champion.name)
    manifest = json.loads((champion / MANIFEST_FILE).read_text(encoding="utf-8"))
    for name, text in (
        ("penantang-1", json.dumps({**manifest, "id": "penantang-1", "metrics": {}})),
        ("rusak", "{"),
    ):
        (models / name).mkdir()
        (models / name / MANIFEST_FILE).write_text(text)

    with open_(models_dir=models) as (_, client):
        page = client.get("/model")

    assert page.status_code == 200
    assert page.text.count('<span class="tag tag-info">juara</span>') == 1
    assert page.text.count('<span class="tag">penantang</span>') == 1
    assert "penantang-1" in page.text
    assert "rusak" not in page.text


def test_a_model_whose_risk_was_not_measured_lets_nothing_out(open_: Open, whole: Scorer) -> None:
    unknown = Scorer(
        model=whole.model,
        manifest=replace(whole.manifest, risk=(), metrics={}),
        ruleset=whole.ruleset,
    )
    with open_(scorer=unknown) as (_, client):
        page = client.get("/model").text
        trial = client.post("/aturan/coba", data={"isi": "Lampu jalan mati di Kota Kediri."}).text

    assert "Risiko model ini tidak diukur" in page
    assert "Tidak ada ambang" in trial
    assert "keluar otomatis</b>" not in trial


def test_a_setting_that_is_off_stays_off(open_: Open) -> None:
    stopped = load_scorer(Settings(auto="off"))
    with open_(scorer=stopped, auto="off") as (_, client):
        page = client.get("/model").text
        answer = client.post("/v1/classifications", json={"isi": "Lampu mati di Kota Kediri."})

    assert "Otomatis mati" in page
    assert "tidak dapat menghidupkannya" in page
    assert "auto_off" in {reason["code"] for reason in answer.json()["review_reasons"]}


def test_the_awaited_regulation_is_named_until_it_has_come() -> None:
    rules = load_ruleset()
    [profile] = rules.regulations.profiles
    coming = replace(profile, id="permenpan-5-2025", valid_from=date(2027, 1, 1))
    after = replace(rules, regulations=replace(rules.regulations, profiles=(profile, coming)))

    assert not knows_awaited(rules)
    assert knows_awaited(after)


@pytest.mark.parametrize(
    "query",
    ["tabel=lain", "halaman=-1", "halaman=999", "halaman=x", "topik=lain", "cari=" + "a" * 3000],
)
def test_an_odd_address_of_the_rules_is_still_a_page(query: str, open_: Open) -> None:
    with open_() as (_, client):
        assert client.get(f"/aturan?{query}").status_code == 200


@pytest.mark.parametrize(
    "form",
    [{"isi": ""}, {"isi": "x" * 20_001}, {"isi": "Jalan rusak", "region": "99.99"}],
    ids=["empty", "long", "nowhere"],
)
def test_a_text_that_cannot_be_tried_is_told_why(form: dict[str, str], open_: Open) -> None:
    with open_() as (_, client):
        answer = client.post("/aturan/coba", data=form)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
