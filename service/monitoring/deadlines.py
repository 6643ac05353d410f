"""Every deadline of one complaint, explained day by day."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import Connection, select
from typing_extensions import TypedDict

from rules.agreements import Agreement
from rules.explained import explain_deadline
from rules.regulations import Regulation
from rules.ruleset import RuleSet
from service.actors import Actor
from service.life.case import Hold, first_case
from service.life.clocks import VERIFICATION, Clock
from service.life.law import RulesLaw, facts_of, law_of, zone_of_body
from service.life.past import effective, opening
from service.store import schema
from service.store.reading import past_of, read_actions
from service.store.visibility import visible_to


class DayOut(TypedDict):
    """One day between start and limit; ``number`` is null where it was skipped, and why."""

    day: str
    number: int | None
    skipped: str | None
    reference: str | None
    estimated: bool


class ReminderOut(TypedDict):
    """A reminder: so many working days before the limit."""

    days_before: int
    on: str


class PauseOut(TypedDict):
    """Days that did not count, both ends included."""

    first: str
    last: str
    reason: str


class HoldOut(TypedDict):
    """A pause or an extension; it moves nothing until a second person approves it."""

    kind: str
    first: str | None
    last: str | None
    days: int
    approved: bool


class AgreementOut(TypedDict):
    """The service-level agreement whose limit counts."""

    id: str
    parties: list[str]
    service: str
    standard: str
    points: list[str]
    rights: list[str]
    duties: list[str]
    force_majeure: str
    working_days: int
    valid_from: str
    valid_until: str
    source: str


class ClockOut(TypedDict):
    """One clock; ``due_on`` is the agreed limit where there is one, ``legal_due_on`` the law's."""

    clock: str
    working_days: int
    starts_on: str | None
    due_on: str | None
    legal_due_on: str | None
    done_on: str | None
    waiting: bool
    estimated: bool
    extra_days: int
    reminders: list[ReminderOut]
    pauses: list[PauseOut]
    agreement: AgreementOut | None
    days: list[DayOut]


class RegulationOut(TypedDict):
    """The profile that every figure comes from."""

    id: str
    title: str
    reference: str
    start_event: str
    waiting_pauses: bool


class DeadlinesOut(TypedDict):
    """All clocks of a complaint; days are those of the zone of the body that has it."""

    id: str
    version: int
    status: str
    category: str
    zone: str
    calendar: str
    regulation: RegulationOut
    holds: list[HoldOut]
    clocks: list[ClockOut]


def read_deadlines(
    connection: Connection, ruleset: RuleSet, complaint_id: UUID, viewer: Actor
) -> DeadlinesOut | None:
    """Return the deadlines, or None where there is no complaint that the viewer may see.

    Parameters
    ----------
    connection : Connection
    ruleset : RuleSet
        Its calendar is the one of today: a decree of mid-year moves what is still open.
    complaint_id : UUID
    viewer : Actor
    """
    complaint, standing, proposal = schema.complaint, schema.standing, schema.proposal
    query = (
        select(complaint.c.created_at, complaint.c.received_at, proposal.c.answer)
        .add_columns(standing.c.version)
        .join(standing, standing.c.complaint_id == complaint.c.id)
        .join(proposal, proposal.c.complaint_id == complaint.c.id)
        .where(complaint.c.id == complaint_id, visible_to(viewer))
        .order_by(proposal.c.id)
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    first = first_case(row.answer)
    past = past_of(read_actions(connection, complaint_id))
    law = law_of(ruleset, row.answer["sla"]["starts_on"], row.received_at or row.created_at)
    history = effective([opening(first, row.created_at), *past])
    case = past[-1].case if past else first
    clocks = law.clockwork.clocks(facts_of(case, law.timeline(history)))
    return {
        "id": str(complaint_id),
        "version": row.version,
        "status": case.status,
        "category": case.category,
        "zone": zone_of_body(ruleset, case.agency),
        "calendar": ruleset.calendar.version,
        "regulation": _regulation(law.clockwork.regulation),
        "holds": [_hold(hold) for hold in case.holds],
        "clocks": [
            _clock(clock, law, case.category, None if name == VERIFICATION else case.agency)
            for name, clock in clocks.items()
        ],
    }


def _regulation(profile: Regulation) -> RegulationOut:
    return {
        "id": profile.id,
        "title": profile.title,
        "reference": profile.reference,
        "start_event": profile.start_event,
        "waiting_pauses": profile.waiting_pauses,
    }


def _hold(hold: Hold) -> HoldOut:
    return {
        "kind": hold.kind,
        "first": _iso(hold.first),
        "last": _iso(hold.last),
        "days": hold.days,
        "approved": hold.is_approved,
    }


def _clock(clock: Clock, law: RulesLaw, category: str, agency: str | None) -> ClockOut:
    return {
        "clock": clock.name,
        "working_days": clock.working_days,
        "starts_on": _iso(clock.starts_on),
        "due_on": _iso(clock.due_on),
        "legal_due_on": _iso(clock.legal_due_on),
        "done_on": _iso(clock.done_on),
        "waiting": clock.is_waiting,
        "estimated": clock.is_estimated,
        "extra_days": clock.extra_days,
        "reminders": [
            {"days_before": days, "on": day.isoformat()} for days, day in clock.reminders
        ],
        "pauses": [
            {"first": p.first.isoformat(), "last": p.last.isoformat(), "reason": p.reason}
            for p in clock.pauses
        ],
        "agreement": _agreement(clock.agreement, category) if clock.agreement else None,
        "days": _days(clock, law, agency),
    }


def _agreement(agreement: Agreement, category: str) -> AgreementOut:
    return {
        "id": agreement.id,
        "parties": list(agreement.parties),
        "service": agreement.service,
        "standard": agreement.standard,
        "points": list(agreement.points),
        "rights": list(agreement.rights),
        "duties": list(agreement.duties),
        "force_majeure": agreement.force_majeure,
        "working_days": agreement.limits[category],
        "valid_from": agreement.valid_from.isoformat(),
        "valid_until": agreement.valid_until.isoformat(),
        "source": agreement.source,
    }


def _days(clock: Clock, law: RulesLaw, agency: str | None) -> list[DayOut]:
    """Return every day up to the later of agreed and legal limit."""
    if clock.starts_on is None or clock.legal_due_on is None:
        return []
    calendar = law.clockwork.calendar(agency)
    days = explain_deadline(clock.starts_on, clock.legal_due_on, calendar, pauses=clock.pauses)
    return [
        {
            "day": day.day.isoformat(),
            "number": day.number,
            "skipped": day.skipped,
            "reference": day.reference,
            "estimated": day.is_estimated,
        }
        for day in days
    ]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
