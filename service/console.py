"""What all commands share: how they speak, the moment, and days and zones as they are typed."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from service.errors import ServiceError


class UsageError(ServiceError):
    """What was asked for cannot be done; the message says what would be right."""


def say(line: str) -> None:
    """Tell the person at the terminal; standard output is for results."""
    print(f"disposisi: {line}", file=sys.stderr)


def utc_now() -> datetime:
    """Return the moment: the only clock of the command line."""
    return datetime.now(UTC)


def parse_day(text: str) -> date:
    """Return the day that an option names; for ``argparse``."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"expected a day like 2026-11-24, got {text!r}"
        raise argparse.ArgumentTypeError(message) from None


def parse_zone(name: str) -> ZoneInfo:
    """Return the time zone that ``--timezone`` names.

    Raises
    ------
    UsageError
        If there is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = f"--timezone: expected a zone like Asia/Jakarta, got {name!r}"
        raise UsageError(message) from None
