from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from classifier.artifacts import find_model, load_model
from classifier.errors import ModelError
from classifier.train import TrainConfig
from rules.ruleset import load_ruleset
from service.complaint import Complaint
from service.confidence import AgencyConfidence, fit_confidence
from service.model_store import replace_champion
from service.public_words import public_words
from service.scoring import Policy, Scorer
from service.training import free_name, train_and_save

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    models = tmp_path_factory.mktemp("models")
    config = TrainConfig(folds=2)
    train_and_save(data=[], models=models, model_id=None, now=NOW, config=config)
    [trained] = models.iterdir()
    replace_champion(models, trained.name)
    return models


@pytest.mark.slow
def test_the_seed_corpus_alone_makes_a_model_that_scores(folder: Path) -> None:
    found = find_model(models=folder)
    model, manifest = load_model(found)
    scorer = Scorer(model=model, manifest=manifest, ruleset=load_ruleset(), policy=Policy())

    [answer] = scorer.score(
        [Complaint(isi="Lampu penerangan jalan padam di Kota Kediri")], today=NOW.date()
    )

    assert found.name.startswith("20261124-")
    assert answer["agency"]["code"] == "PEMDA-35.71"
    assert manifest.data["by_source"] == {"seed_corpus": 4104}
    assert manifest.metrics["end_to_end"]["real"] is False
    assert manifest.metrics["end_to_end"]["agency_accuracy"] > 0.5


@pytest.mark.slow
def test_the_card_says_what_was_measured(folder: Path) -> None:
    card = (find_model(models=folder) / "card.md").read_text()

    assert "| seed_corpus | 4104 |" in card
    assert "agency_accuracy" in card
    assert "| threshold | automatic | wrong | upper bound |" in card
    assert "| tolerated error | threshold | automatic | wrong | upper bound |" in card
    assert "The bound holds for" in card
    assert "Not measured: `disposisi evaluate" in card
    assert "| without signals |" in card


def test_a_name_that_is_taken_is_refused_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "satu").mkdir()

    with pytest.raises(ModelError, match="satu: exists, and a model is never overwritten"):
        train_and_save(data=[], models=tmp_path, model_id="satu", now=NOW)


def test_another_model_of_the_same_day_and_data_gets_a_number(tmp_path: Path) -> None:
    (tmp_path / "20261124-abc").mkdir()

    assert free_name(tmp_path, "20261124-abc") == "20261124-abc-2"
    assert free_name(tmp_path, "20261124-def") == "20261124-def"


def test_cues_and_place_names_are_public_words() -> None:
    words = public_words(load_ruleset())

    assert {"pungli", "soreang", "lubang"} <= words
    assert "zulkarnaen" not in words


def test_confidence_learns_that_disagreement_is_a_bad_sign() -> None:
    rng = np.random.default_rng(0)
    evidence = rng.uniform(0.01, 0.99, size=(4000, 3))
    right = rng.random(4000) < evidence[:, 1]  # only the level tells

    fitted = fit_confidence(evidence, right)

    assert fitted.of(0.9, 0.9, 0.5) > 0.8
    assert fitted.of(0.9, 0.1, 0.5) < 0.2


def test_without_weights_the_chance_counts_as_it_is() -> None:
    assert AgencyConfidence().of(0.8, 0.1, 0.1) == pytest.approx(0.8)
