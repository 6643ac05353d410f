"""Days on which a decree settles otherwise than the holiday package: read from one YAML file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rules.loading import Item, read_yaml


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
    """

    day: date
    working: bool
    name: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """All corrections of the calendar.

    Attributes
    ----------
    days : tuple of Override
        In the order of the file, each day once.
    decreed_years : tuple of int
        Years whose decree is entered in full.
    """

    days: tuple[Override, ...]
    decreed_years: tuple[int, ...]


def load_overrides(path: Path) -> Overrides:
    """Return the corrections of the calendar.

    Raises
    ------
    RuleFileError
        If the file is missing or broken, or names a day or a year twice.
    """
    entries = read_yaml(path).fields(required=("decreed_years", "overrides"), what="the calendar")
    days: dict[date, Override] = {}
    for item in entries["overrides"].sequence("overrides"):
        override = _override(item)
        if override.day in days:
            item.refuse(f"{override.day} stands here twice; a day has one entry")
        days[override.day] = override
    years: dict[int, None] = {}
    for item in entries["decreed_years"].sequence("decreed_years"):
        if item.integer() in years:
            item.refuse(f"year {item.integer()} stands here twice")
        years[item.integer()] = None
    return Overrides(days=tuple(days.values()), decreed_years=tuple(years))


def _override(item: Item) -> Override:
    keys = ("date", "working", "name", "reference")
    entry = item.fields(required=keys, what="an override")
    return Override(
        day=entry["date"].day(),
        working=entry["working"].boolean(),
        name=entry["name"].text(),
        reference=entry["reference"].text(),
    )
