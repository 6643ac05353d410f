from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.calibration import (
    MIN_AUTOMATIC,
    RiskPoint,
    choose_threshold,
    expected_calibration_error,
    fit_calibration,
    risk_curve,
)
from classifier.heads import N_SCORES, SLICES
from classifier.labels import HEADS


def test_calibration_finds_the_scale_and_shift_that_made_the_labels() -> None:
    rng = np.random.default_rng(1)
    scores = np.zeros((20_000, N_SCORES), dtype=np.float32)
    column = SLICES["misconduct"].start
    scores[:, column] = rng.normal(size=len(scores))
    truth = rng.random(len(scores)) < 1 / (1 + np.exp(-(2.0 * scores[:, column] - 1.0)))
    labels = {head: np.full(len(scores), None, dtype=object) for head in HEADS}
    labels["misconduct"] = truth.astype(object)

    calibration = fit_calibration(scores, labels)

    assert calibration.scale[column] == pytest.approx(2.0, abs=0.1)
    assert calibration.shift[column] == pytest.approx(-1.0, abs=0.1)


@given(st.integers(min_value=0, max_value=2**32 - 1))
def test_probabilities_of_a_question_with_one_answer_sum_to_one(seed: int) -> None:
    scores = np.random.default_rng(seed).normal(scale=50, size=(3, N_SCORES))
    labels = {head: np.full(3, None, dtype=object) for head in HEADS}

    chances = fit_calibration(scores, labels).probabilities(scores)

    for head in ("kind", "topic", "level"):
        assert chances[head].sum(axis=1) == pytest.approx(1.0)


def test_the_likeliest_topic_stays_it_and_its_sureness_is_honest() -> None:
    rng = np.random.default_rng(2)
    scores = rng.normal(size=(3000, N_SCORES)).astype(np.float32)
    labels = {head: np.full(3000, None, dtype=object) for head in HEADS}
    topics = np.array(HEADS["topic"], dtype=object)
    best = scores[:, SLICES["topic"]].argmax(axis=1)
    right = rng.random(3000) < 0.7
    labels["topic"] = np.where(right, topics[best], topics[(best + 1) % len(topics)])

    chances = fit_calibration(scores, labels).probabilities(scores)["topic"]

    assert (chances.argmax(axis=1) == best).mean() > 0.9
    assert chances.max(axis=1).mean() == pytest.approx(0.7, abs=0.03)


def test_alleged_misconduct_has_an_inspection_of_its_own() -> None:
    rng = np.random.default_rng(3)
    scores = np.zeros((4000, N_SCORES), dtype=np.float32)
    labels = {head: np.full(4000, None, dtype=object) for head in HEADS}
    alleged = rng.random(4000) < 0.5
    labels["misconduct"] = np.array([bool(value) for value in alleged], dtype=object)
    visits = rng.random(4000) < np.where(alleged, 0.9, 0.3)
    labels["inspection"] = np.array([bool(value) for value in visits], dtype=object)

    chances = fit_calibration(scores, labels).probabilities(scores[:1])

    assert chances["inspection_alleged"][0] == pytest.approx(0.9, abs=0.03)
    assert chances["inspection"][0] == pytest.approx(0.6, abs=0.03)


def test_perfect_confidence_has_no_calibration_error() -> None:
    sure = np.ones(60)

    assert expected_calibration_error(sure, sure == 1.0) == 0.0
    assert expected_calibration_error(sure, sure == 0.0) == 1.0
    assert expected_calibration_error(sure / 2, np.arange(60) % 2 == 0) == 0.0


def test_the_bound_is_clopper_pearson() -> None:
    confidence, correct = np.full(100, 0.995), np.arange(100) >= 2

    strictest = risk_curve(confidence, correct)[0]

    assert (strictest.automatic, strictest.wrong) == (100, 2)
    assert strictest.bound == pytest.approx(0.0616, abs=1e-4)  # table value: 2 of 100, 95 %


def point(threshold: float, bound: float, automatic: int = 1000) -> RiskPoint:
    return RiskPoint(threshold=threshold, automatic=automatic, wrong=0, bound=bound)


def test_testing_stops_at_the_first_threshold_that_fails() -> None:
    curve = [point(0.9, 0.01), point(0.8, 0.06), point(0.7, 0.02)]

    assert choose_threshold(curve, tolerated_error=0.05) == 0.9


def test_nothing_goes_out_where_no_error_is_bounded() -> None:
    assert choose_threshold([point(0.9, 0.06)], tolerated_error=0.05) is None
    assert choose_threshold([], tolerated_error=0.05) is None


def test_too_small_samples_are_passed_over() -> None:
    curve = [point(0.99, 1.0, automatic=MIN_AUTOMATIC - 1), point(0.9, 0.04)]

    assert choose_threshold(curve, tolerated_error=0.05) == 0.9
