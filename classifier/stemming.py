"""Indonesian root words; the only import of Sastrawi."""

from __future__ import annotations

import functools

from Sastrawi.Dictionary.ArrayDictionary import ArrayDictionary
from Sastrawi.Stemmer.Stemmer import Stemmer
from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

CACHE_SIZE = 65_536  # distinct words; about 10 MB. Sastrawi's own cache never forgets.
MAX_WORD_CHARS = 30  # longer ones are no words; stemming them costs time and finds nothing


@functools.cache
def root_words() -> frozenset[str]:
    """Return Sastrawi's dictionary of root words (from Kateglo)."""
    return frozenset(StemmerFactory().get_words())


@functools.cache
def _stemmer() -> Stemmer:
    return Stemmer(ArrayDictionary(sorted(root_words())))


@functools.lru_cache(maxsize=CACHE_SIZE)
def stem(word: str) -> str:
    """Return the root of one lower-case word.

    Examples
    --------
    >>> stem("perbaikannya")
    'baik'
    """
    if len(word) > MAX_WORD_CHARS:
        return word
    return str(_stemmer().stem(word)) or word
