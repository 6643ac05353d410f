from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from classifier.artifacts import MANIFEST_FILE, find_model, load_model, read_manifest, save_model
from classifier.dataset import SEED_CORPUS
from classifier.errors import ModelError
from classifier.frozen import FrozenEvaluation, write_evaluation
from classifier.heads import LinearHeads
from service.model_store import ModelStoreError, Store, export, replace_champion
from service.promotion import (
    RECORD_FILE,
    PromotionError,
    compare_models,
    promote,
    seen_in_training,
)

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
N = 300


def make_model(models: Path, model_id: str, *, wrong: int | None = None, data: str = "d1") -> None:
    """A copy of the shipped model under another name, with made-up held-out answers."""
    folder = models / model_id
    shutil.copytree(find_model(), folder)
    values = json.loads((folder / MANIFEST_FILE).read_text())
    (folder / MANIFEST_FILE).write_text(json.dumps(values | {"id": model_id}))
    (folder / "evaluation.json").unlink(missing_ok=True)
    if wrong is not None:
        right = "0" * wrong + "1" * (N - wrong)
        write_evaluation(
            folder,
            FrozenEvaluation(
                data=data,
                category_truth="n" * N,
                category="n" * N,
                misconduct="-" * N,
                topic=right,
                level=right,
                agency=right,
            ),
            model_sha256=values["sha256"],
        )


def make_dull_model(models: Path, model_id: str) -> None:
    """A model that has learned nothing but to answer always the same."""
    model, manifest = load_model(find_model())
    nothing = LinearHeads(weights=np.zeros_like(model.heads.weights), bias=model.heads.bias)
    names = ("created_at", "data", "config", "metrics", "risk", "confidence")
    details = {name: getattr(manifest, name) for name in names}
    save_model(models / model_id, replace(model, heads=nothing), manifest=details)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    models = tmp_path / "models"
    models.mkdir()
    make_model(models, "lama", wrong=30)
    replace_champion(models, "lama")
    return Store(models=models)


@pytest.fixture
def frozen_set(tmp_path: Path) -> Path:
    path = tmp_path / "tetap.jsonl"
    sample = pd.read_json(SEED_CORPUS, lines=True, dtype=False).iloc[::40]
    sample.assign(source="tetap").to_json(path, orient="records", lines=True)
    return path


def test_the_first_model_is_promoted_without_comparison(tmp_path: Path) -> None:
    make_model(tmp_path, "satu")

    said = promote(Store(models=tmp_path), "satu", now=NOW)

    assert said == "satu is in use, before: none (no other model in use)"
    assert find_model(models=tmp_path) == tmp_path / "satu"


def test_a_model_that_is_not_worse_is_promoted_and_recorded(store: Store) -> None:
    make_model(store.models, "baru", wrong=31)

    promote(store, "baru", now=NOW)

    assert store.champion() == "baru"
    last = (store.models / RECORD_FILE).read_text().splitlines()[-1]
    assert last == "| 2026-11-24 03:00Z | baru | lama | not worse on the same complaints |"


def test_a_worse_model_is_refused_with_its_figures(store: Store) -> None:
    make_model(store.models, "baru", wrong=60)

    problem = r"baru is worse than lama: topic_accuracy 0\.8000 instead of 0\.9000"
    with pytest.raises(PromotionError, match=problem):
        promote(store, "baru", now=NOW)

    assert store.champion() == "lama"
    assert not (store.models / RECORD_FILE).exists()


def test_a_worse_model_goes_with_a_reason_that_is_recorded(store: Store) -> None:
    make_model(store.models, "baru", wrong=60)

    promote(store, "baru", forced_because="topik baru | keputusan rapat", now=NOW)

    assert store.champion() == "baru"
    last = (store.models / RECORD_FILE).read_text().splitlines()[-1]
    assert "forced though worse in topic_accuracy 0.8000 instead of 0.9000" in last
    assert last.endswith(": topik baru / keputusan rapat |")


@pytest.mark.parametrize(
    ("wrong", "data", "problem"),
    [
        pytest.param(None, "d1", r"evaluation\.json: not there", id="nothing-kept"),
        pytest.param(0, "d2", r"evaluated on different complaints \(d1, d2\)", id="other-data"),
    ],
)
def test_a_model_that_cannot_be_compared_is_refused(
    store: Store, wrong: int | None, data: str, problem: str
) -> None:
    make_model(store.models, "baru", wrong=wrong, data=data)

    with pytest.raises(PromotionError, match=f"baru cannot be compared with lama: .*{problem}"):
        promote(store, "baru", now=NOW)

    promote(store, "baru", forced_because="data baru", now=NOW)

    assert "forced, not compared: data baru" in (store.models / RECORD_FILE).read_text()


def test_a_frozen_set_compares_models_that_kept_nothing(store: Store, frozen_set: Path) -> None:
    make_model(store.models, "kembar")
    make_dull_model(store.models, "tumpul")

    same = compare_models(store, "lama", "kembar", data=[frozen_set], now=NOW)
    with pytest.raises(PromotionError, match="tumpul is worse than lama: category_accuracy"):
        promote(store, "tumpul", data=[frozen_set], now=NOW)

    assert all(d.champion == d.challenger and not d.is_worse for d in same)


def test_sources_that_a_model_was_trained_on_are_named(store: Store, frozen_set: Path) -> None:
    assert seen_in_training(store, "lama", [frozen_set]) == []
    assert seen_in_training(store, "lama", [SEED_CORPUS]) == ["seed_corpus"]


def test_the_answers_of_another_model_are_not_taken_for_its_own(store: Store) -> None:
    make_dull_model(store.models, "tumpul")
    shutil.copy(store.models / "lama" / "evaluation.json", store.models / "tumpul")

    with pytest.raises(PromotionError, match=r"evaluation\.json: is of another model"):
        promote(store, "tumpul", now=NOW)


def test_a_changed_model_is_never_promoted(store: Store) -> None:
    make_model(store.models, "baru", wrong=0)
    (store.models / "baru" / "model.joblib").write_bytes(b"x")

    with pytest.raises(ModelError, match=r"model\.joblib: sha256"):
        promote(store, "baru", now=NOW)

    assert store.champion() == "lama"


@pytest.mark.parametrize("model_id", ["tidak-ada", "../lama", "", ".fetch-x"])
def test_only_the_id_of_a_model_names_one(store: Store, model_id: str) -> None:
    with pytest.raises(ModelStoreError, match=r"no model tidak-ada|expected the id of a model"):
        store.folder(model_id)


def test_an_exported_model_can_be_used_from_its_folder(store: Store, tmp_path: Path) -> None:
    folder = export(store, "lama", tmp_path / "server")

    assert folder == tmp_path / "server" / "lama"
    assert load_model(folder)[1].id == "lama"
    assert [path.name for path in (tmp_path / "server").iterdir()] == ["lama"]


def test_an_export_overwrites_nothing(store: Store, tmp_path: Path) -> None:
    export(store, "lama", tmp_path)

    with pytest.raises(ModelStoreError, match="lama: exists, and a model is never overwritten"):
        export(store, "lama", tmp_path)


def test_models_are_listed_oldest_first(store: Store) -> None:
    make_model(store.models, "baru")

    assert [manifest.id for manifest in store.manifests()] == ["baru", "lama"]  # of one age
    assert read_manifest(store.folder("lama")) in store.manifests()
