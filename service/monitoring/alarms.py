"""An alarm when the share of overrides or of reviews leaves its usual band.

Statistic: Laney's p' chart over whole weeks, Monday to Sunday in Jakarta. The centre is the pooled
share of the twelve weeks before; the limits lie three standard deviations of a binomial share from
it, widened by how much those weeks differed beyond chance (mean moving range of their z-scores over
1.128, at least 1). Plain limits would ring all the time: weeks differ by more than chance.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, FromClause, case, exists, func, select

from rules.sla import local_day
from service.clock import HOME_ZONE
from service.life.table import NATIONAL
from service.monitoring.changes import Changes
from service.monitoring.wanted import ALARM, PAST
from service.store import schema
from service.store.monitoring_schema import notice

WEEKS = 12
MIN_WEEKS, MIN_COUNT = 4, 30
SIGMAS = 3.0
_MOVING_RANGE = 1.128  # mean range of two draws from a normal distribution, in its deviations
_WEEK = timedelta(7)
_SLACK = timedelta(1)
_DECIDED = ("accept", "change", "transfer")
_OVERRIDES = ("change", "transfer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """How many of how many, in one week that begins on a Monday."""

    monday: date
    hits: int
    count: int

    @property
    def share(self) -> float:
        """Between 0 and 1; only asked where ``count`` is not 0."""
        return self.hits / self.count


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Where a week's share usually lies, between 0 and 1."""

    lower: float
    centre: float
    upper: float


def usual_band(before: Sequence[Week], count: int) -> Band | None:
    """Return the band of a week with so many cases.

    Parameters
    ----------
    before : sequence of Week
        The weeks before, oldest first; those with fewer than 30 cases are left out.
    count : int
        Cases of the week that is judged.

    Returns
    -------
    Band or None
        None where fewer than four weeks are left, or the week itself has fewer than 30 cases.
    """
    weeks = [week for week in before if week.count >= MIN_COUNT]
    if len(weeks) < MIN_WEEKS or count < MIN_COUNT:
        return None
    # Half a case on either side: a share that was always 0 or 1 has a band too.
    total = sum(week.count for week in weeks)
    centre = (sum(week.hits for week in weeks) + 0.5) / (total + 1)
    deviation = math.sqrt(centre * (1 - centre))
    scores = [(week.share - centre) * math.sqrt(week.count) / deviation for week in weeks]
    ranges = [abs(later - earlier) for earlier, later in pairwise(scores)]
    spread = max(1.0, sum(ranges) / len(ranges) / _MOVING_RANGE)
    reach = SIGMAS * spread * deviation / math.sqrt(count)
    return Band(lower=max(0.0, centre - reach), centre=centre, upper=min(1.0, centre + reach))


def find_alarms(connection: Connection, now: datetime) -> Changes:
    """Return the alarms of the last whole week that are not told yet, and those that are past."""
    today = local_day(now, HOME_ZONE)
    monday = today - timedelta(today.weekday()) - _WEEK
    changes = Changes(among=notice.c.kind == ALARM)
    told = select(notice.c.key, notice.c.due_on, notice.c.ended_at)
    rows = connection.execute(told.where(changes.among)).all()
    keys = {row.key for row in rows}
    # Only what is before the last whole week: a pass whose clock lags must end nothing newer.
    over = [row.key for row in rows if row.ended_at is None and row.due_on < monday.isoformat()]
    if over:
        changes.ended[PAST] = over
    for name, read in (("review_share", _reviews), ("override_rate", _overrides)):
        key = f"{ALARM}:{name}:{monday}"
        if key in keys:
            continue
        *before, last = read(connection, [monday - _WEEK * n for n in range(WEEKS, -1, -1)])
        band = usual_band(before, last.count)
        if band is not None and not band.lower <= last.share <= band.upper:
            changes.created.append(_alarm(key, name, last, band, now))
    return changes


def _alarm(key: str, name: str, week: Week, band: Band, now: datetime) -> dict[str, Any]:
    return {
        "key": key,
        "complaint_id": None,
        "kind": ALARM,
        "clock": name,
        "step": 0,
        "to_role": NATIONAL,
        "agency": None,
        "unit": None,
        "due_on": week.monday.isoformat(),
        "noticed_on": (week.monday + _WEEK).isoformat(),
        "detail": {
            "share": round(week.share, 4),
            "lower": round(band.lower, 4),
            "centre": round(band.centre, 4),
            "upper": round(band.upper, 4),
            "count": week.count,
        },
        "created_at": now,
    }


def _reviews(connection: Connection, mondays: Sequence[date]) -> list[Week]:
    """Return how many of the complaints of each week went to a person."""
    complaint, standing = schema.complaint, schema.standing
    source = standing.join(complaint, complaint.c.id == standing.c.complaint_id)
    hit = standing.c.decision == "review"
    return _weeks(connection, source, complaint.c.id, complaint.c.created_at, hit, mondays)


def _overrides(connection: Connection, mondays: Sequence[date]) -> list[Week]:
    """Return how many decisions of the national admins in each week changed the proposal."""
    action, undo = schema.action, schema.action.alias("undo")
    undone = exists().where(
        undo.c.complaint_id == action.c.complaint_id,
        undo.c.version == action.c.version + 1,
        undo.c.action == "undo",
    )
    is_decision = action.c.action.in_(_DECIDED) & (action.c.actor_role == NATIONAL) & ~undone
    hit = action.c.action.in_(_OVERRIDES)
    where = (is_decision,)
    return _weeks(connection, action, action.c.id, action.c.created_at, hit, mondays, where)


def _weeks(
    connection: Connection,
    source: FromClause,
    record_id: ColumnElement[UUID],
    moment: ColumnElement[datetime],
    hit: ColumnElement[bool],
    mondays: Sequence[date],
    where: Sequence[ColumnElement[bool]] = (),
) -> list[Week]:
    bounds = [_midnight(monday) for monday in (*mondays, mondays[-1] + _WEEK)]
    columns: list[ColumnElement[int]] = []
    for start, end in pairwise(bounds):
        inside = (moment >= start) & (moment < end)
        columns.append(func.count(case((inside & hit, 1))))
        columns.append(func.count(case((inside, 1))))
    # Ids begin with their moment: the index leads to the first one, the moments decide.
    first_id = UUID(int=int((bounds[0] - _SLACK).timestamp() * 1000) << 80)
    query = select(*columns).select_from(source).where(record_id >= first_id, *where)
    numbers = connection.execute(query).one()
    return [
        Week(monday=monday, hits=numbers[2 * n], count=numbers[2 * n + 1])
        for n, monday in enumerate(mondays)
    ]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(HOME_ZONE)).astimezone(UTC)
