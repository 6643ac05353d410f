"""Find the phrases that decide where a complaint goes, in one pass over the text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ahocorasick_rs import BytesAhoCorasick

# More evidence than a person reads; a text that repeats one word must not make thousands.
_MAX_HITS_PER_CUE = 8
_WORDS_BEFORE = 3
_WINDOW_BYTES = 64
_RUN = re.compile(rb" {2,}")
# One table does everything that keeps the length: capitals become small, all that is no letter
# and no digit becomes a space. What is not ASCII has become "?" before, one for one.
_FOLD = bytes(ord(chr(n).lower()) if n < 128 and chr(n).isalnum() else ord(" ") for n in range(256))


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
    return b" ".join(phrase.encode("ascii", "replace").translate(_FOLD).split())


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
        self._codes: list[str] = []
        self._cancels: list[tuple[bytes, ...]] = []
        # Whether the phrase may end within a word.
        self._open: list[bool] = []
        patterns: list[bytes] = []
        for cue in self.cues:
            cancels = tuple(b" " + normalised(words) + b" " for words in cue.not_after)
            for phrase in cue.phrases:
                is_open = phrase.endswith("*")
                patterns.append(b" " + normalised(phrase) + (b"" if is_open else b" "))
                self._codes.append(cue.code)
                self._cancels.append(cancels)
                self._open.append(is_open)
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
        folded = text.encode("ascii", "replace").translate(_FOLD)
        line = b" %b " % b" ".join(folded.split())
        matches = self._automaton.find_matches_as_indexes(line, overlapping=True)
        if not matches:
            return ()
        found = self._hits(line, matches)
        origin = _Origin(folded)
        of = origin.of
        hits = [
            (of(start), -of(end - 1), code) for code, spans in found.items() for start, end in spans
        ]
        hits.sort()
        return tuple([CueHit(code, start, 1 - last) for start, last, code in hits])

    def _hits(
        self, line: bytes, matches: list[tuple[int, int, int]]
    ) -> dict[str, list[tuple[int, int]]]:
        """Return the spans of each cue in the searched line, without its leading space."""
        found: dict[str, list[tuple[int, int]]] = {}
        for pattern, begin, end in matches:
            spans = found.setdefault(self._codes[pattern], [])
            if len(spans) == _MAX_HITS_PER_CUE and begin >= spans[-1][0]:
                continue
            cancels = self._cancels[pattern]
            if cancels and _is_cancelled(line, begin, cancels):
                continue
            stop = line.index(b" ", end) if self._open[pattern] else end - 1
            _keep_longest(spans, begin, stop - 1)
        return {code: spans for code, spans in found.items() if spans}


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


class _Origin:
    """Where a character of the searched line stood before runs of blanks became one."""

    __slots__ = ("_after", "_shift")

    def __init__(self, folded: bytes) -> None:
        self._after = [0]
        lead = len(folded) - len(folded.lstrip())
        self._shift = [lead]
        removed = lead
        if b"  " not in folded:
            return
        for run in _RUN.finditer(folded, lead):
            begin, end = run.span()
            self._after.append(begin - removed + 1)
            removed += end - begin - 1
            self._shift.append(removed)

    def of(self, position: int) -> int:
        return position + self._shift[bisect_right(self._after, position) - 1]
