"""Why an answer is what it is: the words, the cues and the rows that decided."""

from __future__ import annotations

from classifier.explain import explain
from classifier.heads import SLICES
from classifier.labels import KINDS, TOPICS
from service.chances import Candidate
from service.disposition import Explanation, TermOut
from service.spans import Spans
from service.weighed import Weighed

_MOST_TERMS = {"topic": 5, "kind": 2, "inspection": 2, "misconduct": 3}


def explained(weighed: Weighed, best: Candidate, spans: Spans) -> Explanation:
    """Return words, cues and rows that decided."""
    _, category_row = weighed.day.category(weighed.kind, weighed.is_alleged, weighed.is_inspected)
    fired = (category_row, *best.route.rows)
    return {
        "terms": _terms(weighed, best, spans),
        "cues": [
            {"code": hit.code, "text": text, **span}
            for hit in weighed.found.cues
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


def unexplained() -> Explanation:
    """Return the explanation of an answer whose reasons nobody reads."""
    return {"terms": [], "cues": [], "rules": [], "near_misses": []}


def _terms(weighed: Weighed, best: Candidate, spans: Spans) -> list[TermOut]:
    """Return the words that spoke for the answer; none where features were not kept."""
    if weighed.predictions.features is None:
        return []
    wanted = {
        "topic": (SLICES["topic"].start + TOPICS.index(best.topic), _MOST_TERMS["topic"]),
        "kind": (SLICES["kind"].start + KINDS.index(weighed.kind), _MOST_TERMS["kind"]),
    }
    if weighed.is_alleged or weighed.misconduct >= weighed.scorer.model.misconduct_threshold:
        wanted["misconduct"] = (SLICES["misconduct"].start, _MOST_TERMS["misconduct"])
    if weighed.is_inspected:
        wanted["inspection"] = (SLICES["inspection"].start, _MOST_TERMS["inspection"])
    return [
        {"text": text, **span, "head": term.head, "weight": round(term.weight, 2)}
        for term in explain(
            weighed.scorer.model, weighed.predictions, weighed.row, weighed.masked.blanked, wanted
        )
        for text, span in spans.quote(term.start, term.end)
    ]
