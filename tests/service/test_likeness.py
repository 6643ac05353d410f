from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.likeness import BANDS, SIMILAR, Signature, sign
from service.store.alike import CANDIDATES
from service.store.engine import close_engine, open_engine

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


def test_however_often_a_text_was_sent_only_its_newest_are_looked_up(tmp_path: Path) -> None:
    """A band that had to be sorted would be read whole: each post would cost more than the last."""
    signature = sign(" ".join(WORDS))
    bound = {f"band_{band}": value for band, value in enumerate(signature.bands)}
    engine = open_engine(f"sqlite:///{tmp_path / 'serupa.sqlite3'}")
    query = CANDIDATES.params(**bound, since=datetime(2026, 11, 1, tzinfo=UTC))

    with engine.connect() as connection:
        compiled = query.compile(connection, compile_kwargs={"literal_binds": True})
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}").all()
    close_engine(engine)

    steps = [row.detail for row in plan]
    by_index = [step for step in steps if "ix_likeness_band_value_complaint_id" in step]
    assert len(by_index) == BANDS
    assert sum("USE TEMP B-TREE FOR ORDER BY" in step for step in steps) <= 1  # of what was found
