"""Government bodies, found by code, by any of their names, or by place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

Level = Literal["PUSAT", "PROV", "KABKOTA"]

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
        One of `agency_file.KINDS`.
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
