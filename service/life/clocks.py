"""The clocks of one complaint: to verify, to follow up first, to settle, and to wait for a reply.

Every figure comes from the regulation profile of the day of receipt. A transfer restarts none of
them, a changed class counts from the same start.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rules.agreements import Agreement
from rules.regulations import Regulation
from rules.ruleset import RuleSet
from rules.sla import Pause, count_on, sla_for
from rules.workdays import WorkCalendar
from service.clock import region_of_body
from service.life.case import Hold
from service.life.timeline import Span, Timeline

VERIFICATION, FOLLOW_UP, CLASS, REPLY = "verification", "follow_up", "class", "reply"
CLOCKS = (VERIFICATION, FOLLOW_UP, CLASS, REPLY)
_DAY = timedelta(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One clock.

    Attributes
    ----------
    name : str
        One of ``CLOCKS``.
    working_days : int
        The law's limit.
    starts_on, due_on : date or None
        Day 0 and last day in time; None while what starts it has not happened.
    done_on : date or None
        When it was met, late or not.
    is_waiting : bool
        Whether it stands still because the reporter is asked for more; ``due_on`` then moves with
        every day.
    reminders : tuple of pair of int and date
        Working days before the limit, and the day that is.
    agreement : Agreement or None
        The agreed limit that counts instead.
    legal_due_on : date or None
        Last day in time without it.
    extra_days : int
        Working days granted by extensions.
    pauses : tuple of Pause
        Days that did not count.
    is_estimated : bool
        Whether it depends on a day off that no decree settles yet.
    """

    name: str
    working_days: int
    starts_on: date | None
    due_on: date | None
    done_on: date | None
    is_waiting: bool = False
    reminders: tuple[tuple[int, date], ...] = ()
    agreement: Agreement | None = None
    legal_due_on: date | None = None
    extra_days: int = 0
    pauses: tuple[Pause, ...] = ()
    is_estimated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockFacts:
    """What the clocks of a complaint depend on.

    Attributes
    ----------
    timeline : Timeline
    status, category, topic : str
    agency : str or None
    holds : tuple of Hold
        Only approved ones count.
    """

    timeline: Timeline
    status: str
    category: str
    topic: str
    agency: str | None
    holds: tuple[Hold, ...] = ()


class Clockwork:
    """Rules that turn facts into clocks, on one day of receipt.

    Parameters
    ----------
    ruleset : RuleSet
    rules_day : date
        Day whose rules count.
    """

    def __init__(self, ruleset: RuleSet, rules_day: date) -> None:
        self.ruleset, self.rules_day = ruleset, rules_day
        self.regulation: Regulation = ruleset.regulations.on(rules_day)

    def calendar(self, agency: str | None) -> WorkCalendar:
        """Return the working days of a body."""
        return self.ruleset.calendar.in_region(region_of_body(agency))

    def agreement(self, agency: str | None, topic: str, category: str) -> Agreement | None:
        """Return the agreed limit that binds a body, or None."""
        agreements = self.ruleset.agreements
        return agreements.find(agency, topic=topic, category=category, day=self.rules_day)

    def clocks(self, facts: ClockFacts) -> dict[str, Clock]:
        """Return every clock by its name.

        Raises
        ------
        OutsideCalendarError
            If a limit lies after the last day that is known.
        """
        return {
            VERIFICATION: self._verification(facts),
            FOLLOW_UP: self._follow_up(facts),
            CLASS: self.of_class(facts),
            REPLY: self._reply(facts),
        }

    def starts_on(self, timeline: Timeline) -> date | None:
        """Return the day on which the class clock starts.

        A complaint is verified when it is disposed of. Where the regulation counts from the
        complete file, the last completion starts it anew.
        """
        match self.regulation.start_event:
            case "received":
                return timeline.received_on
            case "completed" if timeline.disposed_on and timeline.completed_on:
                return max(timeline.disposed_on, timeline.completed_on)
            case _:
                return timeline.disposed_on

    def of_class(self, facts: ClockFacts) -> Clock:
        """Return the clock of the follow-up class."""
        timeline, calendar = facts.timeline, self.calendar(facts.agency)
        agreement = self.agreement(facts.agency, facts.topic, facts.category)
        pauses = self._pauses(facts, rests=timeline.rests)
        extra_days = sum(hold.days for hold in facts.holds if hold.is_approved)
        sla = sla_for(
            facts.category,
            self.starts_on(timeline),
            self.regulation,
            calendar,
            pauses=pauses,
            extra_days=extra_days,
            agreed_days=agreement.limits[facts.category] if agreement else None,
        )
        days = self.regulation.classes[facts.category].reminder_days
        # A limit that is shorter by agreement may have no room for the first ones.
        days = days[len(days) - len(sla.reminders) :]
        return Clock(
            name=CLASS,
            working_days=sla.working_days,
            starts_on=sla.starts_on,
            due_on=sla.due_on,
            done_on=timeline.answered_on,
            is_waiting=self._is_waiting(facts),
            reminders=tuple(zip(days, sla.reminders, strict=True)),
            agreement=agreement,
            legal_due_on=sla.legal_due_on,
            extra_days=extra_days,
            pauses=tuple(pauses),
            is_estimated=sla.is_estimated,
        )

    def _verification(self, facts: ClockFacts) -> Clock:
        timeline = facts.timeline
        done_on = timeline.disposed_on or timeline.answered_on
        days = self.regulation.verification_days
        return self._plain(VERIFICATION, days, timeline.received_on, done_on, facts, None)

    def _follow_up(self, facts: ClockFacts) -> Clock:
        timeline = facts.timeline
        days, done_on = self.regulation.first_follow_up_days, timeline.followed_up_on
        agency = facts.agency
        return self._plain(FOLLOW_UP, days, timeline.disposed_on, done_on, facts, agency)

    def _reply(self, facts: ClockFacts) -> Clock:
        answered_on = facts.timeline.answered_on
        days = self.regulation.reply_window_days
        done_on = answered_on if facts.status != "answered" else None
        calendar = self.calendar(facts.agency)
        due_on = count_on(answered_on, days, calendar) if answered_on else None
        return Clock(
            name=REPLY,
            working_days=days,
            starts_on=answered_on,
            due_on=due_on,
            done_on=done_on,
            legal_due_on=due_on,
            is_estimated=_is_estimated(answered_on, due_on, calendar),
        )

    def _plain(
        self,
        name: str,
        days: int,
        starts_on: date | None,
        done_on: date | None,
        facts: ClockFacts,
        agency: str | None,
    ) -> Clock:
        calendar, pauses = self.calendar(agency), self._pauses(facts)
        due_on = count_on(starts_on, days, calendar, pauses=pauses) if starts_on else None
        return Clock(
            name=name,
            working_days=days,
            starts_on=starts_on,
            due_on=due_on,
            done_on=done_on,
            is_waiting=self._is_waiting(facts),
            legal_due_on=due_on,
            pauses=tuple(pauses),
            is_estimated=_is_estimated(starts_on, due_on, calendar),
        )

    def _pauses(self, facts: ClockFacts, rests: Sequence[Span] = ()) -> list[Pause]:
        pauses = [
            Pause(first=hold.first, last=hold.last, reason="force_majeure")
            for hold in facts.holds
            if hold.is_approved and hold.first and hold.last
        ]
        pauses += [Pause(first=a + _DAY, last=b, reason="answered") for a, b in rests]
        if self.regulation.waiting_pauses:
            waits = facts.timeline.waits
            pauses += [Pause(first=a + _DAY, last=b, reason="waiting") for a, b in waits]
        return pauses

    def _is_waiting(self, facts: ClockFacts) -> bool:
        return self.regulation.waiting_pauses and facts.timeline.waiting_since is not None


def _is_estimated(start: date | None, end: date | None, calendar: WorkCalendar) -> bool:
    return start is not None and end is not None and calendar.rests_on_estimate(start, end)
