"""What the rules say when a person decides: levels of bodies, classes, days and deadlines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from rules.ruleset import RuleSet
from rules.sla import local_day
from service.clock import HOME_ZONE, region_of_body
from service.life.case import Case
from service.life.clocks import ClockFacts, Clockwork
from service.life.past import Past
from service.life.timeline import Timeline, timeline_of


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesLaw:
    """The rules of one complaint's day.

    Attributes
    ----------
    ruleset : RuleSet
    rules_day : date
        Day whose rules count.
    received_on : date or None
        Local day of receipt; a changed class is counted from it, not from the day of the change.
    """

    ruleset: RuleSet
    rules_day: date
    received_on: date | None

    def level_of(self, agency: str) -> str | None:
        """Return the level of government of a body, None for an unknown code."""
        found = self.ruleset.agencies.get(agency)
        return found.level if found else None

    def class_of(self, kind: str, misconduct: bool, inspection: bool) -> tuple[str, int]:
        """Return the follow-up class and its working days."""
        category, _ = self.ruleset.on(self.rules_day).category(kind, misconduct, inspection)
        return category, self.clockwork.regulation.classes[category].working_days

    def day_of(self, moment: datetime, agency: str | None) -> date:
        """Return the local day of a body."""
        return local_day(moment, zone_of_body(self.ruleset, agency))

    def working_days(self, after: date, last: date, agency: str | None) -> int:
        """Return how many working days of a body lie after a day up to and including another."""
        return self.clockwork.calendar(agency).between(after, last)

    def due_on(self, history: Sequence[Past]) -> str | None:
        """Return the last day in time (ISO) after all that counts, from the original start."""
        clock = self.clockwork.of_class(facts_of(history[-1].case, self.timeline(history)))
        return clock.due_on.isoformat() if clock.due_on else None

    def timeline(self, history: Sequence[Past]) -> Timeline:
        """Return the days of the complaint's life."""
        return timeline_of(history, self.received_on, self.day_of)

    @property
    def clockwork(self) -> Clockwork:
        """The clocks of the complaint's day."""
        return Clockwork(self.ruleset, self.rules_day)


def law_of(ruleset: RuleSet, starts_on: str | None, moment: datetime) -> RulesLaw:
    """Return the rules of a complaint.

    Parameters
    ----------
    ruleset : RuleSet
    starts_on : str or None
        Start of the clock (ISO) as the machine's answer gives it.
    moment : datetime
        Of receipt, with a zone.
    """
    rules_day = local_day(moment, HOME_ZONE)
    # Where something else starts the clock, the answer does not say when it was received.
    if ruleset.regulations.on(rules_day).start_event != "received":
        return RulesLaw(ruleset=ruleset, rules_day=rules_day, received_on=rules_day)
    received_on = date.fromisoformat(starts_on) if starts_on else None
    return RulesLaw(ruleset=ruleset, rules_day=rules_day, received_on=received_on)


def facts_of(case: Case, timeline: Timeline) -> ClockFacts:
    """Return what the clocks of a case depend on."""
    return ClockFacts(
        timeline=timeline,
        status=case.status,
        category=case.category,
        topic=case.topic,
        agency=case.agency,
        holds=case.holds,
    )


def zone_of_body(ruleset: RuleSet, agency: str | None) -> str:
    """Return the time zone of a body: that of its region, Jakarta's for the others."""
    region = region_of_body(agency)
    known = region is not None and ruleset.regions.get(region) is not None
    return ruleset.regions.zone_of(region) if region and known else HOME_ZONE
