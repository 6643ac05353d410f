"""Sum the rules over what the classifier holds possible: chances of classes and of bodies."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifier.labels import KINDS, LEVELS, TOPICS
from rules.decide import CompiledRules, Route
from rules.facts import Facts

MIN_TOPIC_PROBABILITY = 0.02
_MIN_BRANCH = 1e-3  # topic and level together; a less likely branch moves no decision


def category_of(
    day: CompiledRules, outcomes: NDArray[np.float64], weights: Mapping[str, float]
) -> tuple[str, float]:
    """Return the proposed class and its probability.

    Parameters
    ----------
    outcomes : ndarray of shape (16,)
        Joint chances of kind, misconduct and inspection; see ``Predictions.outcomes``.
    weights : mapping
        How much the chance of a class counts in the choice; 1 where it is not named.
    """
    codes, table = category_table(day)
    chances = (outcomes @ table).round(4).tolist()
    weighed = [chance * weights.get(code, 1.0) for code, chance in zip(codes, chances, strict=True)]
    best = weighed.index(max(weighed))
    return codes[best], min(chances[best], 1.0)


def reading_of(
    day: CompiledRules,
    outcomes: NDArray[np.float64],
    category: str,
    likely: tuple[str, bool, bool],
) -> tuple[str, bool, bool]:
    """Return the kind, misconduct and inspection that stand behind the proposed class.

    What each question answers by itself, where the tables make the class of it; else the likeliest
    outcome of which they do, so that reasons never speak for another class than the answer.

    Parameters
    ----------
    outcomes : ndarray of shape (16,)
        Joint chances of kind, misconduct and inspection; see ``Predictions.outcomes``.
    category : str
        The proposed class.
    likely : tuple of (str, bool, bool)
        What each question answers by itself.
    """
    if day.category(*likely)[0] == category:
        return likely
    codes, table = category_table(day)
    best = int((outcomes * table[:, codes.index(category)]).argmax())
    return KINDS[best // 4], bool(best // 2 % 2), bool(best % 2)


@functools.lru_cache(maxsize=32)
def category_table(day: CompiledRules) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Return the class of each of the 16 outcomes of kind, misconduct and inspection.

    Returns
    -------
    codes : tuple of str
        In alphabetical order, which also decides ties.
    table : ndarray of shape (16, n_codes)
        1 where the outcome has the class.
    """
    outcomes = [
        day.category(kind, misconduct, inspection)[0]
        for kind in KINDS
        for misconduct in (False, True)
        for inspection in (False, True)
    ]
    codes = tuple(sorted(set(outcomes)))
    return codes, np.array([[float(code == found) for code in codes] for found in outcomes])


@dataclass(slots=True)
class Candidate:
    """A body that may have to answer: the likeliest way to it, and all ways together."""

    route: Route
    topic: str
    best: float
    total: float


def candidates_of(
    day: CompiledRules,
    topic_chances: NDArray[np.float64],
    level_chances: NDArray[np.float64],
    facts: Callable[[str, str], Facts],
) -> list[Candidate]:
    """Return every body that a likely topic and level lead to, likeliest first.

    Parameters
    ----------
    topic_chances : ndarray of shape (n_topics,)
    level_chances : ndarray of shape (n_topics, n_levels)
        Of each level under each topic.
    facts : callable
        Gives what the tables see under a topic and a level.
    """
    likely = np.flatnonzero(topic_chances >= MIN_TOPIC_PROBABILITY).tolist()
    likely = likely or [int(topic_chances.argmax())]
    found: dict[tuple[str | None, str], Candidate] = {}
    for i in likely:
        for level, level_chance in zip(LEVELS, level_chances[i].tolist(), strict=True):
            chance = float(topic_chances[i]) * level_chance
            if chance < _MIN_BRANCH:
                continue
            route = day.route(facts(TOPICS[i], level))
            key = (route.agency, route.level)
            if (known := found.get(key)) is None:
                found[key] = Candidate(route, TOPICS[i], chance, chance)
            else:
                known.total += chance
                if chance > known.best:
                    known.route, known.topic, known.best = route, TOPICS[i], chance
    return sorted(found.values(), key=lambda c: (-c.total, c.route.level, c.route.agency or ""))
