"""Answers of model and rules held against labels."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import date
from typing import Any

import pandas as pd

from classifier.dataset import fingerprint
from classifier.frozen import UNKNOWN, FrozenEvaluation, marks
from rules.decide import CompiledRules
from service.complaint import Complaint
from service.disposition import Disposition
from service.scoring import Scorer

_REGIONAL = ("PROV", "KABKOTA")
_CLASS_LABELS = ("kind", "misconduct", "inspection")


def check_answers(
    frame: pd.DataFrame, answers: Sequence[Disposition], *, scorer: Scorer, today: date
) -> pd.DataFrame:
    """Return one row a complaint: what was right, and how sure the answer was.

    A regional government is right when its level is. ``known`` says whether the level has a label,
    ``labelled`` whether the class has; an answer that is ``clear`` names a body and needs only the
    threshold to go out by itself.

    Parameters
    ----------
    frame : DataFrame
        As from ``dataset.read_examples``.
    """
    day = scorer.ruleset.on(today)
    threshold = scorer.model.misconduct_threshold
    rows = frame.to_dict("records")
    return pd.DataFrame(
        [_check(row, answer, day, threshold) for row, answer in zip(rows, answers, strict=True)]
    )


def _check(
    row: dict[Hashable, Any], answer: Disposition, day: CompiledRules, threshold: float
) -> dict[str, Any]:
    labelled = all(row[name] is not None for name in _CLASS_LABELS)
    truth = day.category(*(row[name] for name in _CLASS_LABELS))[0] if labelled else None
    agency, reasons = answer["agency"], {reason["code"] for reason in answer["review_reasons"]}
    code = agency["level"] if agency["level"] in _REGIONAL else agency["code"]
    return {
        "known": row["level"] is not None,
        "labelled": labelled,
        "category_truth": truth,
        "category_answer": answer["category"],
        "category": answer["category"] == truth,
        "misconduct": row["misconduct"],
        "misconduct_caught": answer["attributes"]["misconduct"] >= threshold,
        "topic_known": row["topic"] is not None,
        "topic": answer["topic"] == row["topic"],
        "level": agency["level"] == row["level"],
        "agency": code == row["agency"],
        "clear": agency["code"] is not None
        and not reasons - {"category_uncertain", "agency_uncertain"},
        "category_chance": answer["category_probability"],
        "chance": agency["probability"],
        "level_chance": answer["attributes"]["level"][agency["level"]],
        "topic_chance": answer["topics"][0]["probability"],
    }


def freeze(frame: pd.DataFrame, checks: pd.DataFrame) -> FrozenEvaluation:
    """Return the checks in the form that is kept: row by row, without texts."""

    def where(known: str, right: str) -> str:
        pairs = zip(checks[known], checks[right], strict=True)
        return marks([bool(r) if k is True or k == 1 else None for k, r in pairs])

    return FrozenEvaluation(
        data=fingerprint(frame),
        category_truth="".join(
            t[0] if isinstance(t, str) else UNKNOWN for t in checks["category_truth"]
        ),
        category="".join(answer[0] for answer in checks["category_answer"]),
        misconduct=where("misconduct", "misconduct_caught"),
        topic=where("topic_known", "topic"),
        level=where("known", "level"),
        agency=where("known", "agency"),
    )


def evaluate_on(frame: pd.DataFrame, *, scorer: Scorer, today: date) -> FrozenEvaluation:
    """Return what a finished model answers on labelled complaints that it was not trained on."""
    complaints = [Complaint(isi=text) for text in frame["text"]]
    answers = scorer.score(complaints, today=today)
    return freeze(frame, check_answers(frame, answers, scorer=scorer, today=today))
