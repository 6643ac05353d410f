"""One linear head per question, stacked into one weight matrix."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.features import Features
from classifier.labels import HEADS

Floats = NDArray[np.float32]


def head_slices() -> dict[str, slice]:
    """Return which columns of the score matrix belong to which head."""
    slices: dict[str, slice] = {}
    start = 0
    for head, classes in HEADS.items():
        slices[head] = slice(start, start + len(classes))
        start += len(classes)
    return slices


SLICES = head_slices()
N_SCORES = sum(len(classes) for classes in HEADS.values())


_SMOOTHING = 0.3  # of the counts behind a column's log-ratio
_MAX_RATIO = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearHeads:
    """Weights of all heads.

    Attributes
    ----------
    weights : ndarray of shape (n_word_columns + n_signal_columns, N_SCORES)
    bias : ndarray of shape (N_SCORES,)
    """

    weights: Floats
    bias: Floats

    def scores(self, features: Features) -> Floats:
        """Return uncalibrated scores, shape (n_texts, N_SCORES), columns as in ``SLICES``."""
        from scipy.sparse import csr_array  # here: the command line starts faster without

        n = features.words.shape[1]
        words = features.words @ self.weights[:n]
        # Sparse, because a dense product adds up in another order for one text than for many.
        rows, columns = np.nonzero(features.signals)
        starts = np.searchsorted(rows, np.arange(len(features.signals) + 1))
        cells = (features.signals[rows, columns], columns, starts)
        signals = csr_array(cells, shape=features.signals.shape) @ self.weights[n:]
        return np.asarray(words + signals + self.bias, dtype=np.float32)


def fit_heads(
    matrix: Any,
    labels: Mapping[str, NDArray[Any]],
    *,
    C: float,
    row_weights: NDArray[np.float64] | None = None,
    fit_one: Callable[..., tuple[Floats, float]] | None = None,
) -> LinearHeads:
    """Return linear support vector machines, one against the rest.

    Columns that tell a class apart count more (their log-ratio as in naive Bayes scales them), and
    a rare class counts more by the root of its rarity. Both fold into plain weights.

    Parameters
    ----------
    matrix : sparse array of shape (n_texts, n_columns)
        ``Features.stacked``.
    labels : mapping
        For each head an object array of shape (n_texts,): a class, a truth value, or None where
        the label is missing; such rows are skipped for that head alone.
    C : float
        Inverse strength of the regularisation, above 0.
    row_weights : ndarray of shape (n_texts,), optional
        How much each text counts.
    fit_one : callable, optional
        Fits one class against the rest, as ``fit_class`` does; for experiments.
    """
    fit = fit_one or fit_class
    weights = np.zeros((matrix.shape[1], N_SCORES), dtype=np.float32)
    bias = np.full(N_SCORES, -1.0, dtype=np.float32)  # a class never seen stays unlikely
    for head, classes in HEADS.items():
        y = labels[head]
        rows = np.flatnonzero([label is not None for label in y])
        if len(classes) == 1:
            targets = [(SLICES[head].start, y[rows].astype(bool))]
        else:
            targets = [(SLICES[head].start + k, y[rows] == name) for k, name in enumerate(classes)]
        known = matrix[rows]
        counts = None if row_weights is None else row_weights[rows]
        for column, positive in targets:
            if 0 < positive.sum() < len(rows):
                weights[:, column], bias[column] = fit(known, positive, C=C, row_weights=counts)
    return LinearHeads(weights=weights, bias=bias)


def fit_class(
    matrix: Any,
    positive: NDArray[np.bool_],
    *,
    C: float,
    row_weights: NDArray[np.float64] | None = None,
    naive_bayes: bool = True,
    rarity: float = 0.5,
) -> tuple[Floats, float]:
    """Return weights and bias of one class against the rest.

    Parameters
    ----------
    naive_bayes : bool, default=True
        Scale each column by its log-ratio.
    rarity : float, default=0.5
        Power of a class's rarity that it counts by: 0 as it is, 1 as if all were as frequent.
    """
    from scipy.sparse import diags_array  # here: serving trains nothing
    from sklearn.svm import LinearSVC  # here: it loads slowly

    scale = _log_ratio_scale(matrix, positive) if naive_bayes else np.ones(matrix.shape[1])
    n, n_positive = len(positive), int(positive.sum())
    balance = {
        True: (n / (2 * n_positive)) ** rarity,
        False: (n / (2 * (n - n_positive))) ** rarity,
    }
    svm = LinearSVC(C=C, class_weight=balance, random_state=0)
    svm.fit(matrix @ diags_array(scale), positive, sample_weight=row_weights)
    return (svm.coef_[0] * scale).astype(np.float32), float(svm.intercept_[0])


def _log_ratio_scale(matrix: Any, positive: NDArray[np.bool_]) -> NDArray[np.float64]:
    inside = np.asarray(matrix[np.flatnonzero(positive)].sum(axis=0)).ravel() + _SMOOTHING
    outside = np.asarray(matrix.sum(axis=0)).ravel() - inside + 3 * _SMOOTHING
    ratio = np.log((inside / inside.sum()) / (outside / outside.sum()))
    return np.asarray(0.5 + 0.25 * np.abs(np.clip(ratio, -_MAX_RATIO, _MAX_RATIO)))
