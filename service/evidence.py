"""Weigh what the classifier and the rules each know of a complaint's subject and level.

The classifier has learned from some thousand complaints; the cues were written by people who know
every matter. A cue that is at home in a topic raises the chance of that topic, and what is known
of a topic's usual level is weighed with the level that the words suggest.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.labels import LEVELS, TOPICS
from rules.decide import CompiledRules

Floats = NDArray[np.float64]

# Chosen by hand among a dozen settings that differ by about one point: these serve the seed corpus,
# which speaks of the whole government, at little cost to left-out towns (``disposisi evaluate``).
CUE_WEIGHT = 1.7  # log-odds for each different cue that speaks for a topic
MOST_CUES = 3  # more cues, as in a long text, share the weight of so many
TOPIC_POWER = 0.6  # how far the classifier's own topic counts beside the cues
LEVEL_POWER = 0.6  # likewise its level beside what is usual for the topic
USUAL_POWER = 0.6
_SMOOTHING = 20.0  # complaints of the usual mixture of levels, added to each topic
_FLOOR = 1e-4  # the smallest probability that is shown

_TOPIC_AT = {topic: i for i, topic in enumerate(TOPICS)}


class Evidence:
    """Cues at home in topics, and the usual levels of topics.

    Parameters
    ----------
    levels_by_topic : mapping of str to list of int
        How many training complaints of each topic had each level, in the order of ``LEVELS``;
        empty where that is not known.
    """

    def __init__(self, levels_by_topic: Mapping[str, list[int]]) -> None:
        counts = np.zeros((len(TOPICS), len(LEVELS)))
        for topic, found in levels_by_topic.items():
            if topic in _TOPIC_AT:
                counts[_TOPIC_AT[topic]] = found
        overall = counts.sum(axis=0) + 1.0
        overall /= overall.sum()
        usual = counts + _SMOOTHING * overall
        usual /= usual.sum(axis=1, keepdims=True)
        self._usual = (usual / overall) ** USUAL_POWER

    def topics(
        self, day: CompiledRules, chances: Floats, cues: Sequence[Collection[str]]
    ) -> Floats:
        """Return the chance of each topic by words and cues together, shape (n, n_topics).

        Parameters
        ----------
        chances : ndarray of shape (n, n_topics)
            Of the classifier.
        cues : sequence of collection of str
            Codes found in each text.
        """
        homes = _homes(day)
        rows: list[int] = []
        topics: list[int] = []
        weights: list[float] = []
        for row, its_cues in enumerate(cues):
            speaking = [homes[cue] for cue in its_cues if cue in homes]
            for home in speaking:
                topics += home
                rows += [row] * len(home)
                weights += [min(1.0, MOST_CUES / len(speaking))] * len(home)
        support = np.zeros(chances.shape)
        np.add.at(support, (rows, topics), weights)
        z = TOPIC_POWER * np.log(chances + _FLOOR) + CUE_WEIGHT * support
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return np.asarray((e / e.sum(axis=1, keepdims=True)).round(4))

    def levels(self, chances: Floats) -> Floats:
        """Return the chance of each level under each topic, shape (n, n_topics, n_levels).

        Parameters
        ----------
        chances : ndarray of shape (n, n_levels)
            Of the classifier.
        """
        weighed = ((chances + _FLOOR) ** LEVEL_POWER)[:, None, :] * self._usual
        return np.asarray(weighed / weighed.sum(axis=2, keepdims=True))


def levels_by_topic(topics: Collection[Any], levels: Collection[Any]) -> dict[str, list[int]]:
    """Count the levels of each topic over labelled complaints; rows without a label are skipped."""
    found: dict[str, list[int]] = {}
    for topic, level in zip(topics, levels, strict=True):
        if topic is not None and level is not None:
            found.setdefault(topic, [0] * len(LEVELS))[LEVELS.index(level)] += 1
    return dict(sorted(found.items()))


@functools.lru_cache(maxsize=32)
def _homes(day: CompiledRules) -> dict[str, list[int]]:
    """Return for each cue the places of the topics that it speaks for."""
    return {
        cue: sorted(_TOPIC_AT[topic] for topic in topics if topic in _TOPIC_AT)
        for cue, topics in day.topics_of_cues.items()
    }
