"""A text's shape: what rules a search for personal data out at a glance, as it mostly does."""

from __future__ import annotations

import string

_ASCII = bytes.maketrans((string.digits + string.ascii_uppercase).encode(), b"0" * 10 + b"A" * 26)
_ANY = _ASCII[: ord("?")] + b"0" + _ASCII[ord("?") + 1 :]


def shape_of(text: str) -> bytes:
    """Return one byte for each character: 0 for a digit, A for a capital, else the character.

    What is not ASCII may be a digit, and is a 0; in such a text, the question mark is one, too.

    Examples
    --------
    >>> shape_of("Hubungi 0812, ya?")
    b'Aubungi 0000, ya?'
    """
    return text.encode("ascii", "replace").translate(_ASCII if text.isascii() else _ANY)
