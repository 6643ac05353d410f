"""One thing that the doctor looked at: how it stands, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

OK: Final = "ok"
WARN: Final = "warning"
BAD: Final = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    state : {"ok", "warning", "wrong"}
    what : str
        What was found.
    do : str
        What to do; empty where nothing need be done.
    """

    state: str
    what: str
    do: str = ""
