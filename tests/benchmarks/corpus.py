"""Texts for the benchmarks: made from the seed corpus, as long as real complaints are.

The lengths are the quantiles, in words, of 3,846 real complaints; no sentence of them is here. A
text is cut from seed complaints in a row, and names a place and a number of its own, so that no
two are alike and nothing can be answered from memory.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from itertools import count

from classifier.dataset import SEED_CORPUS
from rules.regions import load_regions
from rules.ruleset import DATA

# Quantiles of the number of words: 0 %, 2.5 %, 5 %, ... 100 %.
WORDS = (
    3, 7, 9, 11, 13, 15, 16, 17, 18, 20, 21, 23, 24, 26, 28, 30, 32, 34, 37, 39, 41, 44, 48, 51, 54,
    57, 61, 65, 69, 74, 79, 85, 91, 99, 110, 124, 139, 157, 183, 221, 289,
)  # fmt: skip

_SHORT = 8  # words; a shorter text has no room for a place


def make_texts(*, seed: int = 0) -> Iterator[str]:
    """Give texts without end; the same seed gives the same texts."""
    chosen = random.Random(seed)
    lines = SEED_CORPUS.read_text(encoding="utf-8").splitlines()
    corpus = [json.loads(line)["text"].split() for line in lines]
    places = [r.name for r in load_regions(DATA / "regions") if r.kind in {"regency", "city"}]
    for number in count(1):
        step = chosen.random() * (len(WORDS) - 1)
        at = int(step)
        length = round(WORDS[at] + (step - at) * (WORDS[at + 1] - WORDS[at]))
        place = f"di {chosen.choice(places)} " if length > _SHORT else ""
        tail = f"{place}nomor {number}".split()
        words: list[str] = []
        while len(words) < length - len(tail):
            words += chosen.choice(corpus)
        yield " ".join([*words[: max(1, length - len(tail))], *tail])
