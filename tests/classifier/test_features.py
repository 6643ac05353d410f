from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier import word_places
from classifier.features import SHAPES, SIGNAL_WEIGHT
from classifier.kept_words import Limits, learn_vocabulary
from classifier.signals import lexicon

TEXTS = ["jalan rusak parah", "jalan rusak lagi", "jalan rusak", "lampu jalan mati"]
PUBLIC = Limits(public_words=frozenset({"jalan", "rusak", "lampu", "mati", "parah", "lagi"}))


def test_a_word_needs_three_reports() -> None:
    vocabulary = learn_vocabulary(TEXTS, limits=PUBLIC)

    assert vocabulary.words == ("jalan", "rusak")
    assert vocabulary.word_reports.tolist() == [4, 3]


def test_near_duplicates_count_as_one_report() -> None:
    vocabulary = learn_vocabulary(TEXTS, groups=[0, 0, 0, 1], limits=PUBLIC)

    assert vocabulary.words == ()


def test_a_word_of_no_public_list_needs_ten_reports() -> None:
    texts = ["rumah zulkarnaen", *TEXTS] * 9

    assert "zulkarnaen" not in learn_vocabulary(texts, limits=PUBLIC).words
    assert "zulkarnaen" in learn_vocabulary([*texts, "zulkarnaen"], limits=PUBLIC).words


def test_a_pair_is_two_known_words_in_a_row() -> None:
    vocabulary = learn_vocabulary(TEXTS, limits=PUBLIC)

    names = [vocabulary.column_name(column) for column in range(vocabulary.size)]

    assert names == ["jalan", "rusak", "jalan rusak"]


def test_cells_are_dampened_counts_times_rarity_and_rows_have_length_one() -> None:
    vocabulary = learn_vocabulary(TEXTS, limits=PUBLIC)

    row = vocabulary.features(["rusak jalan jalan rusak"]).words.toarray()[0]

    raw = np.array([1 + np.log(2), 1 + np.log(2), 1.0]) * vocabulary.idf
    assert row == pytest.approx(raw / np.linalg.norm(raw), rel=1e-5)


def test_a_text_without_a_known_word_is_a_row_of_zeros() -> None:
    vocabulary = learn_vocabulary(TEXTS, limits=PUBLIC)

    features = vocabulary.features(["", "xyzzy", "jalan"])

    assert features.words.toarray().any(axis=1).tolist() == [False, False, True]
    assert not features.signals[:2, :-2].any()


def test_no_pair_crosses_from_one_text_to_the_next() -> None:
    vocabulary = learn_vocabulary(TEXTS, limits=PUBLIC)

    together = vocabulary.features(["jalan", "rusak"]).words.toarray()

    assert not together[:, 2].any()


def test_a_signal_counts_its_distinct_words_known_to_the_model_or_not() -> None:
    vocabulary = learn_vocabulary(TEXTS, limits=PUBLIC)
    names = lexicon().names

    signals = vocabulary.features(["pungli pungli, minta uang, camat"]).signals[0]

    counts = {name: signals[i] for i, name in enumerate(names) if signals[i]}
    assert counts["extort"] == pytest.approx(2 * counts["official"])  # pungli; minta uang
    length = np.linalg.norm(signals[: len(names)])
    assert length == pytest.approx(SIGNAL_WEIGHT)


def test_a_mark_changes_nothing_and_length_does() -> None:
    vocabulary = learn_vocabulary(TEXTS, limits=PUBLIC)

    plain, asked, long = vocabulary.features(
        ["jalan rusak", "jalan rusak?!", "jalan rusak " * 60]
    ).signals

    assert (plain == asked).all()
    assert (plain[-len(SHAPES) :] > 0).tolist() == [True, False]
    assert (long[-len(SHAPES) :] > 0).tolist() == [False, True]


@given(st.lists(st.text(alphabet="jalan rusk?pgi", max_size=30), max_size=6))
def test_a_text_has_the_same_features_alone_and_in_a_batch(texts: list[str]) -> None:
    vocabulary = learn_vocabulary(TEXTS, limits=PUBLIC)

    batch = vocabulary.features(texts).stacked().toarray()

    for text, row in zip(texts, batch, strict=True):
        assert vocabulary.features([text]).stacked().toarray()[0] == pytest.approx(row)


def test_texts_are_read_alike_after_more_pieces_than_are_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    vocabulary = learn_vocabulary(TEXTS, limits=PUBLIC)
    before = vocabulary.features(TEXTS)

    monkeypatch.setattr(word_places, "_MOST_PIECES", 3)
    for _ in range(3):
        again = vocabulary.features(["belum pernah terbaca", *TEXTS])

        assert again.words[1:].toarray().tolist() == before.words.toarray().tolist()
        assert again.signals[1:].tolist() == before.signals.tolist()
