"""Where a model errs on held-out complaints, as tables for a person to read."""

from __future__ import annotations

import numpy as np
import pandas as pd

from classifier.evaluate import answers_to
from classifier.train import Trained


def answers_of(trained: Trained, frame: pd.DataFrame, head: str) -> pd.DataFrame:
    """Return the held-out answer to one question for every complaint that carries its label.

    Parameters
    ----------
    frame : DataFrame
        What the model was trained on.
    head : str
        A key of ``labels.HEADS``.

    Returns
    -------
    DataFrame
        ``text``, ``truth``, ``answer``, ``probability`` of the answer and ``of_truth``; indexed
        by the row of ``frame``. A yes/no question has the classes ``no`` and ``yes``.
    """
    labels = trained.labels[head]
    rows = np.flatnonzero([label is not None for label in labels])
    chances = getattr(trained.held_out, head)[rows]
    yes_from = trained.model.yes_from.get(head, 0.5)
    found, _ = answers_to(head, chances, labels[rows], yes_from=yes_from)
    if chances.ndim == 1:
        chances = np.stack([1 - chances, chances], axis=1)
    at = np.arange(len(rows))
    names = np.array(found.classes, dtype=object)
    return pd.DataFrame(
        {
            "text": frame["text"].to_numpy()[rows],
            "truth": names[found.truth],
            "answer": names[found.answer],
            "probability": chances[at, found.answer],
            "of_truth": chances[at, found.truth],
        },
        index=rows,
    )


def most_confused(answers: pd.DataFrame, *, most: int = 10) -> pd.DataFrame:
    """Return the pairs of truth and answer that are mixed up most often, with their counts.

    Examples
    --------
    >>> answers = pd.DataFrame({"truth": ["a", "a", "b"], "answer": ["b", "b", "b"]})
    >>> most_confused(answers)
      truth answer  complaints  of_truth
    0     a      b           2       1.0
    """
    wrong = answers[answers["truth"] != answers["answer"]]
    pairs = wrong.groupby(["truth", "answer"]).size().rename("complaints").reset_index()
    pairs["of_truth"] = pairs["complaints"] / pairs["truth"].map(answers["truth"].value_counts())
    order = ["complaints", "truth", "answer"]
    pairs = pairs.sort_values(order, ascending=[False, True, True]).head(most)
    return pairs.reset_index(drop=True)


def reliability(answers: pd.DataFrame, *, bins: int = 10) -> pd.DataFrame:
    """Return mean probability and accuracy over bins of equal mass: equal where calibrated."""
    right = (answers["truth"] == answers["answer"]).astype(float)
    rank = answers["probability"].rank(method="first")
    groups = pd.cut(rank, min(bins, max(len(answers), 1)), labels=False)
    table = pd.DataFrame({"probability": answers["probability"], "accuracy": right})
    return table.groupby(groups.to_numpy()).agg(
        complaints=("accuracy", "size"),
        probability=("probability", "mean"),
        accuracy=("accuracy", "mean"),
    )
