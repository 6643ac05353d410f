"""How far a figure can be trusted: the same figure on resampled complaints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
DRAWS = 2_000  # for a comparison that a model hangs on
_SEED, _LEVEL = 20_260_101, 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure and how far the luck of the sample moves it.

    Attributes
    ----------
    value : float
    error : float
        Bootstrap standard error.
    low, high : float
        95 % bootstrap interval.
    """

    value: float
    error: float
    low: float
    high: float


def resamples(n: int, *, draws: int = DRAWS) -> Floats:
    """Return how often each of n rows was drawn, shape (draws, n)."""
    rng = np.random.default_rng(_SEED)
    return rng.multinomial(n, np.full(n, 1 / n), size=draws).astype(np.float64)


def interval(values: Floats) -> tuple[float, float]:
    """Return the 95 % interval of a resampled figure; undefined draws do not count."""
    tail = (1 - _LEVEL) / 2
    low, high = np.nanquantile(values, [tail, 1 - tail])
    return round(float(low), 4), round(float(high), 4)


def estimate(figure: Callable[[Floats], Floats], weights: Floats) -> Estimate:
    """Return a figure of the whole sample with its error and interval.

    Parameters
    ----------
    figure : callable
        From how often each row counts, shape (draws, n), to the figure, shape (draws,); NaN where
        it is not defined.
    weights : ndarray of shape (draws, n)
        See ``resamples``.

    Examples
    --------
    >>> right = np.array([1.0, 1.0, 0.0, 1.0])
    >>> estimate(lambda w: w @ right / w.sum(axis=1), resamples(4)).value
    0.75
    """
    return summary(float(figure(np.ones((1, weights.shape[1])))[0]), figure(weights))


def summary(value: float, drawn: Floats) -> Estimate:
    """Return a figure of the whole sample with what it was in each resample."""
    if np.isnan(value) or np.isnan(drawn).all():
        return Estimate(value=np.nan, error=np.nan, low=np.nan, high=np.nan)
    low, high = interval(drawn)
    return Estimate(
        value=round(value, 4), error=round(float(np.nanstd(drawn)), 4), low=low, high=high
    )
