"""A text as places are read in it: its words, its capitals, and of whose place it speaks."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import accumulate

from rules.place_names import WORD
from rules.place_words import OWN, ROLES, SPEAKER, TURNS
from rules.text_words import TextWords

LONG_ENOUGH = 5  # letters by which a district is known without a capital
_WORDS = re.compile(f"({WORD.pattern})")
# What a character is to a word: "A" a capital, "a" another letter or a digit, else a space.
_SHAPE = bytes(
    ord("A" if chr(n).isupper() else "a" if chr(n).isalnum() else " ") if n < 128 else ord(" ")
    for n in range(256)
)
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
    words : TextWords, optional
        Those of the text, if they are known; they are the same if all of it is ASCII.

    Attributes
    ----------
    words : list of str
        Its words in lower case.
    """

    def __init__(self, text: str, words: TextWords | None = None) -> None:
        self.text = text
        self._ascii: TextWords | None = None
        if text.isascii():
            self._ascii = TextWords(text) if words is None else words
            self.words = self._ascii.words
        else:
            self._parts = _WORDS.split(text)
            self.words = " ".join(self._parts[1::2]).lower().split(" ")

    @cached_property
    def _ends(self) -> list[int]:
        return list(accumulate(map(len, self._parts)))

    def span(self, at: int) -> tuple[int, int]:
        """Return from and until of a word."""
        if self._ascii is None:
            return self._ends[2 * at], self._ends[2 * at + 1]
        ends, parts = self._ascii.layout
        end = ends[parts[at]] + parts[at]
        return end - len(self.words[at]), end

    def token(self, at: int) -> str:
        """Return a word as it is written."""
        start, end = self.span(at)
        return self.text[start:end]

    def begins_upper(self, at: int) -> bool:
        """Whether a word is written with a capital."""
        return self.text[self.span(at)[0]].isupper()

    def before(self, at: int) -> str:
        """Return what stands between a word and the one before."""
        return self.text[self.span(at - 1)[1] if at else 0 : self.span(at)[0]]

    @cached_property
    def capitals_tell(self) -> bool:
        """Whether the text uses capitals as people should: some words, not most."""
        if self._ascii is None:
            upper = sum(1 for token in self._parts[1::2] if token[0].isupper())
        else:
            upper = (b" " + self.text.encode("ascii").translate(_SHAPE)).count(b" A")
        return 0 < upper <= len(self.words) / 2

    def goes_on(self, end: int) -> bool:
        """Whether the next word belongs to the name: "Padang Bulan"."""
        if end >= len(self.words) or not self.begins_upper(end):
            return False
        if self.words[end] in ROLES:
            return False
        return self.before(end) == " "

    def is_acronym(self, at: int) -> bool:
        """Whether a word is an abbreviation, in a text that is not all capitals."""
        token = self.token(at)
        return len(token) < LONG_ENOUGH and token.isupper() and self.capitals_tell

    def is_capital(self, at: int) -> bool:
        """Whether the capital of a word proves a name: not where a sentence begins."""
        if at == 0 or not (self.begins_upper(at) and self.capitals_tell):
            return False
        return _SENTENCE_ENDS.search(self.before(at)) is None

    def is_dashed(self, begin: int) -> bool:
        """Whether a dash joins a word to the one before."""
        return _DASH.match(self.before(begin)) is not None

    def is_own(self, begin: int) -> bool:
        """Whether the reporter speaks of himself before this word, in the same sentence."""
        words = self.words
        if OWN.isdisjoint(words[max(begin - _ADDRESS_WORDS, 0) : begin]):
            return False
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
