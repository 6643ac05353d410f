"""Personal data out: before anything is stored, logged, exported or trained on."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from classifier.personal_addresses import find_addresses, find_houses, find_plates
from classifier.personal_names import find_names
from classifier.personal_numbers import find_numbers
from classifier.personal_shape import shape_of
from classifier.spans import Span

FILLER = "\x1a"  # SUBSTITUTE: stands for a masked character where offsets must stay

# What stood beside a masked part may be seen once that part is gone; bounded for hostile texts.
_ROUNDS = 4
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Masked:
    """A text without personal data, and the way from the sent text's offsets to its own.

    Attributes
    ----------
    text : str
        Masked parts stand as ``[NIK]``, ``[TELEPON]``, ``[NAMA]`` and so on.
    blanked : str
        Masked parts are overwritten by ``FILLER``, so that every offset is that of the sent text.
        This is what the classifier reads.
    spans : tuple of (int, int, str)
        What was masked in the text as sent: start, end, mark; in order, without overlap.
    """

    text: str
    blanked: str
    spans: tuple[Span, ...]

    def remap(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the span in the masked text, or None where it touches a masked part."""
        if not self.spans:
            return start, end
        i = bisect_right(self.spans, (start, start, "\U0010ffff")) - 1
        if i >= 0 and self.spans[i][1] > start:
            return None
        if i + 1 < len(self.spans) and self.spans[i + 1][0] < end:
            return None
        shift = sum(len(mark) - (stop - begin) for begin, stop, mark in self.spans[: i + 1])
        return start + shift, end + shift


def mask(text: str) -> Masked:
    """Return the text without personal data.

    Examples
    --------
    >>> mask("Hubungi saya di 0812-3456-7890").text
    'Hubungi saya di [TELEPON]'
    """
    spans = find_personal(text)
    if not spans:
        return Masked(text=text, blanked=text, spans=())
    masked: list[str] = []
    blanked: list[str] = []
    done = 0
    for start, end, mark in spans:
        kept = text[done:start]
        masked += (kept, mark)
        blanked += (kept, FILLER * (end - start))
        done = end
    rest = text[done:]
    return Masked(text="".join([*masked, rest]), blanked="".join([*blanked, rest]), spans=spans)


def find_personal(text: str) -> tuple[Span, ...]:
    """Return what must not be kept: start, end and the mark that replaces it, in order.

    Each search sees the text without what the ones before it found, so that masking a masked
    text finds nothing more. Most texts hold nothing: each search first asks the text in small
    letters or its shape for what all that it finds must have, which is quick.
    """
    found: list[Span] = []
    for _ in range(_ROUNDS):
        small, shape = text.lower(), shape_of(text)
        before = len(found)
        for search in _SEARCHES if _has_digit(text, shape) else _SEARCHES_WITHOUT_DIGITS:
            if spans := search(text, small, shape):
                found += spans
                text = _blank(text, spans)
                small, shape = text.lower(), shape_of(text)
        if len(found) == before:
            break
    found.sort()
    return tuple(found)


def _has_digit(text: str, shape: bytes) -> bool:
    return b"0" in shape and (text.isascii() or _DIGIT.search(text) is not None)


def _blank(text: str, spans: list[Span]) -> str:
    parts: list[str] = []
    done = 0
    for start, end, _ in sorted(spans):
        parts += (text[done:start], FILLER * (end - start))
        done = end
    return "".join([*parts, text[done:]])


_SEARCHES_WITHOUT_DIGITS = (find_addresses, find_names)
_SEARCHES = (find_addresses, find_numbers, find_plates, find_names, find_houses)
