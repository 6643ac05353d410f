"""The words that decided, with their weight and their place in the text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifier.features import UNKNOWN
from classifier.predict import Model, Predictions
from classifier.text import tokens

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One word, or two in a row, that spoke for an answer.

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
    shares = _signal_shares(model, features.signals[row], columns)
    chosen: list[tuple[float, int, str]] = []
    for head, (score, most) in wanted.items():
        weights = model.heads.weights[:, score]
        gains = values * weights[columns] + shares @ weights[model.vocabulary.size :]
        gains *= model.calibration.scale[score]
        for i in np.argsort(-gains, kind="stable")[:most].tolist():
            if gains[i] > 0:
                chosen.append((float(gains[i]), int(columns[i]), head))
    places = _places(model, text, {column for _, column, _ in chosen})
    return [
        Term(start=places[column][0], end=places[column][1], head=head, weight=gain)
        for gain, column, head in chosen
        if column in places
    ]


def _signal_shares(model: Model, signals: Floats, columns: Ints) -> Floats:
    """Return what of each signal's value belongs to each column, shape (n_columns, n_signals)."""
    counted = model.vocabulary.signals_of(columns)
    total = counted.sum(axis=0)
    return counted * np.where(total > 0, signals / np.maximum(total, 1), 0)


def _places(model: Model, text: str, wanted: set[int]) -> dict[int, tuple[int, int]]:
    """Return where each wanted column stands first in the text."""
    vocabulary = model.vocabulary
    n = len(vocabulary.words)
    pairs = {int(vocabulary.pairs[column - n]): column for column in wanted if column >= n}
    places: dict[int, tuple[int, int]] = {}
    before, before_start = UNKNOWN, 0
    for token in tokens(text):
        start, end = token.span()
        for word in vocabulary.word_ids(token.group()):
            if word in wanted and word not in places:
                places[word] = (start, end)
            if pairs and before >= 0 and word >= 0:
                pair = pairs.pop(before * n + word, None)
                if pair is not None:
                    places[pair] = (before_start, end)
            before, before_start = word, start
        if len(places) == len(wanted):
            break
    return places
