"""Held-out scores of a recipe: its features and heads, made from one fold's training part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.features import SIGNAL_WEIGHT, Vocabulary
from classifier.heads import SLICES, LinearHeads, fit_heads
from classifier.kept_words import Limits, learn_vocabulary
from classifier.labels import HEADS
from classifier.recipes import Recipe
from classifier.train import Labels, assign_folds

_ADDED = 0.5  # length of a text's added columns, where its words have length 1
_MAX_NGRAMS = 40_000
_MAX_TITLE = 15  # words; a longer first line is no title
_INNER_FOLDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """One split; the features that recipes share are made once.

    Attributes
    ----------
    number : int
    texts : list of str
        All of them.
    groups : ndarray of shape (n,)
    inside, outside : ndarray of int
        Rows that are learned from and held out.
    invented : ndarray of bool, shape (n,)
    public_words : frozenset of str
    """

    number: int
    texts: list[str]
    groups: NDArray[np.int64]
    inside: NDArray[np.int64]
    outside: NDArray[np.int64]
    invented: NDArray[np.bool_]
    public_words: frozenset[str]
    _made: dict[Any, tuple[Vocabulary, Any, Any]] = field(default_factory=dict, repr=False)
    _scores: dict[Recipe, NDArray[Any]] = field(default_factory=dict, repr=False)

    def words(self, recipe: Recipe) -> tuple[Vocabulary, Any, Any]:
        """Return vocabulary and the ``Features`` of the inside and the outside rows."""
        key = (recipe.rewrite, recipe.min_reports)
        if key not in self._made:
            rewrite = recipe.rewrite
            texts = [rewrite(text) for text in self.texts] if rewrite else self.texts
            marked = frozenset(f"{word}q" for word in self.public_words) if rewrite else frozenset()
            limits = Limits(min_reports=recipe.min_reports, public_words=self.public_words | marked)
            learned = [texts[i] for i in self.inside]
            vocabulary = learn_vocabulary(
                learned, groups=self.groups[self.inside].tolist(), limits=limits
            )
            held_out = [texts[i] for i in self.outside]
            self._made[key] = (
                vocabulary, vocabulary.features(learned), vocabulary.features(held_out)
            )  # fmt: skip
        return self._made[key]

    def scores(self, labels: Labels, recipe: Recipe) -> NDArray[Any]:
        """Return scores of the held-out rows; recipes that differ later share them."""
        same = recipe.before_calibration()
        if same not in self._scores:
            self._scores[same] = _fit_and_score(self, labels, same)
        return self._scores[same]


def make_folds(
    texts: list[str],
    groups: NDArray[np.int64],
    folds: NDArray[np.int64],
    invented: NDArray[np.bool_],
    *,
    public_words: frozenset[str],
) -> list[Fold]:
    """Return the splits that every recipe is measured on."""
    return [
        Fold(
            number=int(number),
            texts=texts,
            groups=groups,
            inside=np.flatnonzero(folds != number),
            outside=np.flatnonzero(folds == number),
            invented=invented,
            public_words=public_words,
        )
        for number in np.unique(folds)
    ]


def class_scores_of(fold: Fold, recipe: Recipe, truth: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return held-out scores of follow-up classes that are learned and not derived.

    Parameters
    ----------
    truth : ndarray of int, shape (n,)
        Place of each complaint's follow-up class, -1 where unknown.
    """
    learned, held_out = _matrices(fold, recipe)
    known = np.flatnonzero(truth[fold.inside] >= 0)
    scores = np.zeros((len(fold.outside), int(truth.max()) + 1))
    for k in range(scores.shape[1]):
        positive = truth[fold.inside][known] == k
        weight, bias = recipe.fit_one(learned[known], positive, C=recipe.C)
        scores[:, k] = held_out @ weight + bias
    return scores


def _fit_and_score(fold: Fold, labels: Labels, recipe: Recipe) -> NDArray[Any]:
    learned, held_out = _matrices(fold, recipe)
    inside = {head: y[fold.inside] for head, y in labels.items()}
    weights = np.where(fold.invented[fold.inside], recipe.seed_weight, 1.0)
    row_weights = None if recipe.seed_weight == 1.0 else weights

    def fit(matrix: Any, wanted: Labels) -> LinearHeads:
        return fit_heads(
            matrix, wanted, C=recipe.C, row_weights=row_weights, fit_one=recipe.fit_one
        )

    heads = fit(learned, inside)
    scores = np.asarray(held_out @ heads.weights + heads.bias)
    if recipe.topics_as_inputs:
        topic = SLICES["topic"]
        others = inside | {"topic": np.full(len(fold.inside), None, dtype=object)}
        extra = _inner_topics(learned, inside, fold.groups[fold.inside], fit)
        second = fit(_stack(learned, _softmax(extra)), others)
        again = _stack(held_out, _softmax(scores[:, topic])) @ second.weights + second.bias
        again[:, topic] = scores[:, topic]
        return np.asarray(again)
    return scores


def _matrices(fold: Fold, recipe: Recipe) -> tuple[Any, Any]:
    vocabulary, learned, held_out = fold.words(recipe)
    plain = fold.words(Recipe()) if recipe.rewrite else (vocabulary, learned, held_out)
    blocks = [
        [_words(made.words, vocabulary, recipe), shown.signals[:, recipe.signal_columns()]]
        for made, shown in zip((learned, held_out), plain[1:], strict=True)
    ]
    texts = [[fold.texts[i] for i in rows] for rows in (fold.inside, fold.outside)]
    if recipe.marks:
        for block, some in zip(blocks, texts, strict=True):
            block.append(_marks(some))
    if recipe.character_ngrams:
        for block, added in zip(blocks, _ngrams(*texts), strict=True):
            block.append(added * _ADDED)
    if recipe.title_apart:
        for block, some in zip(blocks, texts, strict=True):
            block.append(vocabulary.features([_title(text) for text in some]).words * _ADDED)
    return _stack(*blocks[0]), _stack(*blocks[1])


def _words(words: Any, vocabulary: Vocabulary, recipe: Recipe) -> Any:
    from scipy.sparse import diags_array  # here: serving trains nothing

    if recipe.pairs and recipe.idf:
        return words
    if not recipe.idf:
        words = words @ diags_array(1.0 / vocabulary.idf)
    if not recipe.pairs:
        words = words[:, : len(vocabulary.words)]
    lengths = np.sqrt(np.asarray((words**2).sum(axis=1)).ravel())
    return diags_array(1.0 / np.maximum(lengths, 1e-12)) @ words


def _ngrams(learned: Sequence[str], held_out: Sequence[str]) -> tuple[Any, Any]:
    from sklearn.feature_extraction.text import TfidfVectorizer  # here: it loads slowly

    made = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(3, 5), min_df=5, sublinear_tf=True,
        max_features=_MAX_NGRAMS, dtype=np.float32,
    )  # fmt: skip
    return made.fit_transform(learned), made.transform(held_out)


def _marks(texts: Sequence[str]) -> NDArray[np.float64]:
    marks = [("?" in t, t.rstrip().endswith("?"), "!" in t) for t in texts]
    return np.array(marks, dtype=np.float64) * SIGNAL_WEIGHT


def _title(text: str) -> str:
    first, _, rest = text.partition("\n")
    return first if rest and len(first.split()) <= _MAX_TITLE else ""


def _inner_topics(matrix: Any, labels: Labels, groups: NDArray[np.int64], fit: Any) -> Any:
    """Return topic scores of the learned rows, each by heads that did not see its group."""
    topic = SLICES["topic"]
    only = {head: np.full(len(groups), None, dtype=object) for head in HEADS}
    folds = assign_folds(groups, n_folds=_INNER_FOLDS, seed=1)
    scores = np.zeros((len(groups), topic.stop - topic.start))
    for number in range(_INNER_FOLDS):
        known = folds != number
        topics = labels["topic"].copy()
        topics[~known] = None
        wanted = only | {"topic": topics}
        heads = fit(matrix, wanted)
        rows = np.flatnonzero(~known)
        scores[rows] = (matrix[rows] @ heads.weights + heads.bias)[:, topic]
    return scores


def _softmax(scores: Any) -> Any:
    e = np.exp(2 * (scores - scores.max(axis=1, keepdims=True)))
    return e / e.sum(axis=1, keepdims=True)


def _stack(*blocks: Any) -> Any:
    from scipy.sparse import csr_array, hstack  # here: serving trains nothing

    return csr_array(hstack([csr_array(block) for block in blocks]), dtype=np.float32)
