"""How the answer to one complaint is put together."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from classifier.explain import explain
from classifier.heads import SLICES
from classifier.labels import KINDS, LEVELS, TOPICS
from classifier.masking import Masked
from classifier.predict import Predictions
from rules.decide import Flag, Reason, ReviewFacts, Route
from rules.facts import Facts
from rules.sla import sla_for
from service.chances import MIN_TOPIC_PROBABILITY, Candidate, candidates_of, category_of
from service.clock import HOME_ZONE, Clock
from service.complaint import Complaint
from service.disposition import AgencyOut, CopyOut, Disposition, Explanation, Note, SlaOut, TermOut
from service.hints import raised, raised_topic
from service.spans import Spans

if TYPE_CHECKING:
    from service.scoring import Scorer

MIN_ALTERNATIVE_PROBABILITY = 0.005
MAX_ALTERNATIVES = 3  # of places, and of bodies
MISCONDUCT_ALLEGED = 0.5
_MAX_TOPICS = 3
_MOST_TERMS = {"topic": 5, "kind": 2, "inspection": 2, "misconduct": 3}
_LAPOR = {
    "information": "Permintaan Informasi",
    "aspiration": "Aspirasi",
}
_LAPOR_MISCONDUCT = {
    True: "Pengaduan Berkadar Pengawasan",
    False: "Pengaduan Tidak Berkadar Pengawasan",
}


class Answer:
    """One complaint between the classifier and the rules.

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
    explained : bool, default=True
        Whether the answer says which words, cues and rows decided.
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
        explained: bool = True,
    ) -> None:
        self.explained = explained
        self.scorer, self.ruleset, self.complaint = scorer, scorer.ruleset, complaint
        self.masked = masked
        self.predictions, self.row, self.clock = predictions, row, clock
        self.day = self.ruleset.on(clock.rules_day)
        self.text = complaint.text
        self.kind = KINDS[int(predictions.kind[row].argmax())]
        self.misconduct = float(predictions.misconduct[row])
        self.inspection = float(predictions.inspection[row])
        self.category, self.category_probability = category_of(
            self.day, outcomes, scorer.manifest.category_weights
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

    def disposition(self) -> Disposition:
        """Return the whole answer."""
        region = self.found.place.code
        candidates = candidates_of(
            self.day,
            self.topic_chances,
            self.level_chances,
            lambda topic, level: self.facts(topic, level, region),
        )
        best, topics = candidates[0], self.topics()
        sure = self.sureness(best)
        agency = self.agency_out(best, sure)
        place = self.place_problem(best.route)
        facts = self.facts(best.topic, best.route.level, self.found.place.code)
        flags = self.day.flags(facts, place=place, duplicate_of=self.duplicate_of)
        digest = hashlib.sha256(" ".join(self.masked.text.split()).encode()).hexdigest()
        reasons = self.reasons(best, agency, place, flags, digest)
        spans = Spans(self.complaint, self.masked)
        return {
            "tracking_id": self.complaint.tracking_id,
            "complaint_sha256": digest,
            "category": self.category,
            "category_probability": self.category_probability,
            "lapor_classification": _LAPOR.get(self.kind)
            or _LAPOR_MISCONDUCT[self.misconduct >= MISCONDUCT_ALLEGED],
            "attributes": {
                "kind": self.kind,
                "kind_probability": float(self.predictions.kind[self.row].max()),
                "misconduct": self.misconduct,
                "inspection": self.inspection,
                "level": dict(zip(LEVELS, self.predictions.level[self.row].tolist(), strict=True)),
            },
            "topic": topics[0][0],
            "topics": [{"code": code, "probability": p} for code, p in topics],
            "region": {
                "code": self.found.place.code,
                "name": self.place_name(),
                "ambiguous": list(self.found.place.ambiguous),
                "evidence": spans.fields(self.found.place.spans),
            },
            "agency": agency,
            "alternatives": self.alternatives(candidates, sure),
            "copies": self.copies(best.route),
            "sla": self.sla(best.route),
            "flags": [_note(flag) for flag in flags],
            "decision": "auto" if all(r.code == "audit_sample" for r in reasons) else "review",
            "review_reasons": [_note(reason) for reason in reasons],
            "explanation": self.explanation(best, spans),
            "versions": self.scorer.versions,
        }

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
            misconduct=self.misconduct >= MISCONDUCT_ALLEGED,
            inspection=self.inspection >= 0.5,
            cues=self.cues,
            region=region,
            on=self.clock.rules_day,
            secret=self.complaint.secret,
            anonymous=self.complaint.anonymous,
            requested_agency=self.complaint.requested_agency,
            lapor_category=self.complaint.lapor_category,
        )

    def place_problem(self, route: Route) -> str:
        """Return ``none`` where the place suffices, else ``missing`` or ``ambiguous``."""
        if not route.place_missing:
            return "none"
        return "ambiguous" if self.found.place.ambiguous else "missing"

    def place_name(self) -> str | None:
        """Return the full name of the place."""
        code = self.found.place.code
        return self.ruleset.regions.name(code) if code else None

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

    def agency_out(self, candidate: Candidate, probability: float) -> AgencyOut:
        """Return the wire form of a body."""
        code = candidate.route.agency
        return {
            "code": code,
            "name": self.agency_name(code) if code else None,
            "level": candidate.route.level,
            "unit": candidate.route.unit,
            "probability": round(probability, 4),
        }

    def agency_name(self, code: str) -> str:
        """Return the name of a body that a rule names."""
        agency = self.ruleset.agencies.get(code)
        return agency.name if agency else code

    def alternatives(self, candidates: list[Candidate], sure: float) -> list[AgencyOut]:
        """Return what else it may be: the bodies of other candidate places first.

        The others share what the proposed body leaves, by their chances.
        """
        best = candidates[0]
        found: list[AgencyOut] = []
        rest = (1 - sure) / max(1 - best.total, 1e-9)
        for candidate in candidates[1:]:
            probability = min(candidate.total * rest, sure)
            told = candidate.route.agency is not None or candidate.route.place_missing
            if told and probability >= MIN_ALTERNATIVE_PROBABILITY:
                found.append(self.agency_out(candidate, probability))
        return self.other_places(best, sure) + found[:MAX_ALTERNATIVES]

    def other_places(self, best: Candidate, sure: float) -> list[AgencyOut]:
        """Return the body of each place that the text may mean, alike in probability."""
        if not best.route.place_missing:
            return []
        codes = self.found.place.ambiguous
        found: list[AgencyOut] = []
        for code in codes[:MAX_ALTERNATIVES]:
            route = self.day.route(self.facts(best.topic, best.route.level, code))
            if route.agency:
                other = Candidate(route, best.topic, best.best, best.total)
                found.append(self.agency_out(other, sure / len(codes)))
        return found

    def copies(self, route: Route) -> list[CopyOut]:
        """Return who is informed."""
        found: list[CopyOut] = []
        for code, unit in route.copies:
            agency = self.ruleset.agencies.get(code)
            level = agency.level if agency else "PUSAT"
            found.append(
                {"code": code, "name": self.agency_name(code), "level": level, "unit": unit}
            )
        return found

    def sla(self, route: Route) -> SlaOut:
        """Return the legal clock, in the zone of the place."""
        code = self.found.place.code
        local = code is not None and route.level != "PUSAT"
        zone = self.ruleset.regions.zone_of(code) if code and local else HOME_ZONE
        regulation = self.ruleset.regulations.on(self.clock.rules_day)
        # What starts the clock later than receipt has not happened yet: only the days are known.
        starts_on = self.clock.starts_on(zone) if regulation.start_event == "received" else None
        sla = sla_for(self.category, starts_on, regulation, self.ruleset.calendar)
        return {
            "working_days": sla.working_days,
            "starts_on": sla.starts_on.isoformat() if sla.starts_on else None,
            "due_on": sla.due_on.isoformat() if sla.due_on else None,
            "reminders": [day.isoformat() for day in sla.reminders],
            "regulation": sla.regulation,
            "assumed_start": self.clock.assumed and starts_on is not None,
        }

    def reasons(
        self,
        best: Candidate,
        agency: AgencyOut,
        place: str,
        flags: tuple[Flag, ...],
        digest: str,
    ) -> tuple[Reason, ...]:
        """Return why a person looks; the draw for the audit sample is made last."""
        threshold, policy = self.scorer.threshold, self.scorer.policy
        facts = ReviewFacts(
            category_probability=self.category_probability,
            agency_probability=agency["probability"],
            category_threshold_met=self.category_probability >= threshold,
            agency_threshold_met=agency["probability"] >= threshold,
            topic=best.topic,
            kind=self.kind,
            level=best.route.level,
            category=self.category,
            agency=best.route.agency,
            agency_known=best.route.agency is not None or best.route.place_missing,
            misconduct=self.misconduct >= MISCONDUCT_ALLEGED,
            misconduct_suspected=self.misconduct >= self.scorer.model.misconduct_threshold
            and self.category != self.day.category("complaint", True, True)[0],
            place=place,
            flags=flags,
            cues=self.cues,
            requested=self.requested(best.route),
            hinted=self.hinted(best),
            duplicate_of=self.duplicate_of,
            auto=policy.auto,
            audit_sample=int(digest[:8], 16) < policy.audit_share * 2**32,
        )
        found = self.day.reviews(facts)
        if any(reason.code != "audit_sample" for reason in found):
            return tuple(reason for reason in found if reason.code != "audit_sample")
        return found

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

    def explanation(self, best: Candidate, spans: Spans) -> Explanation:
        """Return words, cues and rows that decided; nothing where nobody reads it."""
        if not self.explained:
            return {"terms": [], "cues": [], "rules": [], "near_misses": []}
        _, category_row = self.day.category(
            self.kind, self.misconduct >= MISCONDUCT_ALLEGED, self.inspection >= 0.5
        )
        fired = (category_row, *best.route.rows)
        return {
            "terms": self.terms(best, spans),
            "cues": [
                {"code": hit.code, "text": text, **span}
                for hit in self.found.cues
                for text, span in spans.quote(hit.start, hit.end)
            ],
            "rules": [
                {
                    "table": row.table,
                    "row": row.row,
                    "because": dict(row.because),
                    "reference": row.reference,
                }
                for row in fired
            ],
            "near_misses": [
                {"table": miss.table, "row": miss.row, "failed": dict(miss.failed)}
                for miss in best.route.near_misses
            ],
        }

    def terms(self, best: Candidate, spans: Spans) -> list[TermOut]:
        """Return the words that spoke for the answer; none where features were not kept."""
        if self.predictions.features is None:
            return []
        wanted = {
            "topic": (SLICES["topic"].start + TOPICS.index(best.topic), _MOST_TERMS["topic"]),
            "kind": (SLICES["kind"].start + KINDS.index(self.kind), _MOST_TERMS["kind"]),
        }
        if self.misconduct >= self.scorer.model.misconduct_threshold:
            wanted["misconduct"] = (SLICES["misconduct"].start, _MOST_TERMS["misconduct"])
        if self.inspection >= 0.5:
            wanted["inspection"] = (SLICES["inspection"].start, _MOST_TERMS["inspection"])
        return [
            {"text": text, **span, "head": term.head, "weight": round(term.weight, 2)}
            for term in explain(
                self.scorer.model, self.predictions, self.row, self.masked.blanked, wanted
            )
            for text, span in spans.quote(term.start, term.end)
        ]


def _note(note: Flag | Reason) -> Note:
    return {"code": note.code, "detail": note.detail, "message": note.message}
