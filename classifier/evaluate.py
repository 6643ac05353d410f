"""Figures that say how good a classifier is; pure."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from classifier.calibration import expected_calibration_error
from classifier.dataset import SEED_CORPUS
from classifier.labels import HEADS
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


def macro_f1(truth: NDArray[Any], answer: NDArray[Any]) -> float:
    """Return the mean over the classes that occur in ``truth`` of their F1."""
    scores = []
    for code in np.unique(truth):
        hit = ((truth == code) & (answer == code)).sum()
        scores.append(2 * hit / ((truth == code).sum() + (answer == code).sum()))
    return float(np.mean(scores))
