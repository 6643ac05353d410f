"""What published figures say, by a table of rules; causes come from people alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from classifier.masking import mask
from rules.loading import Item, read_yaml

FILE = Path(__file__).parent / "data" / "findings.yaml"
MEASURES = (
    "incoming",
    "unresolved",
    "unanswered",
    "overdue",
    "returned",
    "ping_pong",
    "on_time_share",
    "followed_up_share",
    "follow_up_median",
)
_TESTS = ("at_least", "above", "below")


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRule:
    """What is said when one published figure passes a bound.

    Attributes
    ----------
    id : str
    measure : str
        One of ``MEASURES``.
    test : str
        ``at_least``, ``above`` or ``below``.
    bound : float
    finding, action, recommendation, source : str
        What is read, in Indonesian; where the bound comes from.
    """

    id: str
    measure: str
    test: str
    bound: float
    finding: str
    action: str
    recommendation: str
    source: str

    def fires(self, published: Mapping[str, float | None]) -> bool:
        """Return whether the figure is shown and passes the bound."""
        value = published.get(self.measure)
        if value is None:
            return False
        if self.test == "at_least":
            return value >= self.bound
        return value > self.bound if self.test == "above" else value < self.bound


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What an agency itself says about its period; masked."""

    cause: str
    action: str | None
    recommendation: str | None


@cache
def load_findings(path: Path = FILE) -> tuple[FindingRule, ...]:
    """Return the rules of a file.

    Raises
    ------
    RuleFileError
        If the file is broken, a measure is unknown, or a rule has not just one bound.
    """
    return tuple(_rule(item) for item in read_yaml(path).sequence("findings"))


def load_notes(path: Path | None) -> Mapping[str, Note]:
    """Return what agencies wrote, by their code; without a file, nothing.

    Raises
    ------
    RuleFileError
        If the file is broken or an agency stands twice.
    """
    notes: dict[str, Note] = {}
    for item in read_yaml(path).sequence("notes") if path else ():
        entry = item.fields(
            required=("agency", "cause"), optional=("action", "recommendation"), what="a note"
        )
        agency = entry["agency"].code()
        if agency in notes:
            entry["agency"].refuse(f"expected each agency once, got {agency!r} again")
        texts = {
            name: mask(entry[name].text()).text if name in entry else None
            for name in ("cause", "action", "recommendation")
        }
        notes[agency] = Note(
            cause=texts["cause"] or "",
            action=texts["action"],
            recommendation=texts["recommendation"],
        )
    return notes


def _rule(item: Item) -> FindingRule:
    texts = ("id", "finding", "action", "recommendation", "source")
    entry = item.fields(required=(*texts, "when"), what="a finding")
    when = entry["when"].fields(required=("measure",), optional=_TESTS, what="a condition")
    tests = [name for name in _TESTS if name in when]
    if len(tests) != 1:
        entry["when"].refuse(f"expected just one of {list(_TESTS)}, got {tests}")
    measure = when["measure"].code()
    if measure not in MEASURES:
        when["measure"].refuse(f"expected one of {list(MEASURES)}, got {measure!r}")
    return FindingRule(
        id=entry["id"].code(),
        measure=measure,
        test=tests[0],
        bound=when[tests[0]].number(),
        finding=entry["finding"].text(),
        action=entry["action"].text(),
        recommendation=entry["recommendation"].text(),
        source=entry["source"].text(),
    )
