"""Who is told when a deadline has passed, and how long after: dated ladders of steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

from rules.errors import RuleFileError
from rules.loading import Item, read_yaml
from rules.regulations import MAX_DAYS

CLOCKS = ("verification", "follow_up", "class")
ROLES = ("pejabat_penghubung", "admin_instansi", "pembina", "admin_nasional")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One rung.

    Attributes
    ----------
    after_days : int
        Working days after the limit on which it is reached, at least 1.
    to_role : str
        Who is told then.
    """

    after_days: int
    to_role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """The rungs of each clock while they count.

    Attributes
    ----------
    id, reference : str
        Name in the data, and where the steps come from.
    valid_from : date
        First day on which it counts; it ends where the next one begins.
    is_house_practice : bool
        Whether no regulation names the steps.
    steps : mapping of str to tuple of Step
        By clock, in the order in which they are reached.
    """

    id: str
    reference: str
    valid_from: date
    is_house_practice: bool
    steps: Mapping[str, tuple[Step, ...]]


@dataclass(frozen=True, slots=True)
class Escalation:
    """All ladders, earliest first."""

    ladders: tuple[Ladder, ...]

    def steps(self, clock: str, day: date) -> tuple[Step, ...]:
        """Return the rungs of a clock that count for a limit on this day; none before the first."""
        for ladder in reversed(self.ladders):
            if ladder.valid_from <= day:
                return ladder.steps.get(clock, ())
        return ()


def load_escalation(path: Path) -> Escalation:
    """Return the ladders of a file.

    Raises
    ------
    RuleFileError
        If the file is broken, two ladders begin on one day, or the rungs of a clock are not in
        order.
    """
    entries = read_yaml(path).fields(required=("ladders",), what="the escalation")
    items = entries["ladders"].sequence("ladders")
    if not items:
        raise RuleFileError(path, entries["ladders"].line, "expected at least one ladder, got none")
    ladders = sorted((_ladder(item) for item in items), key=lambda ladder: ladder.valid_from)
    for earlier, later in pairwise(ladders):
        if earlier.valid_from == later.valid_from:
            problem = f"{earlier.id} and {later.id} both begin on {later.valid_from}"
            raise RuleFileError(path, entries["ladders"].line, problem)
    return Escalation(tuple(ladders))


def _ladder(item: Item) -> Ladder:
    entry = item.fields(
        required=("id", "valid_from", "reference", "house_practice", "steps"), what="a ladder"
    )
    steps = entry["steps"].mapping("steps")
    for clock, rungs in steps.items():
        if clock not in CLOCKS:
            rungs.refuse(f"expected a clock of {list(CLOCKS)}, got {clock!r}")
    return Ladder(
        id=entry["id"].code(),
        reference=entry["reference"].text(),
        valid_from=entry["valid_from"].day(),
        is_house_practice=entry["house_practice"].boolean(),
        steps=MappingProxyType({clock: _steps(rungs) for clock, rungs in steps.items()}),
    )


def _steps(item: Item) -> tuple[Step, ...]:
    steps: list[Step] = []
    for rung in item.sequence("steps"):
        entry = rung.fields(required=("after_days", "to_role"), what="a step")
        days, role = entry["after_days"].integer(), entry["to_role"].code()
        if not 1 <= days <= MAX_DAYS or (steps and days <= steps[-1].after_days):
            least = steps[-1].after_days + 1 if steps else 1
            entry["after_days"].refuse(f"expected {least} to {MAX_DAYS} working days, got {days}")
        if role not in ROLES:
            entry["to_role"].refuse(f"expected a role of {list(ROLES)}, got {role!r}")
        steps.append(Step(after_days=days, to_role=role))
    return tuple(steps)
