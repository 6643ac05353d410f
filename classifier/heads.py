"""One linear head per question, stacked into one weight matrix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

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


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearHeads:
    """Weights of all heads.

    Attributes
    ----------
    weights : ndarray of shape (n_columns, N_SCORES)
    bias : ndarray of shape (N_SCORES,)
    """

    weights: Floats
    bias: Floats

    def scores(self, matrix: Any) -> Floats:
        """Return uncalibrated scores, shape (n_texts, N_SCORES), columns as in ``SLICES``."""
        return np.asarray(matrix @ self.weights + self.bias, dtype=np.float32)


def fit_heads(matrix: Any, labels: Mapping[str, NDArray[Any]], *, C: float) -> LinearHeads:
    """Return linear support vector machines, one against the rest, classes balanced.

    Parameters
    ----------
    matrix : sparse array of shape (n_texts, n_columns)
    labels : mapping
        For each head an object array of shape (n_texts,): a class, a truth value, or None where
        the label is missing; such rows are skipped for that head alone.
    C : float
        Inverse strength of the regularisation, above 0.
    """
    from sklearn.svm import LinearSVC  # here: serving needs no scikit-learn, and it loads slowly

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
        for column, positive in targets:
            if 0 < positive.sum() < len(rows):
                svm = LinearSVC(C=C, class_weight="balanced", random_state=0)
                svm.fit(known, positive)
                weights[:, column] = svm.coef_[0]
                bias[column] = svm.intercept_[0]
    return LinearHeads(weights=weights, bias=bias)
