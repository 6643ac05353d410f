"""The words that decided, with their weight and their place in the text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from classifier.features import UNKNOWN
from classifier.predict import Model, Predictions
from classifier.text import fold

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]


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
    model: Model, predictions: Predictions, row: int, text: str, wanted: dict[str, tuple[int, int]]
) -> list[Term]:
    """Return the strongest terms for each wanted answer, strongest first.

    The model is linear, so a term's weight is exact: value of the feature x weight x scale. What a
    signal adds is shared by the words that it counted. Shapes such as a question mark and the
    pairs of a signal have no term.

    Parameters
    ----------
    text : str
        Without personal data, offsets as sent: ``Masked.blanked``.
    wanted : dict
        Head -> (column of the score matrix, how many terms).
    """
    features = predictions.features
    if features is None:
        return []
    part = slice(*features.words.indptr[row : row + 2])
    columns = features.words.indices[part]
    values = features.words.data[part]
    if not len(columns):
        return []
    at, shares = _signal_shares(model, features.signals[row], columns)
    scores = np.array([score for score, _ in wanted.values()])
    gains = values * model.heads.weights[columns, scores[:, None]]
    if len(at):
        gains[:, at] += (shares @ model.heads.weights[model.vocabulary.size :, scores]).T
    gains *= model.calibration.scale[scores, None]
    order = np.argsort(-gains, axis=1, kind="stable")[:, : max(m for _, m in wanted.values())]
    best = gains[np.arange(len(scores))[:, None], order].tolist()
    which = columns[order].tolist()
    chosen = [
        (gain, column, head)
        for (head, (_, most)), its_gains, its_columns in zip(
            wanted.items(), best, which, strict=True
        )
        for gain, column in zip(its_gains[:most], its_columns[:most], strict=True)
        if gain > 0
    ]
    places = _places(model, text, features.tokens[row], {column for _, column, _ in chosen})
    return [
        Term(start=places[column][0], end=places[column][1], head=head, weight=gain)
        for gain, column, head in chosen
        if column in places
    ]


def _signal_shares(
    model: Model, signals: Floats, columns: Ints
) -> tuple[NDArray[np.int64], Floats]:
    """Return which columns count for signals, and what of each signal's value belongs to each.

    Returns
    -------
    at : ndarray of shape (n_counting,)
        Numbers of columns of the text.
    shares : ndarray of shape (n_counting, n_signals)
    """
    at, counted = model.vocabulary.signals_of(columns)
    total = counted.sum(axis=0)
    return at, np.asarray(counted * (signals / np.maximum(total, 1)))


def _places(
    model: Model, text: str, tokens: Sequence[str], wanted: set[int]
) -> dict[int, tuple[int, int]]:
    """Return where each wanted column stands first in the text."""
    vocabulary = model.vocabulary
    n = len(vocabulary.words)
    pairs = {int(vocabulary.pairs[column - n]): column for column in wanted if column >= n}
    words = {column for column in wanted if column < n}
    places: dict[int, tuple[int, int]] = {}
    before, before_start, end = UNKNOWN, 0, 0
    folded = fold(text)
    word_ids = vocabulary.word_ids
    for token in tokens:
        # No token begins in what stands between two, so the next place of its letters is its own.
        start = folded.index(token, end)
        end = start + len(token)
        for word in word_ids(token):
            if word in words:
                words.remove(word)
                places[word] = (start, end)
            if pairs and before >= 0 and word >= 0:
                pair = pairs.pop(before * n + word, None)
                if pair is not None:
                    places[pair] = (before_start, end)
            before, before_start = word, start
        if not words and not pairs:
            break
    return places
