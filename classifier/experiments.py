"""What every step of the classifier brings, by grouped cross-validation inside training data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from classifier.bootstrap import resamples
from classifier.calibration import fit_calibration
from classifier.class_weights import best_class_weights
from classifier.dataset import SEED_CORPUS, near_duplicate_groups
from classifier.evaluate import PRECISION, answers_to
from classifier.heads import N_SCORES
from classifier.labels import HEADS, KINDS
from classifier.predict import Predictions
from classifier.recipe_scores import Fold, class_scores_of, make_folds
from classifier.recipes import KEPT, RECIPES, Recipe
from classifier.scores import Answers, calibration_score, recall_at_precision
from classifier.train import Labels, TrainConfig, assign_folds, labels_of

VARIANTS_FILE = Path(__file__).parent / "data" / "variants.csv"  # of the shipped classifier
_DRAWS = 500
# Their mean is what recipes are ranked by: the figures that the bars are about.
RANKED_BY = (
    "category_macro_f1",
    "topic_accuracy",
    "topic_macro_f1",
    "misconduct_recall",
    "inspection_macro_f1",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one recipe reached on held-out complaints.

    Attributes
    ----------
    name : str
        A key of ``recipes.RECIPES``.
    figures : dict of str to float
        ``RANKED_BY``, and the calibration error of each question as ``<head>_ece``.
    mean : float
        Of ``RANKED_BY``.
    gain : float
        Mean of the shipped recipe minus this one: what the removed step brings.
    error : float
        Bootstrap standard error of the gain, on the same complaints.
    """

    name: str
    figures: dict[str, float]
    mean: float
    gain: float
    error: float


def compare_recipes(
    frame: pd.DataFrame,
    *,
    public_words: frozenset[str],
    class_table: NDArray[np.float64],
    config: TrainConfig | None = None,
    recipes: Mapping[str, Recipe] = RECIPES,
) -> Iterator[Outcome]:
    """Yield what each recipe reaches, the shipped one first.

    Real complaints are judged where there are any, all are learned from.

    Parameters
    ----------
    frame : DataFrame
        Training data alone, as from ``dataset.read_examples``.
    class_table : ndarray of shape (16, n_classes)
        The follow-up class of each outcome; see ``Predictions.outcomes``.

    Raises
    ------
    DatasetError
        If there are fewer groups of complaints than folds.
    """
    config = config or TrainConfig()
    labels = labels_of(frame)
    groups = near_duplicate_groups(list(frame["text"]))
    folds = assign_folds(groups, n_folds=config.folds, seed=config.seed)
    real = frame["source"].ne(SEED_CORPUS.stem).to_numpy()
    judged = np.flatnonzero(real if real.any() else ~real)
    truth = _true_classes(labels, class_table)
    parts = make_folds(list(frame["text"]), groups, folds, ~real, public_words=public_words)
    weights = np.vstack([np.ones(len(judged)), resamples(len(judged), draws=_DRAWS)])
    ours: NDArray[np.float64] | None = None
    for name, recipe in recipes.items():
        held_out, answer = _held_out(parts, labels, folds, judged, truth, class_table, recipe)
        drawn, figures = _figures(
            held_out.rows(judged), answer[judged], truth[judged],
            {head: y[judged] for head, y in labels.items()}, class_table.shape[1], weights,
        )  # fmt: skip
        ours = drawn if ours is None else ours
        gain = ours - drawn
        yield Outcome(
            name=name,
            figures=figures,
            mean=round(float(drawn[0]), 4),
            gain=round(float(gain[0]), 4),
            error=round(float(gain[1:].std()), 4),
        )


def _true_classes(labels: Labels, class_table: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the place of each complaint's class; -1 where one of its labels is missing."""
    rows = zip(labels["kind"], labels["misconduct"], labels["inspection"], strict=True)
    return np.array(
        [
            -1
            if kind is None or misconduct is None or inspection is None
            else class_table[KINDS.index(kind) * 4 + 2 * int(misconduct) + int(inspection)].argmax()
            for kind, misconduct, inspection in rows
        ],
        dtype=np.int64,
    )


def _held_out(
    parts: Sequence[Fold],
    labels: Labels,
    folds: NDArray[np.int64],
    judged: NDArray[np.int64],
    truth: NDArray[np.int64],
    class_table: NDArray[np.float64],
    recipe: Recipe,
) -> tuple[Predictions, NDArray[np.int64]]:
    """Return held-out predictions and follow-up classes, all calibrated by the other folds."""
    scores = np.zeros((len(folds), N_SCORES), dtype=np.float32)
    for part in parts:
        scores[part.outside] = part.scores(labels, recipe)
    result: dict[str, NDArray[np.float64]] = {}
    for part in parts:
        inside = folds != part.number
        calibration = fit_calibration(scores[inside], {h: y[inside] for h, y in labels.items()})
        if recipe.calibrated is not None:
            calibration = recipe.calibrated(calibration)
        for name, chances in calibration.probabilities(scores[part.outside]).items():
            whole = result.setdefault(name, np.zeros((len(folds), *chances.shape[1:])))
            whole[part.outside] = chances
    if not recipe.by_parts:
        result |= {"kind_otherwise": result["kind"], "inspection_alleged": result["inspection"]}
    held_out = Predictions(**result, features=None)
    if recipe.class_learned:
        direct = [class_scores_of(part, recipe, truth) for part in parts]
        learned = np.zeros((len(folds), class_table.shape[1]))
        for part, found in zip(parts, direct, strict=True):
            learned[part.outside] = found
        return held_out, learned.argmax(axis=1)
    chances = held_out.outcomes() @ class_table
    answer = np.zeros(len(folds), dtype=np.int64)
    for part in parts:
        others = judged[(folds[judged] != part.number) & (truth[judged] >= 0)]
        weights = np.ones(class_table.shape[1])
        if recipe.class_weights and len(others):
            weights = best_class_weights(chances[others], truth[others])
        answer[part.outside] = (chances[part.outside] * weights).argmax(axis=1)
    return held_out, answer


def _figures(
    held_out: Predictions,
    answer: NDArray[np.int64],
    truth: NDArray[np.int64],
    labels: Labels,
    n_classes: int,
    weights: NDArray[np.float64],
) -> tuple[NDArray[np.float64], dict[str, float]]:
    """Return the mean figure for each row of weights, and the figures of the first one."""
    known = truth >= 0
    classes = Answers(
        classes=tuple(map(str, range(n_classes))), truth=truth[known], answer=answer[known]
    )
    drawn = {"category_macro_f1": classes.macro_f1(weights[:, known])}
    errors = {}
    for head in HEADS:
        known = np.array([label is not None for label in labels[head]], dtype=np.bool_)
        found, sure = answers_to(head, getattr(held_out, head)[known], labels[head][known])
        errors[f"{head}_ece"] = calibration_score(sure, found.truth == found.answer).error
        if head in ("topic", "inspection"):
            drawn[f"{head}_macro_f1"] = found.macro_f1(weights[:, known])
        if head == "topic":
            drawn["topic_accuracy"] = found.accuracy(weights[:, known])
        if head == "misconduct":
            drawn["misconduct_recall"] = recall_at_precision(
                held_out.misconduct[known], found.truth == 1, weights[:, known], precision=PRECISION
            )
    mean = np.mean([drawn[name] for name in RANKED_BY], axis=0)
    figures = {name: round(float(drawn[name][0]), 4) for name in RANKED_BY}
    return mean, figures | errors


_SHOWN = (*RANKED_BY, "topic_ece")
HEADING = f"{'way':<40}" + "".join(
    f"{name:>10}"
    for name in ("class F1", "topic", "topic F1", "misc. R", "insp. F1", "topic ECE", "mean")
)


def describe(outcome: Outcome) -> str:
    """Return one line of the comparison."""
    cells = "".join(f"{outcome.figures[name]:>10.4f}" for name in _SHOWN)
    gain = "" if outcome.name == KEPT else f"{outcome.gain:>+9.4f} ±{outcome.error:.4f}"
    return f"{outcome.name:<40}{cells}{outcome.mean:>10.4f}{gain}"


def as_row(outcome: Outcome) -> dict[str, Any]:
    """Return one row of the file that the model card is made from."""
    return {
        "recipe": outcome.name,
        **outcome.figures,
        "mean": outcome.mean,
        "gain": outcome.gain,
        "error": outcome.error,
    }
