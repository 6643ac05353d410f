from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from service.cli import main

POTHOLE = "Jalan berlubang di depan pasar Soreang Kabupaten Bandung"


def test_one_complaint_gets_a_readable_answer(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["classify", POTHOLE, "--received-on", "2026-11-24"])

    out = capsys.readouterr().out
    assert status == 0
    assert "Instansi      Pemerintah Kabupaten Bandung" in out
    assert "Batas waktu   14 Des 2026 (14 hari kerja)" in out
    assert "permenpan-62-2018" in out


def test_json_is_the_whole_answer(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["classify", "--json", POTHOLE])

    answer = json.loads(capsys.readouterr().out)
    assert status == 0
    assert answer["agency"]["code"] == "PEMDA-32.04"
    assert answer["sla"]["assumed_start"] is True


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["classify", "  "], "isi: expected 1 to 20,000 characters", id="blank"),
        pytest.param(["classify", "x\x07"], "without control characters, got U\\+0007", id="bell"),
        pytest.param(["classify", "x", "--region", "77"], "region: expected the Kem", id="region"),
        pytest.param(["score", "nowhere.csv"], "nowhere.csv", id="no-file"),
        pytest.param(["score", "in.txt"], "in.txt", id="suffix"),
        pytest.param(
            ["score", "in.jsonl", "--timezone", "Mars/Base"], "a zone like Asia/Jakarta", id="zone"
        ),
        pytest.param(["rules", "show", "--topic", "sihir"], "--topic: expected one of", id="topic"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    arguments: list[str],
    message: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.jsonl").write_text('{"isi": "x"}\n')
    (tmp_path / "in.txt").write_text("x")

    status = main(arguments)

    said = capsys.readouterr()
    assert status == 2
    assert said.out == ""
    assert message.replace("\\", "") in said.err
    assert "Traceback" not in said.err


def test_a_wrong_day_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["classify", "x", "--received-on", "besok"])

    assert "expected a day like 2026-11-24, got 'besok'" in capsys.readouterr().err


def test_a_file_keeps_its_order_and_a_bad_row_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.csv"
    rows = [{"tracking_id": "1", "isi": POTHOLE}, {"tracking_id": "2", "isi": ""}, {"isi": "Halo"}]
    source.write_text("\n".join(json.dumps(row) for row in rows))

    status = main(["score", str(source), "-o", str(target), "--received-on", "2026-11-24"])

    with target.open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.DictReader(file))
    assert status == 0
    assert [row["row"] for row in written] == ["1", "2", "3"]
    assert written[0]["agency_code"] == "PEMDA-32.04"
    assert written[0]["due_on"] == "2026-12-14"
    assert "isi" in written[1]["error"]
    assert "3 rows: 2 scored, 1 with an error" in capsys.readouterr().err


def test_a_file_without_a_usable_row_ends_with_one(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"isi": ""}\n')

    assert main(["score", str(tmp_path / "in.jsonl"), "-o", str(tmp_path / "out.jsonl")]) == 1


def test_the_sample_is_a_table_that_says_how_to_go_on(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["sample"])

    lines = capsys.readouterr().out.splitlines()
    assert status == 0
    assert lines[0].split()[:2] == ["No", "Aduan"]
    assert sum(line[:1].isdigit() for line in lines) == 40
    assert "make serve" in lines[-1]


def test_rules_are_shown_from_top_to_bottom(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["rules", "show", "--topic", "jalan_jembatan"])

    out = capsys.readouterr().out
    assert status == 0
    assert out.index("jalan_nasional") < out.index("selain itu")
    assert "UU 38/2004" in out


def test_the_shipped_rules_are_clean(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["rules", "lint", "--json"])

    assert status == 0
    assert json.loads(capsys.readouterr().out) == []


def test_a_broken_rule_folder_is_a_finding(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["rules", "lint", "--rules", str(tmp_path)])

    assert status == 1
    assert "1 errors, 0 warnings" in capsys.readouterr().out


def test_a_wrong_setting_stops_with_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DISPOSISI_AUDIT_SHARE", "viel")

    assert main(["classify", "x"]) == 2
    assert "DISPOSISI_AUDIT_SHARE" in capsys.readouterr().err


def test_one_complaint_needs_no_web_framework_and_no_database() -> None:
    program = (
        "import sys; from service.cli import main; main(['classify', 'Jalan rusak']);"
        "print([m for m in ('pandas', 'sklearn', 'fastapi', 'sqlalchemy') if m in sys.modules])"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=os.environ
    )

    assert done.stdout.splitlines()[-1] == "[]"
