"""A run that was stopped goes on without losing or doubling a row."""

from __future__ import annotations

import csv
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pyarrow import parquet

from service.cli import main
from service.files_in import FileError
from service.files_out import format_of
from service.flat_row import json_line
from service.rejects import reject_format_of
from service.unfinished import open_unfinished

ROWS = 3_000
BAD = {7, 2_000}
BYTES_A_ROW = {".jsonl": 2_000}  # about; 250 in the other formats


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("masuk") / "in.jsonl"
    lines = [
        json.dumps({"isi": "" if n in BAD else f"Lampu jalan mati nomor {n}", "tracking_id": n})
        for n in range(1, ROWS + 1)
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def read(path: Path) -> list[Any]:
    """The rows that a file holds, each with its number in the source."""
    match path.suffix:
        case ".jsonl":
            lines = path.read_text("utf-8").splitlines()
            rows = [json.loads(line) for line in lines]
            return [
                row.get("tracking_id") or row.get("error", {}).get("tracking_id") for row in rows
            ]
        case ".csv":
            with path.open(encoding="utf-8", newline="") as file:
                return [row[1] for row in list(csv.reader(file))[1:]]
        case ".parquet":
            return list(parquet.read_table(path).column("tracking_id").to_pylist())
        case _:
            sheet = openpyxl.load_workbook(path).worksheets[0]
            return [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)]


def start(source: Path, target: Path, *more: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", "import sys; from service.cli import main; sys.exit(main())"]
    return subprocess.Popen(
        [*command, "score", str(source), "-o", str(target), *more],
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def kill_after(process: subprocess.Popen[bytes], lines: Path, wanted: int) -> None:
    """Kill the run and its processes once so many bytes are written."""
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        if lines.exists() and lines.stat().st_size >= wanted:
            break
        time.sleep(0.01)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".parquet", ".xlsx"])
def test_a_run_killed_at_any_moment_loses_no_row_and_doubles_none(
    complaints: Path, tmp_path: Path, suffix: str
) -> None:
    target, rejects = tmp_path / f"out{suffix}", tmp_path / "rejects.csv"
    lines = tmp_path / f".out{suffix}.lines"
    size = ROWS * BYTES_A_ROW.get(suffix, 250)
    for jobs in ("1", "2"):
        wanted = secrets.randbelow(size)
        kill_after(
            start(complaints, target, "--jobs", jobs, "--resume", "--rejects", str(rejects)),
            lines,
            wanted,
        )

    status = main(
        ["score", str(complaints), "-o", str(target), "--resume", "--rejects", str(rejects)]
    )

    assert status == 0
    assert read(target) == [str(n) for n in range(1, ROWS + 1)]
    assert [line.split(",")[0] for line in rejects.read_text("utf-8").splitlines()] == [
        "row",
        *(str(n) for n in sorted(BAD)),
    ]
    assert sorted(tmp_path.iterdir()) == sorted([target, rejects])


def write(path: Path, rows: range, *, stop: bool, resume: bool = True, **stamp: str) -> list[str]:
    said: list[str] = []
    form = format_of(path)
    apart = (path.with_name("bad.jsonl"), reject_format_of(path.with_name("bad.jsonl")))
    with open_unfinished(
        path, form, rejects=apart, stamp=stamp, resume=resume, notice=said.append, clock=lambda: 0.0
    ) as unfinished:
        for row in rows:
            unfinished.add(json_line(row, {"tracking_id": str(row)}, None), "", rows=1, bad=0)
        if stop:
            raise KeyboardInterrupt
    return said


def test_what_was_written_behind_the_last_safe_row_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with pytest.raises(KeyboardInterrupt):
        write(path, range(1, 4), stop=True)
    with (tmp_path / ".a.jsonl.lines").open("a", encoding="utf-8") as file:
        file.write('{"tracking_id": "4"}\n{"trac')
    with (tmp_path / ".a.jsonl.journal").open("a", encoding="utf-8") as file:
        file.write('{"rows": 4, "ba')

    said = write(path, range(4, 6), stop=False)

    assert said == ["going on behind row 3"]
    assert read(path) == ["1", "2", "3", "4", "5"]


def test_a_run_without_resume_begins_anew_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with pytest.raises(KeyboardInterrupt):
        write(path, range(1, 4), stop=True)

    said = write(path, range(1, 3), stop=False, resume=False)

    assert said == ["3 rows of an unfinished run are done again"]
    assert read(path) == ["1", "2"]


def test_a_run_with_other_rules_or_input_is_refused_and_the_unfinished_one_stays(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.jsonl"
    with pytest.raises(KeyboardInterrupt):
        write(path, range(1, 4), stop=True, input="abc", rules="1")

    with pytest.raises(FileError, match="the unfinished run had another input; run without"):
        write(path, range(4, 6), stop=False, input="abd", rules="1")

    write(path, range(4, 6), stop=False, input="abc", rules="1")
    assert read(path) == ["1", "2", "3", "4", "5"]


def test_lines_that_are_gone_are_not_made_up(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with pytest.raises(KeyboardInterrupt):
        write(path, range(1, 4), stop=True)
    os.truncate(tmp_path / ".a.jsonl.lines", 5)

    with pytest.raises(FileError, match="is damaged; run without --resume"):
        write(path, range(4, 6), stop=False)


def test_two_runs_never_write_one_file(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    options: dict[str, Any] = {"rejects": None, "stamp": {}, "resume": True}
    with open_unfinished(path, format_of(path), notice=print, **options):
        with pytest.raises(FileError, match="another run is writing it"):
            write(path, range(1), stop=False)


def test_an_input_that_changed_is_refused(
    complaints: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(complaints.read_bytes())
    kill_after(start(source, target, "--jobs", "1"), tmp_path / ".out.jsonl.lines", 1)
    source.write_text('{"isi": "Jalan rusak"}\n', encoding="utf-8")

    status = main(["score", str(source), "-o", str(target), "--resume"])

    assert status == 2
    assert "the unfinished run had another input" in capsys.readouterr().err


def test_resume_without_a_file_is_wrong_usage(
    complaints: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["score", str(complaints), "--resume"])

    assert status == 2
    assert "--resume: expected -o FILE" in capsys.readouterr().err
