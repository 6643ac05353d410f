"""From masked texts to numbers: the only place that orders the feature steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.signals import lexicon
from classifier.text import pieces
from classifier.word_places import WordsOfPieces

SIGNAL_WEIGHT = 0.4  # length of a text's signals, where its words have length 1
SHAPES = ("short", "long")
_SHORT, _LONG = 15, 100  # words

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """What the heads see of some texts.

    Attributes
    ----------
    words : sparse array of shape (n_texts, n_words + n_pairs)
        (1 + log of the count) x idf, rows of length 1; zeros where no word is known.
    signals : ndarray of shape (n_texts, n_signals + n_shapes)
        Distinct words of each signal, rows of length ``SIGNAL_WEIGHT``; then the ``SHAPES``.
    starts, ends : ndarray of shape (n_cells,)
        Where the word or pair of each cell of ``words`` stands first, in code points of its text.
    """

    words: Any
    signals: Floats
    starts: Ints
    ends: Ints

    def stacked(self) -> Any:
        """Return both side by side as one sparse matrix."""
        from scipy.sparse import csr_array, hstack  # here: only training needs it

        return csr_array(hstack([self.words, csr_array(self.signals)]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The words and pairs of words that a model knows, and their weights.

    Attributes
    ----------
    words : tuple of str
        Normal words; column i of ``Features.words`` is word i.
    word_reports : ndarray of shape (n_words,)
        Reports that hold the word, near-duplicates counted once.
    pairs : ndarray of shape (n_pairs,)
        ``left * n_words + right``, ascending; column ``n_words + i`` is pair i.
    pair_reports : ndarray of shape (n_pairs,)
    idf : ndarray of shape (n_words + n_pairs,)
    """

    words: tuple[str, ...]
    word_reports: Ints
    pairs: Ints
    pair_reports: Ints
    idf: Floats
    # Numbers of words go on behind the vocabulary with those that only the signals know.
    _words_of: WordsOfPieces = field(init=False, repr=False, compare=False)
    _signals: Floats = field(init=False, repr=False, compare=False)
    _is_in_signals: NDArray[np.bool_] = field(init=False, repr=False, compare=False)
    _signal_numbers: Ints = field(init=False, repr=False, compare=False)
    _counts_for_any: NDArray[np.bool_] = field(init=False, repr=False, compare=False)
    _signal_pairs: Ints = field(init=False, repr=False, compare=False)
    _pair_signals: Floats = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        known = lexicon()
        index = {word: i for i, word in enumerate(self.words)}
        for word in (*known.words, *(word for pair in known.pairs for word in pair)):
            index.setdefault(word, len(index))

        signals = np.zeros((len(index), len(known.names)), dtype=np.float32)
        for word, found in known.words.items():
            signals[index[word], list(found)] = 1
        pairs = sorted((index[a] * len(index) + index[b], s) for (a, b), s in known.pairs.items())
        pair_signals = np.zeros((len(pairs), len(known.names)), dtype=np.float32)
        for i, (_, found) in enumerate(pairs):
            pair_signals[i, list(found)] = 1
        object.__setattr__(self, "_words_of", WordsOfPieces(index))
        object.__setattr__(self, "_signals", signals)
        # The last entry, no word's own, is what UNKNOWN finds.
        object.__setattr__(self, "_is_in_signals", np.append(signals.any(axis=1), False))
        counting = np.zeros(max(self.size, 1), dtype=np.bool_)
        counting[: len(self.words)] = signals[: len(self.words)].any(axis=1)
        each, which = np.nonzero(signals)
        place = np.arange(len(each)) - np.searchsorted(each, each)
        numbers = np.full((len(signals), place.max(initial=0) + 1), self.n_signals)
        numbers[each, place] = which
        object.__setattr__(self, "_signal_numbers", numbers)
        object.__setattr__(self, "_counts_for_any", counting)
        object.__setattr__(self, "_signal_pairs", np.array([key for key, _ in pairs]))
        object.__setattr__(self, "_pair_signals", pair_signals)

    @property
    def size(self) -> int:
        """Number of word and pair columns."""
        return len(self.words) + len(self.pairs)

    @property
    def n_signals(self) -> int:
        """Number of signal and shape columns."""
        return int(self._signals.shape[1]) + len(SHAPES)

    def column_name(self, column: int) -> str:
        """Return the word, or the two words, of a column."""
        n = len(self.words)
        if column < n:
            return self.words[column]
        left, right = divmod(int(self.pairs[column - n]), n)
        return f"{self.words[left]} {self.words[right]}"

    def counting(self, columns: NDArray[np.int32]) -> Ints:
        """Return the numbers of those columns that count for a signal; pairs do not here."""
        return np.flatnonzero(self._counts_for_any[columns])

    def signals_of(self, columns: NDArray[np.int32]) -> Ints:
        """Return for which signals columns of words count, at most ``most`` each.

        Returns
        -------
        ndarray of shape (n_columns, most)
            Numbers of signals, those of a column first, then ``n_signals``.
        """
        return self._signal_numbers[columns]

    def features(self, texts: Sequence[str]) -> Features:
        """Return what the heads see of masked texts."""
        if self._words_of.is_full:
            object.__setattr__(self, "_words_of", WordsOfPieces(self._words_of.index))
        words = self._words_of.find([pieces(text) for text in texts])
        rows, flat = words.texts, words.numbers
        before = np.flatnonzero(rows[:-1] == rows[1:])
        pairs = flat[before], flat[before + 1], rows[before]
        cells, first, last = self._words(len(texts), rows, flat, pairs, before)
        signals = self._signal_counts(len(texts), rows, flat, pairs)
        return Features(
            words=cells,
            signals=np.hstack([signals, _shapes(np.bincount(rows, minlength=len(texts)))]),
            starts=words.starts[first],
            ends=words.ends[last],
        )

    def _words(
        self, n: int, rows: Ints, flat: Ints, pairs: tuple[Ints, Ints, Ints], before: Ints
    ) -> tuple[Any, Ints, Ints]:
        """Return the cells, and the first and last of the words that make each of them first."""
        from scipy.sparse import csr_array  # here: the command line starts faster without

        n_words = len(self.words)
        known = (flat >= 0) & (flat < n_words)
        left, right, pair_rows = pairs
        both = (left >= 0) & (left < n_words) & (right >= 0) & (right < n_words)
        keys, found = _find(self.pairs, left[both] * n_words + right[both])
        cell_rows = np.concatenate([rows[known], pair_rows[both][found]])
        columns = np.concatenate([flat[known], keys[found] + n_words])
        alone, joined = np.flatnonzero(known), before[both][found]
        cells, at, counts = np.unique(
            cell_rows * self.size + columns, return_index=True, return_counts=True
        )
        row_of, columns = np.divmod(cells, max(self.size, 1))
        values = (1.0 + np.log(counts)) * self.idf[columns]
        squares = np.bincount(row_of, weights=values**2, minlength=n)
        values /= np.sqrt(squares)[row_of]
        starts = np.searchsorted(row_of, np.arange(n + 1))
        cells32 = (values.astype(np.float32), columns.astype(np.int32), starts.astype(np.int32))
        first = np.concatenate([alone, joined])[at]
        last = np.concatenate([alone, joined + 1])[at]
        return csr_array(cells32, shape=(n, self.size)), first, last

    def _signal_counts(
        self, n: int, rows: Ints, flat: Ints, pairs: tuple[Ints, Ints, Ints]
    ) -> Floats:
        size = len(self._signals)
        at = np.flatnonzero(self._is_in_signals[flat])
        row_of, words = np.divmod(_distinct(rows[at] * size + flat[at]), size)
        counts = _sums(n, row_of, words, self._signals)
        left, right, pair_rows = pairs
        both = (left >= 0) & (right >= 0)
        keys, found = _find(self._signal_pairs, left[both] * size + right[both])
        if found.any():
            cells = _distinct(pair_rows[both][found] * size + keys[found])
            row_of, which = np.divmod(cells, size)
            counts = counts + _sums(n, row_of, which, self._pair_signals)
        length = np.sqrt((counts**2).sum(axis=1, keepdims=True))
        return np.asarray(counts * (SIGNAL_WEIGHT / np.maximum(length, 1)), dtype=np.float32)


def _find(known: Ints, keys: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """Return the place of each key among the known ones, and whether it is one of them."""
    if not len(known):
        return np.zeros(len(keys), dtype=np.int64), np.zeros(len(keys), dtype=np.bool_)
    at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    return at, known[at] == keys


def _distinct(keys: Ints) -> Ints:
    """Return the different keys, none below 0, in ascending order; ``numpy.unique`` is slower."""
    keys = np.sort(keys)
    return keys[_runs(keys)]


def _runs(values: Ints) -> Ints:
    """Return where each run of equal values starts."""
    is_first = np.ones(len(values), dtype=np.bool_)
    np.not_equal(values[1:], values[:-1], out=is_first[1:])
    return np.flatnonzero(is_first)


def _sums(n: int, rows: Ints, columns: NDArray[Any], table: Floats) -> Floats:
    """Return for each text the sum of its rows of a table; the text numbers ascend."""
    sums = np.zeros((n, table.shape[1]), dtype=np.float32)
    starts = _runs(rows)
    sums[rows[starts]] = np.add.reduceat(table[columns], starts, axis=0)
    return sums


def _shapes(lengths: Ints) -> Floats:
    """Return whether each text is short or long; marks would make an answer hang on a keystroke."""
    shapes = np.stack([lengths < _SHORT, lengths > _LONG], axis=1)
    return np.asarray(shapes * np.float32(SIGNAL_WEIGHT), dtype=np.float32)
