from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from classifier.artifacts import find_model, read_manifest
from classifier.errors import ModelError
from service.cli import main
from service.left_out_file import LEFT_OUT_FILE, LeftOut, read_left_out
from service.model_card import card


def make_part(name: str) -> LeftOut:
    heads = {"kind": 0.031, "topic": 0.044}
    return LeftOut(
        name=name,
        rows=249,
        figures={"category_accuracy": 0.9},
        errors={"category_accuracy": 0.02},
        calibration=heads,
        perfect=heads,
        automatic=(
            {"tolerated": 0.02, "automatic": 0, "wrong": 0, "coverage": 0.0, "error": 0.0},
            {"tolerated": 0.05, "automatic": 50, "wrong": 2, "coverage": 0.2008, "error": 0.04},
            {"tolerated": 0.1, "automatic": 75, "wrong": 6, "coverage": 0.3012, "error": 0.08},
        ),
        changed={"upper_case": 0.004},
    )


def test_a_model_that_was_not_measured_has_no_figures(tmp_path: Path) -> None:
    assert read_left_out(tmp_path, model_sha256="x") == []


def test_figures_of_another_model_are_refused(tmp_path: Path) -> None:
    (tmp_path / LEFT_OUT_FILE).write_text('{"model_sha256": "x", "parts": []}')

    with pytest.raises(
        ModelError, match="is of another model: run 'disposisi evaluate --model ID'"
    ):
        read_left_out(tmp_path, model_sha256="y")


def test_damaged_figures_are_refused(tmp_path: Path) -> None:
    (tmp_path / LEFT_OUT_FILE).write_text('{"model_sha256": "x", "parts": [{}]}')

    with pytest.raises(ModelError, match="expected the figures of left-out parts, got KeyError"):
        read_left_out(tmp_path, model_sha256="x")


def test_the_card_tells_the_realised_error_of_each_left_out_part() -> None:
    manifest = read_manifest(find_model())

    text = card(manifest, [make_part("kota-a"), make_part("kota-b")])

    assert "| kota-a | 249 | 0.900 ±0.020 |" in text
    assert "| kota-b | 0.031 (0.031) | 0.044 (0.044) |" in text
    assert "| kota-a | none go out | 4.0% of 50 (20.1%) | 8.0% of 75 (30.1%) |" in text
    assert "| kota-b | 0.40% |" in text


def test_the_command_writes_the_card_from_what_stands_beside_the_model(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shutil.copytree(find_model(), tmp_path / "satu")
    kept = (folder / "card.md").read_text(encoding="utf-8")
    (folder / "card.md").write_text("lama")

    assert main(["models", "card", "satu", "--models", str(tmp_path)]) == 0

    written = (folder / "card.md").read_text(encoding="utf-8")
    assert written in capsys.readouterr().out
    assert written.splitlines()[1:] == kept.splitlines()[1:]  # its name stands in the first
