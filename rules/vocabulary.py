"""The codes that tables may use: fixed ones of the design, and those that other files define."""

from __future__ import annotations

from dataclasses import dataclass, replace

KINDS = ("information", "normative", "complaint", "aspiration")
CATEGORIES = ("information", "non_supervisory", "field_inspection")
LEVELS = ("PUSAT", "PROV", "KABKOTA")
FLAGS = (
    "emergency",
    "whistleblower",
    "out_of_scope",
    "needs_place",
    "court_matter",
    "duplicate",
    "sensitive_data",
)
REASONS = (
    "category_uncertain",
    "agency_uncertain",
    "misconduct_suspected",
    "place_missing",
    "place_ambiguous",
    "out_of_scope",
    "emergency",
    "rule",
    "duplicate",
    "audit_sample",
    "auto_off",
)
# Stands in a table for the regional government of the place, at the level that counts.
REGIONAL = "PEMDA"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Every code that a cell may hold, by type of cell.

    Attributes
    ----------
    topics, cues, agencies, regions : frozenset of str
        Codes that the other files define; regions are provinces, regencies and cities.
    categories : frozenset of str
        Follow-up classes of all regulations.
    flags : frozenset of str
        Codes of flags, and each code with its detail, as in ``sensitive_data:child``.
    """

    topics: frozenset[str]
    cues: frozenset[str]
    agencies: frozenset[str]
    regions: frozenset[str]
    categories: frozenset[str] = frozenset(CATEGORIES)
    flags: frozenset[str] = frozenset(FLAGS)

    def of(self, kind: str) -> frozenset[str] | None:
        """Return the codes of one type of cell; None where any text will do."""
        match kind:
            case "topic":
                return self.topics
            case "cues":
                return self.cues
            case "agency" | "agencies":
                return self.agencies | {REGIONAL}
            case "region":
                return self.regions
            case "category":
                return self.categories
            case "flags":
                return self.flags
            case "kind":
                return frozenset(KINDS)
            case "level":
                return frozenset(LEVELS)
            case "flag":
                return frozenset(FLAGS)
            case "reason":
                return frozenset(REASONS)
        return None

    def with_flags(self, flags: frozenset[str]) -> Vocabulary:
        """Return the same vocabulary with more flags."""
        return replace(self, flags=self.flags | flags)
