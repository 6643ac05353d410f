"""Every name a place goes by, and what each may mean: read from the region table once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rules.place_words import CITY, DISTRICT, FILLERS, PROVINCE, REGENCY, ROLES
from rules.regions import Region, Regions

WORD = re.compile(r"[^\W_]+")

_COMPASS = frozenset(
    "utara selatan timur barat pusat tengah kota baru lama hulu hilir ulu ilir kulon wetan kidul"
    " lor".split()
)
# First parts that people write apart or together: "Tanjung Sari", "Tanjungsari".
_APART = tuple(
    "tanjung gunung karang kota muara batu pasir bojong kebon teluk lubuk tebing padang pangkalan"
    " rantau pematang banjar labuhan sumber air parung".split()
)
_NUMBERS = {
    number: same
    for same in (("satu", "i", "1"), ("dua", "ii", "2"), ("tiga", "iii", "3"), ("empat", "iv", "4"))
    for number in same
}
_MOST_NAMESAKES = 2  # a district has a dozen villages and is named more often than one village
_SHORTEST_JOINED = 3  # "pasarminggu", but not "mau" of "Ma'u"
_SHORTEST_GLUED = 5  # "dibandung", but not "dibima"


@dataclass(slots=True, kw_only=True)
class Name:
    """What one name may mean, as codes of provinces, regencies and cities.

    Attributes
    ----------
    provinces, regencies, cities : list of str
        Areas of that name.
    districts : list of str
        Regencies and cities that have a district of that name.
    needs : str
        "" for a name that is always a place, else what must show it: "cue", "capital" or "kind".
    trusted : bool
        Of a district's name: hardly a village elsewhere bears it.
    spot : bool
        Whether a "di" is part of it: "dibandung".
    regional : tuple of str
        The codes of the areas above districts; set by `close`.
    by_kind : dict of int to tuple of str
        What it means after "provinsi", "kabupaten", "kota" or "kecamatan", empty if the kind does
        not fit; set by `close`.
    is_silent : bool
        Whether the name says nothing but after "kecamatan"; set by `close`.
    """

    provinces: list[str] = field(default_factory=list)
    regencies: list[str] = field(default_factory=list)
    cities: list[str] = field(default_factory=list)
    districts: list[str] = field(default_factory=list)
    needs: str = ""
    trusted: bool = True
    spot: bool = False

    regional: tuple[str, ...] = ()
    by_kind: dict[int, tuple[str, ...]] = field(default_factory=dict)
    is_silent: bool = False

    def close(self) -> None:
        """Set what follows from the rest; nothing is added afterwards."""
        provinces, regencies, cities = self.provinces, self.regencies, self.cities
        self.regional = (*provinces, *regencies, *cities)
        self.by_kind = {
            REGENCY: tuple(regencies or cities or provinces),
            CITY: tuple(cities or regencies or provinces),
            PROVINCE: tuple(provinces[:1] or cities or regencies),
            DISTRICT: tuple(self.districts),
        }
        self.is_silent = self.needs == "kind" and not self.regional


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The names that begin with one word.

    Attributes
    ----------
    single : Name or None
        What the word alone may mean.
    longer : dict of str to tuple
        Second word -> the words after it and the meaning, longest first.
    """

    single: Name | None
    longer: dict[str, tuple[tuple[tuple[str, ...], Name], ...]]

    def longest(self, words: Sequence[str], at: int) -> tuple[int, Name] | None:
        """Return end and meaning of the longest name that begins at a word, None if none does."""
        end = at + 2
        if self.longer and end <= len(words):
            for rest, name in self.longer.get(words[at + 1], ()):
                if not rest or tuple(words[end : end + len(rest)]) == rest:
                    return end + len(rest), name
        return None if self.single is None else (at + 1, self.single)


Index = dict[str, Entry]


def build_index(
    regions: Regions, aliases: Mapping[str, tuple[str, ...]], ordinary: Mapping[str, str]
) -> Index:
    """Return first word -> the names that begin with it.

    Parameters
    ----------
    regions : Regions
        All areas.
    aliases : mapping of str to tuple of str
        Other names, with the codes they may mean; an alias that is a name of the table replaces
        what the table says ("papua").
    ordinary : mapping of str to str
        Names that are ordinary words too, with what must show that a place is meant.
    """
    names: dict[tuple[str, ...], Name] = {}
    for region in regions:
        for words in _spellings(region):
            _enter(names.setdefault(words, Name()), region)
    _enter_stems(names, regions)
    for alias, codes in aliases.items():
        words = _words(alias)
        name = Name(districts=names[words].districts if words in names else [])
        for code in codes:
            _enter(name, _of(regions, code))
        names[words] = name
        names.setdefault(("".join(words),), name)
    _enter_towns(names)
    for words, name in names.items():
        name.needs = ordinary.get(" ".join(words), "")
        name.close()
    _enter_glued(names)
    return _by_first_word(names)


def look_up(index: Index, text: str) -> tuple[int, Name]:
    """Return the kind before a name (0 for none) and all that the name may mean.

    The whole text is the name, as in a column of a table.
    """
    words = _words(text)
    role = ROLES.get(words[0], 0) if words else 0
    kind = role if role in {REGENCY, CITY, PROVINCE, DISTRICT} else 0
    rest = [word for word in words[1 if kind else 0 :] if word not in FILLERS]
    entry = index.get(rest[0]) if rest else None
    found = entry.longest(rest, 0) if entry is not None else None
    if found is None or found[0] != len(rest):
        return kind, Name()
    return kind, found[1]


def _words(text: str) -> tuple[str, ...]:
    return tuple(WORD.findall(text.lower()))


def _of(regions: Regions, code: str) -> Region:
    region = regions.get(code)
    if region is None:
        msg = f"expected a code of the region table, got {code!r}"
        raise ValueError(msg)
    return region


def _enter(name: Name, region: Region) -> None:
    """Add an area to the meanings of a name."""
    lists = {
        "province": name.provinces,
        "regency": name.regencies,
        "city": name.cities,
        "admin_city": name.cities,
        "district": name.districts,
    }
    code = region.code[:5]
    if code not in lists[region.kind]:
        lists[region.kind].append(code)
    if region.kind == "district" and region.namesakes > _MOST_NAMESAKES:
        name.trusted = False


def _spellings(region: Region) -> Iterator[tuple[str, ...]]:
    """Yield the ways to write the name of the table."""
    for part in re.split(r"[/()]", region.stem):
        words = _words(part)
        if not words:
            continue
        yield words
        if len(words) > 1 and min(map(len, words)) >= _SHORTEST_JOINED:
            yield ("".join(words),)
        if words[-1] in _NUMBERS:
            for number in _NUMBERS[words[-1]]:
                yield (*words[:-1], number)
        if words[0] == "kepulauan":
            yield ("kep", *words[1:])
        if words[0] == "kota" and len(words) > 1 and words[1] not in _COMPASS:
            yield words[1:]
        for first in _APART:
            rest = words[0].removeprefix(first)
            if rest != words[0] and len(rest) > len("sari") - 1:
                yield (first, rest, *words[1:])


def _enter_stems(names: dict[tuple[str, ...], Name], regions: Regions) -> None:
    """Add "Cikarang" where a regency has Cikarang Utara, Cikarang Selatan and the like."""
    stems: dict[tuple[str, ...], list[Region]] = {}
    for region in regions.of_kind("district"):
        words = _words(region.name)
        if len(words) > 1 and words[-1] in _COMPASS:
            stems.setdefault(words[:-1], []).append(region)
    for words, found in stems.items():
        several = len(found) > 1 and len({region.parent for region in found}) == 1
        if several and words not in names:
            names[words] = Name()
            _enter(names[words], found[0])


def _enter_towns(names: dict[tuple[str, ...], Name]) -> None:
    """Let "Kota Padang" mean the city, though a district far away has that name."""
    by_first: dict[str, list[tuple[str, ...]]] = {}
    for words in names:
        by_first.setdefault(words[0], []).append(words)
    for words in by_first.get("kota", ()):
        name, town = names[words], names.get(words[1:])
        if town is None or not (town.cities or town.regencies) or name.cities:
            continue
        name.cities = list(town.cities or town.regencies)
        for longer in by_first[words[1]]:
            if longer[: len(words) - 1] == words[1:]:
                names.setdefault(("kota", *longer), names[longer])


def _enter_glued(names: dict[tuple[str, ...], Name]) -> None:
    """Add "dibandung" and "dijakarta", as people write in haste."""
    for words, name in list(names.items()):
        if name.regional and not name.needs and len(words[0]) >= _SHORTEST_GLUED:
            glued = replace(name, spot=True)
            names.setdefault((f"di{words[0]}", *words[1:]), glued)


def _by_first_word(names: Mapping[tuple[str, ...], Name]) -> Index:
    longer: dict[str, dict[str, list[tuple[tuple[str, ...], Name]]]] = {}
    for words, name in names.items():
        seconds = longer.setdefault(words[0], {})
        if len(words) > 1:
            seconds.setdefault(words[1], []).append((words[2:], name))
    return {
        first: Entry(
            single=names.get((first,)),
            longer={
                second: tuple(sorted(found, key=lambda pair: -len(pair[0])))
                for second, found in seconds.items()
            },
        )
        for first, seconds in longer.items()
    }
