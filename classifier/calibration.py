"""Probabilities that mean what they say, and thresholds whose error is bounded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.heads import N_SCORES, SLICES
from classifier.labels import HEADS

Floats = NDArray[np.float64]
_BIAS_PRIOR = 1.0  # strength that holds a rare class's shift near zero


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """From scores to probabilities: ``scale * score + shift``, then softmax or sigmoid.

    Attributes
    ----------
    scale, shift : ndarray of shape (N_SCORES,)
        One scale a head, one shift a class.
    """

    scale: Floats
    shift: Floats

    def logits(self, scores: NDArray[Any]) -> Floats:
        """Return log-odds, shape (n_texts, N_SCORES)."""
        return np.asarray(scores * self.scale + self.shift, dtype=np.float64)

    def probabilities(self, scores: NDArray[Any]) -> dict[str, Floats]:
        """Return for each head an array of shape (n_texts, n_classes), or (n_texts,) for yes/no."""
        logits = self.logits(scores)
        result: dict[str, Floats] = {}
        for head, part in SLICES.items():
            z = logits[:, part]
            if len(HEADS[head]) == 1:
                result[head] = 1.0 / (1.0 + np.exp(-z[:, 0]))
            else:
                e = np.exp(z - z.max(axis=1, keepdims=True))
                result[head] = e / e.sum(axis=1, keepdims=True)
        return result


def fit_calibration(scores: NDArray[Any], labels: Mapping[str, NDArray[Any]]) -> Calibration:
    """Return the calibration that makes held-out labels most likely.

    Parameters
    ----------
    scores : ndarray of shape (n_texts, N_SCORES)
        Scores of texts that the heads were not trained on.
    labels : mapping
        As for ``fit_heads``.
    """
    from scipy.optimize import minimize  # here: serving needs no optimiser

    scale = np.ones(N_SCORES)
    shift = np.zeros(N_SCORES)
    for head, classes in HEADS.items():
        part = SLICES[head]
        rows = np.flatnonzero([label is not None for label in labels[head]])
        if not len(rows):
            continue
        s = scores[rows, part].astype(np.float64)
        if len(classes) == 1:
            s = np.hstack([np.zeros_like(s), s])
            truth = labels[head][rows].astype(int)
        else:
            truth = np.array([classes.index(label) for label in labels[head][rows]])
        fixed = 1 if len(classes) == 1 else 0  # "no" is the zero that "yes" is measured against

        def loss(
            x: Floats, s: Floats = s, truth: NDArray[Any] = truth, fixed: int = fixed
        ) -> tuple[float, Floats]:
            b = np.concatenate([np.zeros(fixed), x[1:]])
            z = x[0] * s + b
            z -= z.max(axis=1, keepdims=True)
            p = np.exp(z)
            p /= p.sum(axis=1, keepdims=True)
            n = len(truth)
            value = -np.log(p[np.arange(n), truth] + 1e-12).sum()
            p[np.arange(n), truth] -= 1.0
            gradient = np.concatenate([[(p * s).sum()], p.sum(axis=0)[fixed:]])
            value += 0.5 * _BIAS_PRIOR * float(x[1:] @ x[1:])
            gradient[1:] += _BIAS_PRIOR * x[1:]
            return float(value), gradient

        start = np.concatenate([[1.0], np.zeros(len(classes))])
        found = minimize(loss, start, jac=True, method="L-BFGS-B").x
        scale[part] = found[0]
        shift[part] = found[1:]
    return Calibration(scale=scale, shift=shift)


def expected_calibration_error(
    confidence: NDArray[Any], correct: NDArray[Any], *, bins: int = 15
) -> float:
    """Return the mean gap between confidence and accuracy over bins of equal mass, 0 to 1."""
    order = np.argsort(confidence, kind="stable")
    parts = np.array_split(order, min(bins, len(order)))
    gaps = [len(p) * abs(confidence[p].mean() - correct[p].mean()) for p in parts if len(p)]
    return float(sum(gaps) / max(len(order), 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskPoint:
    """What happens at one threshold on held-out complaints.

    Attributes
    ----------
    threshold : float
        Confidence from which an answer goes out by itself.
    automatic, wrong : int
        How many would, and how many of these would be wrong.
    bound : float
        Upper bound of the error at 95 % (Clopper-Pearson, one-sided).
    """

    threshold: float
    automatic: int
    wrong: int
    bound: float


THRESHOLDS = tuple(round(0.99 - 0.01 * i, 2) for i in range(70))  # strict to loose: 0.99 .. 0.30


def risk_curve(
    confidence: NDArray[Any], correct: NDArray[Any], *, level: float = 0.95
) -> list[RiskPoint]:
    """Return held-out risk at each of ``THRESHOLDS``, from strict to loose."""
    from scipy.special import betaincinv  # here: serving reads finished curves

    points = []
    for threshold in THRESHOLDS:
        chosen = confidence >= threshold
        n, wrong = int(chosen.sum()), int((chosen & ~correct).sum())
        bound = 1.0 if wrong >= n else float(betaincinv(wrong + 1, n - wrong, level))
        points.append(RiskPoint(threshold=threshold, automatic=n, wrong=wrong, bound=bound))
    return points


MIN_AUTOMATIC = 30  # below, a bound says more about the sample than about the threshold


def choose_threshold(curve: Sequence[RiskPoint], *, tolerated_error: float) -> float | None:
    """Return the loosest threshold whose error is bounded, or None where none is.

    Fixed-sequence testing: from strict to loose, stop at the first candidate whose bound exceeds
    ``tolerated_error``. Candidates with fewer than ``MIN_AUTOMATIC`` complaints are passed over.
    They are the same for every error, so the sequence is fixed before the labels are seen.
    """
    chosen = None
    for point in curve:
        if point.automatic < MIN_AUTOMATIC:
            continue
        if point.bound > tolerated_error:
            break
        chosen = point.threshold
    return chosen
