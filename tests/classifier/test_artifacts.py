from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest

from classifier import artifacts
from classifier.artifacts import MANIFEST_FILE, MODEL_FILE, find_model, load_model, save_model
from classifier.errors import ModelError
from classifier.train import Trained

DETAILS: dict[str, Any] = {
    "created_at": "2026-01-01T00:00:00+00:00",
    "data": {},
    "config": {},
    "metrics": {},
    "risk": (),
}


@pytest.fixture
def folder(tmp_path: Path, trained: Trained) -> Path:
    save_model(tmp_path / "m1", trained.model, manifest=DETAILS)
    return tmp_path / "m1"


def edit_manifest(folder: Path, **changes: Any) -> None:
    values = json.loads((folder / MANIFEST_FILE).read_text())
    (folder / MANIFEST_FILE).write_text(json.dumps(values | changes))


def test_a_loaded_model_says_what_the_saved_one_said(folder: Path, trained: Trained) -> None:
    texts = ["Jalan berlubang di depan pasar", "syarat membuat KTP apa saja?"]

    model, manifest = load_model(folder)

    assert manifest.id == "m1"
    for head in ("kind", "topic", "level", "misconduct", "inspection_alleged"):
        expected = getattr(trained.model.predict(texts), head)
        assert np.array_equal(getattr(model.predict(texts), head), expected)


def test_a_changed_model_is_refused_before_it_is_unpickled(folder: Path) -> None:
    path = folder / MODEL_FILE
    path.write_bytes(path.read_bytes() + b"x")

    with pytest.raises(ModelError, match=r"model\.joblib: sha256 \w{12}, the manifest says"):
        load_model(folder)


class Evil:
    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, ("evil",)


def test_a_file_that_names_a_function_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    joblib.dump({"words": Evil()}, folder / MODEL_FILE, compress=("gzip", 1))
    edit_manifest(folder, sha256=artifacts._sha256((folder / MODEL_FILE).read_bytes()))

    with pytest.raises(ModelError, match=r"expected arrays and strings, got posix\.mkdir"):
        load_model(folder)
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"format": 99}, "expected format 3, got 99", id="format"),
        pytest.param(
            {"versions": {"scikit-learn": "0.1.0"}},
            "was trained with scikit-learn 0.1.0, this is",
            id="scikit-learn",
        ),
        pytest.param({"surplus": 1}, "expected the manifest of a model, got TypeError", id="key"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(
    folder: Path, change: dict[str, Any], message: str
) -> None:
    edit_manifest(folder, **change)

    with pytest.raises(ModelError, match=message):
        load_model(folder)


def test_a_model_is_never_overwritten(folder: Path, trained: Trained) -> None:
    with pytest.raises(ModelError, match="never overwritten"):
        save_model(folder, trained.model, manifest=DETAILS)


def test_the_champion_is_found_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "CHAMPION").write_text("m7\n")

    assert find_model(models=tmp_path) == tmp_path / "m7"
    assert find_model(model=tmp_path / "other", models=tmp_path) == tmp_path / "other"


def test_without_a_model_the_error_says_where_was_looked(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"looked for .*CHAMPION; train one with"):
        find_model(models=tmp_path)
