"""The committed model holds no word that could name a person, and fits the code."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from classifier.artifacts import CHECKOUT_MODELS, find_model, load_model, read_manifest
from classifier.dataset import SEED_CORPUS, near_duplicate_groups, read_examples
from classifier.frozen import figures_of, read_evaluation
from classifier.kept_words import Limits, learn_vocabulary
from classifier.predict import Model
from rules.ruleset import load_ruleset
from service.left_out_file import read_left_out
from service.model_card import card
from service.public_words import public_words

LIMITS = Limits()


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model(find_model(models=CHECKOUT_MODELS))[0]


@pytest.fixture(scope="module")
def public() -> frozenset[str]:
    return public_words(load_ruleset())


def test_every_word_stands_in_three_reports_and_a_public_list_or_in_ten_reports(
    model: Model, public: frozenset[str]
) -> None:
    words = zip(model.vocabulary.words, model.vocabulary.word_reports.tolist(), strict=True)

    private = [n for word, n in words if word not in public]
    assert min(model.vocabulary.word_reports) >= 3
    assert not private or min(private) >= 10


def test_every_pair_stands_in_three_reports_and_is_made_of_known_words(model: Model) -> None:
    n = len(model.vocabulary.words)

    assert model.vocabulary.pair_reports.min() >= 3
    assert model.vocabulary.pairs.min() >= 0
    assert model.vocabulary.pairs.max() < n * n


def test_the_counts_in_the_model_are_those_of_the_data(
    model: Model, public: frozenset[str]
) -> None:
    folder = os.environ.get("DISPOSISI_REAL_DATA")
    if not folder:
        pytest.skip("DISPOSISI_REAL_DATA is not set: no real complaints at hand to count")
    frame = read_examples([SEED_CORPUS, Path(folder) / "complaints_gold.csv"])
    texts = list(frame["text"])

    counted = learn_vocabulary(
        texts,
        groups=near_duplicate_groups(texts).tolist(),
        limits=Limits(public_words=public),
    )

    assert dict(zip(counted.words, counted.word_reports.tolist(), strict=True)) == dict(
        zip(model.vocabulary.words, model.vocabulary.word_reports.tolist(), strict=True)
    )


def test_only_the_champion_is_committed() -> None:
    folders = [path.name for path in CHECKOUT_MODELS.iterdir() if path.is_dir()]

    assert find_model(models=CHECKOUT_MODELS).name in folders


def test_the_answers_that_a_challenger_is_held_against_are_those_of_the_champion() -> None:
    folder = find_model(models=CHECKOUT_MODELS)
    manifest = read_manifest(folder)

    kept = figures_of(read_evaluation(folder, model_sha256=manifest.sha256))

    assert kept["agency_accuracy"]["value"] == manifest.metrics["end_to_end"]["agency_accuracy"]


def test_the_card_tells_what_the_manifest_and_the_left_out_parts_say() -> None:
    folder = find_model(models=CHECKOUT_MODELS)
    manifest = read_manifest(folder)

    parts = read_left_out(folder, model_sha256=manifest.sha256)

    assert len(parts) >= 6
    assert (folder / "card.md").read_text(encoding="utf-8") == card(manifest, parts)


def test_the_model_file_is_small(model: Model) -> None:
    size = (find_model(models=CHECKOUT_MODELS) / "model.joblib").stat().st_size

    assert size < 15_000_000
