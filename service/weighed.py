"""What classifier and rules know of one complaint, before anything is answered."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from classifier.labels import KINDS, LEVELS, TOPICS
from classifier.masking import Masked
from classifier.predict import Predictions
from rules.decide import Route
from rules.facts import Facts
from service.chances import MIN_TOPIC_PROBABILITY, Candidate, candidates_of, category_of, reading_of
from service.clock import Clock
from service.complaint import Complaint
from service.hints import raised, raised_topic

if TYPE_CHECKING:
    from service.scoring import Scorer

_LIKELY = 0.5
_MAX_TOPICS = 3


class Weighed:
    """One complaint between the classifier and the rules: all that both know of it.

    Parameters
    ----------
    scorer : Scorer
    complaint : Complaint
    predictions : Predictions
        Rounded to 4 decimals.
    row : int
        Which of them.
    outcomes : ndarray of shape (16,)
        Its joint chances of kind, misconduct and inspection.
    masked : Masked
        Of the complaint's text.
    clock : Clock
    home : str or None
        Region of the desk.
    earlier : mapping, optional
        What the complaint nearly repeats, by region.
    """

    def __init__(
        self,
        scorer: Scorer,
        complaint: Complaint,
        predictions: Predictions,
        row: int,
        outcomes: NDArray[np.float64],
        masked: Masked,
        clock: Clock,
        home: str | None,
        earlier: Mapping[str | None, str] | None = None,
    ) -> None:
        self.scorer, self.ruleset, self.complaint = scorer, scorer.ruleset, complaint
        self.masked = masked
        self.predictions, self.row, self.clock = predictions, row, clock
        self.day = self.ruleset.on(clock.rules_day)
        self.text = complaint.text
        self.misconduct = float(predictions.misconduct[row])
        self.inspection = float(predictions.inspection[row])
        self.category, self.category_probability = category_of(
            self.day, outcomes, scorer.manifest.category_weights
        )
        kind = KINDS[int(predictions.kind[row].argmax())]
        alleged = self.misconduct >= scorer.model.misconduct_alleged
        likely = (kind, alleged, self.inspection >= _LIKELY)
        self.kind, self.is_alleged, self.is_inspected = reading_of(
            self.day, outcomes, self.category, likely
        )
        self.found = self.ruleset.reader.read(self.text, hint=complaint.region, home=home)
        self.cues = self.found.codes
        chances = scorer.evidence.topics(self.day, predictions.topic[row], self.cues)
        self.topic_chance = float(chances.max())  # by text alone
        self.hint = self.ruleset.topic_of(complaint.lapor_category)
        if self.hint is not None:
            chances = raised_topic(chances, TOPICS.index(self.hint))
        self.topic_chances = chances
        self.level_chances = scorer.evidence.levels(predictions.level[row])
        self.duplicate_of = (earlier or {}).get(self.found.place.code)

    @cached_property
    def candidates(self) -> list[Candidate]:
        """Return the bodies that may have to answer, likeliest first."""
        region = self.found.place.code
        return candidates_of(
            self.day,
            self.topic_chances,
            self.level_chances,
            lambda topic, level: self.facts(topic, level, region),
        )

    def topics(self) -> list[tuple[str, float]]:
        """Return the likeliest subjects, best first, at least one."""
        chances = self.topic_chances
        order = np.argsort(-chances, kind="stable")[:_MAX_TOPICS].tolist()
        found = [(TOPICS[i], float(chances[i])) for i in order]
        return [found[0], *(pair for pair in found[1:] if pair[1] >= MIN_TOPIC_PROBABILITY)]

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
        levels = dict(zip(LEVELS, self.predictions.level[self.row].tolist(), strict=True))
        level = levels[best.route.level]
        region = self.found.place.code
        if region and best.route.level == "PROV":
            local = self.ruleset.agencies.regional(region, "KABKOTA")
            level += levels["KABKOTA"] * (local == best.route.agency)
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
