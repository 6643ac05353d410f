from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest

from classifier.errors import ConfigError
from classifier.evaluate import head_report
from classifier.experiments import compare_recipes
from classifier.labels import KINDS
from classifier.recipes import (
    KEPT,
    RECIPES,
    Recipe,
    chosen_recipes,
    with_greetings,
    without_chat_spelling,
    without_shortening,
    without_stems,
)
from classifier.stemming import root_words
from classifier.text import normal_words, surfaces
from classifier.train import TrainConfig, Trained

# Class of each outcome: 5 days for questions, 60 for misconduct on site, 14 for the rest.
CLASSES = np.array(
    [
        [kind in KINDS[:2], kind not in KINDS[:2] and not (m and i), kind == KINDS[2] and m and i]
        for kind, m, i in product(KINDS, (False, True), (False, True))
    ],
    dtype=float,
)


@pytest.mark.slow
def test_the_kept_way_is_what_training_does_and_a_lost_step_is_measured(
    small_corpus: pd.DataFrame, trained: Trained
) -> None:
    kept, blind = compare_recipes(
        small_corpus,
        public_words=root_words(),
        class_table=CLASSES,
        config=TrainConfig(folds=3),
        recipes={KEPT: Recipe(), "without calibration": RECIPES["without any calibration"]},
    )

    report = head_report(trained, small_corpus)
    assert kept.figures["topic_accuracy"] == report["topic"]["all"]["accuracy"]
    assert kept.figures["inspection_ece"] == report["inspection"]["all"]["ece"]
    assert kept.figures["topic_ece"] == report["topic"]["all"]["ece"]
    assert (kept.gain, kept.error) == (0, 0)
    assert blind.figures["topic_ece"] > 0.3


def test_recipes_that_differ_after_the_scores_share_them() -> None:
    shipped = Recipe()

    assert RECIPES["without any calibration"].before_calibration() == shipped
    assert RECIPES["class learned, not derived"].before_calibration() == shipped
    assert RECIPES["C = 1"].before_calibration() != shipped


def test_an_unknown_way_is_refused() -> None:
    with pytest.raises(ConfigError, match="'with magic': unknown way; expected one of kept, "):
        chosen_recipes(["with magic"])


def words(text: str) -> list[str]:
    return [word for surface in surfaces(text) for word in normal_words(surface)]


def test_a_step_is_removed_by_writing_the_text_so_that_it_does_not_apply() -> None:
    text = "halo min, jln blm diperbaiki tolooong"

    assert words(text) == ["jalan", "belum", "baik", "tolong"]
    assert words(without_stems(text))[-2:] == ["diperbaikiq", "tolongq"]
    assert words(without_chat_spelling(text)) == ["jlnq", "blmq", "baik", "tolong"]
    assert words(without_shortening(text))[-1] not in ("tolong", "toloong")
    assert words(with_greetings(text))[:2] == ["halo", "min"]
