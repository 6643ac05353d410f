"""When a complaint came, as far as it is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from rules.sla import local_day
from service.complaint import Complaint

HOME_ZONE = "Asia/Jakarta"  # of the national admins
_REGIONAL = "PEMDA-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """When a complaint came, as far as it is known.

    Attributes
    ----------
    moment : datetime or None
        Moment of receipt.
    day : date or None
        Day of receipt where only that is known.
    rules_day : date
        Day whose rules count.
    assumed : bool
        Whether the moment is the server's and not the complaint's.
    """

    moment: datetime | None
    day: date | None
    rules_day: date
    assumed: bool

    @classmethod
    def of(
        cls,
        complaint: Complaint,
        today: date,
        received_on: date | None,
        assume_now: datetime | None,
    ) -> Clock:
        """Return what is known: the complaint's own moment first, then what the caller says."""
        moment = complaint.received_at or (None if received_on else assume_now)
        if moment is None:
            return cls(moment=None, day=received_on, rules_day=received_on or today, assumed=False)
        day = local_day(moment, HOME_ZONE)
        assumed = complaint.received_at is None
        return cls(moment=moment, day=None, rules_day=day, assumed=assumed)

    def starts_on(self, zone: str) -> date | None:
        """Return the local day of receipt, day 0."""
        return self.day if self.moment is None else local_day(self.moment, zone)


def region_of_body(agency: str | None) -> str | None:
    """Return the region that a body governs, whose calendar and zone it keeps; None for others.

    Examples
    --------
    >>> region_of_body("PEMDA-32.04"), region_of_body("POLRI")
    ('32.04', None)
    """
    if agency is None or not agency.startswith(_REGIONAL):
        return None
    return agency.removeprefix(_REGIONAL)
