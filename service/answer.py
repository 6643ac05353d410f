"""How the answer to one complaint is put together."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from classifier.explain import Term
from classifier.labels import KINDS, LEVELS
from rules.decide import Flag, Reason, ReviewFacts, place_state
from rules.sla import sla_for
from service.bodies import agency_out, alternatives, copies
from service.chances import Candidate
from service.clock import HOME_ZONE, region_of_body
from service.disposition import AgencyOut, Disposition, Note, SlaOut
from service.explanation import explained, terms_of, unexplained
from service.spans import Spans
from service.weighed import Weighed

_LAPOR = {
    "information": "Permintaan Informasi",
    "aspiration": "Aspirasi",
}
_LAPOR_MISCONDUCT = {
    True: "Pengaduan Berkadar Pengawasan",
    False: "Pengaduan Tidak Berkadar Pengawasan",
}


def dispositions_of(
    weighed: Sequence[Weighed], *, with_reasons: bool = True
) -> Iterator[Disposition]:
    """Give the whole answers, each when it is asked for.

    Parameters
    ----------
    weighed : sequence of Weighed
        All of the same predictions.
    with_reasons : bool, default=True
        Whether they say which words, cues and rows decided.
    """
    if not with_reasons:
        return (_disposition_of(one, None) for one in weighed)
    return (
        _disposition_of(one, terms) for one, terms in zip(weighed, terms_of(weighed), strict=True)
    )


def _disposition_of(weighed: Weighed, terms: Sequence[Term] | None) -> Disposition:
    candidates = weighed.candidates
    best, topics = candidates[0], weighed.topics
    sure = weighed.sureness(best)
    agency = agency_out(weighed, best.route, sure)
    place_code = weighed.found.place.code
    place = place_state(best.route, weighed.found.place.ambiguous)
    facts = weighed.facts(best.topic, best.route.level, place_code)
    flags = weighed.day.flags(facts, place=place, duplicate_of=weighed.duplicate_of)
    digest = _digest(weighed.masked.text)
    reasons = _reasons(weighed, best, agency, place, flags, digest)
    spans = Spans(weighed.complaint, weighed.masked)
    return {
        "tracking_id": weighed.complaint.tracking_id,
        "complaint_sha256": digest,
        "category": weighed.category,
        "category_probability": weighed.category_probability,
        "lapor_classification": _LAPOR.get(weighed.kind) or _LAPOR_MISCONDUCT[weighed.is_alleged],
        "attributes": {
            "kind": weighed.kind,
            "kind_probability": weighed.kinds[KINDS.index(weighed.kind)],
            "misconduct": weighed.misconduct,
            "misconduct_alleged": weighed.is_alleged,
            "inspection": weighed.inspection,
            "inspection_needed": weighed.is_inspected,
            "level": dict(zip(LEVELS, weighed.levels, strict=True)),
        },
        "topic": topics[0][0],
        "topics": [{"code": code, "probability": p} for code, p in topics],
        "region": {
            "code": place_code,
            "name": weighed.ruleset.regions.name(place_code) if place_code else None,
            "ambiguous": list(weighed.found.place.ambiguous),
            "evidence": spans.fields(weighed.found.place.spans),
        },
        "agency": agency,
        "alternatives": alternatives(weighed, candidates, sure),
        "copies": copies(weighed, best.route),
        "sla": _sla(weighed, best),
        "flags": [_note(flag) for flag in flags],
        "decision": "auto" if all(r.code == "audit_sample" for r in reasons) else "review",
        "review_reasons": [_note(reason) for reason in reasons],
        "explanation": unexplained() if terms is None else explained(weighed, best, spans, terms),
        "versions": weighed.scorer.versions,
    }


def _digest(text: str) -> str:
    """Return the SHA-256 of a text whose runs of white space count as one space each."""
    plain = text.strip()
    if "  " in plain or not plain.isprintable():  # no white space but " " is printable
        plain = " ".join(plain.split())
    return hashlib.sha256(plain.encode()).hexdigest()


def _sla(weighed: Weighed, best: Candidate) -> SlaOut:
    """Return the legal clock, in the zone of the place and the calendar of the body."""
    ruleset, route, day = weighed.ruleset, best.route, weighed.clock.rules_day
    code = weighed.found.place.code
    local = code is not None and route.level != "PUSAT"
    zone = ruleset.regions.zone_of(code) if code and local else HOME_ZONE
    regulation = ruleset.regulations.on(day)
    # What starts the clock later than receipt has not happened yet: only the days are known.
    starts_on = weighed.clock.starts_on(zone) if regulation.start_event == "received" else None
    agreement = ruleset.agreements.find(
        route.agency, topic=best.topic, category=weighed.category, day=day
    )
    sla = sla_for(
        weighed.category,
        starts_on,
        regulation,
        ruleset.calendar.in_region(region_of_body(route.agency)),
        agreed_days=agreement.limits[weighed.category] if agreement else None,
    )
    found: SlaOut = {
        "working_days": sla.working_days,
        "starts_on": sla.starts_on.isoformat() if sla.starts_on else None,
        "due_on": sla.due_on.isoformat() if sla.due_on else None,
        "reminders": [day.isoformat() for day in sla.reminders],
        "regulation": sla.regulation,
        "assumed_start": weighed.clock.assumed and starts_on is not None,
    }
    if sla.is_estimated:
        found["estimated"] = True
    if agreement is not None:
        found["agreement"] = agreement.id
        found["legal_due_on"] = sla.legal_due_on.isoformat() if sla.legal_due_on else None
    return found


def _reasons(
    weighed: Weighed,
    best: Candidate,
    agency: AgencyOut,
    place: str,
    flags: tuple[Flag, ...],
    digest: str,
) -> tuple[Reason, ...]:
    """Return why a person looks; the draw for the audit sample is made last."""
    threshold, policy = weighed.scorer.threshold, weighed.scorer.policy
    facts = ReviewFacts(
        category_probability=weighed.category_probability,
        agency_probability=agency["probability"],
        category_threshold_met=weighed.category_probability >= threshold,
        agency_threshold_met=agency["probability"] >= threshold,
        topic=best.topic,
        kind=weighed.kind,
        level=best.route.level,
        category=weighed.category,
        agency=best.route.agency,
        agency_known=best.route.agency is not None or best.route.place_missing,
        misconduct=weighed.is_alleged,
        misconduct_suspected=weighed.misconduct >= weighed.scorer.model.misconduct_threshold
        and weighed.category != weighed.day.category("complaint", True, True)[0],
        place=place,
        flags=flags,
        cues=weighed.cues,
        requested=weighed.requested(best.route),
        hinted=weighed.hinted(best),
        duplicate_of=weighed.duplicate_of,
        auto=policy.auto,
        audit_sample=int(digest[:8], 16) < policy.audit_share * 2**32,
    )
    found = weighed.day.reviews(facts)
    if any(reason.code != "audit_sample" for reason in found):
        return tuple(reason for reason in found if reason.code != "audit_sample")
    return found


def _note(note: Flag | Reason) -> Note:
    return {"code": note.code, "detail": note.detail, "message": note.message}
