"""Which days are working days (hari kerja) of the government.

Monday to Friday without national holidays and cuti bersama. Both come from the package
``holidays``; a dated file corrects it, because decrees also change in mid-year.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from importlib.metadata import version
from itertools import accumulate
from pathlib import Path

from holidays.countries.indonesia import Indonesia

from rules.errors import RulesError
from rules.overrides import Overrides, load_overrides

# The oldest regulation profile is in force from the last day of 2018.
FIRST_DAY = date(2018, 1, 1)
LAST_DAY = date(2035, 12, 31)

_WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_SATURDAY = 5
_ESTIMATE = "perkiraan"


class OutsideCalendarError(RulesError):
    """A day lies outside the calendar, so no deadline can be given."""


class WorkCalendar:
    """Working days between two days, both included, with counting in constant time.

    Parameters
    ----------
    days_off : mapping of date to str
        National holidays and cuti bersama with their names; weekends need no entry.
    first, last : date
        The calendar knows nothing outside of these.
    worked : collection of date, default=()
        Saturdays and Sundays that are working days by decree.
    decreed : collection of int or None, default=None
        Years whose holidays are decreed; None means all.
    estimated : collection of date, default=()
        Days off that are only estimated although their year is decreed.
    regional : mapping of str to mapping of date to str, optional
        Days off that one province or regency alone has, by its code.
    references : mapping of (str, date) to str, optional
        The decree behind a day that does not come from the package, by region ("" for the nation).
    version : str, default=""
        What the calendar was made from.

    Examples
    --------
    >>> off = {date(2026, 12, 24): "Cuti Bersama Natal", date(2026, 12, 25): "Natal"}
    >>> calendar = WorkCalendar(off, first=date(2026, 12, 1), last=date(2027, 1, 31))
    >>> calendar.after(date(2026, 12, 23), 1).isoformat()
    '2026-12-28'
    """

    def __init__(
        self,
        days_off: Mapping[date, str],
        *,
        first: date,
        last: date,
        worked: Collection[date] = (),
        decreed: Collection[int] | None = None,
        estimated: Collection[date] = (),
        regional: Mapping[str, Mapping[date, str]] | None = None,
        references: Mapping[tuple[str, date], str] | None = None,
        version: str = "",
    ) -> None:
        days = [first + timedelta(n) for n in range((last - first).days + 1)]
        flags = [
            day in worked or (day.weekday() < _SATURDAY and day not in days_off) for day in days
        ]
        self._working = [day for day, works in zip(days, flags, strict=True) if works]
        # Working days up to and including each day: the index of the next working day.
        self._seen = list(accumulate(flags))
        self._zero = first.toordinal()
        self._off = dict(days_off)
        self._decreed = None if decreed is None else frozenset(decreed)
        self._estimated = frozenset(estimated)
        self._estimated_in_order = sorted(self._estimated)
        self._worked = frozenset(worked)
        self._regional = dict(regional or {})
        self._references = dict(references or {})
        self._in_region: dict[str, WorkCalendar] = {}
        self.first, self.last, self.version = first, last, version

    def in_region(self, code: str | None) -> WorkCalendar:
        """Return the calendar of a body in a region: with the days off of it and its province.

        Parameters
        ----------
        code : str or None
            Kemendagri code; None for a body of the nation.
        """
        if code is None or not self._regional:
            return self
        around = [code[:end] for end in (2, 5) if len(code) >= end]
        own = {day: name for place in around for day, name in self._regional.get(place, {}).items()}
        if not own:
            return self
        decrees = {("", day): text for (at, day), text in self._references.items() if at in around}
        if code not in self._in_region:
            self._in_region[code] = WorkCalendar(
                {**own, **self._off},
                first=self.first,
                last=self.last,
                worked=self._worked - own.keys(),
                decreed=self._decreed,
                estimated=self._estimated,
                references=decrees | {key: t for key, t in self._references.items() if not key[0]},
                version=self.version,
            )
        return self._in_region[code]

    def covers(self, day: date) -> bool:
        """Say whether the calendar knows this day."""
        return self.first <= day <= self.last

    def is_working(self, day: date) -> bool:
        """Say whether offices work on this day."""
        position = self._position(day)
        return self._seen[position] > (self._seen[position - 1] if position else 0)

    def after(self, day: date, working_days: int) -> date:
        """Return the n-th working day after a day; the day itself is day 0 and never counts.

        Parameters
        ----------
        day : date
            A working day or a day off.
        working_days : int
            At least 1.

        Raises
        ------
        OutsideCalendarError
            If the day or the answer lies outside the calendar.
        ValueError
            If fewer than one working day is asked for.
        """
        if working_days < 1:
            msg = f"expected at least 1 working day, got {working_days}"
            raise ValueError(msg)
        index = self._seen[self._position(day)] + working_days - 1
        if index >= len(self._working):
            msg = (
                f"{working_days} working days after {day} end after {self.last}, the last day known"
            )
            raise OutsideCalendarError(msg)
        return self._working[index]

    def between(self, start: date, end: date) -> int:
        """Return how many working days lie after ``start`` up to and including ``end``.

        Raises
        ------
        OutsideCalendarError
            If one of them lies outside the calendar.
        """
        return self._seen[self._position(end)] - self._seen[self._position(start)]

    def last_start(self, working_days: int) -> date:
        """Return the last day after which so many working days are still known.

        Raises
        ------
        OutsideCalendarError
            If the whole calendar holds fewer.
        """
        if not 1 <= working_days < len(self._working):
            msg = f"expected 1 to {len(self._working) - 1} working days, got {working_days}"
            raise OutsideCalendarError(msg)
        return self._working[-working_days] - timedelta(1)

    def why_off(self, day: date) -> str | None:
        """Return why nobody works on this day, in Indonesian, or None for a working day."""
        if self.is_working(day):
            return None
        return self._off.get(day) or _WEEKDAYS[day.weekday()]

    def reference_of(self, day: date) -> str | None:
        """Return the decree that was entered for this day, or None."""
        return self._references.get(("", day))

    def is_estimated(self, day: date) -> bool:
        """Say whether no decree settles yet if offices work on this day.

        True for every day of a year without a decree, where cuti bersama is not known at all, and
        for a holiday whose date is computed.
        """
        if self._decreed is not None and day.year not in self._decreed:
            return True
        return day in self._estimated

    def rests_on_estimate(self, start: date, end: date) -> bool:
        """Say whether any day after ``start`` up to and including ``end`` is estimated."""
        years = range(start.year, end.year + 1)
        if self._decreed is not None and not self._decreed.issuperset(years):
            return True
        following = bisect_right(self._estimated_in_order, start)
        return (
            following < len(self._estimated_in_order) and self._estimated_in_order[following] <= end
        )

    def _position(self, day: date) -> int:
        position = day.toordinal() - self._zero
        if not 0 <= position < len(self._seen):
            msg = f"the calendar knows {self.first} to {self.last}, got {day}"
            raise OutsideCalendarError(msg)
        return position


def load_calendar(
    folder: Path,
    *,
    first: date = FIRST_DAY,
    last: date = LAST_DAY,
    regions: Collection[str] | None = None,
) -> WorkCalendar:
    """Return the national calendar, corrected by ``overrides.yaml``.

    Parameters
    ----------
    folder : Path
        The folder ``calendar`` of the rule data.
    first, last : date
        What the calendar covers.
    regions : collection of str, optional
        Codes that an override may name; None takes any.

    Raises
    ------
    RuleFileError
        If the file of overrides is missing or broken.
    """
    overrides = load_overrides(folder / "overrides.yaml", regions=regions)
    years = range(first.year, last.year + 1)
    # Without "government" the package leaves out cuti bersama and says nothing.
    off = dict(Indonesia(years=years, categories=("public", "government"), language="id"))
    leave = Indonesia(years=years, categories=("government",), language="id")
    # Days of shared leave exist only by decree, so the last year with one is the last decreed.
    last_decreed = max((day.year for day in leave), default=first.year - 1)
    return _corrected(off, overrides, first=first, last=last, last_decreed=last_decreed)


def _corrected(
    off: dict[date, str], overrides: Overrides, *, first: date, last: date, last_decreed: int
) -> WorkCalendar:
    estimated = {day for day, name in off.items() if _ESTIMATE in name}
    worked = set()
    regional: dict[str, dict[date, str]] = {}
    for override in overrides.days:
        if override.regions:
            for place in override.regions:
                regional.setdefault(place, {})[override.day] = override.name
            continue
        estimated.discard(override.day)
        if override.working:
            off.pop(override.day, None)
            worked.add(override.day)
        else:
            off[override.day] = override.name
    decreed = {*range(first.year, last_decreed + 1), *overrides.decreed_years}
    return WorkCalendar(
        off,
        first=first,
        last=last,
        worked=worked,
        decreed=decreed,
        estimated=estimated,
        regional=regional,
        references={
            (place, override.day): override.reference
            for override in overrides.days
            for place in override.regions or ("",)
        },
        version=_version(off, worked, decreed, regional),
    )


def _version(
    off: Mapping[date, str],
    worked: Iterable[date],
    decreed: Iterable[int],
    regional: Mapping[str, Mapping[date, str]],
) -> str:
    lines = [f"{day} {name}" for day, name in sorted(off.items())]
    lines += [f"{day} {name} {at}" for at in sorted(regional) for day, name in
              sorted(regional[at].items())]  # fmt: skip
    lines += [f"{day} +" for day in sorted(worked)] + [str(year) for year in sorted(decreed)]
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    return f"holidays-{version('holidays')}-{digest[:8]}"
