from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.likeness import SIMILAR, Signature, sign

WORDS = [f"kata{i}" for i in range(100)]


@given(st.text(max_size=300))
def test_a_signature_comes_back_from_its_text(text: str) -> None:
    signature = sign(text)
    again = Signature.from_hex(signature.to_hex())

    assert again.similarity(signature) == 1
    assert again.bands == signature.bands
    assert all(0 <= band < 2**63 for band in again.bands)


@pytest.mark.parametrize(
    ("changed", "alike"),
    [
        pytest.param(0, True, id="equal"),
        pytest.param(1, True, id="one-word-in-a-hundred"),
        pytest.param(12, False, id="every-eighth-word"),
        pytest.param(100, False, id="every-word"),
    ],
)
def test_similarity_falls_with_every_changed_word(changed: int, alike: bool) -> None:
    step = max(1, 100 // changed) if changed else 101
    other = [f"lain{i}" if i % step == step - 1 else word for i, word in enumerate(WORDS)]

    similarity = sign(" ".join(WORDS)).similarity(sign(" ".join(other)))

    assert (similarity >= SIMILAR) is alike


def test_similar_texts_share_a_band() -> None:
    shared = 0
    for i in range(100):
        other = [*WORDS[:i], "lain", *WORDS[i + 1 :]]
        shared += bool(set(sign(" ".join(WORDS)).bands) & set(sign(" ".join(other)).bands))

    assert shared >= 97


def test_texts_of_other_words_share_none() -> None:
    assert not set(sign("lampu jalan padam lagi").bands) & set(sign("sampah di pasar baru").bands)
