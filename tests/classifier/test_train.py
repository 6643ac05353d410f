from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from classifier.errors import DatasetError
from classifier.evaluate import head_report, macro_f1
from classifier.stemming import root_words
from classifier.train import TrainConfig, Trained, assign_folds, train


def test_the_same_data_and_seed_give_the_same_answers(
    small_corpus: pd.DataFrame, trained: Trained
) -> None:
    again = train(small_corpus, TrainConfig(folds=3), public_words=root_words())

    assert np.array_equal(again.model.heads.weights, trained.model.heads.weights)
    assert np.array_equal(again.held_out.topic, trained.held_out.topic)


def test_a_group_of_near_duplicates_is_never_split() -> None:
    groups = np.repeat(np.arange(40), 3)

    folds = assign_folds(groups, n_folds=5, seed=0)

    assert all(len(set(folds[groups == group])) == 1 for group in range(40))
    assert set(folds) == set(range(5))


def test_fewer_complaints_than_folds_are_refused() -> None:
    with pytest.raises(DatasetError, match="expected at least 5 different complaints, got 2"):
        assign_folds([0, 0, 1], n_folds=5, seed=0)


def test_rows_without_a_label_are_skipped_for_that_question_alone(
    small_corpus: pd.DataFrame, trained: Trained
) -> None:
    partly = small_corpus.copy()
    partly.loc[::2, "level"] = None

    other = train(partly, TrainConfig(folds=3), public_words=root_words())

    assert np.array_equal(other.model.heads.weights[:, :6], trained.model.heads.weights[:, :6])
    assert not np.array_equal(other.held_out.level, trained.held_out.level)


def test_the_threshold_catches_nine_of_ten_true_misconducts(trained: Trained) -> None:
    positive = trained.labels["misconduct"] == True  # noqa: E712  # an object array
    caught = trained.held_out.misconduct[positive] >= trained.model.misconduct_threshold

    assert caught.mean() >= 0.9


def test_held_out_answers_beat_guessing_by_far(
    trained: Trained, small_corpus: pd.DataFrame
) -> None:
    report = head_report(trained, small_corpus)

    assert report["topic"]["all"]["accuracy"] > 0.2  # of 52 topics, a thousand texts
    assert report["kind"]["all"]["accuracy"] > 0.75
    assert report["kind"]["all"]["ece"] < 0.08


def test_macro_f1_weighs_classes_alike() -> None:
    assert macro_f1(np.array([0, 0, 0, 1]), np.array([0, 0, 0, 0])) == pytest.approx(3 / 7)
