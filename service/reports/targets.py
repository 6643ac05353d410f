"""Targets against actual figures; targets are an operator's dated data, none is built in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from rules.loading import Item, read_yaml
from service.reports import labels

# What a target can be about, and whether more is better.
MEASURES: Final[dict[str, bool]] = {
    "on_time_share": True,
    "followed_up_share": True,
    "resolved_share": True,
    "follow_up_mean": False,
    "follow_up_median": False,
    "overdue": False,
    "incoming": True,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What somebody has set as a target.

    Attributes
    ----------
    measure : str
        A key of ``MEASURES``.
    value : float
        A share from 0 to 1, working days, or a count.
    agency : str or None
        The body it is for; None for all that have none of their own.
    valid_from, valid_until : date
        First day, and first day no longer in force or None.
    source : str
        Where it is set.
    """

    measure: str
    value: float
    agency: str | None
    valid_from: date
    valid_until: date | None
    source: str

    def counts(self, day: date, agency: str | None) -> bool:
        """Return whether it is in force on a day and for this body."""
        is_open = self.valid_until is None or day < self.valid_until
        return self.valid_from <= day and is_open and self.agency in (None, agency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A target, what was reached, and whether that is enough; None where nothing was measured."""

    measure: str
    label: str
    target: float
    actual: float | None
    is_met: bool | None
    source: str


def load_targets(path: Path | None) -> tuple[Target, ...]:
    """Return the targets of a YAML file; without a file there are none.

    Raises
    ------
    RuleFileError
        If the file is broken or a measure is unknown.
    """
    if path is None:
        return ()
    return tuple(_target(item) for item in read_yaml(path).sequence("targets"))


def compare(
    figures: object, targets: Sequence[Target], *, day: date, agency: str | None
) -> tuple[Compared, ...]:
    """Return every target that counts on a day, a body's own before the general one.

    Parameters
    ----------
    figures : Figures or PublicFigures
        What was reached; a measure that it has not is not measured.
    targets : sequence of Target
    day : date
        Usually the last one of the period.
    agency : str or None
        The body that the figures are about; None for many.
    """
    chosen: dict[str, Target] = {}
    for target in targets:
        if not target.counts(day, agency):
            continue
        known = chosen.get(target.measure)
        if known is None or (known.agency is None and target.agency is not None):
            chosen[target.measure] = target
    return tuple(_compared(figures, chosen[measure]) for measure in MEASURES if measure in chosen)


def is_met(measure: str, target: float, actual: float) -> bool:
    """Return whether a figure reaches a target.

    Examples
    --------
    >>> is_met("on_time_share", 0.9, 0.9), is_met("follow_up_median", 5, 6)
    (True, False)
    """
    return actual >= target if MEASURES[measure] else actual <= target


def _compared(figures: object, target: Target) -> Compared:
    actual: float | None = getattr(figures, target.measure, None)
    return Compared(
        measure=target.measure,
        label=labels.MEASURES[target.measure],
        target=target.value,
        actual=actual,
        is_met=None if actual is None else is_met(target.measure, target.value, actual),
        source=target.source,
    )


def _target(item: Item) -> Target:
    entry = item.fields(
        required=("measure", "value", "valid_from", "source"),
        optional=("agency", "valid_until"),
        what="a target",
    )
    measure = entry["measure"].code()
    if measure not in MEASURES:
        entry["measure"].refuse(f"expected one of {list(MEASURES)}, got {measure!r}")
    value = entry["value"].number()
    if value < 0 or (measure.endswith("_share") and value > 1):
        entry["value"].refuse(f"expected a share from 0 to 1 or a number from 0, got {value}")
    return Target(
        measure=measure,
        value=value,
        agency=entry["agency"].code() if "agency" in entry else None,
        valid_from=entry["valid_from"].day(),
        valid_until=entry["valid_until"].day() if "valid_until" in entry else None,
        source=entry["source"].text(),
    )
