"""A text as places are read in it: its words, its capitals, and of whose place it speaks."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import accumulate

from rules.place_names import WORD
from rules.place_words import OWN, ROLES, SPEAKER, TURNS

LONG_ENOUGH = 5  # letters by which a district is known without a capital
_WORDS = re.compile(f"({WORD.pattern})")
_ASCII_WORDS = re.compile("([0-9A-Za-z]+)")  # the same in most texts, in two thirds of the time
_SENTENCE_ENDS = re.compile(r"[.!?]\s*$|\n")
_SENTENCE_INSIDE = re.compile(r"[^\W\d_]{5}\.\s|[!?\n]")  # not the dot of "Jl." or "Kec."
_DASH = re.compile(r"^\s*[-–—/]\s*$")
_ADDRESS_WORDS = 14  # an address is so long at most
_OWN_WORDS = 4


class PlaceText:
    """The words of one text; what is costly to know of it is computed when first asked.

    Parameters
    ----------
    text : str

    Attributes
    ----------
    tokens, words : list of str
        Its words as written, and in lower case.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._parts = (_ASCII_WORDS if text.isascii() else _WORDS).split(text)
        self.tokens = self._parts[1::2]
        self.words = " ".join(self.tokens).lower().split(" ")

    @cached_property
    def _ends(self) -> list[int]:
        return list(accumulate(map(len, self._parts)))

    def span(self, at: int) -> tuple[int, int]:
        """Return from and until of a word."""
        return self._ends[2 * at], self._ends[2 * at + 1]

    def before(self, at: int) -> str:
        """Return what stands between a word and the one before."""
        return self._parts[2 * at]

    @cached_property
    def capitals_tell(self) -> bool:
        """Whether the text uses capitals as people should: some words, not most."""
        upper = sum(1 for token in self.tokens if token[0].isupper())
        return 0 < upper <= len(self.tokens) / 2

    def goes_on(self, end: int) -> bool:
        """Whether the next word belongs to the name: "Padang Bulan"."""
        if end >= len(self.tokens) or not self.tokens[end][0].isupper():
            return False
        if self.words[end] in ROLES:
            return False
        return self.before(end) == " "

    def is_acronym(self, at: int) -> bool:
        """Whether a word is an abbreviation, in a text that is not all capitals."""
        token = self.tokens[at]
        return len(token) < LONG_ENOUGH and token.isupper() and self.capitals_tell

    def is_capital(self, at: int) -> bool:
        """Whether the capital of a word proves a name: not where a sentence begins."""
        if not (self.tokens[at][0].isupper() and self.capitals_tell) or at == 0:
            return False
        return _SENTENCE_ENDS.search(self.before(at)) is None

    def is_dashed(self, begin: int) -> bool:
        """Whether a dash joins a word to the one before."""
        return _DASH.match(self.before(begin)) is not None

    def is_own(self, begin: int) -> bool:
        """Whether the reporter speaks of himself before this word, in the same sentence."""
        words = self.words
        for before in range(begin - 1, max(begin - 1 - _ADDRESS_WORDS, -1), -1):
            if words[before] not in OWN:
                continue
            near = words[max(before - 2, 0) : before + 3]
            is_address = words[before] in {"alamat", "beralamat", "domisili", "berdomisili"}
            if not is_address and (begin - before > _OWN_WORDS or SPEAKER.isdisjoint(near)):
                return False
            if not TURNS.isdisjoint(words[before + 1 : begin]):
                return False
            since = self.text[self.span(before)[0] : self.span(begin)[0]]
            return _SENTENCE_INSIDE.search(since) is None
        return False
