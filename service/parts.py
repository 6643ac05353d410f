"""Which complaints are left out in turn when model and rules are measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from classifier.dataset import SEED_CORPUS, near_duplicate_groups
from classifier.train import assign_folds

# Sources of real complaints that are left out whole, and the last year of the largest.
SOURCES = ("sp4n-kab-bandung", "surabaya-media-center", "purbalingga", "surabaya-sapawarga")
LAST_YEAR = ("sp4n-kab-bandung", "2024")
ALL_REAL = "all real, from seed alone"
SEED_FIFTH = "seed fifth"

Rows = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Complaints that are tested on, and those that a model may learn from.

    Attributes
    ----------
    name : str
    tested, learned : ndarray of bool, shape (n,)
        Rows of the whole frame. No row that is learned from nearly repeats a tested one.
    """

    name: str
    tested: Rows
    learned: Rows


def parts_of(frame: pd.DataFrame) -> Iterator[Part]:
    """Yield the parts that a frame has: sources, the last year, all that is real, a fifth of seed.

    Parameters
    ----------
    frame : DataFrame
        As from ``dataset.read_examples``.
    """
    groups = near_duplicate_groups(list(frame["text"]))
    source = frame["source"].to_numpy(dtype=object)
    received = frame["received_on"].fillna("").astype(str)
    seed = source == SEED_CORPUS.stem

    def part(name: str, tested: Rows) -> Part:
        return Part(name=name, tested=tested, learned=~tested & ~np.isin(groups, groups[tested]))

    for name in SOURCES:
        if (source == name).any():
            yield part(name, source == name)
    name, year = LAST_YEAR
    last = (source == name) & received.str.startswith(year).to_numpy()
    if last.any():
        yield part(f"{name} {year}", last)
    if seed.any() and not seed.all():
        yield part(ALL_REAL, ~seed)
    if seed.any():
        yield part(SEED_FIFTH, seed & (assign_folds(groups, n_folds=5, seed=0) == 0))
