"""A text in pieces, each with what it was for the answer: deciding word, cue or place."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from service.disposition import Disposition

KINDS: Final = ("term", "cue", "place")
HEADS: Final = {
    "topic": "topik",
    "kind": "jenis laporan",
    "misconduct": "berkadar pengawasan",
    "inspection": "pemeriksaan lapangan",
    "level": "tingkat",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of text with the same marks.

    Attributes
    ----------
    text : str
    kinds : tuple of str
        Some of ``term``, ``cue``, ``place``; empty for plain text.
    title : str
        What the marks mean, for a pointer that rests on them.
    """

    text: str
    kinds: tuple[str, ...] = ()
    title: str = ""


def pieces_of(text: str, field: str, answer: Disposition) -> list[Piece]:
    """Return the field's text in pieces; spans that lie outside of it are left out.

    Examples
    --------
    >>> [piece.text for piece in _cut("abcdef", [(1, 3, "cue", "x"), (2, 5, "term", "y")])]
    ['a', 'b', 'c', 'de', 'f']
    """
    explanation = answer["explanation"]
    spans = [
        (term["start"], term["end"], "term", f"menentukan {HEADS.get(term['head'], term['head'])}")
        for term in explanation["terms"]
        if term["field"] == field
    ]
    spans += [
        (cue["start"], cue["end"], "cue", f"isyarat {cue['code'].replace('_', ' ')}")
        for cue in explanation["cues"]
        if cue["field"] == field
    ]
    spans += [
        (place["start"], place["end"], "place", "lokasi")
        for place in answer["region"]["evidence"]
        if place["field"] == field
    ]
    return _cut(text, [span for span in spans if 0 <= span[0] < span[1] <= len(text)])


def _cut(text: str, spans: list[tuple[int, int, str, str]]) -> list[Piece]:
    edges = sorted({0, len(text), *(s for s, *_ in spans), *(e for _, e, *_ in spans)})
    found = []
    for start, end in pairwise(edges):
        over = [span for span in spans if span[0] <= start and end <= span[1]]
        kinds = tuple(kind for kind in KINDS if any(span[2] == kind for span in over))
        title = "; ".join(dict.fromkeys(span[3] for span in over))
        found.append(Piece(text=text[start:end], kinds=kinds, title=title))
    return found
