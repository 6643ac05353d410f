"""Which words and pairs of words a model may keep, and how much each counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from classifier.features import Vocabulary
from classifier.text import normal_words, surfaces
from classifier.word_places import UNKNOWN


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
            seen.update(a * len(words) + b for a, b in pairwise(ids) if a >= 0 and b >= 0)
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
