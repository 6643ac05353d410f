"""How much went out by itself, and how often people decided otherwise than the machine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, case, func, select

from service.actors import Actor
from service.auth.roles import ADMIN_INSTANSI, ADMIN_NASIONAL, PEJABAT_PENGHUBUNG
from service.reports.figures import share
from service.reports.period import Period
from service.reports.reference import Reference
from service.store.schema import action, complaint, standing
from service.store.visibility import visible_to

_ELSEWHERE = ("change", "transfer")
_DECIDED = ("accept", *_ELSEWHERE)
_AT_AGENCY = (ADMIN_INSTANSI, PEJABAT_PENGHUBUNG)
_WIDEST = timedelta(hours=9)  # ahead of UTC: the east of Papua
_ROWS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Automation:
    """What became of the machine's proposals for the complaints of a period.

    Attributes
    ----------
    scored : int
        Complaints that the machine has answered; imported history is none of them.
    automatic : int
        Of those, went out by themselves.
    corrected : int
        Of the automatic ones, changed or sent elsewhere by a national admin, or given back by an
        agency.
    reviewed, overridden : int
        Of the others, decided by a national admin; of those, changed or sent elsewhere.
    """

    scored: int = 0
    automatic: int = 0
    corrected: int = 0
    reviewed: int = 0
    overridden: int = 0

    @property
    def automatic_share(self) -> float | None:
        """Share of what was scored that went out by itself; None without any."""
        return share(self.automatic, self.scored)

    @property
    def corrected_share(self) -> float | None:
        """Share of the automatic ones that people corrected afterwards; None without any."""
        return share(self.corrected, self.automatic)

    @property
    def override_rate(self) -> float | None:
        """Share of the reviewed ones in which people decided otherwise; None without any."""
        return share(self.overridden, self.reviewed)


class _Fate(NamedTuple):
    month: str
    is_automatic: bool
    decided: bool
    elsewhere: bool
    returned: bool


def read_automation(
    connection: Connection,
    viewer: Actor,
    reference: Reference,
    *,
    period: Period,
    agency: str | None = None,
) -> tuple[Automation, Mapping[str, Automation]]:
    """Return the figures of a period, and those of each month in which anything was scored.

    Parameters
    ----------
    connection : Connection
    viewer : Actor
        Counts what he may see.
    reference : Reference
        Time zones.
    period : Period
        By the local day of receipt.
    agency : str, optional
        Only complaints that this body must answer now.
    """
    months: dict[str, list[_Fate]] = defaultdict(list)
    for fate in _fates(connection, viewer, reference, period, agency):
        months[fate.month].append(fate)
    every = [fate for fates in months.values() for fate in fates]
    return _count(every), {month: _count(months[month]) for month in sorted(months)}


def _count(fates: list[_Fate]) -> Automation:
    automatic = [fate for fate in fates if fate.is_automatic]
    reviewed = [fate for fate in fates if not fate.is_automatic and fate.decided]
    return Automation(
        scored=len(fates),
        automatic=len(automatic),
        corrected=sum(fate.elsewhere or fate.returned for fate in automatic),
        reviewed=len(reviewed),
        overridden=sum(fate.elsewhere for fate in reviewed),
    )


def _fates(
    connection: Connection,
    viewer: Actor,
    reference: Reference,
    period: Period,
    agency: str | None,
) -> Iterator[_Fate]:
    came = func.coalesce(complaint.c.received_at, complaint.c.created_at)
    wanted: list[ColumnElement[bool]] = [
        visible_to(viewer),
        came >= datetime.combine(period.start, time(), UTC) - _WIDEST,
        came < datetime.combine(period.until, time(), UTC),
    ]
    if agency is not None:
        wanted.append(standing.c.agency == agency)
    # An undoing follows at once what it takes back, whatever that was.
    following = func.lead(action.c.action).over(
        partition_by=action.c.complaint_id, order_by=action.c.version
    )
    acts = (
        select(action.c.complaint_id, action.c.action, action.c.actor_role)
        .add_columns(following.label("following"))
        .join(standing, standing.c.complaint_id == action.c.complaint_id)
        .join(complaint, complaint.c.id == action.c.complaint_id)
        .where(*wanted)
        .subquery()
    )
    national = acts.c.actor_role == ADMIN_NASIONAL
    given_back = and_(acts.c.action == "return", acts.c.actor_role.in_(_AT_AGENCY))
    done = (
        select(
            acts.c.complaint_id,
            _any(and_(national, acts.c.action.in_(_DECIDED))).label("decided"),
            _any(and_(national, acts.c.action.in_(_ELSEWHERE))).label("elsewhere"),
            _any(given_back).label("returned"),
        )
        .where(func.coalesce(acts.c.following, "") != "undo")
        .group_by(acts.c.complaint_id)
        .subquery()
    )
    query = (
        select(came.label("came"), standing.c.agency, standing.c.region, standing.c.decision)
        .add_columns(done.c.decided, done.c.elsewhere, done.c.returned)
        .join(complaint, complaint.c.id == standing.c.complaint_id)
        .outerjoin(done, done.c.complaint_id == standing.c.complaint_id)
        .where(*wanted)
    )
    result = connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(query)
    for row in result:
        day = reference.local_day(row.came, row.agency, row.region)
        if period.start <= day < period.until:
            yield _Fate(
                day.isoformat()[:7],
                row.decision == "auto",
                bool(row.decided),
                bool(row.elsewhere),
                bool(row.returned),
            )


def _any(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.max(case((condition, 1), else_=0))
