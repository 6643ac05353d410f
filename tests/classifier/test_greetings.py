from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.greetings import blank_greetings
from classifier.text import surfaces

MATTER = ["lampu", "taman", "padam"]


@pytest.mark.parametrize(
    "greeting",
    [
        "Assalamu'alaikum warahmatullahi wabarakatuh.",
        "Selamat sore Bapak/Ibu admin,",
        "Yth. Bapak Kepala Dinas",
        "Kepada Yth. Ibu Wali Kota,",
        "Bapak Gubernur yang kami hormati,",
        "halo min...",
        "Punten kak,",
        "Salam sehat untuk kita semua,",
        "Dengan hormat,",
        "Pak,",
    ],
)
def test_a_greeting_leaves_no_word(greeting: str) -> None:
    assert surfaces(f"{greeting} lampu taman padam") == MATTER
    assert surfaces(f"Taman gelap\n{greeting}\nlampu taman padam") == ["taman", "gelap", *MATTER]


@pytest.mark.parametrize(
    "text",
    [
        "pak lurah minta uang",
        "camat, lurah dan staf membolos",
        "malam hari jalan gelap",
        "hidup susah",
        "sudah lapor ke bapak bupati, belum ada jawaban",
    ],
)
def test_whoever_the_complaint_is_about_stays(text: str) -> None:
    assert blank_greetings(text) == text


@given(st.text(alphabet="pak bu,.selamtgi\nyth", max_size=80))
def test_every_offset_is_kept(text: str) -> None:
    blanked = blank_greetings(text)

    assert len(blanked) == len(text)
    assert all(new in (old, " ") for old, new in zip(text, blanked, strict=True))


@pytest.mark.parametrize(
    "text", ["yth " + "pak " * 5000, ("selamat pagi" + " " * 50) * 300, "pak" + " " * 19_000 + "x"]
)
def test_a_hostile_text_takes_no_longer_than_its_length(text: str) -> None:
    started = time.process_time()

    blank_greetings(text)

    assert time.process_time() - started < 1  # some hundredths of it are enough
