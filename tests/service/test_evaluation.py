from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from classifier.artifacts import find_model
from classifier.bootstrap import Estimate
from classifier.dataset import SEED_CORPUS, read_examples
from classifier.labels import HEADS
from classifier.robustness import BARS
from rules.ruleset import load_ruleset
from service.cli import main
from service.evaluation import PartResult, judge
from service.evaluation_bars import bars, baseline
from service.evaluation_files import as_json, write_pictures
from service.evaluation_slices import lapor_label
from service.evaluation_text import describe
from service.left_out import PartAnswers, among_three, answer_part
from service.parts import ALL_REAL, SEED_FIFTH, parts_of

TODAY = date(2026, 11, 24)


def make_answer(*bodies: tuple[str | None, str]) -> Any:
    agencies = [{"code": code, "level": level} for code, level in bodies]
    return {"agency": agencies[0], "alternatives": agencies[1:]}


def test_a_regional_government_is_right_when_its_level_is() -> None:
    assert among_three(["KABKOTA"], [make_answer((None, "KABKOTA"))]) == [True]


def test_a_central_body_is_right_by_its_code() -> None:
    answer = make_answer(("POLRI", "PUSAT"), ("PLN", "PUSAT"))

    assert among_three(["PLN"], [answer]) == [True]
    assert among_three(["KPK"], [answer]) == [False]


def test_the_places_of_one_level_are_one_of_three_bodies_and_a_fourth_does_not_count() -> None:
    towns = ((None, "KABKOTA"), ("PEMDA-32.04", "KABKOTA"), ("PEMDA-32.73", "KABKOTA"))
    third = make_answer(*towns, ("POLRI", "PUSAT"), ("PLN", "PUSAT"))
    fourth = make_answer(*towns, ("POLRI", "PUSAT"), ("KPK", "PUSAT"), ("PLN", "PUSAT"))

    assert among_three(["PLN", "PLN"], [third, fourth]) == [True, False]


def test_the_parts_are_the_sources_the_last_year_all_real_and_a_fifth_of_the_seed() -> None:
    count = 20
    frame = pd.DataFrame(
        {
            "source": ["seed_corpus"] * count + ["purbalingga", "sp4n-kab-bandung"],
            "received_on": [None] * (count + 1) + ["2024-05-01"],
            "text": [
                f"{chr(97 + i) * 5} {chr(98 + i) * 4} {chr(99 + i) * 6}" for i in range(count + 2)
            ],
        }
    )

    parts = {part.name: part for part in parts_of(frame)}

    assert list(parts) == [
        "sp4n-kab-bandung",
        "purbalingga",
        "sp4n-kab-bandung 2024",
        ALL_REAL,
        SEED_FIFTH,
    ]
    assert parts["purbalingga"].tested.sum() == 1
    assert parts[ALL_REAL].learned.sum() == count
    assert 0 < parts[SEED_FIFTH].tested.sum() < count


def test_nothing_is_learned_from_that_nearly_repeats_a_tested_complaint() -> None:
    copied = "lampu jalan di depan balai warga mati sejak bulan lalu dan belum diperbaiki"
    other = "antrean di loket kelurahan panjang sekali tiap senin pagi sampai siang hari"
    frame = pd.DataFrame(
        {
            "source": ["purbalingga", "seed_corpus", "seed_corpus"],
            "received_on": [None] * 3,
            "text": [copied, f"{copied} juga", other],
        }
    )

    part = next(parts_of(frame))

    assert part.tested.tolist() == [True, False, False]
    assert part.learned.tolist() == [False, False, True]


def test_the_label_of_lapor_follows_from_kind_and_misconduct() -> None:
    assert lapor_label("information", False) == "Permintaan Informasi"
    assert lapor_label("aspiration", False) == "Aspirasi"
    assert lapor_label("complaint", True) == "Pengaduan Berkadar Pengawasan"
    assert lapor_label("normative", False) == "Pengaduan Tidak Berkadar Pengawasan"


@pytest.fixture(scope="module")
def answers() -> PartAnswers:
    """A fifth of the seed corpus, answered by a model of the rest."""
    frame = read_examples([SEED_CORPUS])
    [part] = parts_of(frame)
    return answer_part(frame, part, load_ruleset(lint=False), today=TODAY)


@pytest.fixture(scope="module")
def result(answers: PartAnswers) -> PartResult:
    return judge(answers)


@pytest.mark.slow
def test_a_part_is_answered_by_a_model_that_has_not_seen_it(result: PartResult) -> None:
    value = {name: one.value for name, one in result.figures.items()}

    assert value["category_accuracy"] >= 0.87
    assert value["topic_accuracy"] >= 0.58
    assert value["level"] >= 0.80
    assert value["agency"] >= 0.72
    assert value["among_three"] >= 0.87


@pytest.mark.slow
@pytest.mark.parametrize("way", BARS)
def test_the_class_holds_when_a_complaint_is_written_another_way(
    answers: PartAnswers, way: str
) -> None:
    assert answers.changed[way] <= BARS[way]


@pytest.mark.slow
def test_every_figure_lies_in_its_interval(result: PartResult) -> None:
    for name, one in result.figures.items():
        assert one.low <= one.value <= one.high, name
        assert 0 < one.error < 0.1, name
    assert set(result.questions) == set(HEADS)
    assert sum(one.rows for one in result.questions["topic"].classes) == result.rows


@pytest.mark.slow
def test_an_answer_goes_out_only_where_the_scorer_would_send_it(answers: PartAnswers) -> None:
    strict, loose = answers.automatic(0.9), answers.automatic(0.0)

    assert strict.sum() < loose.sum() == answers.checks["clear"].sum()
    assert (strict <= loose).all()


@pytest.mark.slow
def test_the_report_names_the_part_and_the_details_its_classes(result: PartResult) -> None:
    short, long = describe([result]), describe([result], details=True)

    assert f"{SEED_FIFTH:<27}{result.rows:>6,}" in short
    assert "jalan_jembatan" in long
    assert "jalan_jembatan" not in short
    assert all(len(line) <= 140 for line in short.splitlines())


@pytest.mark.slow
def test_the_figures_are_written_as_json_and_the_pictures_as_png(
    answers: PartAnswers, result: PartResult, tmp_path: Path
) -> None:
    written = write_pictures(tmp_path, answers)

    [part] = json.loads(as_json([result]))["parts"]
    assert part["rows"] == result.rows
    assert (
        part["figures"]["category_accuracy"]["value"] == result.figures["category_accuracy"].value
    )
    assert sorted(path.stem for path in written) == [
        f"seed-fifth-{name}"
        for name in (
            "confusion-class",
            "confusion-inspection",
            "confusion-kind",
            "confusion-level",
            "confusion-misconduct",
            "confusion-topic",
            "risk-coverage",
        )
    ]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in written)


@pytest.mark.slow
def test_the_office_s_own_label_is_shown_beside_ours_and_changes_no_figure(
    answers: PartAnswers, result: PartResult
) -> None:
    labelled = answers.frame.assign(office_label="Pengaduan Berkadar Pengawasan")

    shown = judge(replace(answers, frame=labelled))

    assert result.office is None
    assert shown.office is not None
    assert shown.office.rows == result.rows
    assert shown.office.office == round(float(answers.frame["misconduct"].eq(True).mean()), 4)
    assert shown.figures == result.figures


@pytest.mark.slow
def test_a_row_is_held_to_its_baseline_less_one_standard_error(result: PartResult) -> None:
    plain = baseline()["purbalingga"]["category_accuracy"]

    def bar_of(value: float) -> bool:
        one = Estimate(value=value, error=0.02, low=value - 0.04, high=value + 0.04)
        part = replace(result, name="purbalingga", figures={"category_accuracy": one})
        [found] = [bar for bar in bars([part]) if bar.name == "purbalingga: category_accuracy"]
        return found.is_met

    assert bar_of(plain - 0.019)
    assert not bar_of(plain - 0.021)


@pytest.mark.slow
def test_a_recall_of_few_misconducts_is_held_to_nothing(result: PartResult) -> None:
    few = replace(result, name="purbalingga", misconducts=29)
    enough = replace(result, name="purbalingga", misconducts=30)

    def demands(part: PartResult) -> set[str]:
        return {bar.name for bar in bars([part])}

    assert demands(enough) - demands(few) == {"purbalingga: misconduct_recall"}


def test_the_plain_baseline_covers_six_parts() -> None:
    found = baseline()

    assert len(found) == 6
    assert all(0 <= value <= 1 for row in found.values() for n, value in row.items() if n != "rows")
    assert np.mean([row["rows"] for row in found.values()]) > 1000


@pytest.mark.slow
def test_the_command_prints_every_figure_and_writes_the_folder(
    answers: PartAnswers,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("service.left_out.answer_part", lambda *_, **__: answers)

    assert main(["evaluate", "--json", "-o", str(tmp_path / "out")]) == 0

    said = capsys.readouterr()
    assert [part["name"] for part in json.loads(said.out)["parts"]] == [SEED_FIFTH]
    assert "leaving out seed fifth: 8" in said.err
    assert json.loads((tmp_path / "out" / "evaluation.json").read_text()) == json.loads(said.out)
    assert (tmp_path / "out" / "seed-fifth-risk-coverage.png").is_file()


@pytest.mark.slow
def test_a_model_of_other_data_is_not_told_these_figures(
    capsys: pytest.CaptureFixture[str],
) -> None:
    champion = find_model().name

    assert main(["evaluate", "--model", champion]) == 2

    assert f"{champion} was trained on " in capsys.readouterr().err
