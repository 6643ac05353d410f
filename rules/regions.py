"""Provinces, regencies, cities and districts by Kemendagri code: name, kind, parent, time zone."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rules.errors import RuleFileError

Kind = Literal["province", "regency", "city", "admin_city", "district"]

ZONES = frozenset({"Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"})
_LEVELS = {"province": 2, "regency": 5, "city": 5, "admin_city": 5, "district": 8}


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """One area of the Kemendagri list.

    Attributes
    ----------
    code : str
        "32" (province), "32.04" (regency or city), "32.04.37" (district).
    name : str
        Full name: "Jawa Barat", "Kabupaten Bandung", "Kota Bandung", "Soreang".
    kind : {"province", "regency", "city", "admin_city", "district"}
        Jakarta's six administrative areas are "admin_city": places, but no governments.
    parent : str or None
        Code of the area around it; None for a province.
    zone : str
        Time zone, of the IANA list.
    namesakes : int, default=0
        Of a district: in how many other regencies a village bears its name, so how far the bare
        name can be trusted.
    """

    code: str
    name: str
    kind: Kind
    parent: str | None
    zone: str
    namesakes: int = 0

    @property
    def stem(self) -> str:
        """The name without its kind: "Bandung" for "Kabupaten Bandung"."""
        return _stem(self.name) if self.kind in {"regency", "city", "admin_city"} else self.name


class Regions:
    """All areas, found by code.

    Parameters
    ----------
    regions : mapping of str to Region
        Complete: the parent of each is in it.
    """

    def __init__(self, regions: Mapping[str, Region]) -> None:
        self._regions = dict(regions)

    def __len__(self) -> int:
        return len(self._regions)

    def __iter__(self) -> Iterator[Region]:
        return iter(self._regions.values())

    def __contains__(self, code: object) -> bool:
        return code in self._regions

    def get(self, code: str) -> Region | None:
        """Return the area of a code, None if there is none."""
        return self._regions.get(code)

    def name(self, code: str) -> str:
        """Return the full name, as people write it.

        Raises
        ------
        KeyError
            If no area has the code.
        """
        return self._regions[code].name

    def zone_of(self, code: str) -> str:
        """Return the time zone of an area.

        Raises
        ------
        KeyError
            If no area has the code.
        """
        return self._regions[code].zone

    def province_of(self, code: str) -> str:
        """Return the code of the province that an area is, or lies in.

        Raises
        ------
        KeyError
            If no area has the code.
        """
        return self._regions[code].code[:2]

    def of_kind(self, *kinds: Kind) -> tuple[Region, ...]:
        """Return the areas of these kinds, in the order of their codes."""
        return tuple(region for region in self._regions.values() if region.kind in kinds)


def load_regions(folder: Path) -> Regions:
    """Return the areas of `provinces.csv`, `regencies.csv` and `districts.csv`.

    Raises
    ------
    RuleFileError
        If a file lacks a column, or a row has a wrong code, zone or parent.
    """
    found: dict[str, Region] = {}
    path = folder / "provinces.csv"
    for line, (code, name, zone) in _rows(path, ("code", "name", "zone")):
        if zone not in ZONES:
            problem = f"expected a zone, one of {sorted(ZONES)}, got {zone!r}"
            raise RuleFileError(path, line, problem)
        region = Region(code=code, name=name, kind="province", parent=None, zone=zone)
        _add(found, region, path, line)
    path = folder / "regencies.csv"
    for line, row in _rows(path, ("code", "province_code", "name")):
        _add_below(found, [*row, "0"], _kind_of(row[2]), path, line)
    path = folder / "districts.csv"
    for line, row in _rows(path, ("code", "regency_code", "name", "villages_elsewhere")):
        _add_below(found, row, "district", path, line)
    return Regions(found)


def load_aliases(path: Path, regions: Regions) -> dict[str, tuple[str, ...]]:
    """Return other names of places, in lower case, with the codes that each may mean.

    Raises
    ------
    RuleFileError
        If an alias is there twice or a code is unknown.
    """
    found: dict[str, tuple[str, ...]] = {}
    for line, (alias, cell, _) in _rows(path, ("alias", "code", "note")):
        codes = tuple(cell.split("|"))
        unknown = [code for code in codes if code not in regions]
        if unknown:
            raise RuleFileError(path, line, f"expected codes of the region table, got {unknown}")
        if alias in found or alias != alias.lower().strip() or not alias:
            problem = f"expected each alias once and in lower case, got {alias!r}"
            raise RuleFileError(path, line, problem)
        found[alias] = codes
    return found


def load_ordinary(path: Path) -> dict[str, str]:
    """Return the place names that are ordinary words too, and what shows that a place is meant.

    "cue" needs a capital or a word such as "di"; "kind" needs "kecamatan", "kota" or the like, or
    both; "capital" needs a capital and a word such as "di", or nothing but capitals.

    Raises
    ------
    RuleFileError
        If a cell is wrong.
    """
    found: dict[str, str] = {}
    for line, (word, needs) in _rows(path, ("word", "needs")):
        if needs not in {"cue", "capital", "kind"} or word in found:
            problem = f"expected a new word and cue, capital or kind, got {needs!r}"
            raise RuleFileError(path, line, problem)
        found[word] = needs
    return found


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    """Yield line number and the named cells of every row."""
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.reader(lines)
        header = next(reader, [])
        missing = [name for name in columns if name not in header]
        if missing:
            raise RuleFileError(path, 1, f"expected columns {list(columns)}, got {header}")
        places = [header.index(name) for name in columns]
        for row in reader:
            if len(row) != len(header):
                problem = f"expected {len(header)} cells, got {len(row)}"
                raise RuleFileError(path, reader.line_num, problem)
            yield reader.line_num, [row[place] for place in places]


def _add_below(found: dict[str, Region], row: list[str], kind: Kind, path: Path, line: int) -> None:
    code, parent, name, namesakes = row
    if not (namesakes.isascii() and namesakes.isdigit()):
        raise RuleFileError(path, line, f"expected a count of villages, got {namesakes!r}")
    above = found.get(parent)
    if above is None or code.rpartition(".")[0] != parent:
        raise RuleFileError(path, line, f"expected a known parent of {code!r}, got {parent!r}")
    region = Region(
        code=code,
        name=name,
        kind=kind,
        parent=parent,
        zone=above.zone,
        namesakes=int(namesakes),
    )
    _add(found, region, path, line)


def _add(found: dict[str, Region], region: Region, path: Path, line: int) -> None:
    digits = region.code.replace(".", "")
    if len(region.code) != _LEVELS[region.kind] or not (digits.isascii() and digits.isdigit()):
        problem = f"expected a code of a {region.kind}, got {region.code!r}"
        raise RuleFileError(path, line, problem)
    if region.code in found:
        raise RuleFileError(path, line, f"expected each code once, got {region.code!r} again")
    if not region.name.strip():
        raise RuleFileError(path, line, f"expected a name for {region.code!r}, got none")
    found[region.code] = region


def _kind_of(name: str) -> Kind:
    if " Administrasi " in name:
        return "admin_city"
    return "city" if name.startswith("Kota ") else "regency"


def _stem(name: str) -> str:
    return name.removeprefix("Kabupaten ").removeprefix("Kota ").removeprefix("Administrasi ")
