"""Where something stands, as the sender counts: in the title or in the body."""

from __future__ import annotations

from collections.abc import Iterable

from classifier.masking import Masked
from service.complaint import Complaint
from service.disposition import FieldSpan


class Spans:
    """Turns places in title, line feed and body into places in one field.

    What touches a masked part, or goes from the title into the body, has no place.
    """

    __slots__ = ("_is_plain", "_isi_starts", "_masked", "_text")

    def __init__(self, complaint: Complaint, masked: Masked) -> None:
        self._text = complaint.text
        self._masked = masked
        self._is_plain = not masked.spans and not complaint.judul
        self._isi_starts = len(complaint.judul) + 1 if complaint.judul else 0

    def quote(self, start: int, end: int) -> tuple[str, str, int, int] | None:
        """Return the words, their field, from and until; None where they have no place."""
        if self._is_plain:  # as most are, with a dozen and more places each
            return self._text[start:end], "isi", start, end
        if self._masked.spans and self._masked.remap(start, end) is None:
            return None
        first = self._isi_starts
        if start >= first:
            return self._text[start:end], "isi", start - first, end - first
        return (self._text[start:end], "judul", start, end) if end < first else None

    def fields(self, spans: Iterable[tuple[int, int]]) -> list[FieldSpan]:
        """Return the places of several spans."""
        quotes = [self.quote(start, end) for start, end in spans]
        return [
            {"field": quote[1], "start": quote[2], "end": quote[3]} for quote in quotes if quote
        ]
