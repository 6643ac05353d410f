"""What model and rules together are worth on complaints that were held out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from classifier.artifacts import Manifest
from classifier.calibration import RiskPoint, expected_calibration_error, risk_curve
from classifier.class_weights import best_class_weights
from classifier.dataset import SEED_CORPUS
from classifier.frozen import FrozenEvaluation
from classifier.scores import macro_f1
from classifier.train import TrainConfig, Trained, assign_folds
from rules.decide import CompiledRules
from rules.ruleset import RuleSet
from service.chances import category_table
from service.checks import check_answers, freeze
from service.complaint import Complaint
from service.confidence import AgencyConfidence, fit_confidence
from service.evidence import levels_by_topic
from service.scoring import Policy, Scorer


@dataclass(frozen=True, slots=True, kw_only=True)
class EndToEnd:
    """What model and rules together are worth on held-out complaints.

    Attributes
    ----------
    figures : dict
        Accuracy of class, level and agency, and how many may go out by themselves.
    category_weights : dict
        Fitted on all of them; see ``choose_category_weights``.
    confidence : AgencyConfidence
        Fitted on all of them.
    risk : list of RiskPoint
        With the confidence of each complaint fitted on the others.
    evaluation : FrozenEvaluation
        The held-out answers row by row, for comparing with another model.
    """

    figures: dict[str, Any]
    category_weights: dict[str, float]
    confidence: AgencyConfidence
    risk: list[RiskPoint]
    evaluation: FrozenEvaluation


def measure_end_to_end(
    trained: Trained, frame: pd.DataFrame, ruleset: RuleSet, *, today: date, config: TrainConfig
) -> EndToEnd:
    """Return what model and rules together are worth.

    Real complaints count where there are any; else the seed corpus. A region that only the
    source knows is not given: the text must name the place. A regional government is right when
    its level is. An automatic answer needs everything but the threshold.
    """
    real = frame["source"].ne(SEED_CORPUS.stem).to_numpy()
    chosen = np.flatnonzero(real if real.any() else ~real)
    day = ruleset.on(today)
    weights = choose_category_weights(trained, frame, chosen, day)
    scorer = Scorer(
        model=trained.model,
        manifest=replace(
            unmeasured(levels_by_topic(frame["topic"], frame["level"])), category_weights=weights
        ),
        ruleset=ruleset,
        policy=Policy(audit_share=0),
    )
    complaints = [Complaint(isi=text) for text in frame["text"].iloc[chosen]]
    answers = scorer.decide(complaints, trained.held_out.rows(chosen), today=today)
    checks = check_answers(frame.iloc[chosen], answers, scorer=scorer, today=today)
    known = checks[checks["known"]].reset_index(drop=True)
    evidence = known[["chance", "level_chance", "topic_chance"]].to_numpy()
    right = known["agency"].to_numpy()
    sure = np.zeros(len(known))
    groups = trained.groups[chosen][checks["known"].to_numpy()]
    folds = assign_folds(groups, n_folds=config.folds, seed=config.seed)
    for fold in range(config.folds):
        others = fit_confidence(evidence[folds != fold], right[folds != fold])
        sure[folds == fold] = [others.of(*row) for row in evidence[folds == fold].tolist()]
    may_go = known["clear"].to_numpy()
    both = np.minimum(known["category_chance"].to_numpy(), sure)
    correct = known["category"].to_numpy() & right
    figures = {
        "rows": len(checks),
        "real": bool(real.any()),
        "category_accuracy": _share(checks["category"][checks["labelled"]]),
        "category_macro_f1": category_macro_f1(checks[checks["labelled"]]),
        "level_accuracy": _share(known["level"]),
        "agency_accuracy": _share(known["agency"]),
        "agency_calibration_error": round(expected_calibration_error(sure, right), 4),
        "rows_that_may_go_out": int(may_go.sum()),
    }
    return EndToEnd(
        figures=figures,
        category_weights=weights,
        confidence=fit_confidence(evidence, right),
        evaluation=freeze(frame.iloc[chosen], checks),
        risk=risk_curve(both[may_go], correct[may_go]),
    )


def choose_category_weights(
    trained: Trained, frame: pd.DataFrame, chosen: NDArray[np.int64], day: CompiledRules
) -> dict[str, float]:
    """Return how much the chance of each class must count so that rare classes are found too.

    The most frequent class counts 1; the others' weights give the best macro-F1 on held-out
    complaints. They move only the choice, never a probability.
    """
    codes, table = category_table(day)
    labelled = frame[["kind", "misconduct", "inspection"]].notna().all(axis=1).to_numpy()
    chosen = chosen[labelled[chosen]]
    if not len(chosen):
        return {}
    chances = trained.held_out.rows(chosen).outcomes() @ table
    labels = frame.iloc[chosen][["kind", "misconduct", "inspection"]].itertuples(index=False)
    truth = np.array([codes.index(day.category(*row)[0]) for row in labels])
    best = best_class_weights(chances, truth)
    return dict(zip(codes, best.tolist(), strict=True))


def unmeasured(levels: dict[str, list[int]]) -> Manifest:
    """Return a manifest for a model that is being measured: nothing goes out by itself.

    Parameters
    ----------
    levels : dict
        As from ``levels_by_topic``.
    """
    return Manifest(
        format=0, id="held-out", created_at="", sha256="", versions={},
        data={"levels_by_topic": levels}, config={},
        metrics={},
    )  # fmt: skip


def category_macro_f1(checks: pd.DataFrame) -> float:
    """Return the mean F1 of the classes that occur; see ``check_answers``."""
    truth, answer = checks["category_truth"].to_numpy(), checks["category_answer"].to_numpy()
    return round(macro_f1(truth.astype(str), answer.astype(str)), 4) if len(checks) else 0.0


def _share(values: Any) -> float:
    return round(float(np.mean(values)), 4) if len(values) else 0.0
