"""The words of a text and where they stand, found once for cues and places alike."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, compress, count

# One table does everything that keeps the length: capitals become small, all that is no letter
# and no digit becomes a space. What is not ASCII has become "?" before, one for one.
_FOLD = bytes(ord(chr(n).lower()) if n < 128 and chr(n).isalnum() else ord(" ") for n in range(256))

# Where the parts of a text end that single spaces part, not counting these spaces (there are as
# many as parts before); and which part each word is. Word i thus ends at ends[n] + n, n = parts[i].
Layout = tuple[list[int], Sequence[int]]


def folded(text: str) -> str:
    """Return a text of the same length: small ASCII letters, digits, and spaces for the rest.

    Examples
    --------
    >>> folded("E-KTP,  rusak")
    'e ktp   rusak'
    """
    return text.encode("ascii", "replace").translate(_FOLD).decode("ascii")


class TextWords:
    """The words of a text in small ASCII letters and digits; whatever else is there parts them.

    Parameters
    ----------
    text : str

    Attributes
    ----------
    words : list of str
    """

    __slots__ = ("_layout", "_parts", "words")

    def __init__(self, text: str) -> None:
        # Between two spaces stands an empty part.
        self._parts = folded(text).split(" ")
        self.words = list(filter(None, self._parts))
        self._layout: Layout | None = None

    @property
    def layout(self) -> Layout:
        """Where the words stand, computed when first asked."""
        if self._layout is None:
            parts = self._parts
            ends = list(accumulate(map(len, parts)))
            is_plain = len(parts) == len(self.words)
            self._layout = ends, range(len(parts)) if is_plain else list(compress(count(), parts))
        return self._layout
