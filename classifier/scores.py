"""Figures of right and wrong answers: each takes how often a row counts, so it can be resampled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.bootstrap import Estimate, resamples, summary
from classifier.calibration import expected_calibration_error

Floats = NDArray[np.float64]
_SIMULATIONS = 200
_SEED = 20_260_101


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Answers to one question beside the truth, as places in ``classes``.

    Attributes
    ----------
    classes : tuple of str
    truth, answer : ndarray of int, shape (n,)
    """

    classes: tuple[str, ...]
    truth: NDArray[np.int64]
    answer: NDArray[np.int64]

    def accuracy(self, weights: Floats) -> Floats:
        """Return the share of right answers, shape (draws,)."""
        return _ratio(weights @ (self.truth == self.answer), weights.sum(axis=1))

    def macro_f1(self, weights: Floats) -> Floats:
        """Return the mean F1 of the classes in truth or answer, as scikit-learn has it."""
        hits, truth, answer = self._counts(weights)
        return np.asarray(np.nanmean(_ratio(2 * hits, truth + answer), axis=1))

    def precision(self, weights: Floats) -> Floats:
        """Return the precision of each class, shape (draws, n_classes); NaN if never answered."""
        hits, _, answer = self._counts(weights)
        return _ratio(hits, answer)

    def recall(self, weights: Floats) -> Floats:
        """Return the recall of each class, shape (draws, n_classes); NaN if it does not occur."""
        hits, truth, _ = self._counts(weights)
        return _ratio(hits, truth)

    def _counts(self, weights: Floats) -> tuple[Floats, Floats, Floats]:
        every = np.arange(len(self.classes))
        truth = (self.truth[:, None] == every).astype(np.float64)
        answer = (self.answer[:, None] == every).astype(np.float64)
        return weights @ (truth * answer), weights @ truth, weights @ answer


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassScore:
    """How well one class is found.

    Attributes
    ----------
    name : str
    rows, answered : int
        How often it is true, and how often it was the answer.
    precision, recall : Estimate
    """

    name: str
    rows: int
    answered: int
    precision: Estimate
    recall: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationScore:
    """Whether a probability of the likeliest answer means what it says.

    Attributes
    ----------
    error : float
        Top-label calibration error, 15 bins of equal mass.
    perfect, perfect_high : float
        Mean of that figure, and what 95 % stay below, where the probabilities are exactly right
        and as many complaints are drawn: a small part shows an error however good it is.
    """

    error: float
    perfect: float
    perfect_high: float


def class_scores(found: Answers, *, draws: int) -> list[ClassScore]:
    """Return precision and recall of every class that occurs in truth or answer."""
    once, weights = np.ones((1, len(found.truth))), resamples(len(found.truth), draws=draws)
    precision, recall = found.precision(once)[0], found.recall(once)[0]
    precisions, recalls = found.precision(weights), found.recall(weights)
    return [
        ClassScore(
            name=code,
            rows=int((found.truth == k).sum()),
            answered=int((found.answer == k).sum()),
            precision=summary(float(precision[k]), precisions[:, k]),
            recall=summary(float(recall[k]), recalls[:, k]),
        )
        for k, code in enumerate(found.classes)
        if (found.truth == k).any() or (found.answer == k).any()
    ]


def calibration_score(confidence: NDArray[Any], correct: NDArray[np.bool_]) -> CalibrationScore:
    """Return the calibration error beside that of a perfectly calibrated model of this size."""
    rng = np.random.default_rng(_SEED)
    simulated = [
        expected_calibration_error(confidence, rng.random(len(confidence)) < confidence)
        for _ in range(_SIMULATIONS)
    ]
    return CalibrationScore(
        error=round(expected_calibration_error(confidence, correct), 4),
        perfect=round(float(np.mean(simulated)), 4),
        perfect_high=round(float(np.quantile(simulated, 0.95)), 4),
    )


def recall_at_precision(
    chances: NDArray[Any], positive: NDArray[np.bool_], weights: Floats, *, precision: float
) -> Floats:
    """Return the best recall of any threshold whose precision is high enough, 0 if there is none.

    Parameters
    ----------
    chances, positive : ndarray of shape (n,)
    weights : ndarray of shape (draws, n)

    Examples
    --------
    >>> chances, positive = np.array([0.9, 0.8, 0.1]), np.array([True, False, True])
    >>> recall_at_precision(chances, positive, np.ones((1, 3)), precision=0.6)
    array([1.])
    """
    order = np.argsort(-chances, kind="stable")
    ordered = weights[:, order]
    hits = np.cumsum(ordered * positive[order], axis=1)
    share = _ratio(hits, np.cumsum(ordered, axis=1))
    last = np.append(np.diff(chances[order]) != 0, True)  # equal chances share a threshold
    best = np.where(last & (share >= precision), hits, 0).max(axis=1)
    return _ratio(best, hits[:, -1])


def places(values: Iterable[Any], classes: Sequence[str]) -> NDArray[np.int64]:
    """Return the place of each value among the classes."""
    at = {code: i for i, code in enumerate(classes)}
    return np.array([at[value] for value in values], dtype=np.int64)


def macro_f1(truth: NDArray[Any], answer: NDArray[Any]) -> float:
    """Return the mean F1 of the classes that occur in truth or answer, as scikit-learn has it."""
    scores = []
    for code in np.union1d(truth, answer):
        hit = ((truth == code) & (answer == code)).sum()
        scores.append(2 * hit / ((truth == code).sum() + (answer == code).sum()))
    return float(np.mean(scores))


def _ratio(part: Floats, whole: Floats) -> Floats:
    """Divide, with NaN where there is nothing to divide by."""
    nothing = np.full(np.shape(part), np.nan)
    return np.asarray(np.divide(part, whole, out=nothing, where=np.asarray(whole) > 0))
