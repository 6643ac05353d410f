from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from classifier.dataset import fingerprint, near_duplicate_groups, read_examples
from classifier.errors import DatasetError
from classifier.labels import TOPICS


def test_the_seed_corpus_is_fully_labelled(seed_corpus: pd.DataFrame) -> None:
    assert len(seed_corpus) == 4104
    assert set(seed_corpus["topic"]) == set(TOPICS)
    assert seed_corpus[["kind", "misconduct", "inspection", "topic"]].notna().all(axis=None)


def test_a_file_with_some_labels_and_a_title_is_read(tmp_path: Path) -> None:
    path = tmp_path / "koreksi.csv"
    path.write_text("judul,isi,topic,misconduct\nLampu,mati total,penerangan_jalan,0\n,rusak,,\n")

    frame = read_examples([path])

    assert list(frame["text"]) == ["Lampu\nmati total", "rusak"]
    assert list(frame["topic"]) == ["penerangan_jalan", None]
    assert list(frame["misconduct"]) == [False, None]
    assert list(frame["kind"]) == [None, None]
    assert set(frame["source"]) == {"koreksi"}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        pytest.param("a.txt", "x", "expected one of .* got '.txt'", id="suffix"),
        pytest.param("a.csv", "kolom\n1\n", "expected a column 'text' or 'isi'", id="no-text"),
        pytest.param("a.csv", "isi,topik\nx,jalann\n", "row 1: topic: expected one of", id="topic"),
        pytest.param(
            "a.csv",
            "isi,berkadar\nx,1\ny,mungkin\n",
            "row 2: misconduct: expected 0 or 1",
            id="flag",
        ),
        pytest.param("a.jsonl", "{", "cannot be read", id="broken"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(
    tmp_path: Path, name: str, content: str, message: str
) -> None:
    (tmp_path / name).write_text(content)

    with pytest.raises(DatasetError, match=message):
        read_examples([tmp_path / name])


def test_nearly_equal_texts_share_a_group() -> None:
    text = "Lampu jalan di depan kantor desa mati sejak tiga minggu lalu dan belum diganti"

    groups = near_duplicate_groups(
        [text, "Air keruh sekali di rumah kami", text.upper() + "!!", text + " tolong"]
    )

    assert groups.tolist() == [0, 1, 0, 0]


def test_the_fingerprint_changes_with_a_label(seed_corpus: pd.DataFrame) -> None:
    changed = seed_corpus.copy()
    changed.loc[0, "topic"] = "lainnya"

    assert fingerprint(changed) != fingerprint(seed_corpus) == fingerprint(seed_corpus.copy())
