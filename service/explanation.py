"""Why an answer is what it is: the words, the cues and the rows that decided."""

from __future__ import annotations

from collections.abc import Sequence

from classifier.explain import Term, explain
from classifier.heads import SLICES
from classifier.labels import KINDS, TOPICS
from service.chances import Candidate
from service.disposition import Explanation
from service.spans import Spans
from service.weighed import Weighed

# Column of scores, and how many terms the answer may name.
_TOPIC = {topic: (SLICES["topic"].start + i, 5) for i, topic in enumerate(TOPICS)}
_KIND = {kind: (SLICES["kind"].start + i, 2) for i, kind in enumerate(KINDS)}
_MISCONDUCT = (SLICES["misconduct"].start, 3)
_INSPECTION = (SLICES["inspection"].start, 2)


def explained(
    weighed: Weighed, best: Candidate, spans: Spans, terms: Sequence[Term]
) -> Explanation:
    """Return words, cues and rows that decided; see ``terms_of``."""
    _, category_row = weighed.day.category(weighed.kind, weighed.is_alleged, weighed.is_inspected)
    fired = (category_row, *best.route.rows)
    return {
        "terms": [
            {
                "text": quote[0],
                "field": quote[1],
                "start": quote[2],
                "end": quote[3],
                "head": head,
                "weight": weight,
            }
            for start, end, head, weight in terms
            if (quote := spans.quote(start, end))
        ],
        "cues": [
            {
                "code": code,
                "text": quote[0],
                "field": quote[1],
                "start": quote[2],
                "end": quote[3],
            }
            for code, start, end in weighed.found.cues
            if (quote := spans.quote(start, end))
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


def terms_of(weighed: Sequence[Weighed]) -> list[list[Term]]:
    """Return the words that spoke for each answer; none where features were not kept.

    Parameters
    ----------
    weighed : sequence of Weighed
        All of the same predictions.
    """
    if not weighed:
        return []
    model, predictions = weighed[0].scorer.model, weighed[0].predictions
    wanted = [_wanted(one, one.candidates[0]) for one in weighed]
    return explain(model, predictions, [one.row for one in weighed], wanted)


def _wanted(weighed: Weighed, best: Candidate) -> dict[str, tuple[int, int]]:
    """Return for each head that speaks its column of scores and how many terms it may name."""
    wanted = {"topic": _TOPIC[best.topic], "kind": _KIND[weighed.kind]}
    if weighed.is_alleged or weighed.misconduct >= weighed.scorer.model.misconduct_threshold:
        wanted["misconduct"] = _MISCONDUCT
    if weighed.is_inspected:
        wanted["inspection"] = _INSPECTION
    return wanted
