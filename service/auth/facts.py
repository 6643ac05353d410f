"""What decides who sees a stored disposition, read off it; and the same without quotations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from service.auth.visibility import RecordFacts

_Answer = TypeVar("_Answer", bound=Mapping[str, Any])


def facts_of(disposition: Mapping[str, Any], *, secret: bool | None = None) -> RecordFacts:
    """Return the facts of a stored disposition.

    Parameters
    ----------
    secret : bool, optional
        The reporter's mark; by default what the record says, and where it says nothing, yes.
    """
    said = disposition.get("secret", True) if secret is None else secret
    return RecordFacts(
        agency=disposition["agency"]["code"],
        unit=disposition["agency"]["unit"],
        region=disposition["region"]["code"],
        secret=bool(said),
        whistleblower=any(flag["code"] == "whistleblower" for flag in disposition["flags"]),
    )


def without_quotes(disposition: _Answer) -> _Answer:
    """Return the disposition without the citizen's words and where they stand."""
    silent: Any = {
        **disposition,
        "region": {**disposition["region"], "evidence": []},
        "explanation": {**disposition["explanation"], "terms": [], "cues": []},
    }
    return cast(_Answer, silent)
