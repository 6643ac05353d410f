"""Read the bodies: central ones from `agencies.csv`, regional ones from the region table."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from rules.agencies import Agencies, Agency
from rules.errors import RuleFileError
from rules.regions import Region, Regions

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
