from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import mlflow
import pytest

from classifier.artifacts import find_model, read_manifest
from service import runs
from service.cli import main
from service.training import Training


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty working directory, and MLflow pointed nowhere afterwards."""
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    mlflow.set_tracking_uri("")


@pytest.mark.slow
def test_a_model_is_trained_logged_promoted_lost_and_fetched_from_the_registry(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = folder / "classifier.toml"
    config.write_text("folds = 2\n")

    assert main(["train", "--config", str(config), "--id", "satu", "--promote"]) == 0
    said = capsys.readouterr().err

    assert "version 1 of disposisi" in said
    assert "satu is in use, before: none (no other model in use); alias champion on" in said
    assert read_manifest(folder / "models" / "satu").config["folds"] == 2
    [run] = mlflow.MlflowClient(f"sqlite:///{folder / 'mlflow.db'}").search_runs(["1"])
    assert run.data.params["config.folds"] == "2"
    assert run.data.params["data.by_source.seed_corpus"] == "4104"
    assert run.data.metrics["frozen.agency_accuracy.value"] > 0.5
    assert "automatic.error_0.05.coverage" in run.data.metrics
    pictures = mlflow.artifacts.list_artifacts(f"runs:/{run.info.run_id}/pictures")
    assert sorted(Path(picture.path).stem for picture in pictures) == [
        "confusion-inspection",
        "confusion-kind",
        "confusion-level",
        "confusion-misconduct",
        "confusion-topic",
        "risk-coverage",
    ]

    shutil.rmtree(folder / "models")
    assert main(["models", "promote", "satu"]) == 0
    assert main(["models", "list"]) == 0

    row = capsys.readouterr().out.splitlines()[1].split()
    assert row[:2] == ["*", "satu"]
    assert main(["models", "compare", "satu", "satu"]) == 0
    assert main(["models", "export", "satu", "luar"]) == 0
    assert (folder / "luar" / "satu" / "evaluation.json").is_file()


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(["--force"], id="force-without-a-reason"),
        pytest.param(["--reason", "rapat"], id="a-reason-without-force"),
        pytest.param(["--force", "--reason", " "], id="a-blank-reason"),
    ],
)
def test_who_forces_a_promotion_says_why(
    folder: Path, capsys: pytest.CaptureFixture[str], options: list[str]
) -> None:
    assert main(["models", "promote", "satu", *options]) == 2

    assert '--force and --reason "..." go together' in capsys.readouterr().err


def test_a_wrong_configuration_stops_before_training(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "classifier.toml").write_text("fold = 3\n")

    assert main(["train", "--config", "classifier.toml"]) == 2

    assert "disposisi: classifier.toml: fold: unknown key" in capsys.readouterr().err


def test_a_damaged_tracking_file_is_said_in_a_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "mlflow.db").write_text("bukan basis data")
    (folder / "models").mkdir()

    assert main(["models", "export", "satu", "luar"]) == 2

    [line] = [x for x in capsys.readouterr().err.splitlines() if x.startswith("disposisi:")]
    assert line == "disposisi: the tracking database cannot be used (DatabaseError)"


def test_the_folder_of_the_models_comes_from_the_settings(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(find_model().parent, folder / "lain")
    monkeypatch.setenv("DISPOSISI_MODELS_DIR", str(folder / "lain"))

    assert main(["models", "list"]) == 0

    assert find_model().name in capsys.readouterr().out


def test_an_unknown_model_is_named_with_those_there_are(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(find_model(), folder / "models" / "satu")

    assert main(["models", "export", "dua", "luar"]) == 2

    assert "no model dua in models or the registry; there are: " in capsys.readouterr().err


def test_without_mlflow_a_line_says_how_to_install_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs.tracking, "find_spec", lambda name: None)
    trained: Training = json.loads("null")  # never looked at

    said = runs.log_training(trained, folder=folder)

    assert said == (
        "the run was not logged: MLflow is not installed; pip install 'disposisi[train]'"
    )
    assert not (folder / "mlflow.db").exists()
