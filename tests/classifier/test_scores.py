from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import f1_score, precision_score, recall_score

from classifier.bootstrap import estimate, resamples
from classifier.scores import (
    Answers,
    calibration_score,
    class_scores,
    macro_f1,
    recall_at_precision,
)

RNG = np.random.default_rng(0)
TRUTH = RNG.integers(0, 4, 300)
ANSWER = np.where(RNG.random(300) < 0.7, TRUTH, RNG.integers(0, 4, 300))
FOUND = Answers(classes=("a", "b", "c", "d", "never"), truth=TRUTH, answer=ANSWER)
ONCE = np.ones((1, 300))


def test_figures_are_those_of_scikit_learn() -> None:
    codes = list(range(4))

    assert FOUND.accuracy(ONCE)[0] == pytest.approx((TRUTH == ANSWER).mean())
    assert FOUND.macro_f1(ONCE)[0] == pytest.approx(f1_score(TRUTH, ANSWER, average="macro"))
    assert macro_f1(TRUTH, ANSWER) == pytest.approx(FOUND.macro_f1(ONCE)[0])
    assert FOUND.precision(ONCE)[0, :4] == pytest.approx(
        precision_score(TRUTH, ANSWER, average=None, labels=codes)
    )
    assert FOUND.recall(ONCE)[0, :4] == pytest.approx(
        recall_score(TRUTH, ANSWER, average=None, labels=codes)
    )


def test_a_row_that_counts_twice_is_a_row_that_stands_there_twice() -> None:
    weights = RNG.integers(0, 3, (1, 300)).astype(float)
    repeated = np.repeat(np.arange(300), weights[0].astype(int))

    again = Answers(classes=FOUND.classes, truth=TRUTH[repeated], answer=ANSWER[repeated])

    assert FOUND.macro_f1(weights)[0] == pytest.approx(
        again.macro_f1(np.ones((1, len(repeated))))[0]
    )


def test_a_class_that_never_occurs_is_left_out() -> None:
    scores = class_scores(FOUND, draws=50)

    assert [one.name for one in scores] == ["a", "b", "c", "d"]
    assert sum(one.rows for one in scores) == sum(one.answered for one in scores) == 300
    assert all(one.recall.low <= one.recall.value <= one.recall.high for one in scores)


def test_the_error_of_a_share_is_that_of_the_binomial() -> None:
    share = (TRUTH == ANSWER).mean()

    found = estimate(FOUND.accuracy, resamples(300))

    assert found.error == pytest.approx(np.sqrt(share * (1 - share) / 300), rel=0.1)
    assert found.low < share < found.high


def test_a_figure_that_is_not_defined_has_no_interval() -> None:
    found = estimate(lambda weights: np.full(len(weights), np.nan), resamples(5, draws=10))

    assert np.isnan([found.value, found.error, found.low, found.high]).all()


def test_the_best_recall_needs_the_precision_and_equal_chances_share_a_threshold() -> None:
    chances = np.array([0.9, 0.8, 0.8, 0.1])
    positive = np.array([True, True, False, True])
    once = np.ones((1, 4))

    assert recall_at_precision(chances, positive, once, precision=0.6)[0] == 1
    assert recall_at_precision(chances, positive, once, precision=0.9)[0] == pytest.approx(1 / 3)
    assert recall_at_precision(chances, ~positive, once, precision=0.6)[0] == 0


def test_a_small_part_shows_a_calibration_error_however_good_the_model_is() -> None:
    sure = RNG.uniform(0.5, 1, 5000)
    right = RNG.random(5000) < sure

    small, large = calibration_score(sure[:100], right[:100]), calibration_score(sure, right)

    assert large.perfect < 0.02 < small.perfect
    assert large.error < large.perfect_high
    assert calibration_score(sure, RNG.random(5000) < 0.5).error > 0.2
