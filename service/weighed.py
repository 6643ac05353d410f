"""What classifier and rules know of complaints, before anything is answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from classifier.labels import KINDS, LEVELS, TOPICS
from classifier.masking import Masked
from classifier.predict import Predictions
from rules.decide import CompiledRules, Route
from rules.facts import Facts
from rules.reader import TextFacts
from rules.ruleset import RuleSet
from service.chances import (
    MIN_TOPIC_PROBABILITY,
    Branch,
    Candidate,
    branches_of,
    candidates_of,
    categories_of,
    reading_of,
)
from service.clock import Clock
from service.complaint import Complaint
from service.hints import raised, raised_topic

if TYPE_CHECKING:
    from service.scoring import Scorer

_MAX_TOPICS = 3


@dataclass(eq=False, kw_only=True)
class Weighed:
    """One complaint between the classifier and the rules: all that both know of it.

    Attributes
    ----------
    scorer : Scorer
    ruleset : RuleSet
    complaint : Complaint
    masked : Masked
        Of the complaint's text.
    clock : Clock
    day : CompiledRules
        The rules that count.
    predictions : Predictions
        Rounded to 4 decimals.
    row : int
        Which of them.
    found : TextFacts
        Cues and place.
    cues : frozenset of str
        The codes of the cues.
    category : str
        The proposed class.
    kind, is_alleged, is_inspected : str, bool, bool
        What stands behind it.
    category_probability, misconduct, inspection : float
    kinds, levels : list of float
        As in ``KINDS`` and ``LEVELS``, by text alone.
    topics : list of (str, float)
        The likeliest subjects, best first, at least one.
    topic_chances : ndarray of shape (n_topics,)
    topic_chance : float
        Of the likeliest topic, by text alone.
    level_chances : ndarray of shape (n_topics, n_levels)
        Of each level under each topic.
    branches : list of (str, str, float)
        Topics and levels that can move the answer; see ``branches_of``.
    hint : str or None
        Topic of the LAPOR! category that the reporter chose.
    duplicate_of : str or None
        What the complaint nearly repeats.
    """

    scorer: Scorer
    ruleset: RuleSet
    complaint: Complaint
    masked: Masked
    clock: Clock
    day: CompiledRules
    predictions: Predictions
    row: int
    found: TextFacts
    cues: frozenset[str]
    category: str
    kind: str
    is_alleged: bool
    is_inspected: bool
    category_probability: float
    misconduct: float
    inspection: float
    kinds: list[float]
    levels: list[float]
    topics: list[tuple[str, float]]
    topic_chances: NDArray[np.float64]
    topic_chance: float
    level_chances: NDArray[np.float64]
    branches: list[Branch]
    hint: str | None
    duplicate_of: str | None

    @cached_property
    def candidates(self) -> list[Candidate]:
        """The bodies that may have to answer, likeliest first."""
        return candidates_of(
            self.day, self.branches, self.facts(*self.branches[0][:2], self.found.place.code)
        )

    def facts(self, topic: str, level: str, region: str | None) -> Facts:
        """Return what the tables see under one topic and level."""
        return Facts(
            topic=topic,
            level=level,
            kind=self.kind,
            misconduct=self.is_alleged,
            inspection=self.is_inspected,
            cues=self.cues,
            region=region,
            on=self.clock.rules_day,
            secret=self.complaint.secret,
            anonymous=self.complaint.anonymous,
            requested_agency=self.complaint.requested_agency,
            lapor_category=self.complaint.lapor_category,
        )

    def sureness(self, best: Candidate) -> float:
        """Return the probability that the proposed body is the right one.

        Where the province alone governs, as in Jakarta, a text that points to the city agrees.
        """
        level = self.levels[LEVELS.index(best.route.level)]
        region = self.found.place.code
        if region and best.route.level == "PROV":
            local = self.ruleset.agencies.regional(region, "KABKOTA")
            level += self.levels[LEVELS.index("KABKOTA")] * (local == best.route.agency)
        chance = min(best.total, 1.0)
        sure = self.scorer.confidence.of(chance, min(level, 1.0), self.topic_chance)
        return raised(sure) if self.requested(best.route) == "same" else sure

    def requested(self, route: Route) -> str:
        """Return how the reporter's own choice compares: ``none``, ``same`` or ``other``."""
        chosen = self.complaint.requested_agency
        if chosen is None:
            return "none"
        agencies = self.ruleset.agencies
        code = chosen if agencies.get(chosen) else agencies.resolve(chosen)
        if code is None or route.agency is None:
            return "none"
        return "same" if code == route.agency else "other"

    def hinted(self, best: Candidate) -> str:
        """Return how the reporter's LAPOR! category compares: ``none``, ``same`` or ``other``.

        It is another one only where its topic would lead to another body.
        """
        if self.hint is None:
            return "none"
        if self.hint == best.topic:
            return "same"
        level = LEVELS[int(self.level_chances[TOPICS.index(self.hint)].argmax())]
        route = self.day.route(self.facts(self.hint, level, self.found.place.code))
        same = (route.agency, route.level) == (best.route.agency, best.route.level)
        return "none" if same else "other"


def weigh_all(
    scorer: Scorer,
    complaints: Sequence[Complaint],
    predictions: Predictions,
    masked: Sequence[Masked],
    clocks: Sequence[Clock],
    *,
    home: str | None,
    earlier: Sequence[Mapping[str | None, str]] = (),
) -> list[Weighed]:
    """Return all that is known of some complaints.

    Parameters
    ----------
    scorer : Scorer
    complaints : sequence of Complaint
    predictions : Predictions
        One for each complaint.
    masked : sequence of Masked
        Of each complaint's text.
    clocks : sequence of Clock
    home : str or None
        Region of the desk.
    earlier : sequence of mapping, optional
        For each complaint: what it nearly repeats, by region.
    """
    ruleset, manifest, model = scorer.ruleset, scorer.manifest, scorer.model
    predictions = predictions.rounded()
    outcomes = predictions.outcomes()
    found = [ruleset.reader.read(c.text, hint=c.region, home=home) for c in complaints]
    cues = [one.codes for one in found]
    days = [ruleset.on(clock.rules_day) for clock in clocks]
    categories: list[tuple[str, float]] = [("", 0.0)] * len(complaints)
    topic_chances = np.empty_like(predictions.topic)
    for day in dict.fromkeys(days):
        rows = [row for row, its_day in enumerate(days) if its_day is day]
        at = rows if len(rows) < len(days) else slice(None)  # a view, for the rules rarely change
        topic_chances[at] = scorer.evidence.topics(
            day, predictions.topic[at], [cues[row] for row in rows]
        )
        its_categories = categories_of(day, outcomes[at], manifest.category_weights)
        for row, its_category in zip(rows, its_categories, strict=True):
            categories[row] = its_category
    by_text = topic_chances.max(axis=1).tolist()
    hints = [ruleset.topic_of(complaint.lapor_category) for complaint in complaints]
    for row, hint in enumerate(hints):
        if hint is not None:
            topic_chances[row] = raised_topic(topic_chances[row], TOPICS.index(hint))
    level_chances = scorer.evidence.levels(predictions.level)
    branches = branches_of(topic_chances, level_chances)
    topics = _likeliest(topic_chances)
    likely_kinds = [KINDS[kind] for kind in predictions.kind.argmax(axis=1).tolist()]
    kinds, levels = predictions.kind.tolist(), predictions.level.tolist()
    misconduct, inspection = predictions.misconduct.tolist(), predictions.inspection.tolist()
    weighed = []
    for row, complaint in enumerate(complaints):
        category, category_probability = categories[row]
        alleged = misconduct[row] >= model.yes_from["misconduct"]
        likely = (likely_kinds[row], alleged, inspection[row] >= model.yes_from["inspection"])
        kind, is_alleged, is_inspected = reading_of(days[row], outcomes[row], category, likely)
        weighed.append(
            Weighed(
                scorer=scorer,
                ruleset=ruleset,
                complaint=complaint,
                masked=masked[row],
                clock=clocks[row],
                day=days[row],
                predictions=predictions,
                row=row,
                found=found[row],
                cues=cues[row],
                category=category,
                kind=kind,
                is_alleged=is_alleged,
                is_inspected=is_inspected,
                category_probability=category_probability,
                misconduct=misconduct[row],
                inspection=inspection[row],
                kinds=kinds[row],
                levels=levels[row],
                topics=topics[row],
                topic_chances=topic_chances[row],
                topic_chance=by_text[row],
                level_chances=level_chances[row],
                branches=branches[row],
                hint=hints[row],
                duplicate_of=earlier[row].get(found[row].place.code) if earlier else None,
            )
        )
    return weighed


def _likeliest(chances: NDArray[np.float64]) -> list[list[tuple[str, float]]]:
    """Return for each complaint the likeliest topics, at least one."""
    order = np.argsort(-chances, axis=1, kind="stable")[:, :_MAX_TOPICS]
    best = np.take_along_axis(chances, order, axis=1)
    found = []
    for places, its in zip(order.tolist(), best.tolist(), strict=True):
        pairs = [(TOPICS[at], chance) for at, chance in zip(places, its, strict=True)]
        found.append([pairs[0], *(p for p in pairs[1:] if p[1] >= MIN_TOPIC_PROBABILITY)])
    return found
