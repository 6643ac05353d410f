"""Figures of what model and rules said of one part that they had not seen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from classifier.bootstrap import Estimate, estimate, resamples
from classifier.evaluate import DRAWS, QuestionScore, misconduct_recall, question_scores
from classifier.scores import Answers, ClassScore, class_scores, places
from classifier.train import labels_of
from service.evaluation_slices import OfficeLabels, Slice, office_labels, slices_of
from service.left_out import PartAnswers


@dataclass(frozen=True, slots=True, kw_only=True)
class Automatic:
    """What would go out by itself at one tolerated error.

    Attributes
    ----------
    tolerated : float
    automatic, wrong : int
        Answers that would go out, and those of them with a wrong class or body.
    coverage, error : float
        Share of the part that goes out, and of that the share that is wrong; 0 where nothing does.
    """

    tolerated: float
    automatic: int
    wrong: int
    coverage: float
    error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Flags:
    """How often two flags were raised, rightly or not.

    Attributes
    ----------
    emergencies, emergencies_found : int
        Complaints that describe an emergency, and those of them that are flagged.
    others, others_flagged : int
        The same of all other complaints.
    out_of_scope, out_of_scope_right : int
        Complaints flagged as no public service, and those of them that are none.
    """

    emergencies: int
    emergencies_found: int
    others: int
    others_flagged: int
    out_of_scope: int
    out_of_scope_right: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartResult:
    """What came of one part.

    Attributes
    ----------
    name : str
    rows, misconducts : int
        Complaints, and those of them that allege misconduct.
    figures, certain : dict of str to Estimate
        Of all complaints, and of those whose labels a careful colleague would not dispute.
    questions : dict of str to QuestionScore
        Of the classifier alone.
    classes : tuple of ClassScore
        Of the follow-up class.
    automatic : tuple of Automatic
    flags : Flags
    slices : tuple of Slice
        By source, category of the source, and length.
    office : OfficeLabels or None
        The office's own label beside ours, where there is one.
    changed : dict of str to float
        For each way of writing the share of complaints whose class changes.
    """

    name: str
    rows: int
    misconducts: int
    figures: dict[str, Estimate]
    certain: dict[str, Estimate]
    questions: dict[str, QuestionScore]
    classes: tuple[ClassScore, ...]
    automatic: tuple[Automatic, ...]
    flags: Flags
    slices: tuple[Slice, ...]
    office: OfficeLabels | None
    changed: dict[str, float]


def judge(found: PartAnswers) -> PartResult:
    """Compare answers with the labels of their complaints."""
    labels = labels_of(found.frame)
    questions = _questions(found)
    sure = np.array([value is True for value in found.frame["certain"]])
    return PartResult(
        name=found.name,
        rows=len(found.frame),
        misconducts=int(sum(label is True for label in labels["misconduct"])),
        figures=figures_of(found, questions),
        certain=figures_of(found.only(sure)) if sure.any() else {},
        questions=questions,
        classes=tuple(class_scores(category_answers(found.checks), draws=DRAWS)),
        automatic=tuple(_automatic(found, error) for error in found.thresholds),
        flags=_flags(found),
        slices=tuple(slices_of(found)),
        office=office_labels(found),
        changed=dict(found.changed),
    )


def category_answers(checks: pd.DataFrame) -> Answers:
    """Return the follow-up classes, true and answered; see ``check_answers``."""
    known = checks[checks["labelled"]]
    codes = tuple(sorted({*known["category_truth"], *known["category_answer"]}))
    return Answers(
        classes=codes,
        truth=places(known["category_truth"], codes),
        answer=places(known["category_answer"], codes),
    )


def figures_of(
    found: PartAnswers, questions: dict[str, QuestionScore] | None = None
) -> dict[str, Estimate]:
    """Return the figures that parts are compared by, each with its interval."""
    checks = found.checks
    labels = labels_of(found.frame)
    questions = questions or _questions(found)
    category = category_answers(checks)
    weights = _resamples(len(category.truth))
    figures = {
        "category_accuracy": estimate(category.accuracy, weights),
        "category_macro_f1": estimate(category.macro_f1, weights),
    }
    for head, names in (
        ("topic", ("accuracy", "macro_f1")),
        ("misconduct", ("macro_f1",)),
        ("inspection", ("macro_f1",)),
    ):
        if head in questions:
            figures |= {f"{head}_{name}": getattr(questions[head], name) for name in names}
    figures["misconduct_recall"] = misconduct_recall(found.predictions, labels["misconduct"])
    alleged = checks["misconduct"].eq(True).to_numpy()
    figures["misconduct_caught"] = _share(checks["misconduct_caught"], alleged)
    known = checks["known"].to_numpy(dtype=np.bool_)
    figures["topic_with_rules"] = _share(checks["topic"], checks["topic_known"].to_numpy())
    for name, column in (("level", "level"), ("agency", "agency"), ("among_three", "among")):
        figures[name] = _share(checks[column], known)
    return figures


def _questions(found: PartAnswers) -> dict[str, QuestionScore]:
    return question_scores(
        found.predictions,
        labels_of(found.frame),
        yes_from=found.yes_from,
    )


def _resamples(n: int) -> NDArray[np.float64]:
    return resamples(n, draws=DRAWS)


def _share(marks: Any, rows: NDArray[np.bool_]) -> Estimate:
    right = np.asarray(marks)[rows].astype(np.float64)
    if not len(right):
        return Estimate(value=np.nan, error=np.nan, low=np.nan, high=np.nan)
    return estimate(partial(_weighted_mean, right), _resamples(len(right)))


def _weighted_mean(
    values: NDArray[np.float64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    return np.asarray(weights @ values / weights.sum(axis=1))


def _automatic(found: PartAnswers, tolerated: float) -> Automatic:
    goes = found.automatic(found.thresholds[tolerated])
    n, wrong = int(goes.sum()), int((goes & ~found.right).sum())
    return Automatic(
        tolerated=tolerated,
        automatic=n,
        wrong=wrong,
        coverage=round(n / len(goes), 4),
        error=round(wrong / n, 4) if n else 0.0,
    )


def _flags(found: PartAnswers) -> Flags:
    flagged = np.array(["emergency" in flags for flags in found.flags])
    outside = np.array(["out_of_scope" in flags for flags in found.flags])
    urgent = found.frame["emergency"].eq(True).to_numpy()
    calm = found.frame["emergency"].eq(False).to_numpy()
    told = found.frame["in_scope"].notna().to_numpy()
    in_scope = found.frame["in_scope"].eq(True).to_numpy()
    return Flags(
        emergencies=int(urgent.sum()),
        emergencies_found=int((urgent & flagged).sum()),
        others=int(calm.sum()),
        others_flagged=int((calm & flagged).sum()),
        out_of_scope=int((told & outside).sum()),
        out_of_scope_right=int((told & outside & ~in_scope).sum()),
    )
