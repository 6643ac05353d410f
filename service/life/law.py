"""What the rules say when a person decides: levels of bodies, and the class with its deadline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rules.ruleset import RuleSet
from rules.sla import sla_for


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesLaw:
    """The rules of one complaint's day.

    Attributes
    ----------
    ruleset : RuleSet
    rules_day : date
        Day whose rules count.
    starts_on : date or None
        Day of receipt; a changed class is counted from it, not from the day of the change.
    """

    ruleset: RuleSet
    rules_day: date
    starts_on: date | None

    def level_of(self, agency: str) -> str | None:
        """Return the level of government of a body, None for an unknown code."""
        found = self.ruleset.agencies.get(agency)
        return found.level if found else None

    def class_of(
        self, kind: str, misconduct: bool, inspection: bool
    ) -> tuple[str, int, str | None]:
        """Return follow-up class, working days and last day (ISO)."""
        category, _ = self.ruleset.on(self.rules_day).category(kind, misconduct, inspection)
        regulation = self.ruleset.regulations.on(self.rules_day)
        sla = sla_for(category, self.starts_on, regulation, self.ruleset.calendar)
        return category, sla.working_days, sla.due_on.isoformat() if sla.due_on else None
