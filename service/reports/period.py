"""The time that a report is about, as people write it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from service.complaint import InputError

MONTHS = (
    "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember"
).split()
_PARTS = re.compile(r"(\d{4})(?:-(?:S([12])|Q([1-4])|(\d{2})))?")
_EXPECTED = "expected 2026, 2026-S1, 2026-Q3, 2026-11 or 2026-01-01..2026-06-30"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days of receipt, in the local time of the place.

    Attributes
    ----------
    start : date
        First day.
    until : date
        First day no longer in it.
    label : str
        As people read it: "Semester I 2026".
    """

    start: date
    until: date
    label: str

    @property
    def last(self) -> date:
        """Last day in it."""
        return self.until - timedelta(1)

    def months(self) -> tuple[str, ...]:
        """Return its months in order, also those in which nothing came.

        Examples
        --------
        >>> parse_period("2026-Q1").months()
        ('2026-01', '2026-02', '2026-03')
        """
        first = self.start.year * 12 + self.start.month - 1
        last = self.last.year * 12 + self.last.month - 1
        return tuple(f"{n // 12:04}-{n % 12 + 1:02}" for n in range(first, last + 1))


def parse_period(text: str) -> Period:
    """Return the period of a semester, a quarter, a month, a year or two days.

    Raises
    ------
    InputError
        If it is written in another way or ends before it begins.

    Examples
    --------
    >>> found = parse_period("2026-S2")
    >>> found.label, found.start.isoformat(), found.last.isoformat()
    ('Semester II 2026', '2026-07-01', '2026-12-31')
    """
    field = "period"
    first, dots, last = text.strip().partition("..")
    try:
        if dots:
            return _days(date.fromisoformat(first), date.fromisoformat(last))
        found = _PARTS.fullmatch(first)
        if found is None or not date.min.year < int(found[1]) < date.max.year:
            raise InputError(field, _EXPECTED)
        year, semester, quarter, month = (int(part or 0) for part in found.groups())
        if semester:
            return _span(year, semester * 6 - 5, 6, f"Semester {'I' * semester} {year}")
        if quarter:
            roman = ("I", "II", "III", "IV")[quarter - 1]
            return _span(year, quarter * 3 - 2, 3, f"Triwulan {roman} {year}")
        if found[4]:
            return _span(year, month, 1, f"{MONTHS[date(year, month, 1).month - 1]} {year}")
        return _span(year, 1, 12, f"Tahun {year}")
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        raise InputError(field, _EXPECTED) from None


def day_text(day: date) -> str:
    """Return a day as people write it.

    Examples
    --------
    >>> day_text(date(2026, 11, 4))
    '4 November 2026'
    """
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def month_text(month: str) -> str:
    """Return the short name of a month.

    Examples
    --------
    >>> month_text("2026-11")
    'Nov 2026'
    """
    year, number = month.split("-")
    return f"{MONTHS[int(number) - 1][:3]} {year}"


def _days(start: date, last: date) -> Period:
    if last < start or last.year >= date.max.year:
        field = "period"
        raise InputError(field, f"expected two days in order, got {start}..{last}")
    label = f"{day_text(start)} s.d. {day_text(last)}"
    return Period(start=start, until=last + timedelta(1), label=label)


def _span(year: int, month: int, length: int, label: str) -> Period:
    after = year * 12 + month - 1 + length
    until = date(after // 12, after % 12 + 1, 1)
    return Period(start=date(year, month, 1), until=until, label=label)
