"""How much the chance of each follow-up class counts when one is proposed."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.scores import macro_f1

_WEIGHTS = (0.8, 1.0, 1.25, 1.5, 2.0, 2.5)


def best_class_weights(chances: NDArray[np.float64], truth: NDArray[Any]) -> NDArray[np.float64]:
    """Return the weights with the best macro-F1, shape (n_classes,); the most frequent counts 1.

    Parameters
    ----------
    chances : ndarray of shape (n, n_classes)
        Of held-out complaints.
    truth : ndarray of int, shape (n,)
        Place of the true class.
    """
    n_classes = chances.shape[1]
    most = int(np.bincount(truth, minlength=n_classes).argmax())
    best, best_score = np.ones(n_classes), -1.0
    for choice in itertools.product(_WEIGHTS, repeat=n_classes - 1):
        weights = np.insert(np.array(choice), most, 1.0)
        score = macro_f1(truth, (chances * weights).argmax(axis=1))
        if score > best_score + 1e-9:
            best, best_score = weights, score
    return best
