"""From masked texts to one sparse matrix: the only place that orders the feature steps."""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.text import normal_words, surfaces

_CACHE_SIZE = 131_072
UNKNOWN = -1

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a word must have before it may stand in a model.

    A rare word can name a person; a model must not remember one.

    Attributes
    ----------
    min_reports : int
        Reports that hold the word, near-duplicates counted once.
    min_reports_private : int
        The same for a word that stands in no public list.
    public_words : frozenset of str
        Normal words of the seed corpus, of the cue and place tables and of Sastrawi's dictionary.
    """

    min_reports: int = 3
    min_reports_private: int = 10
    public_words: frozenset[str] = frozenset()

    def allow(self, word: str, reports: int) -> bool:
        """Return whether a word that stands in so many reports may be kept."""
        needed = self.min_reports if word in self.public_words else self.min_reports_private
        return reports >= needed


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The words and pairs of words that a model knows, and their weights.

    Attributes
    ----------
    words : tuple of str
        Normal words; column i of the matrix is word i.
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
    _lookup: Callable[[str], tuple[int, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        index = {word: i for i, word in enumerate(self.words)}

        @functools.lru_cache(maxsize=_CACHE_SIZE)
        def lookup(surface: str) -> tuple[int, ...]:
            return tuple([index.get(word, UNKNOWN) for word in normal_words(surface)])

        object.__setattr__(self, "_lookup", lookup)

    @property
    def size(self) -> int:
        """Number of columns."""
        return len(self.words) + len(self.pairs)

    def column_name(self, column: int) -> str:
        """Return the word, or the two words, of a column."""
        n = len(self.words)
        if column < n:
            return self.words[column]
        left, right = divmod(int(self.pairs[column - n]), n)
        return f"{self.words[left]} {self.words[right]}"

    def word_ids(self, surface: str) -> tuple[int, ...]:
        """Return the words of one surface token; ``UNKNOWN`` where the model does not know it."""
        return self._lookup(surface)

    def matrix(self, texts: Sequence[str]) -> Any:
        """Return a sparse matrix of shape (n_texts, size) whose rows have length 1.

        Cells are (1 + log of the count) x idf; a text without a known word is a row of zeros.
        """
        from scipy.sparse import csr_array  # here: the command line starts faster without

        lookup = self._lookup
        ids = [[i for surface in surfaces(text) for i in lookup(surface)] for text in texts]
        lengths = np.array([len(row) for row in ids], dtype=np.int64)
        rows = np.repeat(np.arange(len(texts)), lengths)
        flat = np.array([i for row in ids for i in row], dtype=np.int64)
        known = flat >= 0
        pair_rows, pair_columns = self._pairs_of(rows, flat, known)
        keys = np.concatenate([rows[known], pair_rows]) * self.size
        keys += np.concatenate([flat[known], pair_columns])
        cells, counts = np.unique(keys, return_counts=True)
        row_of, columns = np.divmod(cells, max(self.size, 1))
        values = (1.0 + np.log(counts)) * self.idf[columns]
        squares = np.bincount(row_of, weights=values**2, minlength=len(texts))
        values /= np.sqrt(squares)[row_of]
        starts = np.searchsorted(row_of, np.arange(len(texts) + 1))
        cells32 = (values.astype(np.float32), columns.astype(np.int32), starts.astype(np.int32))
        return csr_array(cells32, shape=(len(texts), self.size))

    def _pairs_of(self, rows: Ints, flat: Ints, known: NDArray[np.bool_]) -> tuple[Ints, Ints]:
        if len(flat) < 2 or not len(self.pairs):
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        both = known[:-1] & known[1:] & (rows[:-1] == rows[1:])
        keys = flat[:-1][both] * len(self.words) + flat[1:][both]
        at = np.minimum(np.searchsorted(self.pairs, keys), len(self.pairs) - 1)
        found = self.pairs[at] == keys
        return rows[:-1][both][found], at[found] + len(self.words)


def learn_vocabulary(
    texts: Sequence[str], *, groups: Sequence[int] | None = None, limits: Limits | None = None
) -> Vocabulary:
    """Return the words and pairs that enough reports hold.

    Parameters
    ----------
    texts : sequence of str
        Without personal data.
    groups : sequence of int, optional
        Texts of one group are near-duplicates and count as one report.
    limits : Limits, optional
        A pair needs ``min_reports`` reports, and both its words must be allowed.
    """
    limits = limits or Limits()
    merged: dict[int, list[int]] = {}
    for i, group in enumerate(groups if groups is not None else range(len(texts))):
        merged.setdefault(group, []).append(i)
    documents = [
        [tuple(w for s in surfaces(texts[i]) for w in normal_words(s)) for i in members]
        for members in merged.values()
    ]
    counts = Counter(word for parts in documents for word in {w for part in parts for w in part})
    words = sorted(word for word, n in counts.items() if limits.allow(word, n))
    index = {word: i for i, word in enumerate(words)}
    pair_counts: Counter[int] = Counter()
    for parts in documents:
        seen: set[int] = set()
        for part in parts:
            ids = [index.get(word, UNKNOWN) for word in part]
            seen.update(a * len(words) + b for a, b in itertools.pairwise(ids) if a >= 0 and b >= 0)
        pair_counts.update(seen)
    pairs = sorted(pair for pair, n in pair_counts.items() if n >= limits.min_reports)
    reports = [counts[word] for word in words] + [pair_counts[pair] for pair in pairs]
    idf = np.log((1 + len(documents)) / (1 + np.array(reports, dtype=np.float64))) + 1
    return Vocabulary(
        words=tuple(words),
        word_reports=np.array(reports[: len(words)], dtype=np.int64),
        pairs=np.array(pairs, dtype=np.int64),
        pair_reports=np.array(reports[len(words) :], dtype=np.int64),
        idf=idf.astype(np.float32),
    )
