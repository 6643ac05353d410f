"""What a report needs from the rules: working days, time zones, and names for codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from rules.ruleset import RuleSet
from rules.workdays import WorkCalendar

_REGIONAL = "PEMDA-"
_JAKARTA = timedelta(hours=7)
_SOME_DAY = datetime(2026, 1, 1)  # noqa: DTZ001  # Indonesia has no summer time: any day will do


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """The calendar and the names that a report is read with.

    Attributes
    ----------
    calendar : WorkCalendar
        Working days.
    agencies, topics, provinces : mapping of str to str
        Name by code; a code that is missing stands for itself.
    offsets : mapping of str to timedelta
        Hours ahead of UTC by the code of a province.
    """

    calendar: WorkCalendar
    agencies: Mapping[str, str]
    topics: Mapping[str, str]
    provinces: Mapping[str, str]
    offsets: Mapping[str, timedelta]

    def local_day(self, moment: datetime, agency: str | None, region: str | None) -> date:
        """Return the day of a moment in UTC: of the place, Jakarta's for central bodies."""
        return (moment + self.offset(agency, region)).date()

    def offset(self, agency: str | None, region: str | None) -> timedelta:
        """Return how far local time is ahead of UTC."""
        if agency is None or not agency.startswith(_REGIONAL):
            return _JAKARTA
        return self.offsets.get((region or agency[len(_REGIONAL) :])[:2], _JAKARTA)

    def working_days(self, start: date, end: date) -> int | None:
        """Return the working days after one day up to another; None outside the calendar."""
        if not (self.calendar.covers(start) and self.calendar.covers(end)):
            return None
        return max(0, self.calendar.between(start, end))


def reference_of(ruleset: RuleSet) -> Reference:
    """Return what the rules in use give."""
    provinces = ruleset.regions.of_kind("province")
    return Reference(
        calendar=ruleset.calendar,
        agencies={agency.code: agency.name for agency in ruleset.agencies},
        topics=ruleset.topics,
        provinces={region.code: region.name for region in provinces},
        offsets={
            region.code: ZoneInfo(region.zone).utcoffset(_SOME_DAY) or _JAKARTA
            for region in provinces
        },
    )
