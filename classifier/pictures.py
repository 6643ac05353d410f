"""Figures of a model as pictures; the only import of matplotlib."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from classifier.calibration import MIN_AUTOMATIC, RiskPoint
from classifier.labels import HEADS
from classifier.predict import Predictions

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_MOST_NUMBERS = 8  # more classes than this: colours alone, numbers would be specks


def can_draw() -> bool:
    """Return whether matplotlib is installed."""
    return find_spec("matplotlib") is not None


def confusion_counts(
    truth: NDArray[np.int64], answer: NDArray[np.int64], *, n_classes: int
) -> NDArray[np.int64]:
    """Return how often class i was answered as class j, shape (n_classes, n_classes).

    Examples
    --------
    >>> confusion_counts(np.array([0, 0, 1]), np.array([0, 1, 1]), n_classes=2).tolist()
    [[1, 1], [0, 1]]
    """
    counts = np.zeros((n_classes, n_classes), dtype=np.int64)
    np.add.at(counts, (truth, answer), 1)
    return counts


def confusion_picture(counts: NDArray[np.int64], classes: Sequence[str], *, title: str) -> Figure:
    """Return a confusion matrix: rows are the truth, colours the share of the row."""
    from matplotlib.figure import Figure

    n = len(classes)
    side = max(4.0, 1.6 + 0.22 * n if n > _MOST_NUMBERS else 2.2 + 0.8 * n)
    figure = Figure(figsize=(side, side), layout="constrained")
    axes = figure.subplots()
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    small = 6 if n > _MOST_NUMBERS else 9
    axes.set_xticks(range(n), labels=classes, rotation=90, fontsize=small)
    axes.set_yticks(range(n), labels=classes, fontsize=small)
    axes.set(xlabel="answer", ylabel="truth", title=title)
    if n <= _MOST_NUMBERS:
        for i in range(n):
            for j in range(n):
                colour = "white" if shares[i, j] > 0.5 else "black"
                axes.text(j, i, f"{counts[i, j]:,}", ha="center", va="center", color=colour)
    return figure


def head_pictures(held_out: Predictions, labels: Mapping[str, NDArray[Any]]) -> dict[str, Figure]:
    """Return a confusion matrix for each question, over the rows that carry its label."""
    pictures = {}
    for head, classes in HEADS.items():
        known = np.array([label is not None for label in labels[head]])
        chances = getattr(held_out, head)[known]
        given = labels[head][known]
        if len(classes) == 1:
            classes = (f"no {head}", head)
            truth, answer = given.astype(bool).astype(np.int64), (chances >= 0.5).astype(np.int64)
        else:
            truth = np.array([classes.index(label) for label in given], dtype=np.int64)
            answer = chances.argmax(axis=1)
        counts = confusion_counts(truth, answer, n_classes=len(classes))
        title = f"{head}: {len(truth):,} held-out complaints"
        pictures[f"confusion-{head}"] = confusion_picture(counts, classes, title=title)
    return pictures


def risk_picture(curve: Sequence[RiskPoint], *, eligible: int, title: str) -> Figure:
    """Return error over coverage, with the upper bound that a threshold is chosen by.

    Parameters
    ----------
    eligible : int
        Complaints that may go out where the threshold allows it: coverage 1.
    """
    from matplotlib.figure import Figure

    points = [point for point in curve if point.automatic >= MIN_AUTOMATIC]
    coverage = [point.automatic / max(eligible, 1) for point in points]
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    axes.plot(coverage, [p.wrong / p.automatic for p in points], label="error, held out")
    axes.plot(coverage, [p.bound for p in points], "--", label="upper bound at 95 %")
    axes.set(xlabel="coverage of the eligible", ylabel="wrong class or agency", title=title)
    axes.set(xlim=(0, 1), ylim=(0, None))
    axes.grid(alpha=0.3)
    axes.legend()
    return figure


def png(figure: Figure) -> bytes:
    """Return a figure as a PNG file."""
    file = BytesIO()
    figure.savefig(file, format="png")
    return file.getvalue()
