"""Find the phrases that decide where a complaint goes, in one pass over the text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ahocorasick_rs import BytesAhoCorasick

from rules.text_words import TextWords, folded

# More evidence than a person reads; a text that repeats one word must not make thousands.
_MAX_HITS_PER_CUE = 8
_WORDS_BEFORE = 3
_WINDOW_BYTES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """Phrases that mean the same to the rules.

    Attributes
    ----------
    code : str
        Name in the tables.
    phrases : tuple of str
        In lower case; a final ``*`` stands for any ending of the word.
    not_after : tuple of str
        Words that cancel the phrase when they stand within the three words before it.
    topics : tuple of str
        Subjects that the phrase speaks for by itself, beside those whose rows name the cue.
    note : str or None
        What a reader should know.
    path : Path or None
        The file.
    line : int
        Line in the file.
    """

    code: str
    phrases: tuple[str, ...]
    not_after: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    note: str | None = None
    path: Path | None = None
    line: int = 0


class CueHit(NamedTuple):
    """A cue and where its phrase stands, in code points: text[start:end].

    A plain tuple, because thousands are made every second.
    """

    code: str
    start: int
    end: int


def normalised(phrase: str) -> bytes:
    """Return a phrase as it is searched: small ASCII letters, digits and single spaces.

    Examples
    --------
    >>> normalised("E-KTP,  rusak")
    b'e ktp rusak'
    """
    return " ".join(folded(phrase).split()).encode("ascii")


class CueMatcher:
    """All cues, compiled into one automaton.

    Examples
    --------
    >>> matcher = CueMatcher([Cue(code="jalan_tol", phrases=("jalan tol", "tol*"))])
    >>> matcher.find("Macet di Jalan-Tol Cipali")
    (CueHit(code='jalan_tol', start=9, end=18),)
    """

    def __init__(self, cues: Iterable[Cue]) -> None:
        self.cues = tuple(cues)
        # Of each pattern: its cue, what cancels it, and whether it may end within a word.
        self._phrases: list[tuple[str, tuple[bytes, ...], bool]] = []
        patterns: list[bytes] = []
        for cue in self.cues:
            cancels = tuple(b" " + normalised(words) + b" " for words in cue.not_after)
            for phrase in cue.phrases:
                is_open = phrase.endswith("*")
                patterns.append(b" " + normalised(phrase) + (b"" if is_open else b" "))
                self._phrases.append((cue.code, cancels, is_open))
        self._automaton = BytesAhoCorasick(patterns)

    @property
    def codes(self) -> frozenset[str]:
        """Every cue that can be found."""
        return frozenset(cue.code for cue in self.cues)

    def find(self, text: str) -> tuple[CueHit, ...]:
        """Return the cues of a text in the order of their places.

        Of two phrases of one cue of which one lies in the other, the longer one counts. A cue
        is reported at most eight times.

        Parameters
        ----------
        text : str
            As it was written.
        """
        return self.find_in(TextWords(text))

    def find_in(self, text: TextWords) -> tuple[CueHit, ...]:
        """Return the cues of a text whose words are known; see `find`."""
        line = f" {' '.join(text.words)} ".encode("ascii")
        matches = self._automaton.find_matches_as_indexes(line, overlapping=True)
        if not matches:
            return ()
        ends, parts = text.layout
        hits: list[CueHit] = []
        seen = word = 0
        for begin, stop, code in self._spans(line, matches):
            # A phrase begins and ends with a word: count the words before it, and those in it.
            word += line.count(b" ", seen, begin)
            seen = begin
            first = parts[word]
            last = parts[word + line.count(b" ", begin + 1, -stop)]
            start = ends[first] + first - len(text.words[word])
            hits.append(CueHit(code, start, ends[last] + last))
        return tuple(hits)

    def _spans(
        self, line: bytes, matches: list[tuple[int, int, int]]
    ) -> list[tuple[int, int, str]]:
        """Return what counts, in order: from (the space before), minus until, and the cue."""
        found: dict[str, list[tuple[int, int]]] = {}
        phrases = self._phrases
        for pattern, begin, end in matches:
            code, cancels, is_open = phrases[pattern]
            spans = found.get(code)
            if spans is None:
                spans = found[code] = []
            elif len(spans) == _MAX_HITS_PER_CUE and begin >= spans[-1][0]:
                continue
            if cancels and _is_cancelled(line, begin, cancels):
                continue
            stop = line.index(b" ", end) if is_open else end - 1
            if spans:
                _keep_longest(spans, begin, stop)
            else:
                spans.append((begin, stop))
        return sorted(
            [(begin, -stop, code) for code, spans in found.items() for begin, stop in spans]
        )


def _keep_longest(spans: list[tuple[int, int]], start: int, end: int) -> None:
    """Add a span to those found before, which all begin or end before it ends."""
    while spans and start <= spans[-1][0] and spans[-1][1] <= end:
        spans.pop()
    if not spans or not (spans[-1][0] <= start and end <= spans[-1][1]):
        spans.append((start, end))


def _is_cancelled(line: bytes, begin: int, cancels: tuple[bytes, ...]) -> bool:
    before = line[max(0, begin - _WINDOW_BYTES) : begin].split()[-_WORDS_BEFORE:]
    window = b" " + b" ".join(before) + b" "
    return any(words in window for words in cancels)
