"""One rule of a decision table: conditions, answers, dates and legal basis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from rules.cells import Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Who is informed besides the body that must answer.

    Attributes
    ----------
    agency : str
        Code, or ``PEMDA`` for the regional government of the place.
    level : str or None
        Which regional government; None follows the matter.
    unit : str or None
        Office inside it.
    """

    agency: str
    level: str | None = None
    unit: str | None = None


Answer: TypeAlias = str | tuple[Copy, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One rule.

    Attributes
    ----------
    id : str
        Stable name; used again only by a later version whose dates do not overlap.
    when : mapping of str to Cell
        Conditions by input; an input that is absent may be anything.
    then : mapping of str to Answer
        Answers by output; an output that is absent is left open.
    valid_from : date
        First day in force.
    valid_until : date or None
        First day no longer in force.
    reference : str
        Legal basis.
    note : str or None
        What a reader should know.
    priority : int
        Lower goes first under ``priority``, 0 elsewhere.
    line : int
        Line in the file.
    """

    id: str
    when: Mapping[str, Cell]
    then: Mapping[str, Answer]
    valid_from: date
    valid_until: date | None
    reference: str
    note: str | None
    priority: int
    line: int

    def is_in_force(self, day: date) -> bool:
        """Say whether the row counts on this day."""
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)

    def meets(self, other: Row) -> bool:
        """Say whether both are in force on some day."""
        return (other.valid_until is None or self.valid_from < other.valid_until) and (
            self.valid_until is None or other.valid_from < self.valid_until
        )
