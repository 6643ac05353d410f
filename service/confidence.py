"""How sure the proposed body is: agreement of topic, level and rules, made honest by history."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_EDGE = 1e-4  # probabilities have four decimals


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyConfidence:
    """From what speaks for a body to the probability that it is the right one.

    A rule may fix the body whatever the text's own level suggests. It decides, yet where the two
    disagree it is wrong more often; held-out complaints tell how often.

    Attributes
    ----------
    chance : float
        Weight of the log-odds of the chance summed over topics and levels.
    level : float
        Weight of the log-odds of the body's level by the text alone.
    topic : float
        Weight of the log-odds of the likeliest topic.
    bias : float
    """

    chance: float = 1.0
    level: float = 0.0
    topic: float = 0.0
    bias: float = 0.0

    def of(self, chance: float, level: float, topic: float) -> float:
        """Return the probability, 0 to 1."""
        z = self.chance * _logit(chance) + self.level * _logit(level) + self.topic * _logit(topic)
        return 1.0 / (1.0 + math.exp(-z - self.bias))


def fit_confidence(evidence: NDArray[np.float64], right: NDArray[Any]) -> AgencyConfidence:
    """Return the weights that make held-out answers most likely.

    Parameters
    ----------
    evidence : ndarray of shape (n, 3)
        Chance, level and topic of each answer.
    right : ndarray of bool, shape (n,)
    """
    from sklearn.linear_model import LogisticRegression  # here: serving needs no scikit-learn

    if right.all() or not right.any():
        return AgencyConfidence()
    fitted = LogisticRegression(C=1.0).fit(log_odds(evidence), right)
    chance, level, topic = fitted.coef_[0].tolist()
    return AgencyConfidence(
        chance=chance, level=level, topic=topic, bias=float(fitted.intercept_[0])
    )


def read_confidence(values: Mapping[str, float]) -> AgencyConfidence:
    """Return the weights that a manifest holds; without any the chance counts as it is."""
    return AgencyConfidence(**values)


def log_odds(chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the log-odds of probabilities, held away from the edges."""
    clipped = np.clip(chances, _EDGE, 1 - _EDGE)
    return np.asarray(np.log(clipped / (1 - clipped)))


def _logit(chance: float) -> float:
    clipped = min(max(chance, _EDGE), 1 - _EDGE)
    return math.log(clipped / (1 - clipped))
