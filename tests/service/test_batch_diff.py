from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from service.cli import main
from service.run_diff import compare_runs
from tests.service.test_files_out import make_disposition

# (tracking_id, agency, category, decision, reasons)
ROWS = [
    ("1", "PEMDA-32.04", "non_supervisory", "auto", []),
    ("2", "PEMDA-32.04", "non_supervisory", "review", ["place_missing"]),
    ("3", "PLN", "information", "auto", []),
]


def write(path: Path, rows: list[tuple[str, str, str, str, list[str]]]) -> Path:
    lines = []
    for tracking_id, agency, category, decision, reasons in rows:
        answer = make_disposition(
            tracking_id=tracking_id,
            category=category,
            decision=decision,
            review_reasons=[{"code": code} for code in reasons],
        )
        answer["agency"] = {**answer["agency"], "code": agency}
        lines.append(json.dumps(answer))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_what_changed_is_counted_by_agency_class_and_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = write(tmp_path / "a.jsonl", ROWS)
    after = write(
        tmp_path / "b.jsonl",
        [
            ROWS[0],
            ("2", "PEMDA-32", "non_supervisory", "review", ["agency_uncertain"]),
            ("3", "PLN", "non_supervisory", "auto", []),
        ],
    )

    status = main(["batch", "diff", str(before), str(after)])

    said = capsys.readouterr().out.splitlines()
    assert status == 1
    assert said[0] == "3 rows in both, 2 differ (66.7%)"
    assert [line.split() for line in said[1:]] == [
        ["agency:", "1", "changes"],
        ["1", "PEMDA-32.04", "->", "PEMDA-32"],
        ["category:", "1", "changes"],
        ["1", "information", "->", "non_supervisory"],
        ["reason:", "2", "changes"],
        ["1", "+", "agency_uncertain"],
        ["1", "-", "place_missing"],
    ]


def test_the_same_answers_are_the_same_whatever_the_format(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "in.jsonl"
    lines = [
        {"isi": "Lampu jalan mati di Kota Kediri", "tracking_id": "-1"},
        {"isi": "", "tracking_id": "2"},
        {"isi": "Bansos dipotong oknum kepala desa di Kabupaten Pati"},
    ]
    source.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    outputs = [tmp_path / f"out{suffix}" for suffix in (".jsonl", ".csv", ".parquet")]
    for output in outputs:
        main(["score", str(source), "-o", str(output)])

    statuses = [main(["batch", "diff", str(a), str(b)]) for a in outputs for b in outputs]

    assert statuses == [0] * 9
    assert "3 rows in both, 0 differ" in capsys.readouterr().out


def test_rows_behind_the_end_of_the_other_file_are_a_difference(tmp_path: Path) -> None:
    before = write(tmp_path / "a.jsonl", ROWS)
    after = write(tmp_path / "b.jsonl", ROWS[:2])

    found = compare_runs(before, after)

    assert (found.rows, found.differing, found.only_before) == (2, 0, 1)
    assert not found.is_same


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        pytest.param("b.txt", "x", "unknown suffix '.txt'", id="suffix"),
        pytest.param("b.csv", "isi\nx\n", "no column 'tracking_id'", id="an-input"),
        pytest.param("b.jsonl", '{"isi": "x"}\n', "line 1: expected a disposition", id="no-answer"),
        pytest.param("b.jsonl", "rusak\n", "line 1: expected a disposition", id="no-json"),
        pytest.param("b.jsonl", "", "the file is empty", id="empty"),
        pytest.param("b.parquet", "rusak", "expected a Parquet file", id="no-parquet"),
    ],
)
def test_what_is_no_output_of_score_is_wrong_usage(
    tmp_path: Path, name: str, text: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = write(tmp_path / "a.jsonl", ROWS)
    (tmp_path / name).write_text(text, encoding="utf-8")

    status = main(["batch", "diff", str(before), str(tmp_path / name)])

    assert status == 2
    assert message in capsys.readouterr().err


def test_files_of_other_complaints_are_not_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = write(tmp_path / "a.jsonl", ROWS)
    other: Any = [("9", *ROWS[0][1:])]

    status = main(["batch", "diff", str(before), str(write(tmp_path / "b.jsonl", other))])

    assert status == 2
    assert "row 1: expected the complaint of" in capsys.readouterr().err


def test_json_names_every_change(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = write(tmp_path / "a.jsonl", ROWS)
    after = write(tmp_path / "b.jsonl", [ROWS[0], ROWS[1], ("3", "PU", *ROWS[2][2:])])

    main(["batch", "diff", "--json", str(before), str(after)])

    changes = json.loads(capsys.readouterr().out)["changes"]
    assert changes["agency"] == [{"before": "PLN", "after": "PU", "rows": 1}]
