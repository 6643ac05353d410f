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

    def __init__(self, complaint: Complaint, masked: Masked) -> None:
        self._text = complaint.text
        self._masked = masked
        self._isi_starts = len(complaint.judul) + 1 if complaint.judul else 0

    def quote(self, start: int, end: int) -> tuple[tuple[str, FieldSpan], ...]:
        """Return the words and their place, once, or nothing."""
        if self._masked.spans and self._masked.remap(start, end) is None:
            return ()
        first = self._isi_starts
        if start >= first:
            field, shift = "isi", first
        elif end < first:
            field, shift = "judul", 0
        else:
            return ()
        place: FieldSpan = {"field": field, "start": start - shift, "end": end - shift}
        return ((self._text[start:end], place),)

    def fields(self, spans: Iterable[tuple[int, int]]) -> list[FieldSpan]:
        """Return the places of several spans."""
        return [span for start, end in spans for _, span in self.quote(start, end)]
