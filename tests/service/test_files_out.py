import csv
import io
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pyarrow import parquet

from service import files_out
from service.files_in import BadRow, FileError
from service.files_out import format_of
from service.flat_row import COLUMNS, json_line
from service.stream_out import StreamOut
from service.unfinished import open_unfinished

COLUMN_NAMES = (
    "row, tracking_id, category, category_probability, due_on, working_days, agency_code, "
    "agency_name, level, unit, agency_probability, topic, region_code, region_name, copies, flags, "
    "decision, review_reasons, model, rules, error"
).split(", ")

BAD = BadRow(row=2, field="isi", problem="expected text", tracking_id="9190002")


def make_disposition(**changed: Any) -> dict[str, Any]:
    disposition: dict[str, Any] = {
        "tracking_id": "9190001",
        "category": "non_supervisory",
        "category_probability": 0.94,
        "topic": "jalan_jembatan",
        "region": {"code": "32.04", "name": "Kabupaten Bandung", "ambiguous": [], "evidence": []},
        "agency": {
            "code": "PEMDA-32.04",
            "name": "Pemerintah Kabupaten Bandung",
            "level": "KABKOTA",
            "unit": "Dinas Pekerjaan Umum — Bina Marga",
            "probability": 0.86,
        },
        "copies": [{"code": "PU"}, {"code": "PEMDA-32"}],
        "sla": {"working_days": 14, "due_on": "2026-12-14"},
        "flags": [],
        "decision": "review",
        "review_reasons": [{"code": "place_ambiguous"}, {"code": "audit_sample"}],
        "versions": {"model": "m1", "rules": "abc", "calendar": "holidays-0.109-1"},
    }
    disposition.update(changed)
    return disposition


FLAT = {
    "row": 1,
    "tracking_id": "9190001",
    "category": "non_supervisory",
    "category_probability": 0.94,
    "due_on": "2026-12-14",
    "working_days": 14,
    "agency_code": "PEMDA-32.04",
    "agency_name": "Pemerintah Kabupaten Bandung",
    "level": "KABKOTA",
    "unit": "Dinas Pekerjaan Umum — Bina Marga",
    "agency_probability": 0.86,
    "topic": "jalan_jembatan",
    "region_code": "32.04",
    "region_name": "Kabupaten Bandung",
    "copies": "PU|PEMDA-32",
    "flags": None,
    "decision": "review",
    "review_reasons": "place_ambiguous|audit_sample",
    "model": "m1",
    "rules": "abc",
    "error": None,
}
FLAT_BAD = {
    **dict.fromkeys(COLUMN_NAMES),
    "row": 2,
    "tracking_id": "9190002",
    "error": "isi: expected text",
}


@contextmanager
def open_lines(path: Path) -> Iterator[Callable[..., None]]:
    """Give what adds one row to a file."""
    form = format_of(path)
    with open_unfinished(
        path, form, rejects=None, stamp={}, resume=False, notice=lambda line: None
    ) as unfinished:

        def add(row: int, disposition: Any, error: BadRow | None = None) -> None:
            unfinished.add(form.render(row, disposition, error), "", rows=1, bad=0)

        yield add


def write_both(path: Path, disposition: dict[str, Any] | None = None) -> Path:
    with open_lines(path) as add:
        add(1, disposition or make_disposition())
        add(2, None, BAD)
    return path


def read_xlsx(path: Path) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))


def test_the_columns_are_those_of_the_interface() -> None:
    assert list(COLUMNS) == COLUMN_NAMES


def test_jsonl_holds_the_whole_disposition_and_the_error_in_its_place(tmp_path: Path) -> None:
    lines = write_both(tmp_path / "a.jsonl").read_text("utf-8").splitlines()

    assert [json.loads(line) for line in lines] == [
        make_disposition(),
        {
            "row": 2,
            "error": {"problem": "expected text", "field": "isi", "tracking_id": "9190002"},
        },
    ]


def test_csv_holds_one_row_each(tmp_path: Path) -> None:
    text = write_both(tmp_path / "a.csv").read_text("utf-8")

    header, *rows = csv.reader(io.StringIO(text))
    expected = [["" if cell is None else str(cell) for cell in row.values()] for row in
                (FLAT, FLAT_BAD)]  # fmt: skip
    assert header == COLUMN_NAMES
    assert rows == expected


def test_xlsx_holds_one_row_each_with_numbers_as_numbers(tmp_path: Path) -> None:
    rows = read_xlsx(write_both(tmp_path / "a.xlsx"))

    assert rows == [tuple(COLUMN_NAMES), tuple(FLAT.values()), tuple(FLAT_BAD.values())]


def test_parquet_holds_one_row_each_with_a_type_for_every_column(tmp_path: Path) -> None:
    table = parquet.read_table(write_both(tmp_path / "a.parquet"))

    assert table.to_pylist() == [FLAT, FLAT_BAD]
    assert str(table.schema.field("category_probability").type) == "double"
    assert str(table.schema.field("flags").type) == "string"


def test_parquet_is_written_in_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files_out, "_GROUP_ROWS", 4)

    with open_lines(tmp_path / "a.parquet") as add:
        for row in range(1, 11):
            add(row, make_disposition())

    file = parquet.ParquetFile(tmp_path / "a.parquet")
    assert (file.num_row_groups, file.metadata.num_rows) == (3, 10)
    assert file.read().column("row").to_pylist() == list(range(1, 11))
    file.close()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(
    tmp_path: Path, suffix: str, start: str
) -> None:
    path = write_both(tmp_path / f"a{suffix}", make_disposition(tracking_id=f"{start}1+1"))

    if suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            cell = list(csv.reader(file))[1][1]
    else:
        cell = read_xlsx(path)[1][1]
    assert cell.replace("_x000D_", "\r").replace("\n", "\r") == f"'{start}1+1"


@pytest.mark.parametrize("suffix", [".jsonl", ".parquet"])
def test_formats_that_run_nothing_keep_the_text_as_it_is(tmp_path: Path, suffix: str) -> None:
    path = write_both(tmp_path / f"a{suffix}", make_disposition(tracking_id="=1+1"))

    if suffix == ".jsonl":
        found = json.loads(path.read_text("utf-8").splitlines()[0])["tracking_id"]
    else:
        found = parquet.read_table(path).column("tracking_id")[0].as_py()
    assert found == "=1+1"


def test_a_character_that_xml_cannot_hold_is_replaced_in_xlsx(tmp_path: Path) -> None:
    path = write_both(tmp_path / "a.xlsx", make_disposition(tracking_id="9\uffff1"))

    assert read_xlsx(path)[1][1] == "9\ufffd1"


def test_a_stream_in_another_encoding_gets_escapes_that_mean_the_same() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")

    with StreamOut(stream) as out:
        out.add(json_line(1, make_disposition(topic="— 🚧"), None), "", rows=1, bad=0)

    assert raw.getvalue().isascii()
    assert json.loads(raw.getvalue())["topic"] == "— 🚧"


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet", ".xlsx"])
def test_after_an_error_the_earlier_file_still_stands_and_nothing_else(
    tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_text("sebelumnya", encoding="utf-8")

    def fail_midway() -> None:
        with open_lines(path) as add:
            add(1, make_disposition())
            raise FileError(path, "damaged")

    with pytest.raises(FileError, match="damaged"):
        fail_midway()

    assert path.read_text("utf-8") == "sebelumnya"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet", ".xlsx"])
def test_the_file_appears_whole_when_it_is_done(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"

    with open_lines(path) as add:
        add(1, make_disposition())
        assert not path.exists()

    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet", ".xlsx"])
def test_a_file_without_rows_can_be_read(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"

    with open_lines(path):
        pass

    assert path.exists()
    if suffix == ".parquet":
        assert parquet.read_table(path).column_names == COLUMN_NAMES


def test_more_rows_than_a_sheet_holds_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files_out, "XLSX_MAX_ROWS", 1)

    with pytest.raises(FileError, match=r"a\.xlsx: .* write \.csv, \.jsonl or \.parquet"):
        write_both(tmp_path / "a.xlsx")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        pytest.param("a.txt", "unknown suffix '.txt'", id="unknown-suffix"),
        pytest.param("tidak/ada/a.csv", "does not exist", id="no-folder"),
        pytest.param("folder.csv", "expected a file, got a folder", id="a-folder"),
        pytest.param("x" * 300 + ".csv", "cannot be written: File name too long", id="long-name"),
    ],
)
def test_a_target_that_cannot_be_written_says_why(tmp_path: Path, name: str, problem: str) -> None:
    (tmp_path / "folder.csv").mkdir()

    with pytest.raises(FileError, match=problem):
        write_both(tmp_path / name)


def test_parquet_without_pyarrow_is_refused_with_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    with pytest.raises(FileError, match=r"pip install 'disposisi\[parquet\]'"):
        write_both(tmp_path / "a.parquet")
