"""The place of a matter: from text and hints to a region code, or an honest "ambiguous"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rules.place_mentions import Mention, find_mentions
from rules.place_names import build_index, look_up
from rules.place_votes import is_in_any, meet, weighed
from rules.place_words import CITY
from rules.regions import Regions
from rules.text_words import TextWords


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a matter lies.

    Attributes
    ----------
    code : str or None
        A province ("32") or a regency or city ("32.04"); never a district.
    ambiguous : tuple of str
        The candidates where it cannot be told, the likeliest first; empty if `code` is set.
    spans : tuple of (int, int)
        Where the text says so: code points, from and until.
    source : {"text", "hint", "home"} or None
        What decided; None if nothing names a place.
    """

    code: str | None = None
    ambiguous: tuple[str, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    source: str | None = None


NOWHERE = Place()


class Gazetteer:
    """Finds places by their names.

    Parameters
    ----------
    regions : Regions
        All areas.
    aliases : mapping of str to tuple of str
        Other names, with the codes they may mean.
    ordinary : mapping of str to str
        Names that are ordinary words too; see `load_ordinary`.
    """

    def __init__(
        self,
        regions: Regions,
        aliases: Mapping[str, tuple[str, ...]],
        ordinary: Mapping[str, str],
    ) -> None:
        self._regions = regions
        self._index = build_index(regions, aliases, ordinary)

    def locate(
        self,
        text: str,
        *,
        hint: str | None = None,
        home: str | None = None,
        words: TextWords | None = None,
    ) -> Place:
        """Return the place of the matter.

        The text beats the hint; a hint helps where the text is silent or unclear, but never
        decides between a Kabupaten and a Kota of one name. The home of a regional desk counts
        where neither names a place.

        Parameters
        ----------
        text : str
            In the original case.
        hint, home : str or None
            Codes of the region table; of a district, its regency is taken.
        words : TextWords, optional
            Those of the text, if somebody else needed them before.

        Raises
        ------
        ValueError
            If the hint or the home is no known code.
        """
        hint, home = self._checked("hint", hint), self._checked("home", home)
        mentions = find_mentions(text, self._index, words)
        codes, used = weighed(mentions) if mentions else ((), ())
        if not codes:
            return _without_text(hint, home)
        spans = _merged(text, used)
        if len(codes) == 1:
            return _refined(codes[0], hint, spans)
        return self._between(codes, hint, home, spans)

    def resolve_names(
        self, province: str | None, city: str | None, district: str | None
    ) -> str | None:
        """Return the code that the place columns of a LAPOR! export mean, None if they do not.

        In the city column a bare name is the Kabupaten, if there is one.
        """
        _, around = look_up(self._index, province or "")
        readings: tuple[Sequence[str], ...]
        if city and city.strip():
            kind, name = look_up(self._index, city)
            readings = (name.regencies, name.cities)[:: -1 if kind == CITY else 1]
        elif district and district.strip():
            readings = (look_up(self._index, district)[1].districts,)
        else:
            readings = (around.provinces,)
        for codes in readings:
            found = [c for c in codes if not around.provinces or is_in_any(c, around.provinces)]
            if found:
                return found[0] if len(found) == 1 else None
        return None

    def _checked(self, field: str, code: str | None) -> str | None:
        if code is None:
            return None
        if code not in self._regions:
            msg = f"{field}: expected a code of the region table, got {code!r}"
            raise ValueError(msg)
        return code[:5]

    def _between(
        self,
        codes: tuple[str, ...],
        hint: str | None,
        home: str | None,
        spans: tuple[tuple[int, int], ...],
    ) -> Place:
        """Return the place of a text that leaves several open."""
        for source, known in (("hint", hint), ("home", home)):
            fitting = [code for code in codes if known is not None and meet(code, known)]
            narrowed = {meet(code, known) for code in fitting if known is not None}
            if len(narrowed) == 1 and not self._are_twins(codes):
                return Place(code=narrowed.pop(), spans=spans, source=source)
            if fitting:
                codes = (*fitting, *(code for code in codes if code not in fitting))
                break
        return Place(ambiguous=codes, spans=spans, source="text")

    def _are_twins(self, codes: Sequence[str]) -> bool:
        """Whether all are one name of one province: a Kabupaten and the Kota in its middle."""
        found = [self._regions.get(code) for code in codes if len(code) == len("32.04")]
        names = {(region.stem, region.code[:2]) for region in found if region is not None}
        return len(found) == len(codes) > 1 and len(names) == 1


def _without_text(hint: str | None, home: str | None) -> Place:
    if hint is not None:
        return Place(code=hint, source="hint")
    return NOWHERE if home is None else Place(code=home, source="home")


def _refined(code: str, hint: str | None, spans: tuple[tuple[int, int], ...]) -> Place:
    """Return the place of a clear text; a hint inside it makes it narrower."""
    if hint is not None and hint != code and hint.startswith(code):
        return Place(code=hint, spans=spans, source="hint")
    return Place(code=code, spans=spans, source="text")


def _merged(text: str, mentions: Iterable[Mention]) -> tuple[tuple[int, int], ...]:
    """Return the spans, those with nothing but punctuation between them as one."""
    spans: list[tuple[int, int]] = []
    for start, end in sorted({mention.span for mention in mentions}):
        if spans and not any(char.isalnum() for char in text[spans[-1][1] : start]):
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return tuple(spans)
