"""The words that decided, with their weight and their place in the text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from classifier.features import Features
from classifier.predict import Model, Predictions

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
_ABOVE_ZERO = np.nextafter(np.float32(0), np.float32(1))


# One word, or two in a row, that spoke for an answer: where it stands first, code points of the
# text, [start, end); its head, as in ``labels.HEADS``; what it added to the log-odds of the answer,
# above 0, rounded to 2 decimals. A plain tuple, because thousands are made every second.
Term: TypeAlias = tuple[int, int, str, float]


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
    stops = features.words.indptr
    asked = [
        (i, row, head, *ask)
        for i, (row, its) in enumerate(zip(rows, wanted, strict=True))
        if stops[row] < stops[row + 1]
        for head, ask in its.items()
    ]
    if not asked:
        return found
    of, at_rows, heads, at_scores, at_most = zip(*asked, strict=True)
    texts, scores, most = np.array(at_rows), np.array(at_scores), np.array(at_most)
    first = stops[texts].astype(np.int64)
    sizes = stops[texts + 1] - first
    ends = np.cumsum(sizes)
    begins = ends - sizes
    ask = np.repeat(np.arange(len(asked)), sizes)
    cells = np.arange(len(ask)) + np.repeat(first - begins, sizes)
    gains = _gains(model, features, texts, scores, ask, cells)
    # No more are sorted than can be among the strongest: of so many parts each has one as strong.
    n = int(most.max())
    parts = (begins[:, None] + sizes[:, None] * np.arange(n) // n).ravel()
    bounds = np.maximum.reduceat(gains, parts).reshape(-1, n).min(axis=1)
    speaking = np.flatnonzero(gains >= np.maximum(bounds, _ABOVE_ZERO)[ask])
    by = ask[speaking]
    # The bits of numbers above 0 rise with them, and whole numbers are sorted far quicker.
    order = np.argsort((by << 32) - gains[speaking].view(np.int32), kind="stable")
    speaks = np.bincount(by, minlength=len(asked))
    place = np.arange(len(order)) - (np.cumsum(speaks) - speaks)[by]
    chosen = speaking[order[place < most[by]]]
    numbers = ask[chosen].tolist()
    cells = cells[chosen]
    terms = zip(
        features.starts[cells].tolist(),
        features.ends[cells].tolist(),
        [heads[number] for number in numbers],
        gains[chosen].astype(np.float64).round(2).tolist(),
        strict=True,
    )
    for number, term in zip(numbers, terms, strict=True):
        found[of[number]].append(term)
    return found


def _gains(
    model: Model, features: Features, texts: Ints, scores: Ints, ask: Ints, cells: Ints
) -> Floats:
    """Return what each cell adds to the log-odds of each answer that is asked for.

    Parameters
    ----------
    texts, scores : ndarray of shape (n_asked,)
        Row of the features and column of the score matrix.
    ask, cells : ndarray of shape (n,)
        Number of the question, and cell of ``Features.words``.
    """
    vocabulary, weights = model.vocabulary, model.heads.weights
    columns = features.words.indices[cells]
    gains = features.words.data[cells]
    gains *= weights[columns, scores[ask]]
    counting = vocabulary.counting(columns)
    width = vocabulary.n_signals + 1  # the last stands for no signal
    places = (ask[counting] * width)[:, None] + vocabulary.signals_of(columns[counting])
    counts = np.bincount(places.ravel(), minlength=len(texts) * width).reshape(-1, width)
    shares = np.zeros(counts.shape, dtype=np.float32)
    # Of each signal's value each word that it counted has the same part.
    shares[:, :-1] = features.signals[texts] / np.maximum(counts[:, :-1], 1).astype(np.float32)
    shares[:, :-1] *= weights[vocabulary.size :, scores].T
    for part in shares.ravel()[places].T:
        gains[counting] += part
    gains *= model.calibration.scale[scores][ask]
    return np.asarray(gains)
