"""From labelled complaints to a model, with held-out predictions for every one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from classifier.calibration import Calibration, fit_calibration
from classifier.dataset import SEED_CORPUS, near_duplicate_groups
from classifier.errors import DatasetError
from classifier.heads import N_SCORES, fit_heads
from classifier.kept_words import Limits, learn_vocabulary
from classifier.labels import HEADS, YES_NO
from classifier.predict import Model, Predictions
from classifier.scores import macro_f1

Labels = dict[str, NDArray[Any]]
_CANDIDATES = (0.5, 0.45, 0.4, 0.35, 0.3, 0.25, 0.2)
_ENOUGH = 30  # true misconducts, before a threshold is measured on them


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainConfig:
    """How a model is trained.

    Attributes
    ----------
    C : float
        Inverse strength of the heads' regularisation.
    folds : int
        Parts of the data that are held out in turn.
    seed : int
    min_reports, min_reports_private : int
        See ``kept_words.Limits``.
    misconduct_recall : float
        Share of true misconduct that the threshold must catch on held-out data.
    """

    C: float = 0.5
    folds: int = 5
    seed: int = 0
    min_reports: int = 3
    min_reports_private: int = 10
    misconduct_recall: float = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """A model and what it said of complaints while they were held out.

    Attributes
    ----------
    model : Model
    held_out : Predictions
        Row i is the answer for complaint i by heads that never saw its group.
    labels : dict
        See ``fit_heads``.
    groups : ndarray of shape (n,)
        Near-duplicates share a number.
    """

    model: Model
    held_out: Predictions
    labels: Labels
    groups: NDArray[np.int64]


def labels_of(frame: pd.DataFrame) -> Labels:
    """Return the labels of each head as object arrays; None where a label is missing."""
    return {head: frame[head].to_numpy(dtype=object) for head in HEADS}


def train(frame: pd.DataFrame, config: TrainConfig, *, public_words: frozenset[str]) -> Trained:
    """Return a model trained on all rows, calibrated on held-out ones.

    Parameters
    ----------
    frame : DataFrame
        As from ``dataset.read_examples``.
    public_words : frozenset of str
        See ``kept_words.Limits``.

    Raises
    ------
    DatasetError
        If there are fewer groups of complaints than folds.
    """
    texts = list(frame["text"])
    labels = labels_of(frame)
    groups = near_duplicate_groups(texts)
    limits = Limits(
        min_reports=config.min_reports,
        min_reports_private=config.min_reports_private,
        public_words=public_words,
    )
    folds = assign_folds(groups, n_folds=config.folds, seed=config.seed)
    scores = np.zeros((len(texts), N_SCORES), dtype=np.float32)
    for fold in range(config.folds):
        inside = np.flatnonzero(folds != fold)
        outside = np.flatnonzero(folds == fold)
        vocabulary, heads = _fit(texts, labels, groups, inside, limits=limits, C=config.C)
        scores[outside] = heads.scores(vocabulary.features([texts[i] for i in outside]))
    calibration = fit_calibration(scores, labels)
    vocabulary, heads = _fit(
        texts, labels, groups, np.arange(len(texts)), limits=limits, C=config.C
    )
    held_out = _cross_calibrated(scores, labels, folds)
    real = frame["source"].ne(SEED_CORPUS.stem).to_numpy()
    threshold = _threshold_for_recall(
        held_out.misconduct, labels["misconduct"], real, recall=config.misconduct_recall
    )
    model = Model(
        vocabulary=vocabulary,
        heads=heads,
        calibration=calibration,
        misconduct_threshold=threshold,
        yes_from={
            head: _best_for_f1(getattr(held_out, head), labels[head], real) for head in YES_NO
        },
    )
    return Trained(model=model, held_out=held_out, labels=labels, groups=groups)


def assign_folds(groups: Sequence[int] | NDArray[np.int64], *, n_folds: int, seed: int) -> Any:
    """Return a fold for each complaint; a group is never split.

    Raises
    ------
    DatasetError
        If there are fewer groups than folds.
    """
    distinct, inverse = np.unique(np.asarray(groups), return_inverse=True)
    if len(distinct) < n_folds:
        msg = f"expected at least {n_folds} different complaints, got {len(distinct)}"
        raise DatasetError(msg)
    order = np.random.default_rng(seed).permutation(len(distinct))
    return (order % n_folds)[inverse]


def _fit(
    texts: Sequence[str],
    labels: Mapping[str, NDArray[Any]],
    groups: NDArray[np.int64],
    rows: NDArray[np.int64],
    *,
    limits: Limits,
    C: float,
) -> Any:
    chosen = [texts[i] for i in rows]
    vocabulary = learn_vocabulary(chosen, groups=groups[rows].tolist(), limits=limits)
    matrix = vocabulary.features(chosen).stacked()
    return vocabulary, fit_heads(matrix, {head: y[rows] for head, y in labels.items()}, C=C)


def _cross_calibrated(
    scores: NDArray[np.float32], labels: Labels, folds: NDArray[np.int64]
) -> Predictions:
    """Calibrate each fold by the others, so that held-out probabilities are honest."""
    result: dict[str, NDArray[np.float64]] = {}
    for fold in np.unique(folds):
        inside, outside = folds != fold, folds == fold
        calibration: Calibration = fit_calibration(
            scores[inside], {head: y[inside] for head, y in labels.items()}
        )
        for name, chances in calibration.probabilities(scores[outside]).items():
            whole = result.setdefault(name, np.zeros((len(scores), *chances.shape[1:])))
            whole[outside] = chances
    return Predictions(**result, features=None)


def _threshold_for_recall(
    probability: NDArray[np.float64],
    truth: NDArray[Any],
    real: NDArray[np.bool_],
    *,
    recall: float,
) -> float:
    """Return the highest threshold that catches enough, of all complaints and of the real ones.

    Invented complaints speak of misconduct more openly than citizens do: alone they would set a
    threshold that misses real ones.
    """
    positive = np.array([label is True for label in truth])
    parts = [positive, *([positive & real] if (positive & real).sum() >= _ENOUGH else [])]
    if not positive.any():
        return 0.5
    found = [np.sort(probability[part]) for part in parts]
    lowest = min(float(chances[int((1 - recall) * len(chances))]) for chances in found)
    return float(np.floor(lowest * 1e4) / 1e4)


def _best_for_f1(
    probability: NDArray[np.float64], truth: NDArray[Any], real: NDArray[np.bool_]
) -> float:
    """Return the threshold with the best macro-F1, of the real complaints where there are enough.

    A rare yes, as misconduct is, would be answered with no most times at one half.
    """
    known = np.array([label is not None for label in truth], dtype=np.bool_)
    positive = np.array([label is True for label in truth], dtype=np.bool_)
    rows = known & real if (positive & real).sum() >= _ENOUGH else known
    if not positive[rows].any():
        return 0.5
    scores = [macro_f1(positive[rows], probability[rows] >= t) for t in _CANDIDATES]
    return float(_CANDIDATES[int(np.argmax(scores))])
