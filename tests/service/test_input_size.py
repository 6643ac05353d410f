from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from service.input_size import about_rows, fingerprint


@pytest.mark.parametrize(
    ("name", "text", "rows"),
    [
        pytest.param("a.jsonl", '{"isi": "a"}\n{"isi": "b"}\n', 2, id="jsonl"),
        pytest.param("a.jsonl", '{"isi": "a"}\n{"isi": "b"}', 2, id="no-line-feed-at-the-end"),
        pytest.param("a.csv", "isi\na\nb\n", 2, id="csv-without-its-header"),
    ],
)
def test_lines_are_counted_before_the_work(tmp_path: Path, name: str, text: str, rows: int) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")

    assert about_rows(path) == rows


def test_parquet_says_how_many_rows_it_holds_and_xlsx_does_not(tmp_path: Path) -> None:
    parquet.write_table(pa.table({"isi": ["a", "b", "c"]}), tmp_path / "a.parquet")

    assert about_rows(tmp_path / "a.parquet") == 3
    assert about_rows(tmp_path / "a.xlsx") is None


def test_a_file_that_changed_by_one_byte_has_another_fingerprint(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("isi\na\n", encoding="utf-8")
    before = fingerprint(path)

    path.write_text("isi\nb\n", encoding="utf-8")

    assert fingerprint(path) != before
