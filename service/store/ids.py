"""Record ids that sort by time: UUID version 7 of RFC 9562."""

from __future__ import annotations

import os
from datetime import datetime
from uuid import UUID


def make_id(now: datetime) -> UUID:
    """Return a new UUIDv7: 48 bits of milliseconds, then 74 random bits.

    Examples
    --------
    >>> from datetime import UTC
    >>> make_id(datetime(2026, 11, 24, tzinfo=UTC)).hex[:12]
    '01a20ada2c00'
    """
    milliseconds = int(now.timestamp() * 1000)
    rest = int.from_bytes(os.urandom(10)) & ~(0xF << 76 | 0x3 << 62)
    return UUID(int=milliseconds << 80 | rest | 0x7 << 76 | 0x2 << 62)


def first_id(now: datetime) -> UUID:
    """Return what no id of this moment or later is below."""
    return UUID(int=int(now.timestamp() * 1000) << 80)
