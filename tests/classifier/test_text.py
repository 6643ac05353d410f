from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.masking import FILLER, mask
from classifier.text import (
    MASK_WORD,
    chat_spelling,
    fold,
    normal_words,
    pieces,
    surfaces,
    tokens,
)


def words(text: str) -> list[str]:
    return [word for surface in surfaces(mask(text).text) for word in normal_words(surface)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("JALANAN BERLUBANG", ["jalan", "lubang"], id="case-and-affixes"),
        pytest.param("tolooooong", ["tolong"], id="lengthened"),
        pytest.param("maaaaf", ["maaf"], id="lengthened-where-two-are-right"),
        pytest.param("blm diperbaiki", ["belum", "baik"], id="negation-is-kept"),
        pytest.param("gabisa", ["tidak", "bisa"], id="one-spelling-two-words"),
        pytest.param("jalan2", ["jalan"], id="doubled-by-a-digit"),
        pytest.param("lihat https://x.id/a?b=1", ["lihat", "xtautan"], id="link"),
        pytest.param("5.000 orang", ["xangka", "orang"], id="number"),
        pytest.param("x" * 40, [], id="no-word-is-that-long"),
    ],
)
def test_words_become_normal(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "[NAMA]", "[AKUN]", "[NOMOR]", "[NO]", "[TELP]", "[TELEPON]", "[PLAT]", "[EMAIL]", "[NIK]",
        "[NIP]", "[REKENING]", "[NOMOR KTP DISENSOR]", "[NOMOR TELEPON DISENSOR]",
        "[EMAIL DISENSOR]", "081234567890", "@warga_ceria",
    ],
)  # fmt: skip
def test_every_mask_token_is_the_same_word(text: str) -> None:
    assert words(text) == [MASK_WORD]


def test_personal_data_is_gone_before_words_are_read() -> None:
    blanked = mask("Nama saya Wulandari, jalan rusak").blanked

    found = [(token.group(), token.start()) for token in tokens(blanked)]

    assert found[2:] == [(FILLER * len("Wulandari"), 10), ("jalan", 21), ("rusak", 27)]


@given(st.text(max_size=200))
def test_pieces_are_the_text_but_for_its_greetings(text: str) -> None:
    folded = fold(text)

    assert len(" ".join(pieces(text))) == len(folded)
    start = 0
    for piece in pieces(text):
        for token in tokens(piece):
            assert folded[start + token.start() : start + token.end()] == token.group()
        start += len(piece) + 1


def test_chat_spelling_is_lower_case_and_never_chains() -> None:
    spelled = chat_spelling()

    assert all(key == key.lower() and key.isalpha() for key in spelled)
    assert not {key for key, normal in spelled.items() if normal == (key,)}
