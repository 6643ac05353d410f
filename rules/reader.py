"""Read the facts off a text: cues and place in one call."""

from __future__ import annotations

from dataclasses import dataclass

from rules.cues import CueHit, CueMatcher
from rules.places import Gazetteer, Place
from rules.text_words import TextWords


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFacts:
    """What a text says to the rules.

    Attributes
    ----------
    cues : tuple of CueHit
        In the order of their places.
    place : Place
        Where the matter is.
    """

    cues: tuple[CueHit, ...]
    place: Place

    @property
    def codes(self) -> frozenset[str]:
        """The cues without their places."""
        return frozenset(hit.code for hit in self.cues)


@dataclass(frozen=True, slots=True)
class Reader:
    """Finds cues and places."""

    matcher: CueMatcher
    gazetteer: Gazetteer

    def read(self, text: str, *, hint: str | None = None, home: str | None = None) -> TextFacts:
        """Return the facts of a text.

        Parameters
        ----------
        text : str
            Title, line break and body, as they were written.
        hint, home : str, optional
            Region that the complaint names beside its text, and that of the desk.
        """
        words = TextWords(text)
        place = self.gazetteer.locate(text, hint=hint, home=home, words=words)
        return TextFacts(cues=self.matcher.find_in(words), place=place)
