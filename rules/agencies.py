"""Government bodies: central ones from `agencies.csv`, regional ones from the region table."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

from rules.errors import RuleFileError
from rules.regions import Region, Regions

Level = Literal["PUSAT", "PROV", "KABKOTA"]

KINDS = frozenset(
    {"KEMENKO", "KEMENTERIAN", "LPNK", "INDEPENDEN", "BUMN", "PEMPROV", "PEMKAB", "PEMKOT"}
)
COLUMNS = (
    "code name abbreviation kind level aliases valid_from valid_until successor connected"
    " external_id reference note"
).split()

_REGIONAL = {
    "province": ("PEMPROV", "PROV", "Pemerintah Provinsi", "Pemprov"),
    "regency": ("PEMKAB", "KABKOTA", "Pemerintah Kabupaten", "Pemkab"),
    "city": ("PEMKOT", "KABKOTA", "Pemerintah Kota", "Pemkot"),
}
# How people begin the name of a regional government, longest first, and the one way we look it up.
_OPENINGS = (
    ("pemerintah daerah provinsi ", "pemprov "),
    ("pemerintah daerah kabupaten ", "pemkab "),
    ("pemerintah daerah kota ", "pemkot "),
    ("pemerintah daerah istimewa ", "pemprov daerah istimewa "),
    ("pemerintah provinsi ", "pemprov "),
    ("pemerintah kabupaten ", "pemkab "),
    ("pemerintah kab ", "pemkab "),
    ("pemerintah kota ", "pemkot "),
    ("pemda provinsi ", "pemprov "),
    ("pemda kabupaten ", "pemkab "),
    ("pemda kab ", "pemkab "),
    ("pemda kota ", "pemkot "),
    ("provinsi ", "pemprov "),
    ("prov ", "pemprov "),
    ("kabupaten ", "pemkab "),
    ("kab ", "pemkab "),
    ("kota ", "pemkot "),
)
_WITHOUT_REGENCIES = "31"  # Jakarta
_NO_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """One body that can be asked to answer.

    Attributes
    ----------
    code : str
        Our code: "PU", "PEMDA-32.04".
    name, abbreviation : str
        As written in letters and as said in offices.
    kind : str
        One of `KINDS`.
    level : {"PUSAT", "PROV", "KABKOTA"}
        Level of government.
    aliases : tuple of str
        Other and older names.
    valid_from, valid_until : date or None
        In force from the first to the day before the second; None is open.
    successor : str or None
        Code of the body that took over, or most of it; `note` in the file names the others.
    connected : bool or None
        Whether it answers in SP4N-LAPOR!; None where nobody has checked.
    external_id : str or None
        Its number in LAPOR!'s list of institutions.
    """

    code: str
    name: str
    abbreviation: str
    kind: str
    level: Level
    aliases: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    successor: str | None = None
    connected: bool | None = None
    external_id: str | None = None

    def in_force(self, on: date) -> bool:
        """Return whether the body exists on a day."""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_until is None or on < self.valid_until
        )


class Agencies:
    """All bodies, found by code, by name or by place.

    Parameters
    ----------
    agencies : iterable of Agency
        Central and regional ones.
    """

    def __init__(self, agencies: Iterable[Agency]) -> None:
        self._agencies = {agency.code: agency for agency in agencies}
        self._names: dict[str, str | None] = {}
        for agency in self._agencies.values():
            for key in {_key(name) for name in _names(agency)}:
                known = self._names.setdefault(key, agency.code)
                if known != agency.code:
                    self._names[key] = self._merged(known, agency.code)

    def __len__(self) -> int:
        return len(self._agencies)

    def __iter__(self) -> Iterator[Agency]:
        return iter(self._agencies.values())

    def __contains__(self, code: object) -> bool:
        return code in self._agencies

    def get(self, code: str) -> Agency | None:
        """Return the body of a code, None if there is none."""
        return self._agencies.get(code)

    def in_force(self, on: date) -> tuple[Agency, ...]:
        """Return the bodies that exist on a day."""
        return tuple(agency for agency in self._agencies.values() if agency.in_force(on))

    def current(self, code: str) -> str:
        """Return the code of the body that does the work of another today, often itself.

        Raises
        ------
        KeyError
            If no body has the code.
        """
        return self._agencies[code].successor or code

    def resolve(self, name: str) -> str | None:
        """Return the code of the body that a name, abbreviation or code means today.

        Old names lead to the successor. A name of several bodies gives None.

        Examples
        --------
        >>> pu = Agency(code="PU", name="Kementerian Pekerjaan Umum", abbreviation="KemenPU",
        ...             kind="KEMENTERIAN", level="PUSAT", aliases=("Kementerian PU",))
        >>> Agencies([pu]).resolve("kementerian pu")
        'PU'
        """
        if name in self._agencies:
            return self.current(name)
        codes = {self._names.get(key) for key in _keys(name)}
        found = [code for code in codes if code is not None]
        return self.current(found[0]) if len(found) == 1 else None

    def regional(self, region_code: str, level: str) -> str | None:
        """Return the code of the regional government of a place at a level.

        Jakarta's areas have none of their own: their matters go to the province. A province
        alone does not tell which regency or city: None.
        """
        province = f"PEMDA-{region_code[:2]}"
        if level == "PROV":
            return province if province in self._agencies else None
        if level != "KABKOTA":
            return None
        if region_code[:2] == _WITHOUT_REGENCIES:
            return province
        own = f"PEMDA-{region_code[:5]}"
        return own if own in self._agencies and own != province else None

    def _merged(self, known: str | None, other: str) -> str | None:
        """Return the one of two bodies of a name that is meant, None if it cannot be told."""
        if known is None:
            return None
        former = [c for c in (known, other) if self._agencies[c].successor is not None]
        return (known if former == [other] else other) if len(former) == 1 else None


def load_agencies(path: Path, regions: Regions, aliases: Mapping[str, tuple[str, ...]]) -> Agencies:
    """Return the central bodies of a file and the regional governments of the region table.

    A row whose code begins with PEMDA- only adds facts to a government that the table gives.

    Parameters
    ----------
    path : Path
        `agencies.csv`.
    regions : Regions
        Gives 38 provinces, 415 regencies and 93 cities.
    aliases : mapping of str to tuple of str
        Other names of places ("jabar") with the codes they may mean.

    Raises
    ------
    RuleFileError
        If a cell is wrong, a code is there twice, or a successor is unknown.
    """
    found = {agency.code: agency for agency in _regional_governments(regions, aliases)}
    seen: dict[str, int] = {}
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines, restkey="more")
        if reader.fieldnames != COLUMNS:
            problem = f"expected the columns {COLUMNS}, got {reader.fieldnames}"
            raise RuleFileError(path, 1, problem)
        for row in reader:
            line = reader.line_num
            agency = _read(row, found, path, line)
            if agency.code in seen:
                raise RuleFileError(path, line, f"expected each code once, got {agency.code!r}")
            seen[agency.code] = line
            found[agency.code] = agency
    for agency in found.values():
        follower = found.get(agency.successor) if agency.successor is not None else agency
        if follower is None or (follower is not agency and follower.successor is not None):
            problem = f"expected the body in force as successor, got {agency.successor!r}"
            raise RuleFileError(path, seen[agency.code], problem)
    return Agencies(found.values())


def _regional_governments(
    regions: Regions, aliases: Mapping[str, tuple[str, ...]]
) -> Iterator[Agency]:
    others: dict[str, list[str]] = {}
    for alias, codes in aliases.items():
        if len(codes) == 1:
            others.setdefault(codes[0], []).append(alias)
    for region in regions.of_kind("province", "regency", "city"):
        yield _government(region, others.get(region.code, []))


def _government(region: Region, aliases: list[str]) -> Agency:
    kind, level, long, short = _REGIONAL[region.kind]
    return Agency(
        code=f"PEMDA-{region.code}",
        name=f"{long} {region.stem}",
        abbreviation=f"{short} {region.stem}",
        kind=kind,
        level="PROV" if level == "PROV" else "KABKOTA",
        aliases=tuple(f"{short} {alias}" for alias in aliases),
    )


def _read(row: dict[str, str], found: Mapping[str, Agency], path: Path, line: int) -> Agency:
    """Return the body of one row, checked."""
    if None in row.values() or "more" in row:
        raise RuleFileError(path, line, f"expected {len(COLUMNS)} cells")
    connected = {"": None, "yes": True, "no": False}.get(row["connected"], row["connected"])
    if isinstance(connected, str):
        raise RuleFileError(path, line, f"expected connected yes, no or nothing, got {connected!r}")
    external_id = row["external_id"] or None
    if row["code"].startswith("PEMDA-"):
        if row["code"] not in found:
            raise RuleFileError(path, line, f"expected a known region, got {row['code']!r}")
        return replace(found[row["code"]], connected=connected, external_id=external_id)
    if row["kind"] not in KINDS or row["level"] != "PUSAT" or not row["name"]:
        problem = f"expected a name, a kind of {sorted(KINDS)} and level PUSAT, got {row['code']!r}"
        raise RuleFileError(path, line, problem)
    return Agency(
        code=row["code"],
        name=row["name"],
        abbreviation=row["abbreviation"],
        kind=row["kind"],
        level="PUSAT",
        aliases=tuple(filter(None, row["aliases"].split("|"))),
        valid_from=_day(row["valid_from"], path, line),
        valid_until=_day(row["valid_until"], path, line),
        successor=row["successor"] or None,
        connected=connected,
        external_id=external_id,
    )


def _day(text: str, path: Path, line: int) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise RuleFileError(path, line, f"expected a day like 2024-10-21, got {text!r}") from error


def _names(agency: Agency) -> tuple[str, ...]:
    return (agency.code, agency.name, agency.abbreviation, *agency.aliases)


def _keys(name: str) -> tuple[str, ...]:
    """Return the ways to look a name up: "Pemda X" may be any kind of government."""
    key = _key(name)
    for opening in ("pemerintah daerah ", "pemerintah ", "pemda "):
        if key.startswith(opening):
            rest = key[len(opening) :]
            return key, f"pemprov {rest}", f"pemkab {rest}", f"pemkot {rest}"
    return (key,)


def _key(name: str) -> str:
    """Return the name as it is looked up: lower case, no punctuation, one opening."""
    key = _NO_WORD.sub(" ", name.lower()).strip()
    for opening, short in _OPENINGS:
        if key.startswith(opening):
            return short + key[len(opening) :]
    return key
