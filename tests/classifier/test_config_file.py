from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from classifier.config_file import read_config
from classifier.errors import ConfigError
from classifier.train import TrainConfig


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "classifier.toml"


def test_keys_of_the_file_replace_the_defaults(path: Path) -> None:
    path.write_text("folds = 3\nC = 1\n")

    config = read_config(path)

    assert asdict(config) == asdict(TrainConfig()) | {"folds": 3, "C": 1.0}


def test_an_empty_file_gives_the_defaults(path: Path) -> None:
    path.write_text("")

    assert read_config(path) == TrainConfig()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("fold = 3", r"fold: unknown key; expected one of C, folds, ", id="unknown"),
        pytest.param("[train]\nfolds = 3", "train: unknown key", id="a-table"),
        pytest.param('folds = "3"', "folds: expected int, got str '3'", id="text-for-a-number"),
        pytest.param("folds = 3.0", r"folds: expected int, got float 3\.0", id="part-of-a-fold"),
        pytest.param("folds = true", "folds: expected int, got bool True", id="bool-for-a-number"),
        pytest.param("folds = 1", "folds: expected 2 to 100, got 1", id="nothing-to-hold-out"),
        pytest.param("C = 0", r"C: expected 1e-06 to 1e\+06, got 0\.0", id="no-regularisation"),
        pytest.param("C = nan", r"C: expected 1e-06 to 1e\+06, got nan", id="not-a-number"),
        pytest.param("folds 3", "expected TOML in UTF-8: ", id="no-toml"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_file_and_key(
    path: Path, text: str, problem: str
) -> None:
    path.write_text(text)

    with pytest.raises(ConfigError, match=rf"classifier\.toml: {problem}"):
        read_config(path)


def test_a_missing_file_is_named(path: Path) -> None:
    with pytest.raises(ConfigError, match=r"classifier\.toml: cannot be read \(No such file"):
        read_config(path)
