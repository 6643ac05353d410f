"""A report: one pass over the complaints of a period, counted in every way that it is read."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Connection

from rules.vocabulary import CATEGORIES
from service.actors import Actor
from service.auth.visibility import sees_all
from service.life.table import STATUSES
from service.reports.figures import Figures, Tally, outcome_of
from service.reports.period import Period
from service.reports.records import Record, read_records
from service.reports.reference import Reference
from service.reports.shape import MOST_OVERDUE, AgencyRow, OverdueRow, ProvinceRow, Report

ALL, IN_REACH = "Semua instansi", "Instansi dalam lingkup pengguna"
FEWEST_JUDGED = 5  # below, a share in time says nothing about a body
NOTHING = Tally().figures()
_K = TypeVar("_K")


def league(rows: Iterable[AgencyRow]) -> list[AgencyRow]:
    """Return bodies by how they perform: share in time, then share followed up, then size.

    Bodies with fewer than five complaints that can be judged come after the others, and what is
    nobody's comes last.
    """

    def place(row: AgencyRow) -> tuple[bool, bool, float, float, int, str]:
        figures = row.figures
        judged = figures.on_time + figures.late
        return (
            row.code is None,
            judged < FEWEST_JUDGED,
            -(figures.on_time_share or 0) if judged >= FEWEST_JUDGED else 0,
            -(figures.followed_up_share or 0),
            -figures.incoming,
            row.name,
        )

    return sorted(rows, key=place)


def read_report(
    connection: Connection,
    *,
    viewer: Actor,
    period: Period,
    as_of: date,
    reference: Reference,
    agency: str | None = None,
) -> Report:
    """Return the report on what a viewer may see.

    Parameters
    ----------
    connection : Connection
        Best inside ``begin_snapshot``.
    viewer : Actor
        An agency sees its own, a province its regencies too, ``pembina`` his tier.
    period : Period
        Days of receipt.
    as_of : date
        Today, in Jakarta.
    reference : Reference
        Calendar, zones and names.
    agency : str, optional
        Only this body.
    """
    records = read_records(connection, viewer, reference, period=period, agency=agency)
    return make_report(
        records,
        period=period,
        as_of=as_of,
        reference=reference,
        agency=agency,
        is_whole=sees_all(viewer),
    )


def make_report(
    records: Iterable[Record],
    *,
    period: Period,
    as_of: date,
    reference: Reference,
    agency: str | None = None,
    is_whole: bool = True,
) -> Report:
    """Return the report on records, of which each is read once.

    ``is_whole`` says whether these are all there are, or those that somebody may see.
    """
    sums = _Sums(as_of, reference)
    for record in records:
        sums.add(record)
    scope = ALL if is_whole else IN_REACH
    if agency is not None:
        scope = reference.agencies.get(agency, agency)
    return sums.report(period, agency, scope)


class _Sums:
    """Everything that one pass counts; each record is looked at once."""

    def __init__(self, as_of: date, reference: Reference) -> None:
        self.as_of, self.reference = as_of, reference
        self.categories: dict[str, Tally] = defaultdict(Tally)
        self.topics: dict[str, Tally] = defaultdict(Tally)
        self.months: dict[str, Tally] = defaultdict(Tally)
        self.agencies: dict[str | None, Tally] = defaultdict(Tally)
        self.provinces: dict[str, Tally] = defaultdict(Tally)
        self.total = Tally()
        self.statuses: dict[str, int] = defaultdict(int)
        self.category_months: dict[tuple[str, str], int] = defaultdict(int)
        self.topic_months: dict[tuple[str, str], int] = defaultdict(int)
        self.historic = self.seen = 0
        self.late: list[tuple[int, int, Record]] = []

    def add(self, record: Record) -> None:
        outcome = outcome_of(record, self.as_of, self.reference)
        month = record.received_on.isoformat()[:7] if record.received_on else ""
        self.total.add(outcome)
        self.categories[record.category].add(outcome)
        self.topics[record.topic].add(outcome)
        self.months[month].add(outcome)
        self.agencies[record.agency].add(outcome)
        self.provinces[(record.region or "")[:2]].add(outcome)
        self.category_months[record.category, month] += 1
        self.topic_months[record.topic, month] += 1
        self.statuses[record.status] += 1
        self.historic += record.id is None
        if outcome.overdue and record.due_on is not None:
            self._note_overdue(record, record.due_on)

    def _note_overdue(self, record: Record, due_on: date) -> None:
        # The heap's first is the least overdue one: it makes place for a worse one.
        self.seen += 1
        entry = (-due_on.toordinal(), -self.seen, record)
        if len(self.late) < MOST_OVERDUE:
            heapq.heappush(self.late, entry)
        elif entry > self.late[0]:
            heapq.heapreplace(self.late, entry)

    def report(self, period: Period, agency: str | None, scope_name: str) -> Report:
        names = self.reference
        topics = _by_size(_figures(self.topics))
        categories = _figures(self.categories)
        by_month, provinces = _figures(self.months), _figures(self.provinces)
        months = period.months()
        return Report(
            period=period,
            as_of=self.as_of,
            agency=agency,
            scope_name=scope_name,
            total=self.total.figures(),
            historic=self.historic,
            by_category={
                code: categories[code]
                for code in dict.fromkeys((*CATEGORIES, *sorted(categories)))
                if code in categories
            },
            by_topic=topics,
            by_month={month: by_month.get(month, NOTHING) for month in months},
            by_status={code: self.statuses[code] for code in STATUSES if code in self.statuses},
            by_agency=tuple(
                AgencyRow(code=code, name=self._agency_name(code), figures=figures)
                for code, figures in _by_size(_figures(self.agencies)).items()
            ),
            by_province=tuple(
                ProvinceRow(code=code, name=name, figures=provinces.get(code, NOTHING))
                for code, name in names.provinces.items()
            ),
            category_trend=_trend(categories, months, self.category_months),
            topic_trend=_trend(topics, months, self.topic_months),
            overdue=self._overdue(),
        )

    def _agency_name(self, code: str | None) -> str:
        return "Belum ada instansi" if code is None else self.reference.agencies.get(code, code)

    def _overdue(self) -> tuple[OverdueRow, ...]:
        worst = sorted(self.late, key=lambda entry: entry[:2], reverse=True)
        return tuple(self._overdue_row(record) for _, _, record in worst)

    def _overdue_row(self, record: Record) -> OverdueRow:
        due_on = record.due_on or self.as_of
        return OverdueRow(
            id=None if record.id is None else str(UUID(record.id)),
            source=record.source,
            tracking_id=record.tracking_id,
            agency=record.agency,
            agency_name=self._agency_name(record.agency),
            unit=record.unit,
            category=record.category,
            topic=record.topic,
            status=record.status,
            received_on=record.received_on,
            due_on=due_on,
            working_days_late=self.reference.working_days(due_on, self.as_of),
        )


def _figures(tallies: Mapping[_K, Tally]) -> dict[_K, Figures]:
    return {key: tally.figures() for key, tally in tallies.items()}


def _trend(
    codes: Iterable[str], months: Iterable[str], counts: Mapping[tuple[str, str], int]
) -> dict[str, tuple[int, ...]]:
    order = tuple(months)
    return {code: tuple(counts.get((code, month), 0) for month in order) for code in codes}


def _by_size(found: Mapping[_K, Figures]) -> dict[_K, Figures]:
    ordered = sorted(found.items(), key=lambda item: (-item[1].incoming, str(item[0])))
    return dict(ordered)
