"""Words that speak for an answer wherever they stand: what a small corpus cannot teach."""

from __future__ import annotations

import csv
import functools
import hashlib
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from classifier.text import normal_words

_FILE = Path(__file__).parent / "data" / "signals.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Signals and the words that count for them.

    Attributes
    ----------
    names : tuple of str
        One column each.
    digest : str
        Changes with the file; a model fits one alone.
    words : dict of str to tuple of int
        Normal word -> signals.
    pairs : dict of (str, str) to tuple of int
        Two normal words in a row -> signals.
    """

    names: tuple[str, ...]
    digest: str
    words: dict[str, tuple[int, ...]]
    pairs: dict[tuple[str, str], tuple[int, ...]]


@functools.cache
def lexicon() -> Lexicon:
    """Return the shipped signals, their words made normal like those of a text.

    Examples
    --------
    >>> [lexicon().names[i] for i in lexicon().words["pungli"]]
    ['extort', 'integritas']
    """
    text = _FILE.read_text(encoding="utf-8")
    rows = list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
    words: dict[str, set[int]] = {}
    pairs: dict[tuple[str, str], set[int]] = {}
    for i, row in enumerate(rows):
        for entry in row["words"].split():
            parts = [word for part in entry.split("_") for word in normal_words(part)]
            if len(parts) == 1:
                words.setdefault(parts[0], set()).add(i)
            else:
                for left, right in pairwise(parts):
                    pairs.setdefault((left, right), set()).add(i)
    return Lexicon(
        names=tuple(row["signal"] for row in rows),
        digest=hashlib.sha256(text.encode()).hexdigest()[:16],
        words={word: tuple(sorted(found)) for word, found in words.items()},
        pairs={pair: tuple(sorted(found)) for pair, found in pairs.items()},
    )
