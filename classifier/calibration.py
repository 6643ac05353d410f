"""Probabilities that mean what they say, and thresholds whose error is bounded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.heads import N_SCORES, SLICES
from classifier.labels import HEADS

Floats = NDArray[np.float64]
_BIAS_PRIOR = 1.0  # strength that holds a rare class's shift near zero


# Answers that hang together: alleged misconduct is always a complaint, and is examined on site
# far more often than other matters. So each has a calibration of its own.
CONDITIONAL = {"kind_otherwise": "kind", "inspection_alleged": "inspection"}
# All probabilities side by side, for one text costs as many steps as a thousand: the scores that
# they are made of, which columns are whose, and where each question starts.
_HEAD_OF = {**{head: head for head in HEADS}, **CONDITIONAL}
_COLUMNS = np.concatenate([np.arange(N_SCORES)[SLICES[head]] for head in _HEAD_OF.values()])
_SIZES = [len(HEADS[head]) for head in _HEAD_OF.values()]
_STARTS = np.cumsum([0, *_SIZES[:-1]])
_PARTS = {
    name: slice(int(start), int(start) + size)
    for name, start, size in zip(_HEAD_OF, _STARTS, _SIZES, strict=True)
}
_PART_OF = np.repeat(np.arange(len(_SIZES)), _SIZES)
_IS_YES_NO = np.flatnonzero(np.repeat(_SIZES, _SIZES) == 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """From scores to probabilities: ``scale * score + shift``, then softmax or sigmoid.

    Attributes
    ----------
    scale, shift : ndarray of shape (N_SCORES,)
        One scale a head, one shift a class.
    sureness : ndarray of shape (2,)
        Slope and shift of the likeliest topic's log-odds: with 52 classes one scale makes the sure
        answers too sure and the unsure ones too shy. The other topics share the rest.
    conditional : dict of str to ndarray
        For each name in ``CONDITIONAL`` the scale and the shifts of its head: ``kind_otherwise``
        where no misconduct is alleged, ``inspection_alleged`` where it is.
    """

    scale: Floats
    shift: Floats
    sureness: Floats
    conditional: dict[str, Floats]
    _scale: Floats = field(init=False, repr=False, compare=False)
    _shift: Floats = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        own = [self.conditional[name] for name in CONDITIONAL]
        scale = np.concatenate([self.scale, *(np.full(len(its) - 1, its[0]) for its in own)])
        object.__setattr__(self, "_scale", scale)
        object.__setattr__(self, "_shift", np.concatenate([self.shift, *(i[1:] for i in own)]))

    def probabilities(self, scores: NDArray[Any]) -> dict[str, Floats]:
        """Return for each head, and each name in ``CONDITIONAL``, its probabilities.

        Returns
        -------
        dict of str to ndarray
            Of shape (n_texts, n_classes), or (n_texts,) for yes/no.
        """
        logits = scores[:, _COLUMNS] * self._scale + self._shift
        e = np.exp(logits - np.maximum.reduceat(logits, _STARTS, axis=1)[:, _PART_OF])
        chances = e / np.add.reduceat(e, _STARTS, axis=1)[:, _PART_OF]
        chances[:, _IS_YES_NO] = 1.0 / (1.0 + np.exp(-logits[:, _IS_YES_NO]))
        result = {
            name: chances[:, part] if part.stop - part.start > 1 else chances[:, part.start]
            for name, part in _PARTS.items()
        }
        result["topic"] = _resure(result["topic"], self.sureness)
        return result


def _resure(chances: Floats, sureness: Floats) -> Floats:
    """Move the likeliest class's chance and share the rest among the others."""
    rows = np.arange(len(chances))
    best = chances.argmax(axis=1)
    top = np.clip(chances[rows, best], 1e-9, 1 - 1e-9)
    moved = 1.0 / (1.0 + np.exp(-(sureness[0] * np.log(top / (1 - top)) + sureness[1])))
    others = chances * ((1 - moved) / (1 - top))[:, None]
    others[rows, best] = 0.0
    # The likeliest stays it: where it would fall behind, it draws level with the next.
    others[rows, best] = np.maximum(moved, others.max(axis=1))
    return np.asarray(others / others.sum(axis=1, keepdims=True))


def fit_calibration(scores: NDArray[Any], labels: Mapping[str, NDArray[Any]]) -> Calibration:
    """Return the calibration that makes held-out labels most likely.

    Parameters
    ----------
    scores : ndarray of shape (n_texts, N_SCORES)
        Scores of texts that the heads were not trained on.
    labels : mapping
        As for ``fit_heads``.
    """
    scale = np.ones(N_SCORES)
    shift = np.zeros(N_SCORES)
    everywhere = np.ones(len(scores), dtype=np.bool_)
    for head, part in SLICES.items():
        scale[part], shift[part] = _split(_fit_head(head, scores, labels[head], everywhere))
    topic = SLICES["topic"]
    topics = _softmax(scores[:, topic] * scale[topic] + shift[topic])
    alleged = np.array([label is True for label in labels["misconduct"]])
    clear = np.array([label is False for label in labels["misconduct"]])
    return Calibration(
        scale=scale,
        shift=shift,
        sureness=_fit_sureness(topics, labels["topic"]),
        conditional={
            "kind_otherwise": _fit_head("kind", scores, labels["kind"], clear),
            "inspection_alleged": _fit_head("inspection", scores, labels["inspection"], alleged),
        },
    )


def _fit_sureness(chances: Floats, labels: NDArray[Any]) -> Floats:
    from scipy.optimize import minimize  # here: serving needs no optimiser

    rows = np.flatnonzero([label is not None for label in labels])
    if not len(rows):
        return np.array([1.0, 0.0])
    truth = np.array([HEADS["topic"].index(label) for label in labels[rows]])
    right = np.where(chances[rows].argmax(axis=1) == truth, 1.0, -1.0)
    top = np.clip(chances[rows].max(axis=1), 1e-9, 1 - 1e-9)
    log_odds = np.log(top / (1 - top))

    def loss(x: Floats) -> float:
        return float(np.logaddexp(0.0, -right * (x[0] * log_odds + x[1])).sum())

    return np.asarray(minimize(loss, np.array([1.0, 0.0]), method="L-BFGS-B").x)


def _split(parameters: Floats) -> tuple[float, Floats]:
    return float(parameters[0]), parameters[1:]


def _fit_head(
    head: str, scores: NDArray[Any], labels: NDArray[Any], chosen: NDArray[np.bool_]
) -> Floats:
    """Return scale and shifts of one head from some rows; those without its label are skipped."""
    from scipy.optimize import minimize  # here: serving needs no optimiser

    classes = HEADS[head]
    yes_no = len(classes) == 1
    start = np.concatenate([[1.0], np.zeros(len(classes))])
    rows = np.flatnonzero(chosen & np.array([label is not None for label in labels]))
    if not len(rows):
        return start
    s = scores[rows, SLICES[head]].astype(np.float64)
    if yes_no:  # "no" is the zero that "yes" is measured against
        s = np.hstack([np.zeros_like(s), s])
        truth = labels[rows].astype(int)
    else:
        truth = np.array([classes.index(label) for label in labels[rows]])
    at = np.arange(len(truth))

    def loss(x: Floats) -> tuple[float, Floats]:
        shifts = np.concatenate([np.zeros(int(yes_no)), x[1:]])
        p = _softmax(x[0] * s + shifts)
        value = -np.log(p[at, truth] + 1e-12).sum() + 0.5 * _BIAS_PRIOR * float(x[1:] @ x[1:])
        p[at, truth] -= 1.0
        gradient = np.concatenate([[(p * s).sum()], p.sum(axis=0)[int(yes_no) :]])
        gradient[1:] += _BIAS_PRIOR * x[1:]
        return float(value), gradient

    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B").x)


def _softmax(logits: Floats) -> Floats:
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(e / e.sum(axis=1, keepdims=True), dtype=np.float64)


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
