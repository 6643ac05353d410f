"""The whole answer, as it stands in JSON; plain dictionaries at run time."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12


class TopicChance(TypedDict):
    """A subject and its probability."""

    code: str
    probability: float


class FieldSpan(TypedDict):
    """Where something stands: code points of ``judul`` or ``isi`` as sent, [start, end)."""

    field: str
    start: int
    end: int


class Attributes(TypedDict):
    """The separate questions that the regulation asks, each with its probability.

    ``kind``, ``misconduct_alleged`` and ``inspection_needed`` are the answers that the class, the
    routing and LAPOR!'s own class stand on.
    """

    kind: str
    kind_probability: float
    misconduct: float
    misconduct_alleged: bool
    inspection: float
    inspection_needed: bool
    level: dict[str, float]


class RegionOut(TypedDict):
    """The place of the matter; ``code`` is null and ``ambiguous`` filled when it is not certain."""

    code: str | None
    name: str | None
    ambiguous: list[str]
    evidence: list[FieldSpan]


class AgencyOut(TypedDict):
    """A body that must answer, with the probability that it is the right one."""

    code: str | None
    name: str | None
    level: str
    unit: str | None
    probability: float


class CopyOut(TypedDict):
    """A body that is informed and not responsible."""

    code: str
    name: str
    level: str
    unit: str | None


class SlaOut(TypedDict):
    """The legal clock; days are local days of the place.

    ``estimated`` stands there, true, where the deadline depends on a day off that no decree settles
    yet; ``agreement`` and ``legal_due_on`` where an agreed limit is the stricter one.
    """

    working_days: int
    starts_on: str | None
    due_on: str | None
    reminders: list[str]
    regulation: str
    assumed_start: bool
    estimated: NotRequired[bool]
    agreement: NotRequired[str]
    legal_due_on: NotRequired[str | None]


class Note(TypedDict):
    """A flag or a reason for review; ``message`` is Indonesian."""

    code: str
    detail: str | None
    message: str


class TermOut(FieldSpan):
    """A word that decided, the question it decided and its weight in log-odds."""

    text: str
    head: str
    weight: float


class CueOut(FieldSpan):
    """A phrase that the rules know."""

    code: str
    text: str


class RuleOut(TypedDict):
    """A row that fired, the facts that made it fire, and its legal basis."""

    table: str
    row: str
    because: dict[str, str | bool | float | tuple[str, ...] | None]
    reference: str


class NearMissOut(TypedDict):
    """A row that nearly fired and the one thing that was missing."""

    table: str
    row: str
    failed: dict[str, str]


class Explanation(TypedDict):
    """Everything a person needs to check the answer."""

    terms: list[TermOut]
    cues: list[CueOut]
    rules: list[RuleOut]
    near_misses: list[NearMissOut]


class Versions(TypedDict):
    """What the answer was made with; the same versions give the same answer."""

    model: str
    rules: str
    calendar: str


class Disposition(TypedDict):
    """What an official needs for one complaint."""

    tracking_id: str | None
    complaint_sha256: str
    category: str
    category_probability: float
    lapor_classification: str
    attributes: Attributes
    topic: str
    topics: list[TopicChance]
    region: RegionOut
    agency: AgencyOut
    alternatives: list[AgencyOut]
    copies: list[CopyOut]
    sla: SlaOut
    flags: list[Note]
    decision: str
    review_reasons: list[Note]
    explanation: Explanation
    versions: Versions
