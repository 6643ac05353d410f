from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rules.ruleset import DATA
from service.cli import main
from service.complaint import Complaint
from service.loading import load_scorer
from service.store.kept import keep
from service.store.repository import open_store

CASES = Path(__file__).parents[1] / "cases"
GOOD = """\
- name: Lubang di jalan kabupaten
  text: Di depan balai warga Kabupaten Sleman jalannya bolong sedalam betis.
  topic: jalan_jembatan
  expect: {agency: PEMDA-34.04, category: non_supervisory, working_days: 14, flags: []}
- name: Isyarat saja
  cues: [jalan_tol]
  topic: jalan_jembatan
  expect: {level: PUSAT}
"""


def make_draft(tmp_path: Path) -> Path:
    """Copy the rules and send water meters elsewhere, as a draft might."""
    folder = tmp_path / "draft"
    shutil.copytree(DATA, folder)
    path = folder / "routing.yaml"
    text = path.read_text("utf-8")
    start = text.index("- id: JALAN-099")
    row = text[start : text.index("- id:", start + 5)]
    assert "agency: PEMDA" in row
    path.write_text(text.replace(row, row.replace("agency: PEMDA", "agency: PU")), "utf-8")
    return folder


def test_the_cases_of_the_rule_owners_are_all_green(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["rules", "test", str(CASES)])

    out = capsys.readouterr().out
    assert code == 0
    assert out.rstrip().endswith(", 0 gagal")
    assert int(out.split()[0]) >= 350


def test_a_case_that_comes_out_otherwise_is_told_in_plain_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "kasus.yaml"
    path.write_text(GOOD.replace("PEMDA-34.04", "PLN"), "utf-8")

    code = main(["rules", "test", str(path)])

    out = capsys.readouterr().out
    assert code == 1
    assert f"GAGAL  Lubang di jalan kabupaten  ({path}:1)" in out
    assert "instansi: diharapkan PLN, didapat PEMDA-34.04" in out
    assert "2 kasus dalam 1 berkas: 1 cocok, 1 gagal" in out


def test_a_case_without_a_topic_is_put_to_the_model(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "kasus.yaml"
    path.write_text(
        "- name: Tanpa pokok\n"
        "  text: Lampu penerangan jalan di Kota Kediri padam seminggu.\n"
        "  expect: {agency: PEMDA-35.71, topic: penerangan_jalan, code: '35.71'}\n",
        "utf-8",
    )

    code = main(["rules", "test", str(path), "--json"])

    assert (code, json.loads(capsys.readouterr().out)) == (0, {"cases": 1, "failed": []})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- name: A\n  text: B\n  expect: {agensi: PLN}\n", "unknown key 'agensi'"),
        ("- name: A\n  text: B\n  expect: {}\n", "names nothing"),
        ("- name: A\n  expect: {agency: PLN}\n", "needs 'text', or 'cues'"),
        (
            "- name: A\n  text: B\n  level: PUSATT\n  expect: {agency: PLN}\n",
            "expected one of ['PUSAT'",
        ),
    ],
)
def test_a_case_that_is_not_written_as_one_is_refused_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, words: str
) -> None:
    path = tmp_path / "kasus.yaml"
    path.write_text(text, "utf-8")

    code = main(["rules", "test", str(path)])

    err = capsys.readouterr().err
    assert code == 2
    assert f"{path}:" in err
    assert words in err


def test_a_missing_folder_of_cases_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rules", "test", str(tmp_path / "none")]) == 2
    assert "expected a file or folder of cases" in capsys.readouterr().err


def make_complaints(tmp_path: Path) -> Path:
    path = tmp_path / "aduan.jsonl"
    rows = [
        {"isi": "Jalan berlubang di depan balai warga Kabupaten Sleman", "tracking_id": "7001"},
        {"isi": "Lampu penerangan jalan di Kota Kediri padam seminggu", "tracking_id": "7002"},
        {"isi": "", "tracking_id": "7003"},
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    return path


def test_a_draft_shows_who_would_go_elsewhere_and_no_word_of_a_complaint(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, draft = make_complaints(tmp_path), make_draft(tmp_path)

    code = main(["rules", "backtest", "--file", str(file), "--rules", str(draft)])

    out = capsys.readouterr().out
    assert code == 0
    assert "2 laporan diputar ulang, 1 tidak terbaca" in out
    assert "Pindah instansi: 1" in out
    assert "PEMDA-34.04 -> PU" in out
    assert "baris 1 (7001)" in out
    assert "berlubang" not in out


def test_a_backtest_as_json_names_every_move(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, draft = make_complaints(tmp_path), make_draft(tmp_path)

    main(["rules", "backtest", "--file", str(file), "--rules", str(draft), "--json"])

    found = json.loads(capsys.readouterr().out)
    assert found["totals"]["agency"] == [{"before": "PEMDA-34.04", "after": "PU", "complaints": 1}]
    assert found["totals"]["category"] == []
    assert found["moves"][0]["rule_after"] == "JALAN-099"


def test_stored_complaints_are_replayed_like_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'uji.sqlite3'}"
    monkeypatch.setenv("DISPOSISI_DATABASE_URL", url)
    isi = "Jalan berlubang di depan balai warga Kabupaten Sleman"
    received_at = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    complaint = Complaint(isi=isi, tracking_id="7001", received_at=received_at)
    [answer] = load_scorer().score([complaint], today=received_at.date())
    with open_store(url) as store:
        store.save(keep(complaint), answer, keys=[], now=received_at)

    draft = str(make_draft(tmp_path))
    code = main(["rules", "backtest", "--since", "2026-11-24", "--rules", draft])

    out = capsys.readouterr().out
    assert code == 0
    assert "1 laporan diputar ulang, 0 tidak terbaca" in out
    assert "(7001): PEMDA-34.04 -> PU" in out


def test_a_backtest_needs_a_file_or_a_day(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["rules", "backtest", "--rules", str(DATA)])
    assert "one of the arguments --file --since is required" in capsys.readouterr().err


def test_the_same_rules_move_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["rules", "backtest", "--file", str(make_complaints(tmp_path)), "--rules", str(DATA)])

    assert "Tidak ada yang berubah." in capsys.readouterr().out


def test_rows_are_locked_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_draft(tmp_path)
    (folder / "rows.lock").unlink(missing_ok=True)

    assert main(["rules", "lock", "--rules", str(folder)]) == 0

    assert capsys.readouterr().out.strip() == str(folder / "rows.lock")
