"""Days on which a decree settles otherwise than the holiday package: read from one YAML file."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rules.loading import Item, read_yaml

_REGION = re.compile(r"\d{2}(\.\d{2})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """One day and whether offices work on it.

    Attributes
    ----------
    day : date
        The day.
    working : bool
        False for a day off; True for a working day after all, also on a weekend.
    name, reference : str
        What the day is called and the decree that says so.
    regions : tuple of str
        Kemendagri codes of the provinces or regencies that alone have it; empty for the nation.
    """

    day: date
    working: bool
    name: str
    reference: str
    regions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """All corrections of the calendar.

    Attributes
    ----------
    days : tuple of Override
        In the order of the file; each day once for the nation, and once for a region.
    decreed_years : tuple of int
        Years whose decree is entered in full.
    """

    days: tuple[Override, ...]
    decreed_years: tuple[int, ...]


def load_overrides(path: Path, *, regions: Collection[str] | None = None) -> Overrides:
    """Return the corrections of the calendar.

    Parameters
    ----------
    path : Path
    regions : collection of str, optional
        Codes of the provinces and regencies that there are; None takes any.

    Raises
    ------
    RuleFileError
        If the file is missing or broken, names a day or a year twice, or takes a day off away
        from a region.
    """
    entries = read_yaml(path).fields(required=("decreed_years", "overrides"), what="the calendar")
    days: list[Override] = []
    seen: set[tuple[date, str]] = set()
    for item in entries["overrides"].sequence("overrides"):
        override = _override(item, regions)
        for place in override.regions or ("",):
            if (override.day, place) in seen:
                item.refuse(f"{override.day} stands here twice; a day has one entry")
            seen.add((override.day, place))
        days.append(override)
    years: dict[int, None] = {}
    for item in entries["decreed_years"].sequence("decreed_years"):
        if item.integer() in years:
            item.refuse(f"year {item.integer()} stands here twice")
        years[item.integer()] = None
    return Overrides(days=tuple(days), decreed_years=tuple(years))


def _override(item: Item, known: Collection[str] | None) -> Override:
    keys = ("date", "working", "name", "reference")
    entry = item.fields(required=keys, optional=("regions",), what="an override")
    regions = entry["regions"].sequence("regions") if "regions" in entry else ()
    if "regions" in entry and not regions:
        entry["regions"].refuse("expected at least one code; leave the key out for the nation")
    if regions and entry["working"].boolean():
        entry["working"].refuse("expected false: a region adds days off and takes none away")
    for region in regions:
        if not _REGION.fullmatch(region.code()):
            region.refuse(f"expected a code like '51' or '51.03', got {region.code()!r}")
        if known is not None and region.code() not in known:
            region.refuse(f"unknown region code {region.code()!r}")
    return Override(
        day=entry["date"].day(),
        working=entry["working"].boolean(),
        name=entry["name"].text(),
        reference=entry["reference"].text(),
        regions=tuple(region.code() for region in regions),
    )
