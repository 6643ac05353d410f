"""What a model has to reach on complaints that it has not seen."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from classifier.robustness import BARS as CHANGED
from service.evaluation import PartResult
from service.parts import ALL_REAL, LAST_YEAR, SOURCES

_FILE = Path(__file__).parent / "data" / "baseline.csv"
# Added to the baseline's mean over the sources and the last year.
GAINS = {
    "category_macro_f1": 0.03,
    "topic_accuracy": 0.02,
    "topic_macro_f1": 0.03,
    "misconduct_recall": 0.05,
}
MIN_MISCONDUCTS = 30  # below, a recall says nothing
LARGE_PART = 800  # complaints, from which a calibration error is held to a bar
CALIBRATION = {"topic": 0.09}
_CALIBRATION = 0.05  # of the other questions


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One demand and what came of it.

    Attributes
    ----------
    name : str
    wanted, got : float
    is_met : bool
    """

    name: str
    wanted: float
    got: float
    is_met: bool


def baseline() -> dict[str, dict[str, float]]:
    """Return the figures of a plain classifier, by part."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    return {row.pop("part"): {name: float(value) for name, value in row.items()} for row in rows}


def bars(results: Sequence[PartResult]) -> list[Bar]:
    """Return all demands on the parts that were measured; the means need all five of them."""
    plain = baseline()
    by_name = {found.name: found for found in results}
    five = [*SOURCES, " ".join(LAST_YEAR)]
    found: list[Bar] = []
    if all(name in by_name for name in five):
        found += [_mean_bar(name, gain, by_name, five, plain) for name, gain in GAINS.items()]
    for name in [*five, ALL_REAL]:
        if name in by_name:
            found += _row_bars(by_name[name], plain[name])
    return found


def _mean_bar(
    figure: str,
    gain: float,
    by_name: dict[str, PartResult],
    names: list[str],
    plain: dict[str, dict[str, float]],
) -> Bar:
    if figure == "misconduct_recall":
        names = [name for name in names if by_name[name].misconducts >= MIN_MISCONDUCTS]
    wanted = float(np.mean([plain[name][figure] for name in names])) + gain
    got = float(np.mean([by_name[name].figures[figure].value for name in names]))
    return _at_least(f"mean {figure}", wanted, got)


def _row_bars(found: PartResult, plain: dict[str, float]) -> list[Bar]:
    result = []
    for figure, before in plain.items():
        few = figure == "misconduct_recall" and found.misconducts < MIN_MISCONDUCTS
        if figure in found.figures and not few:
            ours = found.figures[figure]
            result.append(_at_least(f"{found.name}: {figure}", before - ours.error, ours.value))
    if found.rows >= LARGE_PART and found.name != ALL_REAL:
        for head, question in found.questions.items():
            most = CALIBRATION.get(head, _CALIBRATION)
            result.append(_at_most(f"{found.name}: ECE {head}", most, question.calibration.error))
    return result + [
        _at_most(f"{found.name}: changed by {name}", CHANGED[name], share)
        for name, share in found.changed.items()
    ]


def _at_least(name: str, wanted: float, got: float) -> Bar:
    return Bar(name=name, wanted=round(wanted, 4), got=round(got, 4), is_met=got >= wanted)


def _at_most(name: str, wanted: float, got: float) -> Bar:
    return Bar(name=name, wanted=wanted, got=round(got, 4), is_met=got <= wanted)
