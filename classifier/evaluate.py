"""Figures that say how good a classifier is; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from classifier.bootstrap import Estimate, estimate, resamples
from classifier.calibration import expected_calibration_error
from classifier.dataset import SEED_CORPUS
from classifier.labels import HEADS
from classifier.predict import Predictions
from classifier.scores import (
    Answers,
    CalibrationScore,
    ClassScore,
    calibration_score,
    class_scores,
    macro_f1,
    places,
    recall_at_precision,
)
from classifier.train import Trained

DRAWS = 500  # resamples of each figure
PRECISION = 0.6  # at which the recall of misconduct is told


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionScore:
    """How well one question is answered.

    Attributes
    ----------
    rows : int
        Complaints that carry its label.
    accuracy, macro_f1 : Estimate
    calibration : CalibrationScore
    classes : tuple of ClassScore
        A yes/no question has the classes ``no`` and ``yes``.
    """

    rows: int
    accuracy: Estimate
    macro_f1: Estimate
    calibration: CalibrationScore
    classes: tuple[ClassScore, ...]


def answers_to(
    head: str, chances: NDArray[Any], labels: NDArray[Any], *, yes_from: float = 0.5
) -> tuple[Answers, NDArray[np.float64]]:
    """Return the answers to a question, and how sure the likelier one is.

    Parameters
    ----------
    chances : ndarray of shape (n, n_classes) or (n,)
        As in ``Predictions``.
    labels : ndarray of shape (n,)
        None of them is missing.
    yes_from : float, default=0.5
        Chance from which a yes/no question is answered with yes.
    """
    classes = HEADS[head]
    if len(classes) == 1:
        classes = ("no", "yes")
        chances = np.stack([1 - chances, chances], axis=1)
        truth = labels.astype(bool).astype(np.int64)
        answer = (chances[:, 1] >= yes_from).astype(np.int64)
    else:
        truth, answer = places(labels, classes), chances.argmax(axis=1)
    found = Answers(classes=classes, truth=truth, answer=answer)
    return found, np.asarray(chances.max(axis=1), dtype=np.float64)


def question_scores(
    predictions: Predictions,
    labels: Mapping[str, NDArray[Any]],
    *,
    yes_from: Mapping[str, float],
) -> dict[str, QuestionScore]:
    """Return for each question what the answers are worth; one without any label is left out.

    Parameters
    ----------
    labels : mapping
        See ``heads.fit_heads``.
    yes_from : mapping of str to float
        See ``Model``.
    """
    scores = {}
    for head in HEADS:
        known = _known(labels[head])
        if not known.any():
            continue
        chances, given = getattr(predictions, head)[known], labels[head][known]
        likelier, sure = answers_to(head, chances, given)
        found, _ = answers_to(head, chances, given, yes_from=yes_from.get(head, 0.5))
        weights = resamples(len(sure), draws=DRAWS)
        scores[head] = QuestionScore(
            rows=len(sure),
            accuracy=estimate(found.accuracy, weights),
            macro_f1=estimate(found.macro_f1, weights),
            calibration=calibration_score(sure, likelier.truth == likelier.answer),
            classes=tuple(class_scores(found, draws=DRAWS)),
        )
    return scores


def misconduct_recall(predictions: Predictions, labels: NDArray[Any]) -> Estimate:
    """Return the best recall of misconduct at a precision of at least ``PRECISION``."""
    known = _known(labels)
    chances, positive = predictions.misconduct[known], labels[known].astype(bool)
    return estimate(
        lambda weights: recall_at_precision(chances, positive, weights, precision=PRECISION),
        resamples(len(chances), draws=DRAWS),
    )


def head_report(trained: Trained, frame: pd.DataFrame) -> dict[str, dict[str, dict[str, float]]]:
    """Return for each head, over all rows and over the real ones alone, its held-out figures."""
    real = frame["source"].ne(SEED_CORPUS.stem).to_numpy()
    report: dict[str, dict[str, dict[str, float]]] = {}
    for head in HEADS:
        labels = trained.labels[head]
        chances = getattr(trained.held_out, head)
        known = _known(labels)
        yes_from = trained.model.yes_from.get(head, 0.5)
        parts = {"all": known} | ({"real": known & real} if real.any() else {})
        report[head] = {
            name: _figures(head, chances[rows], labels[rows], yes_from=yes_from)
            for name, rows in parts.items()
        }
    return report


def _figures(
    head: str, chances: NDArray[Any], labels: NDArray[Any], *, yes_from: float
) -> dict[str, float]:
    likelier, sure = answers_to(head, chances, labels)
    found, _ = answers_to(head, chances, labels, yes_from=yes_from)
    return {
        "rows": len(sure),
        "accuracy": round(float((found.truth == found.answer).mean()), 4),
        "macro_f1": round(macro_f1(found.truth, found.answer), 4),
        "ece": round(expected_calibration_error(sure, likelier.truth == likelier.answer), 4),
    }


def _known(labels: NDArray[Any]) -> NDArray[np.bool_]:
    return np.array([label is not None for label in labels], dtype=np.bool_)
