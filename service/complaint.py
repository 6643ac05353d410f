"""One complaint as it enters, and what is refused about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from typing import Any

MAX_ISI_CHARS = 20_000
MAX_JUDUL_CHARS = 500
MAX_SHORT_CHARS = 200

# Control characters other than tab, line feed, carriage return and next line; lone surrogates.
_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_TRUE = frozenset({"1", "true", "ya", "yes", "y"})
_FALSE = frozenset({"", "0", "false", "tidak", "no", "n", "t"})


class InputError(ValueError):
    """A complaint cannot be read; names the field, never the citizen's words.

    Parameters
    ----------
    field : str
        The field or column.
    problem : str
        What was expected and what was got.
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field, self.problem = field, problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A report from a citizen, without identity.

    Attributes
    ----------
    isi : str
        The report itself, 1 to 20,000 characters, not blank.
    judul : str
        Title, at most 500 characters; empty when there is none.
    tracking_id : str or None
        Number in the source system.
    source : str
        Name of the system that sent it.
    received_at : datetime or None
        Moment of receipt, with a zone.
    region : str or None
        Kemendagri code that the source gives as place: a hint, the text beats it.
    requested_agency, lapor_category, channel : str or None
        What the reporter chose.
    anonymous, secret : bool
        LAPOR!'s two marks.
    """

    isi: str
    judul: str = ""
    tracking_id: str | None = None
    source: str = "file"
    received_at: datetime | None = None
    region: str | None = None
    requested_agency: str | None = None
    lapor_category: str | None = None
    channel: str | None = None
    anonymous: bool = False
    secret: bool = False

    def __reduce__(self) -> tuple[Any, ...]:
        # By position: the way of dataclasses asks for every field by name, in Python.
        return _complaint, tuple(getattr(self, name) for name in FIELDS)

    @property
    def text(self) -> str:
        """Title, line feed and body: what the classifier and the rules read."""
        return f"{self.judul}\n{self.isi}" if self.judul else self.isi


FIELDS = tuple(Complaint.__dataclass_fields__)


def _complaint(*values: Any) -> Complaint:
    """Return the complaint that was pickled."""
    return Complaint(**dict(zip(FIELDS, values, strict=True)))


def check_text(field: str, value: object, *, max_chars: int, required: bool = True) -> str:
    """Return the trimmed text.

    Raises
    ------
    InputError
        If it is no text, blank though required, too long, or holds characters that no text has.
    """
    if value is None:
        value = ""
    if not isinstance(value, str):
        raise InputError(field, f"expected text, got {type(value).__name__}")
    text = value.strip()
    if not text and required:
        raise InputError(field, f"expected 1 to {max_chars:,} characters, got none")
    if len(text) > max_chars:
        raise InputError(field, f"expected at most {max_chars:,} characters, got {len(text):,}")
    if found := _REFUSED.search(text):
        code = f"U+{ord(found.group()):04X}"
        problem = f"expected text without control characters, got {code} at {found.start()}"
        raise InputError(field, problem)
    return text


def parse_complaint(
    values: Mapping[str, object], *, timezone: tzinfo | None, source: str = "file"
) -> Complaint:
    """Return the complaint that one row of a file, or one JSON object, holds.

    Parameters
    ----------
    values : mapping
        Keys as in ``FIELDS``; others are ignored. Empty strings and None mean "not given".
    timezone : tzinfo or None
        Zone of a time that names no offset; None refuses such a time.
    source : str, default="file"
        Used where the row names none.

    Raises
    ------
    InputError
        If a field cannot be used.

    Examples
    --------
    >>> parse_complaint({"isi": " Lampu jalan mati "}, timezone=None).isi
    'Lampu jalan mati'
    """

    def short(field: str) -> str | None:
        value = values.get(field)
        if value is None:  # as most are
            return None
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        return check_text(field, value, max_chars=MAX_SHORT_CHARS, required=False) or None

    return Complaint(
        isi=check_text("isi", values.get("isi"), max_chars=MAX_ISI_CHARS),
        judul=check_text("judul", values.get("judul"), max_chars=MAX_JUDUL_CHARS, required=False),
        tracking_id=short("tracking_id"),
        source=short("source") or source,
        received_at=parse_moment("received_at", values.get("received_at"), timezone=timezone),
        region=short("region"),
        requested_agency=short("requested_agency"),
        lapor_category=short("lapor_category"),
        channel=short("channel"),
        anonymous=_parse_bool("anonymous", values.get("anonymous")),
        secret=_parse_bool("secret", values.get("secret")),
    )


def parse_moment(field: str, value: object, *, timezone: tzinfo | None) -> datetime | None:
    """Return the moment with its zone, or None when nothing is given.

    A day alone is its midnight in ``timezone``.

    Raises
    ------
    InputError
        If it is no ISO 8601 moment, or names no offset where ``timezone`` is None.
    """
    if value is None or value == "":
        return None
    expected = "expected a time like 2026-11-24T09:30:00+07:00"
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, date):
        moment = datetime.combine(value, time())
    elif isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value.strip())
        except ValueError:
            raise InputError(field, f"{expected}, got another form") from None
    else:
        raise InputError(field, f"{expected}, got {type(value).__name__}")
    if moment.tzinfo is None:
        if timezone is None:
            raise InputError(field, f"{expected}, got one without offset")
        moment = moment.replace(tzinfo=timezone)
    return moment


def _parse_bool(field: str, value: object) -> bool:
    if isinstance(value, bool):
        return value
    word = "" if value is None else str(value).strip().lower()
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise InputError(field, "expected true or false, got another value")
