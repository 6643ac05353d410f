from __future__ import annotations

import pytest

from classifier.robustness import BARS, GREETINGS, changed_shares, variants

TEXT = "Lampu jalan di depan pasar mati, tolong segera diperbaiki! Sudah dua minggu gelap sekali."


def test_each_way_of_writing_does_what_it_says() -> None:
    written = variants(TEXT, seed=1)

    assert set(written) == set(BARS)
    assert written["upper_case"] == TEXT.upper()
    assert not set(written["without_punctuation"]) & set(",.!")
    assert len(written["letters_lengthened"]) >= len(TEXT) + 2 * 10
    assert written["greeting_in_front"].endswith(TEXT)
    assert written["edits"] != TEXT


def test_one_word_in_ten_is_edited() -> None:
    text = " ".join(f"kata{i}" for i in range(100))

    edited = variants(text, seed=3)["edits"].split()

    assert 8 <= sum(old != new for old, new in zip(text.split(), edited, strict=False)) <= 10


def test_the_same_seed_writes_the_same() -> None:
    assert variants(TEXT, seed=5) == variants(TEXT, seed=5)
    assert variants(TEXT, seed=5) != variants(TEXT, seed=6)


def test_there_are_twenty_different_greetings() -> None:
    assert len(set(GREETINGS)) == 20


def test_the_share_counts_texts_whose_answer_differs() -> None:
    shares = changed_shares([TEXT, "PADAM"], lambda texts: [text.isupper() for text in texts])

    assert shares["upper_case"] == pytest.approx(0.5)
    assert shares["without_punctuation"] == 0
