"""What the columns of LAPOR!'s export "Laporan Ringkas" mean in our words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, tzinfo

from service.complaint import InputError

# (province, city, district) -> Kemendagri code, None when the names say no single place
NameResolver = Callable[[str | None, str | None, str | None], str | None]

DAY_COLUMN = "Tanggal Laporan Masuk"
CLOCK_COLUMN = "Waktu Laporan Masuk"
MARKS_COLUMN = "Tipe Laporan"

# Day and time together are UTC: the hours of regencies in two zones show it.
LAPOR_ZONE = UTC

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januari",
            "feb february februari",
            "mar march maret",
            "apr april",
            "may mei",
            "jun june juni",
            "jul july juli",
            "aug august agustus agu agt ags",
            "sep sept september",
            "oct october okt oktober",
            "nov november nop nopember",
            "dec december des desember",
        ),
        start=1,
    )
    for name in names.split()
}
_DAY = re.compile(r"(\d{1,2})[ ./-]+([A-Za-z]+|\d{1,2})\.?[ ./-]+(\d{4})")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?=$|[ T])")
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?")
_OPEN_MARKS = frozenset({"", "-", "biasa", "normal", "publik", "terbuka"})


def lapor_values(
    cells: Mapping[str, object], *, timezone: tzinfo, resolve_names: NameResolver
) -> dict[str, object]:
    """Return the values of one row under the names of ``Complaint``.

    Parameters
    ----------
    cells : mapping
        Keys as in ``Layout.positions`` of an export.
    timezone : tzinfo
        Zone of day and time.
    resolve_names : callable
        Gives the code for the names in Provinsi, Kota/Kabupaten, Kecamatan. A name that is no
        known place is no hint; the text decides anyway.

    Raises
    ------
    InputError
        If day, time or marks cannot be read; the field is the export's column.
    """
    marks = parse_marks(cells.get("marks"))
    return {
        "isi": cells.get("isi"),
        "judul": cells.get("judul"),
        "tracking_id": cells.get("tracking_id"),
        "lapor_category": cells.get("lapor_category"),
        "channel": cells.get("channel"),
        "received_at": parse_received(cells.get("day"), cells.get("clock"), timezone=timezone),
        "region": resolve_names(
            name_in(cells.get("province")),
            name_in(cells.get("city")),
            name_in(cells.get("district")),
        ),
        "anonymous": "anonim" in marks,
        "secret": "rahasia" in marks,
    }


def parse_received(day: object, clock: object, *, timezone: tzinfo) -> datetime | None:
    """Return the moment that a day and a time of day name; None without a day.

    Raises
    ------
    InputError
        If one of them has another form.

    Examples
    --------
    >>> parse_received("29 May 2023", "04:05:34", timezone=UTC).isoformat()
    '2023-05-29T04:05:34+00:00'
    """
    parsed = _parse_day(day)
    if parsed is None:
        return None
    if isinstance(day, datetime) and _is_blank(clock):
        return day if day.tzinfo else day.replace(tzinfo=timezone)
    return datetime.combine(parsed, _parse_clock(clock), tzinfo=timezone)


def parse_marks(value: object) -> frozenset[str]:
    """Return ``anonim`` and ``rahasia`` as far as they are set.

    Raises
    ------
    InputError
        If the cell holds another mark: a secret complaint must not pass for an open one.

    Examples
    --------
    >>> sorted(parse_marks("Anonim|Rahasia"))
    ['anonim', 'rahasia']
    """
    if value is None:
        return frozenset()
    words = {word.strip() for word in re.split(r"[|,;/&+]", str(value).casefold())}
    marks = frozenset(words - _OPEN_MARKS)
    if not marks <= {"anonim", "rahasia"}:
        raise InputError(
            MARKS_COLUMN, "expected Anonim, Rahasia, both or nothing, got another mark"
        )
    return marks


def _parse_day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if _is_blank(value):
        return None
    text = str(value).strip()
    try:
        if found := _ISO_DAY.match(text):
            return date.fromisoformat(found.group())
        if found := _DAY.fullmatch(text):
            day, month, year = found.groups()
            number = int(month) if month.isdigit() else _MONTHS.get(month.lower(), 0)
            return date(int(year), number, int(day))
    except ValueError:
        pass  # such as 31 February: said below like any other form
    raise InputError(DAY_COLUMN, "expected a day like 29 May 2023, got another form")


def _parse_clock(value: object) -> time:
    if isinstance(value, datetime):
        return value.time()
    if isinstance(value, time):
        return value
    if _is_blank(value):
        return time()
    if found := _CLOCK.fullmatch(str(value).strip()):
        hour, minute, second = (int(part or 0) for part in found.groups())
        if hour < 24 and minute < 60 and second < 60:
            return time(hour, minute, second)
    raise InputError(CLOCK_COLUMN, "expected a time like 04:05:34, got another form")


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def name_in(value: object) -> str | None:
    """Return the name that a cell holds, None for a blank one or another kind of value."""
    return (value.strip() or None) if isinstance(value, str) else None
