"""Which words stand where in some texts, as arrays; a piece of text is read once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from classifier.text import normal_words, tokens

UNKNOWN = -1
_MOST_PIECES = 131_072

Ints = NDArray[np.int64]


class Words(NamedTuple):
    """The words of some texts, each an array of shape (n_words,).

    Attributes
    ----------
    texts, numbers : ndarray
        The text and the number of each word.
    starts, ends : ndarray
        Where it stands, code points of its text.
    """

    texts: Ints
    numbers: Ints
    starts: Ints
    ends: Ints


class WordsOfPieces(dict[str, int]):
    """A number for every piece of text that was seen, and the words of each.

    A plain dictionary, for it is asked for every piece. Who uses it makes a new one when it is
    full: a hostile sender cannot make it grow.

    Parameters
    ----------
    index : mapping of str to int
        The number of each normal word; others are ``UNKNOWN``.
    """

    def __init__(self, index: Mapping[str, int]) -> None:
        super().__init__()
        self.index = index
        self._lock = Lock()
        # Rows of words: number, start and end in the piece. Those of piece i are i's part of them.
        self._words = np.zeros((1024, 3), dtype=np.int64)
        self._parts = np.zeros(1024, dtype=np.int64)

    @property
    def is_full(self) -> bool:
        """Whether it has seen enough pieces."""
        return len(self) >= _MOST_PIECES

    def __missing__(self, piece: str) -> int:
        found = [
            (self.index.get(word, UNKNOWN), *token.span())
            for token in tokens(piece)
            for word in normal_words(token[0])
        ]
        with self._lock:
            if (known := self.get(piece)) is not None:  # another thread was quicker
                return known
            number = len(self)
            first = int(self._parts[number])
            last = first + len(found)
            self._words = _roomy(self._words, last)
            self._parts = _roomy(self._parts, number + 2)
            self._words[first:last] = np.array(found, dtype=np.int64).reshape(-1, 3)
            self._parts[number + 1] = last
            self[piece] = number  # last, for readers take no lock
        return number

    def find(self, by_text: Sequence[list[str]]) -> Words:
        """Return the words of some texts.

        Parameters
        ----------
        by_text : sequence of list of str
            Of each text what stands between its spaces; see ``pieces``.
        """
        all_pieces = list(chain.from_iterable(by_text))
        numbers = np.fromiter(map(self.__getitem__, all_pieces), dtype=np.int64)
        firsts, lasts = self._parts[numbers], self._parts[numbers + 1]
        counts = lasts - firsts
        of = np.repeat(np.arange(len(numbers)), counts)
        # The n-th word of all is so far behind the first of its piece in the table.
        at = np.arange(len(of)) + (firsts - np.cumsum(counts) + counts)[of]
        words = self._words[at]
        many = np.array([len(row) for row in by_text], dtype=np.int64)
        texts = np.repeat(np.arange(len(many)), many)
        stops = np.cumsum(np.fromiter(map(len, all_pieces), dtype=np.int64) + 1)  # with the space
        bases = np.concatenate([[0], stops])
        begins = (bases[:-1] - bases[np.cumsum(many) - many][texts])[of]
        return Words(texts[of], words[:, 0], words[:, 1] + begins, words[:, 2] + begins)


def _roomy(array: NDArray[Any], needed: int) -> NDArray[Any]:
    """Return the array, or a longer one that begins with it, so that so many rows fit."""
    if needed <= len(array):
        return array
    longer = np.zeros((max(needed, 2 * len(array)), *array.shape[1:]), dtype=array.dtype)
    longer[: len(array)] = array
    return longer
