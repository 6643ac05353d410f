"""What one model answered on a fixed set of complaints, and whether another answers worse.

Answers are kept row by row, without texts: two models are compared on the same complaints, so the
luck of the sample, which both share, does not hide a difference or make one up.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifier.bootstrap import interval, resamples
from classifier.errors import ComparisonError

EVALUATION_FILE = "evaluation.json"
UNKNOWN = "-"

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenEvaluation:
    """Answers of one model, one character a complaint; ``-`` where a label is missing.

    Attributes
    ----------
    data : str
        Fingerprint of the complaints; two evaluations compare only if theirs are equal.
    category_truth, category : str
        First letter of the follow-up class: ``i``, ``n``, ``f``.
    misconduct : str
        ``1`` caught by the model's threshold, ``0`` missed, ``-`` no misconduct.
    topic, level, agency : str
        ``1`` right, ``0`` wrong.
    """

    data: str
    category_truth: str
    category: str
    misconduct: str
    topic: str
    level: str
    agency: str

    def __len__(self) -> int:
        return len(self.category)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One figure of two models on the same complaints.

    Attributes
    ----------
    name : str
        A key of ``FIGURES``.
    champion, challenger : float
        0 to 1, higher is better.
    low, high : float
        95 % bootstrap interval of challenger minus champion.
    """

    name: str
    champion: float
    challenger: float
    low: float
    high: float

    @property
    def is_worse(self) -> bool:
        """Whether the challenger is worse beyond the interval."""
        return self.high < 0


def _share(marks: str, weights: Floats) -> Floats:
    """Return the weighted share of ``1`` among the known, one number a row of ``weights``."""
    signs = np.array(list(marks))
    return _ratio(weights @ (signs == "1"), weights @ (signs != UNKNOWN))


def _category_accuracy(found: FrozenEvaluation, weights: Floats) -> Floats:
    truth, answer = np.array(list(found.category_truth)), np.array(list(found.category))
    return _ratio(weights @ (truth == answer), weights @ (truth != UNKNOWN))


def _category_macro_f1(found: FrozenEvaluation, weights: Floats) -> Floats:
    truth, answer = np.array(list(found.category_truth)), np.array(list(found.category))
    known = truth != UNKNOWN
    scores = [
        _ratio(
            2 * weights @ ((truth == code) & (answer == code)),
            weights @ (truth == code) + weights @ (known & (answer == code)),
        )
        for code in sorted(set(truth[known]))
    ]
    return np.mean(scores, axis=0) if scores else np.zeros(len(weights))


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.asarray(part / np.maximum(whole, 1e-12), dtype=np.float64)


FIGURES: dict[str, Callable[[FrozenEvaluation, Floats], Floats]] = {
    "category_accuracy": _category_accuracy,
    "category_macro_f1": _category_macro_f1,
    "misconduct_caught": lambda found, weights: _share(found.misconduct, weights),
    "topic_accuracy": lambda found, weights: _share(found.topic, weights),
    "level_accuracy": lambda found, weights: _share(found.level, weights),
    "agency_accuracy": lambda found, weights: _share(found.agency, weights),
}


def figures_of(found: FrozenEvaluation) -> dict[str, dict[str, float]]:
    """Return each of ``FIGURES`` with its 95 % bootstrap interval."""
    whole, weights = np.ones((1, len(found))), resamples(len(found))
    report = {}
    for name, figure in FIGURES.items():
        low, high = interval(figure(found, weights))
        value = round(float(figure(found, whole)[0]), 4)
        report[name] = {"value": value, "low": low, "high": high}
    return report


def compare(champion: FrozenEvaluation, challenger: FrozenEvaluation) -> list[Difference]:
    """Return how two models differ on the same complaints, in the order of ``FIGURES``.

    Raises
    ------
    ComparisonError
        If they were evaluated on different complaints.
    """
    if champion.data != challenger.data or len(champion) != len(challenger):
        message = f"evaluated on different complaints ({champion.data}, {challenger.data})"
        msg = f"{message}: score both on one file with --data FILE"
        raise ComparisonError(msg)
    whole, weights = np.ones((1, len(champion))), resamples(len(champion))
    differences = []
    for name, figure in FIGURES.items():
        low, high = interval(figure(challenger, weights) - figure(champion, weights))
        differences.append(
            Difference(
                name=name,
                champion=round(float(figure(champion, whole)[0]), 4),
                challenger=round(float(figure(challenger, whole)[0]), 4),
                low=low,
                high=high,
            )
        )
    return differences


def marks(right: Sequence[bool | None]) -> str:
    """Return ``1``, ``0`` or ``-`` for each.

    Examples
    --------
    >>> marks([True, None, False])
    '1-0'
    """
    return "".join(UNKNOWN if one is None else str(int(one)) for one in right)


def write_evaluation(folder: Path, found: FrozenEvaluation, *, model_sha256: str) -> None:
    """Keep an evaluation beside the model that it is of."""
    text = json.dumps({"model_sha256": model_sha256} | asdict(found), indent=1)
    (folder / EVALUATION_FILE).write_text(text + "\n", encoding="utf-8")


def read_evaluation(folder: Path, *, model_sha256: str) -> FrozenEvaluation:
    """Return the evaluation of a model folder.

    Parameters
    ----------
    model_sha256 : str
        Of the model file, as its manifest says.

    Raises
    ------
    ComparisonError
        If there is none, it is damaged or of another model.
    """
    path = folder / EVALUATION_FILE
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        of_model = values.pop("model_sha256")
        found = FrozenEvaluation(**values)
    except FileNotFoundError as error:
        msg = f"{path}: not there: score both models on one file with --data FILE"
        raise ComparisonError(msg) from error
    except (OSError, ValueError, TypeError, KeyError) as error:
        msg = f"{path}: expected an evaluation, got {type(error).__name__}"
        raise ComparisonError(msg) from error
    if of_model != model_sha256:
        msg = f"{path}: is of another model: score both models on one file with --data FILE"
        raise ComparisonError(msg)
    rows = {len(column) for name, column in asdict(found).items() if name != "data"}
    if len(rows) != 1 or not len(found):
        msg = f"{path}: expected one character a complaint in every column, got {sorted(rows)}"
        raise ComparisonError(msg)
    return found
