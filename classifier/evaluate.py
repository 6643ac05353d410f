"""Figures that say how good a classifier is; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from classifier.calibration import expected_calibration_error
from classifier.dataset import SEED_CORPUS
from classifier.labels import HEADS
from classifier.predict import Predictions
from classifier.train import Trained


def head_report(trained: Trained, frame: pd.DataFrame) -> dict[str, dict[str, dict[str, float]]]:
    """Return for each head, over all rows and over the real ones alone, its held-out figures."""
    real = frame["source"].ne(SEED_CORPUS.stem).to_numpy()
    report: dict[str, dict[str, dict[str, float]]] = {}
    for head, classes in HEADS.items():
        labels = trained.labels[head]
        chances = getattr(trained.held_out, head)
        known = np.array([label is not None for label in labels])
        parts = {"all": known} | ({"real": known & real} if real.any() else {})
        report[head] = {
            name: _figures(chances[rows], labels[rows], classes) for name, rows in parts.items()
        }
    return report


def _figures(
    chances: NDArray[Any], labels: NDArray[Any], classes: tuple[str, ...]
) -> dict[str, float]:
    if len(classes) == 1:
        chances = np.stack([1 - chances, chances], axis=1)
        truth = labels.astype(bool).astype(int)
    else:
        truth = np.array([classes.index(label) for label in labels])
    answer = chances.argmax(axis=1)
    correct = answer == truth
    return {
        "rows": len(truth),
        "accuracy": round(float(correct.mean()), 4),
        "macro_f1": round(macro_f1(truth, answer), 4),
        "ece": round(expected_calibration_error(chances.max(axis=1), correct), 4),
    }


def question_figures(
    predictions: Predictions, labels: Mapping[str, NDArray[Any]]
) -> dict[str, float]:
    """Return what the questions are worth on complaints that the model has not seen.

    Parameters
    ----------
    labels : mapping
        See ``heads.fit_heads``.

    Returns
    -------
    dict
        For each head ``<head>_accuracy``, ``<head>_macro_f1`` and ``<head>_ece``; besides
        ``misconduct_recall``, the best recall at a precision of at least 0.6.
    """
    figures: dict[str, float] = {}
    for head, classes in HEADS.items():
        known = np.array([label is not None for label in labels[head]])
        if known.any():
            found = _figures(getattr(predictions, head)[known], labels[head][known], classes)
            figures |= {f"{head}_{name}": value for name, value in found.items() if name != "rows"}
    known = np.array([label is not None for label in labels["misconduct"]])
    figures["misconduct_recall"] = recall_at_precision(
        predictions.misconduct[known], labels["misconduct"][known].astype(bool), precision=0.6
    )
    return figures


def recall_at_precision(
    chances: NDArray[Any], positive: NDArray[np.bool_], *, precision: float
) -> float:
    """Return the best recall of any threshold whose precision is high enough, 0 if there is none.

    Examples
    --------
    >>> recall_at_precision(np.array([0.9, 0.8, 0.1]), np.array([True, False, True]), precision=0.6)
    1.0
    """
    if not positive.any():
        return 0.0
    order = np.argsort(-chances, kind="stable")
    hits = np.cumsum(positive[order])
    last = np.append(np.diff(chances[order]) != 0, True)  # equal chances share a threshold
    good = last & (hits / np.arange(1, len(hits) + 1) >= precision)
    return round(float(hits[good].max() / positive.sum()), 4) if good.any() else 0.0


def macro_f1(truth: NDArray[Any], answer: NDArray[Any]) -> float:
    """Return the mean F1 of the classes that occur in truth or answer, as scikit-learn has it."""
    scores = []
    for code in np.union1d(truth, answer):
        hit = ((truth == code) & (answer == code)).sum()
        scores.append(2 * hit / ((truth == code).sum() + (answer == code).sum()))
    return float(np.mean(scores))
