"""Place names in a text, each with what it may mean and how much it says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import compress, count
from typing import NamedTuple

from rules.place_names import Index, Name
from rules.place_text import LONG_ENOUGH, PlaceText
from rules.place_words import (
    AWAY,
    BRAND,
    CITY,
    DISTRICT,
    FILLERS,
    GOVERNMENT,
    MOVE,
    PROVINCE,
    REGENCY,
    ROLES,
    ROUTE,
    SPOT,
    STREET,
    STREET_FILLERS,
    TAILS,
    UNLIKE,
    VILLAGE,
)
from rules.text_words import TextWords

NAMED, SPOTTED, BARE, MOVED, HARDLY = 6, 4, 2, 1, 0
_NO_PLACE = frozenset({VILLAGE, STREET, BRAND, ROUTE, UNLIKE})
_WEAK = frozenset({0, SPOT, MOVE})
_KINDS = frozenset({REGENCY, CITY, PROVINCE, DISTRICT})
_LINK = re.compile(r"(?:https?://|www\.)\S+")


class Mention(NamedTuple):
    """One name in a text.

    A plain tuple, because thousands are made every second.

    Attributes
    ----------
    codes : tuple of str
        What it may mean: provinces, regencies, cities.
    weight : int
        6 with its kind ("kab. X"), 4 after a word of place, 2 bare, 1 as where somebody goes or
        comes from, 0 if it only helps others.
    is_district : bool
        Whether a district is named; `codes` are then what it lies in.
    is_own : bool
        Whether it is where the reporter lives or comes from.
    span : tuple of int
        From and until, with the kind.
    """

    codes: tuple[str, ...]
    weight: int
    is_district: bool
    is_own: bool
    span: tuple[int, int]


def find_mentions(text: str, index: Index, words: TextWords | None = None) -> list[Mention]:
    """Return the place names of a text in their order.

    One pass over its words; each name is the longest that begins at its word.

    Parameters
    ----------
    text : str
        In the original case.
    index : Index
        The names.
    words : TextWords, optional
        Those of the text, if they are known.
    """
    if "://" in text or "www." in text:
        text = _LINK.sub(lambda link: " " * len(link.group()), text)
        words = None
    read = PlaceText(text, words)
    candidates = list(compress(count(), map(index.__contains__, read.words)))
    return _Reader(read).read(candidates, index) if candidates else []


@dataclass(slots=True, kw_only=True)
class _Last:
    """The name before: the word after it, its role, and what it may mean."""

    end: int
    role: int
    name: Name | None


class _Reader:
    """Reads the names of one text."""

    def __init__(self, text: PlaceText) -> None:
        self._text = text
        self.words = text.words

    def read(self, candidates: Iterable[int], index: Index) -> list[Mention]:
        """Return the mentions of the text."""
        found: list[Mention] = []
        words, last_word = self.words, len(self.words) - 1
        last = _Last(end=0, role=0, name=None)
        for at in candidates:
            if at < last.end:
                continue
            entry = index[words[at]]
            if entry.single is None and (at == last_word or words[at + 1] not in entry.longer):
                continue  # as "di" and most other candidates
            longest = entry.longest(words, at)
            if longest is None:
                continue
            end, name = longest
            if name.is_silent and (not at or ROLES.get(words[at - 1]) != DISTRICT):
                continue
            begin, role = self._role(at, last.end)
            if name.spot and not role:
                role = SPOT
            last = self._step(found, last, name, role, begin, at, end)
        return found

    def _step(
        self,
        found: list[Mention],
        last: _Last,
        name: Name,
        role: int,
        begin: int,
        at: int,
        end: int,
    ) -> _Last:
        """Add what one name says to the mentions; return what the next one has to know."""
        is_joined = last.role != 0 and begin == last.end
        if is_joined and role in _WEAK and last.role in _NO_PLACE and self._text.is_dashed(begin):
            role = last.role
        before = found[-1] if is_joined and last.role not in _NO_PLACE else None
        mention = self._mention(name, role, begin, at, end, before)
        if mention is None:
            return _Last(end=end, role=role, name=None) if role in _NO_PLACE else last
        if before is not None and last.name is not None:
            found[-1] = _as_district(before, last.name, mention)
        found.append(mention)
        return _Last(end=end, role=role or SPOT, name=name)

    def _role(self, at: int, free: int) -> tuple[int, int]:
        """Return where the kind before a name begins, the name itself if none, and its role.

        Words before `free` belong to another name: "Banjar, Jawa Barat" is no hamlet.
        """
        words = self.words
        before = at - 1
        while before > free and words[before] in FILLERS:
            before -= 1
        if before < free:
            return at, 0
        role = ROLES.get(words[before], 0)
        further = ROLES.get(words[before - 1], 0) if before else 0
        if role in _KINDS:
            if further == UNLIKE:
                return before, UNLIKE
            both = role == CITY and further == REGENCY
            return (before - 1, GOVERNMENT) if both else (before, role)
        if role in (SPOT, MOVE):
            if further in (UNLIKE, ROUTE):
                return at, further
            if before and words[before - 1] in AWAY:
                return at, MOVE if role == SPOT else UNLIKE
        if not role and further == STREET and words[before] in STREET_FILLERS:
            return at, STREET
        return at, role

    def _mention(
        self, name: Name, role: int, begin: int, at: int, end: int, before: Mention | None
    ) -> Mention | None:
        """Return what a name says where it stands, None if nothing."""
        if role in _NO_PLACE or (role == DISTRICT and name.needs and not self._is_named(at)):
            return None
        read = self._with_kind(name, role) if role in _KINDS else None
        read = read or self._without_kind(name, role, at, end, before is not None)
        if read is None:
            return None
        codes, weight, is_district = read
        is_own = before.is_own if before is not None else self._text.is_own(begin)
        if before is not None and HARDLY < weight < before.weight:
            weight = SPOTTED
        return Mention(
            codes=codes,
            weight=weight,
            is_district=is_district,
            is_own=is_own,
            span=(self._text.span(begin)[0], self._text.span(end - 1)[1]),
        )

    @staticmethod
    def _with_kind(name: Name, role: int) -> tuple[tuple[str, ...], int, bool] | None:
        """Return the meaning of a name that follows its kind, None if the kind does not fit."""
        codes = name.by_kind[role]
        return (codes, NAMED, role == DISTRICT) if codes else None

    def _without_kind(
        self, name: Name, role: int, at: int, end: int, is_joined: bool
    ) -> tuple[tuple[str, ...], int, bool] | None:
        """Return the meaning of a name that must speak for itself."""
        is_spotted = role != 0 or is_joined
        weight = MOVED if role == MOVE else SPOTTED if is_spotted else BARE
        if name.regional:
            if name.needs and not self._is_shown(name.needs, is_spotted, at, end):
                return None
            return name.regional, weight, False
        is_capital = self._text.is_capital(at)
        if name.needs or self._text.is_acronym(at) or not (is_spotted or is_capital):
            return None
        is_sure = name.trusted and len(name.districts) == 1
        is_short = len(self._text.token(at)) < LONG_ENOUGH and end == at + 1 and not is_capital
        if not is_sure or is_short or self._is_part(role, at, end):
            weight = HARDLY
        return name.by_kind[DISTRICT], weight, True

    def _is_part(self, role: int, at: int, end: int) -> bool:
        """Whether a name is but a part of a longer one: "Imam Bonjol", "Cibiru Hilir"."""
        if self._text.goes_on(end) or (end < len(self.words) and self.words[end] in TAILS):
            return True
        if (
            role
            or not at
            or not self._text.token(at - 1).istitle()
            or not self._text.is_capital(at)
        ):
            return False
        return self._text.before(at) == " "

    def _is_shown(self, needs: str, is_spotted: bool, at: int, end: int) -> bool:
        """Whether an ordinary word is a place here."""
        is_capital = self._text.is_capital(at)
        if is_capital and self._text.goes_on(end):
            return False
        if needs == "capital":
            is_upper = self._text.token(at).isupper() and self._text.capitals_tell
            return is_upper or (is_spotted and self._text.begins_upper(at))
        if needs == "cue" and is_capital:
            return True
        return is_spotted and (is_capital or not self._text.capitals_tell)

    def _is_named(self, at: int) -> bool:
        """Whether an ordinary word is the name: "Kec. Tetap", but not "KUA tetap menolak"."""
        if self._text.begins_upper(at):
            return True
        return not self._text.capitals_tell and self.words[at - 1] in {"kec", "kecamatan"}


def _as_district(mention: Mention, name: Name, around: Mention) -> Mention:
    """Return the mention read as a district if the next name is what it lies in.

    "Bandung, Tulungagung" is a district of Tulungagung, not the town of Bandung.
    """
    inside = tuple(code for code in name.districts if code in around.codes)
    if not inside or mention.is_district or any(code in around.codes for code in mention.codes):
        return mention
    return mention._replace(codes=inside, is_district=True)
