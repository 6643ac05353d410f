"""Ways to make features and heads: the shipped one, each of its steps removed, and others."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.calibration import Calibration
from classifier.errors import ConfigError
from classifier.features import SHAPES
from classifier.heads import fit_class
from classifier.labels import TOPICS
from classifier.signals import lexicon
from classifier.text import chat_spelling, fold, surfaces

_KIND_SIGNALS = ("ask", "why", "policy", "suggest", "praise", "request", "wrong", "site")
_NEGATION = re.compile(r"\b(?:tidak|tak|tdk|gak|ga|nggak|bukan|belum|blm|jangan|tanpa)\b")
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_ENDED = "q"  # no Indonesian word ends in it, and no stemming takes it off


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How features and heads are made; the defaults are the shipped way.

    Attributes
    ----------
    C : float
    min_reports : int
    signals : tuple of str or None
        Those that are kept; None for all.
    shapes, pairs, idf : bool
    rewrite : callable or None
        Applied to a text before its words are counted; signals see the text as it is.
    marks, character_ngrams, title_apart, topics_as_inputs, class_learned : bool
        What is added.
    fit_one : callable
        See ``heads.fit_heads``.
    seed_weight : float
        How much an invented complaint counts beside a real one.
    calibrated : callable
        Changes the fitted calibration.
    by_parts : bool
        Misconduct with its own chances of kind and inspection.
    class_weights : bool
        Rare follow-up classes count more when one is proposed.
    """

    C: float = 0.5
    min_reports: int = 3
    signals: tuple[str, ...] | None = None
    shapes: bool = True
    pairs: bool = True
    idf: bool = True
    rewrite: Callable[[str], str] | None = None
    marks: bool = False
    character_ngrams: bool = False
    title_apart: bool = False
    topics_as_inputs: bool = False
    class_learned: bool = False
    fit_one: Callable[..., Any] = fit_class
    seed_weight: float = 1.0
    calibrated: Callable[[Calibration], Calibration] | None = None
    by_parts: bool = True
    class_weights: bool = True

    def before_calibration(self) -> Recipe:
        """Return the recipe with the shipped way from the scores on."""
        shipped = Recipe()
        return replace(
            self,
            class_learned=shipped.class_learned,
            calibrated=shipped.calibrated,
            by_parts=shipped.by_parts,
            class_weights=shipped.class_weights,
        )

    def signal_columns(self) -> NDArray[np.int64]:
        """Return the signal and shape columns that are kept."""
        names = lexicon().names
        kept = [i for i, name in enumerate(names) if self.signals is None or name in self.signals]
        shapes = range(len(names), len(names) + len(SHAPES)) if self.shapes else range(0)
        return np.array([*kept, *shapes], dtype=np.int64)


def fit_logistic(
    matrix: Any,
    positive: NDArray[np.bool_],
    *,
    C: float,
    row_weights: NDArray[np.float64] | None = None,
) -> tuple[NDArray[np.float32], float]:
    """Return a logistic regression of one class against the rest, to be tried as a head."""
    from sklearn.linear_model import LogisticRegression  # here: it loads slowly

    fitted = LogisticRegression(C=8 * C, solver="liblinear", class_weight="balanced", tol=1e-2)
    fitted.fit(matrix, positive, sample_weight=row_weights)
    return fitted.coef_[0].astype(np.float32), float(fitted.intercept_[0])


def without_stems(text: str) -> str:
    """Return the text with every word marked, so that no stemming or chat spelling finds it."""
    return _map_words(text, lambda word: word + _ENDED if word[0].isalpha() else word)


def without_chat_spelling(text: str) -> str:
    """Return the text with chat spelling marked, so that it stays as it is."""
    spelled = chat_spelling()
    return _map_words(
        text, lambda word: word.removesuffix("2") + _ENDED if word in spelled else word
    )


def without_shortening(text: str) -> str:
    """Return the text with lengthened letters written so that they are not shortened."""
    return _REPEATED.sub(r"\1qx", fold(text))


def with_greetings(text: str) -> str:
    """Return the text with a mark before every line, so that no greeting is skipped."""
    return "\n".join(f"~{line}" for line in text.split("\n"))


def without_negation(text: str) -> str:
    """Return the text without words that deny."""
    return _NEGATION.sub(" ", fold(text))


def _map_words(text: str, change: Callable[[str], str]) -> str:
    return " ".join(change(token) for token in surfaces(text))


def _unsurer(calibration: Calibration) -> Calibration:
    return replace(calibration, sureness=np.array([1.0, 0.0]))


def _raw(calibration: Calibration) -> Calibration:
    n = len(calibration.scale)
    return replace(
        calibration,
        scale=np.ones(n),
        shift=np.zeros(n),
        sureness=np.array([1.0, 0.0]),
        conditional={
            name: np.concatenate([[1.0], np.zeros(len(values) - 1)])
            for name, values in calibration.conditional.items()
        },
    )


def _one_scale(calibration: Calibration) -> Calibration:
    """Drop the shift of each class."""
    return replace(calibration, shift=np.zeros(len(calibration.shift)))


KEPT = "kept"
_misconduct_signals = tuple(
    name for name in lexicon().names if name not in (*_KIND_SIGNALS, *TOPICS)
)


def _except(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in lexicon().names if name not in names)


# Steps that the shipped model has, each removed.
REMOVED = {
    "without signals": Recipe(signals=()),
    "without signals of kind and site": Recipe(signals=_except(_KIND_SIGNALS)),
    "without signals of misconduct": Recipe(signals=_except(_misconduct_signals)),
    "without signals of topics": Recipe(signals=_except(TOPICS)),
    "without length": Recipe(shapes=False),
    "without skipping greetings": Recipe(rewrite=with_greetings),
    "without pairs of words": Recipe(pairs=False),
    "without rarity of words (idf)": Recipe(idf=False),
    "without stems and chat spelling": Recipe(rewrite=without_stems),
    "without chat spelling": Recipe(rewrite=without_chat_spelling),
    "without shortening of letters": Recipe(rewrite=without_shortening),
    "without negation": Recipe(rewrite=without_negation),
    "without naive Bayes scaling": Recipe(fit_one=functools.partial(fit_class, naive_bayes=False)),
    "without weight of rare classes": Recipe(fit_one=functools.partial(fit_class, rarity=0.0)),
    "without sureness of topics": Recipe(calibrated=_unsurer),
    "without shifts of classes": Recipe(calibrated=_one_scale),
    "without any calibration": Recipe(calibrated=_raw),
    "without chances given misconduct": Recipe(by_parts=False),
    "without weights of follow-up classes": Recipe(class_weights=False),
}
# What was tried beside it.
TRIED = {
    "C = 0.1": Recipe(C=0.1),
    "C = 0.25": Recipe(C=0.25),
    "C = 1": Recipe(C=1.0),
    "C = 2": Recipe(C=2.0),
    "words of five reports or more": Recipe(min_reports=5),
    "classes as if equally frequent": Recipe(fit_one=functools.partial(fit_class, rarity=1.0)),
    "logistic regression": Recipe(fit_one=fit_logistic),
    "plain tf-idf, balanced SVM": Recipe(
        signals=(),
        shapes=False,
        fit_one=functools.partial(fit_class, naive_bayes=False, rarity=1.0),
    ),
    "invented complaints count half": Recipe(seed_weight=0.5),
    "invented complaints count a quarter": Recipe(seed_weight=0.25),
    "invented complaints count double": Recipe(seed_weight=2.0),
    "with question and exclamation marks": Recipe(marks=True),
    "with character n-grams": Recipe(character_ngrams=True),
    "with the title apart": Recipe(title_apart=True),
    "with topics as inputs": Recipe(topics_as_inputs=True),
    "class learned, not derived": Recipe(class_learned=True),
}
RECIPES = {KEPT: Recipe()} | REMOVED | TRIED


def chosen_recipes(names: Sequence[str]) -> dict[str, Recipe]:
    """Return some recipes, or all where none is named.

    Raises
    ------
    ConfigError
        If a name is unknown.
    """
    if unknown := sorted(set(names) - set(RECIPES)):
        msg = f"{unknown[0]!r}: unknown way; expected one of {', '.join(RECIPES)}"
        raise ConfigError(msg)
    return {name: RECIPES[name] for name in names or RECIPES}
