"""Which limits the law sets, and from when: one dated YAML profile per regulation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

from rules.errors import RuleFileError, RulesError
from rules.loading import Item, read_yaml
from rules.vocabulary import CATEGORIES

START_EVENTS = ("received", "verified", "disposed", "completed")
MAX_DAYS = 250  # more would be a working year


class NoRegulationError(RulesError):
    """No profile is in force on a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What one follow-up class allows.

    Attributes
    ----------
    working_days : int
        Days until the matter must be settled, at least 1.
    reminder_days : tuple of int
        Working days before the limit on which the agency is reminded, longest first.
    """

    working_days: int
    reminder_days: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Regulation:
    """The figures of one regulation while it is in force.

    Attributes
    ----------
    id, title, reference : str
        Name in the data, official name, and how it is cited.
    valid_from : date
        First day in force.
    valid_until : date or None
        First day no longer in force; None when no end is known.
    start_event : str
        What starts the clock: ``received``, ``verified``, ``disposed`` or ``completed``.
    verification_days, first_follow_up_days, reply_window_days : int
        Working days to verify and forward, to answer first, and without a reply until closing.
    classes : mapping of str to Limit
        Limit of each follow-up class.
    rows : tuple of Item
        Rows of the category table for its own classes; empty where the shared ones count.
    replaces : str or None
        Id of the profile that ends on the day on which this one begins.
    waiting_pauses : bool
        Whether the clocks stand still while a complaint waits for the reporter to complete it.
    """

    id: str
    title: str
    reference: str
    valid_from: date
    valid_until: date | None
    start_event: str
    verification_days: int
    first_follow_up_days: int
    reply_window_days: int
    classes: Mapping[str, Limit]
    rows: tuple[Item, ...] = field(default=(), repr=False, compare=False)
    replaces: str | None = None
    waiting_pauses: bool = False

    def is_in_force(self, day: date) -> bool:
        """Say whether the profile counts on this day."""
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


@dataclass(frozen=True, slots=True)
class Regulations:
    """All profiles in the order of their first day; no two are in force on one day."""

    profiles: tuple[Regulation, ...]

    def on(self, day: date) -> Regulation:
        """Return the profile in force on a day.

        Raises
        ------
        NoRegulationError
            If there is none.
        """
        for profile in reversed(self.profiles):
            if profile.is_in_force(day):
                return profile
        msg = f"no regulation profile is in force on {day}; the first one is from {self.first_day}"
        raise NoRegulationError(msg)

    @property
    def first_day(self) -> date:
        """First day on which any profile is in force."""
        return self.profiles[0].valid_from


def load_regulations(folder: Path) -> Regulations:
    """Return every profile ``*.yaml`` of the folder ``regulations`` of the rule data.

    Raises
    ------
    RuleFileError
        If there is no profile, one is broken, an id stands twice, or two are in force on one day.
    """
    items = [read_yaml(path) for path in sorted(folder.glob("*.yaml"))]
    if not items:
        raise RuleFileError(folder, 0, "expected at least one regulation profile *.yaml, got none")
    pairs = sorted(
        ((_regulation(item), item) for item in items), key=lambda pair: pair[0].valid_from
    )
    ids: dict[str, Item] = {}
    for regulation, item in pairs:
        if other := ids.get(regulation.id):
            item.refuse(f"id {regulation.id!r} is also that of {other.path.name}")
        ids[regulation.id] = item
    pairs = _ended(pairs)
    for (earlier, _), (later, item) in pairwise(pairs):
        if earlier.valid_until is None or later.valid_from < earlier.valid_until:
            problem = f"in force from {later.valid_from} while {earlier.id} still is: end that one"
            item.refuse(problem)
    return Regulations(tuple(regulation for regulation, _ in pairs))


def _ended(pairs: list[tuple[Regulation, Item]]) -> list[tuple[Regulation, Item]]:
    """End each profile that a later one replaces, so that its own file need not change."""
    ends: dict[str, date] = {}
    known = {profile.id: profile for profile, _ in pairs}
    for later, item in pairs:
        if later.replaces is None:
            continue
        earlier = known.get(later.replaces)
        if earlier is None or earlier.valid_from >= later.valid_from:
            item.refuse(f"replaces {later.replaces!r}; expected an earlier one of {sorted(known)}")
        if earlier.valid_until is not None or earlier.id in ends:
            item.refuse(f"replaces {later.replaces!r}, which has an end already")
        ends[earlier.id] = later.valid_from
    return [
        (replace(profile, valid_until=ends.get(profile.id, profile.valid_until)), item)
        for profile, item in pairs
    ]


def _regulation(item: Item) -> Regulation:
    required = (
        "id", "title", "reference", "valid_from", "start_event", "verification_days",
        "first_follow_up_days", "reply_window_days", "classes",
    )  # fmt: skip
    entry = item.fields(
        required=required,
        optional=("valid_until", "replaces", "rows", "waiting_pauses"),
        what="a regulation",
    )
    valid_from = entry["valid_from"].day()
    valid_until = entry["valid_until"].day() if "valid_until" in entry else None
    if valid_until is not None and valid_until <= valid_from:
        problem = f"expected a day after valid_from {valid_from}, got {valid_until}"
        entry["valid_until"].refuse(problem)
    if (event := entry["start_event"].code()) not in START_EVENTS:
        problem = f"expected one of {list(START_EVENTS)}, got {event!r}"
        entry["start_event"].refuse(problem)
    classes = entry["classes"].mapping("classes")
    rows = entry["rows"].sequence("rows") if "rows" in entry else ()
    needed = () if rows else CATEGORIES  # its own rows answer its own classes
    if missing := [code for code in needed if code not in classes]:
        problem = f"no limit for class {missing[0]!r}; every one of {list(CATEGORIES)} needs one"
        entry["classes"].refuse(problem)
    return Regulation(
        id=entry["id"].code(),
        title=entry["title"].text(),
        reference=entry["reference"].text(),
        valid_from=valid_from,
        valid_until=valid_until,
        start_event=event,
        verification_days=_days(entry["verification_days"]),
        first_follow_up_days=_days(entry["first_follow_up_days"]),
        reply_window_days=_days(entry["reply_window_days"]),
        classes=MappingProxyType({code: _limit(item) for code, item in classes.items()}),
        rows=rows,
        replaces=entry["replaces"].code() if "replaces" in entry else None,
        waiting_pauses="waiting_pauses" in entry and entry["waiting_pauses"].boolean(),
    )


def _limit(item: Item) -> Limit:
    entry = item.fields(required=("working_days", "reminder_days"), what="a class")
    working_days = _days(entry["working_days"])
    reminders = entry["reminder_days"].sequence("reminder_days")
    for reminder in reminders:
        if _days(reminder) >= working_days:
            reminder.refuse(
                f"expected less than the limit of {working_days}, got {reminder.integer()}"
            )
    days = {reminder.integer() for reminder in reminders}
    return Limit(working_days=working_days, reminder_days=tuple(sorted(days, reverse=True)))


def _days(item: Item) -> int:
    days = item.integer()
    if not 1 <= days <= MAX_DAYS:
        item.refuse(f"expected 1 to {MAX_DAYS} working days, got {days}")
    return days
