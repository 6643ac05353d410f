"""What agencies have agreed to beside the law (kesepakatan tingkat layanan); never looser."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

from rules.loading import Item, read_yaml
from rules.regulations import Regulation, Regulations

_REQUIRED = (
    "id", "agency", "parties", "service", "standard", "points", "rights", "duties",
    "force_majeure", "limits", "valid_from", "valid_until", "source",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """One service-level agreement.

    Attributes
    ----------
    id : str
        Name in the data.
    agency : str
        Code of the body that is bound.
    parties : tuple of str
        Who agreed, at least two.
    service, standard : str
        What is provided, and the standard that it follows.
    topics : frozenset of str
        Subjects that it covers; empty for all.
    points, rights, duties : tuple of str
        What was agreed, and the rights and duties that follow.
    force_majeure : str
        What counts as keadaan kahar and what follows from it.
    limits : mapping of str to int
        Working days by follow-up class, each at most the law's.
    valid_from, valid_until : date
        First day, and first day no longer, of its period.
    source : str
        Where it can be read.
    """

    id: str
    agency: str
    parties: tuple[str, ...]
    service: str
    standard: str
    topics: frozenset[str]
    points: tuple[str, ...]
    rights: tuple[str, ...]
    duties: tuple[str, ...]
    force_majeure: str
    limits: Mapping[str, int]
    valid_from: date
    valid_until: date
    source: str

    def covers(self, topic: str, category: str, day: date) -> bool:
        """Say whether it binds for a subject and class on a day."""
        return (
            category in self.limits
            and self.valid_from <= day < self.valid_until
            and (not self.topics or topic in self.topics)
        )


class Agreements:
    """All agreements, found by the body that is bound."""

    def __init__(self, agreements: Collection[Agreement] = ()) -> None:
        self.all = tuple(agreements)
        self._of: dict[str, list[Agreement]] = {}
        for agreement in self.all:
            self._of.setdefault(agreement.agency, []).append(agreement)

    def find(self, agency: str | None, *, topic: str, category: str, day: date) -> Agreement | None:
        """Return the strictest agreement that binds a body, or None.

        Parameters
        ----------
        agency : str or None
            Code of the body that must answer.
        topic, category : str
            Subject and follow-up class.
        day : date
            Day of receipt.
        """
        found = [
            agreement
            for agreement in self._of.get(agency or "", ())
            if agreement.covers(topic, category, day)
        ]
        return min(found, key=lambda one: (one.limits[category], one.id), default=None)


def load_agreements(
    path: Path, *, regulations: Regulations, agencies: Collection[str], topics: Collection[str]
) -> Agreements:
    """Return the agreements of a file.

    Raises
    ------
    RuleFileError
        If the file is broken, names an unknown body, subject or class, or holds a limit that is
        looser than the law's on any day of its period.
    """
    entries = read_yaml(path).fields(required=("agreements",), what="the agreements")
    found: dict[str, Agreement] = {}
    for item in entries["agreements"].sequence("agreements"):
        agreement = _agreement(item, regulations, agencies, topics)
        if agreement.id in found:
            item.refuse(f"id {agreement.id!r} stands here twice")
        found[agreement.id] = agreement
    return Agreements(found.values())


def _agreement(
    item: Item, regulations: Regulations, agencies: Collection[str], topics: Collection[str]
) -> Agreement:
    entry = item.fields(required=_REQUIRED, optional=("topics",), what="an agreement")
    if (agency := entry["agency"].code()) not in agencies:
        entry["agency"].refuse(f"expected the code of a body, got {agency!r}")
    parties = _texts(entry["parties"], "parties")
    if len(parties) < 2:
        entry["parties"].refuse(f"expected at least two parties, got {len(parties)}")
    subjects = entry["topics"].sequence("topics") if "topics" in entry else ()
    for subject in subjects:
        if subject.code() not in topics:
            subject.refuse(f"unknown topic code {subject.code()!r}")
    valid_from, valid_until = entry["valid_from"].day(), entry["valid_until"].day()
    if valid_until <= valid_from:
        problem = f"expected a day after valid_from {valid_from}, got {valid_until}"
        entry["valid_until"].refuse(problem)
    in_force = [
        profile
        for profile in regulations.profiles
        if profile.valid_from < valid_until
        and (profile.valid_until is None or valid_from < profile.valid_until)
    ]
    return Agreement(
        id=entry["id"].code(),
        agency=agency,
        parties=parties,
        service=entry["service"].text(),
        standard=entry["standard"].text(),
        topics=frozenset(subject.code() for subject in subjects),
        points=_texts(entry["points"], "points"),
        rights=_texts(entry["rights"], "rights"),
        duties=_texts(entry["duties"], "duties"),
        force_majeure=entry["force_majeure"].text(),
        limits=MappingProxyType(_limits(entry["limits"], in_force)),
        valid_from=valid_from,
        valid_until=valid_until,
        source=entry["source"].text(),
    )


def _limits(item: Item, in_force: list[Regulation]) -> dict[str, int]:
    limits: dict[str, int] = {}
    for category, value in item.mapping("limits").items():
        legal = {
            profile.id: profile.classes[category].working_days
            for profile in in_force
            if category in profile.classes
        }
        if not legal:
            known = sorted({code for profile in in_force for code in profile.classes})
            value.refuse(f"expected a class that is in force then, {known}, got {category!r}")
        strictest = min(legal, key=lambda name: legal[name])
        if not 1 <= value.integer() <= legal[strictest]:
            value.refuse(
                f"{category}: expected 1 to {legal[strictest]} working days, the limit of"
                f" {strictest}, got {value.integer()}: an agreement is never looser than the law"
            )
        limits[category] = value.integer()
    if not limits:
        item.refuse("expected the limit of at least one class")
    return limits


def _texts(item: Item, what: str) -> tuple[str, ...]:
    texts = tuple(member.text() for member in item.sequence(what))
    if not texts:
        item.refuse(f"{what}: expected at least one, got none")
    return texts
