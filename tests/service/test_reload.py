"""A changed model or changed rules are taken while the server runs, and broken ones are not."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from rules.errors import RuleFileError
from service.app import create_app
from service.metrics import Metrics
from service.reload import Reloader, find_sources, reloading
from service.settings import Settings


class Place:
    """A folder of models and one of rules, and what a reloader does about them."""

    def __init__(self, folder: Path) -> None:
        self.rules, self.models = folder / "aturan", folder / "models"
        for name in ("m1", "m2"):
            (self.models / name).mkdir(parents=True)
            (self.models / name / "manifest.json").write_text(name)
        self.promote("m1")
        self.rules.mkdir()
        self.write("1")
        self.settings = Settings(models_dir=self.models, rules_dir=self.rules)
        self.loaded: list[tuple[str, str]] = []
        self.used: list[Any] = []
        self.told: list[str | None] = []
        self.meanwhile: Any = None
        self.reloader = Reloader(
            self.settings,
            load=self.load,
            use=self.used.append,
            refuse=self.told.append,
            in_use=find_sources(self.settings),
        )

    def promote(self, name: str) -> None:
        new = self.models / "CHAMPION.new"
        new.write_text(name)
        new.replace(self.models / "CHAMPION")

    def write(self, text: str) -> None:
        (self.rules / "routing.yaml").write_text(text)

    def load(self, settings: Settings) -> Any:
        assert settings.model is not None
        text = (self.rules / "routing.yaml").read_text()
        self.loaded.append((settings.model.name, text))
        if self.meanwhile is not None:
            self.meanwhile()
        if text == "rusak":
            raise RuleFileError(Path("routing.yaml"), 7, "unknown key")
        if text == "kacau":
            msg = "rahasiaku"
            raise KeyError(msg)
        return self.loaded[-1]

    def look(self, times: int = 1) -> None:
        for _ in range(times):
            self.reloader.look()


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_what_has_not_changed_is_not_loaded(place: Place) -> None:
    place.look(3)

    assert place.loaded == []


def test_a_change_is_taken_once_when_it_has_come_to_rest(place: Place) -> None:
    place.write("2 baru")
    place.look()
    assert place.used == []

    place.look(3)
    assert place.used == [("m1", "2 baru")]


def test_a_folder_that_is_being_copied_is_waited_for(place: Place) -> None:
    for i in range(4):
        place.write("x" * (i + 2))
        place.look()

    assert place.loaded == []


def test_a_mixture_is_thrown_away(place: Place) -> None:
    place.write("2 baru")
    place.meanwhile = lambda: place.write("3 lebih baru")
    place.look(2)
    assert (len(place.loaded), place.used) == (1, [])

    place.meanwhile = None
    place.look(2)
    assert place.used == [("m1", "3 lebih baru")]


def test_a_promoted_model_is_taken(place: Place) -> None:
    place.promote("m2")
    place.look(2)

    assert place.used == [("m2", "1")]


def test_a_moved_link_is_a_change(place: Place, tmp_path: Path) -> None:
    link = tmp_path / "tautan"
    link.symlink_to(place.rules)
    place.settings = place.settings.model_copy(update={"rules_dir": link})
    sources = find_sources(place.settings)
    other = tmp_path / "lain"
    shutil.copytree(place.rules, other)
    link.unlink()
    link.symlink_to(other)

    assert find_sources(place.settings) != sources


@pytest.mark.parametrize(
    ("text", "why"), [("rusak", "routing.yaml:7: unknown key"), ("kacau", "KeyError at")]
)
def test_a_broken_change_is_refused_once_and_forgotten_when_it_is_taken_back(
    text: str, why: str, place: Place
) -> None:
    stat = (place.rules / "routing.yaml").stat()
    place.write(text)
    place.look(4)
    [told] = place.told
    assert told is not None
    assert why in told
    assert "rahasiaku" not in told
    assert (place.used, len(place.loaded)) == ([], 1)

    place.write("1")
    os.utime(place.rules / "routing.yaml", ns=(stat.st_atime_ns, stat.st_mtime_ns))
    place.look(2)
    assert place.told[1:] == [None]
    assert place.used == []

    place.write("2 baru")
    place.look(2)
    assert place.used == [("m1", "2 baru")]


def test_a_missing_model_is_refused_and_taken_when_it_is_there(place: Place) -> None:
    (place.models / "CHAMPION").unlink()
    place.look(3)
    assert len(place.told) == 1
    assert "no model" in str(place.told[0])

    place.promote("m2")
    place.look(2)
    assert place.used == [("m2", "1")]
    assert place.told[1:] == [None]


def test_the_background_swaps_and_counts(place: Place, wait_for: Any) -> None:
    metrics, state = Metrics(), type("State", (), {})()

    class Fake:
        def __init__(self, values: tuple[str, str]) -> None:
            self.versions = {"model": values[0], "rules": values[1], "calendar": "c"}

    def load(settings: Settings) -> Any:
        return Fake(place.load(settings))

    with reloading(place.settings, load=load, state=state, metrics=metrics):
        assert state.scorer.versions["rules"] == "1"
        place.write("2 baru")
        wait_for(lambda: state.scorer.versions["rules"] == "2 baru")
        place.write("rusak")
        wait_for(lambda: state.refused is not None)
        assert state.scorer.versions["rules"] == "2 baru"

    text = metrics.render().decode()
    assert 'disposisi_reloads_total{outcome="taken"} 1.0' in text
    assert 'disposisi_reloads_total{outcome="refused"} 1.0' in text


def test_a_refused_change_is_told_by_readiness(app: FastAPI, client: TestClient) -> None:
    app.state.refused = "routing.yaml:7: unknown key"

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "refused": "model or rules"}


@pytest.fixture
def own_rules(tmp_path: Path) -> Path:
    folder = tmp_path / "aturan"
    shutil.copytree(Path(__file__).parents[2] / "rules" / "data", folder)
    return folder


def test_the_real_rules_change_under_a_running_application(
    own_rules: Path, tmp_path: Path, wait_for: Any
) -> None:
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'uji.sqlite3'}", rules_dir=own_rules, events="off"
    )
    app = create_app(settings)
    with TestClient(app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 50_000)) as client:

        def rules() -> Any:
            answer = client.post("/v1/classifications", json={"isi": "Lampu mati di Kota Kediri"})
            return answer.json()["versions"]["rules"]

        first, file = rules(), own_rules / "topics.yaml"
        text = file.read_text(encoding="utf-8")
        file.write_text(text + "\n# diubah\n", encoding="utf-8")
        wait_for(lambda: client.get("/version").json()["rules"] != first)
        assert rules() != first

        second = rules()
        file.write_text(text + "\nrusak: [", encoding="utf-8")
        wait_for(lambda: "refused" in client.get("/readyz").json())
        assert rules() == second
        assert "disposisi_reload_refused 1.0" in client.get("/metrics").text
