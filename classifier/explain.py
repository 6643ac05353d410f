"""The words that decided, with their weight and their place in the text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from classifier.features import Features
from classifier.predict import Model, Predictions

Floats = NDArray[np.float32]


class Term(NamedTuple):
    """One word, or two in a row, that spoke for an answer.

    A plain tuple, because thousands are made every second.

    Attributes
    ----------
    start, end : int
        Where it stands first, code points of the text, [start, end).
    score : str
        Head, as in ``labels.HEADS``.
    weight : float
        What it added to the log-odds of the answer, above 0.
    """

    start: int
    end: int
    head: str
    weight: float


def explain(
    model: Model,
    predictions: Predictions,
    rows: Sequence[int],
    wanted: Sequence[Mapping[str, tuple[int, int]]],
) -> list[list[Term]]:
    """Return for some texts the strongest terms of each wanted answer, strongest first.

    The model is linear, so a term's weight is exact: value of the feature x weight x scale. What a
    signal adds is shared by the words that it counted. Shapes such as a question mark and the
    pairs of a signal have no term.

    Parameters
    ----------
    rows : sequence of int
        Which predictions.
    wanted : sequence of mapping
        For each of them: head -> (column of the score matrix, how many terms).
    """
    found: list[list[Term]] = [[] for _ in rows]
    features = predictions.features
    if features is None:
        return found
    known = np.diff(features.words.indptr)[rows].tolist()
    asked = [
        (i, head, *ask)
        for i, (its, size) in enumerate(zip(wanted, known, strict=True))
        if size
        for head, ask in its.items()
    ]
    if not asked:
        return found
    texts = np.array([rows[i] for i, *_ in asked], dtype=np.int64)
    scores = np.array([score for *_, score, _ in asked], dtype=np.int64)
    most = np.array([most for *_, most in asked], dtype=np.int64)
    first = features.words.indptr[texts].astype(np.int64)
    sizes = features.words.indptr[texts + 1] - first
    begins = np.cumsum(sizes) - sizes
    ask = np.repeat(np.arange(len(asked)), sizes)
    cells = np.arange(len(ask)) + np.repeat(first - begins, sizes)
    columns = features.words.indices[cells]
    gains = features.words.data[cells] * model.heads.weights[columns, scores[ask]]
    at = model.vocabulary.counting(columns)
    shares = np.zeros((len(asked), model.vocabulary.n_signals + 1), dtype=np.float32)
    shares[:, :-1] = _shares(model, features)[texts]
    shares[:, :-1] *= model.heads.weights[model.vocabulary.size :, scores].T
    for signals in model.vocabulary.signals_of(columns[at]).T:
        gains[at] += shares[ask[at], signals]
    gains *= model.calibration.scale[scores[ask]]
    # No more are sorted than can be among the strongest: of so many parts each has one as strong.
    n = int(most.max())
    parts = (begins[:, None] + sizes[:, None] * np.arange(n) // n).ravel()
    bounds = np.maximum.reduceat(gains, parts).reshape(-1, n).min(axis=1)
    speaking = np.flatnonzero((gains > 0) & (gains >= bounds[ask]))
    order = speaking[np.lexsort((-gains[speaking], ask[speaking]))]
    place = np.arange(len(order)) - np.searchsorted(ask[order], ask[order])
    order = order[place < most[ask[order]]]
    starts, ends = features.starts[cells[order]].tolist(), features.ends[cells[order]].tolist()
    for number, start, end, gain in zip(
        ask[order].tolist(), starts, ends, gains[order].tolist(), strict=True
    ):
        i, head, *_ = asked[number]
        found[i].append(Term(start, end, head, gain))
    return found


def _shares(model: Model, features: Features) -> Floats:
    """Return what of each signal's value belongs to each word that it counted, by text."""
    words = features.words
    at = model.vocabulary.counting(words.indices)
    n = len(features.signals)
    texts = np.repeat(np.arange(n), np.diff(words.indptr))[at]
    counts = model.vocabulary.signal_counts(n, texts, words.indices[at])
    return np.asarray(features.signals / np.maximum(counts, 1))
