"""Record ids that sort by time: UUID version 7 of RFC 9562."""

from __future__ import annotations

import hashlib
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
    return _make(now, os.urandom(10))


def id_of(now: datetime, name: str) -> UUID:
    """Return the id of something that has a name: always the same one, and it sorts by time.

    Examples
    --------
    >>> from datetime import UTC
    >>> now = datetime(2026, 11, 24, tzinfo=UTC)
    >>> id_of(now, "a") == id_of(now, "a"), id_of(now, "a") == id_of(now, "b")
    (True, False)
    """
    return _make(now, hashlib.sha256(name.encode()).digest()[:10])


def first_id(now: datetime) -> UUID:
    """Return what no id of this moment or later is below."""
    return UUID(int=int(now.timestamp() * 1000) << 80)


def _make(now: datetime, rest: bytes) -> UUID:
    milliseconds = int(now.timestamp() * 1000)
    bits = int.from_bytes(rest) & ~(0xF << 76 | 0x3 << 62)
    return UUID(int=milliseconds << 80 | bits | 0x7 << 76 | 0x2 << 62)
