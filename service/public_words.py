"""Words that a model may hold though few reports have them: they stand in public lists."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from classifier.dataset import SEED_CORPUS
from classifier.stemming import root_words
from classifier.text import normal_words, surfaces
from rules.ruleset import RuleSet


def public_words(ruleset: RuleSet) -> frozenset[str]:
    """Return normal words that stand in public lists, so that a model may hold them.

    These are the words of the seed corpus, of the cues, of place names and Sastrawi's roots.
    """
    seed = pd.read_json(SEED_CORPUS, lines=True)["text"]
    phrases = (phrase for cue in ruleset.cues for phrase in cue.phrases)
    places = (region.name for region in ruleset.regions)
    return root_words() | _words(seed) | _words(phrases) | _words(places)


def _words(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(w for text in texts for s in surfaces(text) for w in normal_words(s))
