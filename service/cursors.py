"""Where the next page begins: opaque to clients, so that it may change."""

from __future__ import annotations

import base64
import binascii

from service.complaint import InputError


def write_cursor(place: str) -> str:
    """Return the cursor for a place in a list.

    Examples
    --------
    >>> read_cursor(write_cursor("s17"))
    's17'
    """
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> str:
    """Return the place that a cursor names.

    Raises
    ------
    InputError
        If it is none of ours.
    """
    try:
        padded = (cursor + "=" * (-len(cursor) % 4)).encode("ascii")
        return base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        raise refused_cursor() from None


def refused_cursor() -> InputError:
    """Return the error of a cursor that no page has given."""
    return InputError("cursor", "expected the next_cursor of an earlier page")
