"""Sum the rules over what the classifier holds possible: chances of classes and of bodies."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifier.labels import KINDS, LEVELS, TOPICS
from rules.decide import CompiledRules, Route
from rules.facts import Facts

MIN_TOPIC_PROBABILITY = 0.02
_MIN_BRANCH = 1e-3  # topic and level together; a less likely branch moves no decision

Branch = tuple[str, str, float]  # topic, level, chance of both


def categories_of(
    day: CompiledRules, outcomes: NDArray[np.float64], weights: Mapping[str, float]
) -> list[tuple[str, float]]:
    """Return the proposed class of each complaint and its probability.

    Parameters
    ----------
    outcomes : ndarray of shape (n, 16)
        Joint chances of kind, misconduct and inspection; see ``Predictions.outcomes``.
    weights : mapping
        How much the chance of a class counts in the choice; 1 where it is not named.
    """
    codes, outcome, starts = _outcomes_by_category(day)
    # Added up in one order, whatever the number of complaints; a product of matrices is not.
    chances = np.add.reduceat(outcomes[:, outcome], starts, axis=1).round(4)
    best = (chances * [weights.get(code, 1.0) for code in codes]).argmax(axis=1)
    proposed = np.minimum(chances[np.arange(len(best)), best], 1.0)
    return [
        (codes[at], chance) for at, chance in zip(best.tolist(), proposed.tolist(), strict=True)
    ]


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


@functools.lru_cache(maxsize=32)
def _outcomes_by_category(
    day: CompiledRules,
) -> tuple[tuple[str, ...], NDArray[np.int64], NDArray[np.int64]]:
    """Return the classes, the outcomes class by class, and where those of each class start."""
    codes, table = category_table(day)
    which, outcome = np.nonzero(table.T)
    return codes, outcome, np.searchsorted(which, np.arange(len(codes)))


@dataclass(slots=True)
class Candidate:
    """A body that may have to answer: the likeliest way to it, and all ways together.

    Attributes
    ----------
    agency, level : str or None, str
        The body.
    topic, asked : str
        Topic and level that lead to it, the likeliest ones.
    best, total : float
        Chance of these, and of all that do.
    """

    agency: str | None
    level: str
    topic: str
    asked: str
    best: float
    total: float
    _day: CompiledRules
    _facts: Facts
    _route: Route | None = None

    @property
    def route(self) -> Route:
        """The way to it, with the rows that say so."""
        if self._route is None:
            self._facts.topic, self._facts.level = self.topic, self.asked
            self._route = self._day.route(self._facts)
        return self._route


def candidates_of(
    day: CompiledRules,
    branches: Iterable[Branch],
    facts: Facts,
) -> list[Candidate]:
    """Return every body that a likely topic and level lead to, likeliest first.

    Parameters
    ----------
    branches : iterable of tuple
        See ``branches_of``; those of one topic follow each other.
    facts : Facts
        Given away: the candidates set topic and level to theirs.
    """
    found: dict[tuple[str | None, str], Candidate] = {}
    last = None
    for topic, level, chance in branches:
        if topic != last:
            facts.topic = last = topic
            body_of = day.bodies(facts)
        body = body_of(level)
        if (known := found.get(body)) is None:
            found[body] = Candidate(*body, topic, level, chance, chance, day, facts)
        else:
            known.total += chance
            if chance > known.best:
                known.topic, known.asked, known.best = topic, level, chance
    if len(found) == 1:
        return list(found.values())
    return sorted(found.values(), key=lambda c: (-c.total, c.level, c.agency or ""))


def branches_of(
    topic_chances: NDArray[np.float64], level_chances: NDArray[np.float64]
) -> list[list[Branch]]:
    """Return for each complaint the topics and levels that can move its answer, and their chances.

    Parameters
    ----------
    topic_chances : ndarray of shape (n, n_topics)
    level_chances : ndarray of shape (n, n_topics, n_levels)
        Of each level under each topic.
    """
    likely = topic_chances >= MIN_TOPIC_PROBABILITY
    likely[np.arange(len(likely)), topic_chances.argmax(axis=1)] |= ~likely.any(axis=1)
    rows, topics = np.nonzero(likely)
    chances = topic_chances[rows, topics, None] * level_chances[rows, topics]
    which, levels = np.nonzero(chances >= _MIN_BRANCH)
    found: list[list[Branch]] = [[] for _ in likely]
    cells = (rows[which], topics[which], levels, chances[which, levels])
    for row, topic, level, chance in zip(*(cell.tolist() for cell in cells), strict=True):
        found[row].append((TOPICS[topic], LEVELS[level], chance))
    return found
