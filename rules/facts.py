"""What the rules look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(slots=True, kw_only=True)
class Facts:
    """One complaint as the tables see it.

    Not frozen: who weighs a dozen topics and levels sets them one after the other.

    Attributes
    ----------
    topic, level, kind : str
        Codes of the design; the level is the one that the text suggests.
    misconduct, inspection : bool
        Whether an official's conduct is alleged, and whether only a visit can settle it.
    cues : frozenset of str
        Codes of the cues that the text holds.
    region : str or None
        Province, regency or city; None when it is missing or ambiguous.
    on : date
        The day by which rules count.
    secret, anonymous : bool
        What the reporter asked for.
    requested_agency : str or None
        The agency that the reporter chose.
    lapor_category : str or None
        The category that the reporter chose.
    """

    topic: str
    level: str
    kind: str
    misconduct: bool
    inspection: bool
    on: date
    cues: frozenset[str] = frozenset()
    region: str | None = None
    secret: bool = False
    anonymous: bool = False
    requested_agency: str | None = None
    lapor_category: str | None = None


def fold(text: str) -> str:
    """Return the text in lower case with every character in its place.

    ``str.lower`` makes some characters longer, which would move every span after them; these
    few keep their case.

    Examples
    --------
    >>> fold("Jalan İstimewa")
    'jalan İstimewa'
    """
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)
