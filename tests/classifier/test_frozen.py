from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from classifier.errors import ComparisonError
from classifier.frozen import (
    EVALUATION_FILE,
    FIGURES,
    FrozenEvaluation,
    compare,
    figures_of,
    read_evaluation,
    write_evaluation,
)

N = 400


def make_evaluation(*, wrong: int = 40, data: str = "d1", **changes: str) -> FrozenEvaluation:
    """Four hundred complaints, the first ones of each column answered wrongly."""
    right = "0" * wrong + "1" * (N - wrong)
    values = {
        "category_truth": "nif-" * (N // 4),
        "category": "f" * wrong + ("nifn" * (N // 4))[wrong:],
        "misconduct": "1-" * (N // 2),
        "topic": right,
        "level": right,
        "agency": right,
    }
    return FrozenEvaluation(data=data, **(values | changes))


def test_the_same_answers_differ_in_nothing() -> None:
    found = compare(make_evaluation(), make_evaluation())

    assert [d.name for d in found] == list(FIGURES)
    assert not any(d.is_worse for d in found)
    assert {(d.low, d.high) for d in found} == {(0.0, 0.0)}


def test_a_clearly_worse_model_is_called_worse() -> None:
    found = {d.name: d for d in compare(make_evaluation(), make_evaluation(wrong=80))}

    assert {name for name, d in found.items() if d.is_worse} == set(FIGURES) - {"misconduct_caught"}
    assert found["agency_accuracy"].champion == 0.9
    assert found["agency_accuracy"].challenger == 0.8


def test_a_better_model_is_not_called_worse() -> None:
    assert not any(d.is_worse for d in compare(make_evaluation(), make_evaluation(wrong=0)))


def test_as_many_other_mistakes_are_within_the_interval() -> None:
    moved = make_evaluation().topic[::-1]

    [topic] = [
        d for d in compare(make_evaluation(), make_evaluation(topic=moved)) if d.name[:5] == "topic"
    ]

    assert topic.champion == topic.challenger
    assert topic.low < 0 < topic.high
    assert not topic.is_worse


def test_the_same_models_give_the_same_interval_each_time() -> None:
    pair = make_evaluation(), make_evaluation(wrong=45)

    assert compare(*pair) == compare(*pair)


def test_evaluations_of_different_complaints_are_not_compared() -> None:
    with pytest.raises(ComparisonError, match=r"different complaints \(d1, d2\): score both on"):
        compare(make_evaluation(), make_evaluation(data="d2"))


def test_complaints_without_a_label_do_not_count() -> None:
    half = "1-" * (N // 2)

    found = figures_of(make_evaluation(topic=half, category_truth="n---" * (N // 4), wrong=0))

    assert found["topic_accuracy"]["value"] == 1.0
    assert found["category_accuracy"]["value"] == 1.0


def test_macro_f1_weighs_the_rare_class_like_the_others() -> None:
    lazy = make_evaluation(category_truth="f" * 8 + "n" * (N - 8), category="n" * N)

    found = figures_of(lazy)

    assert found["category_accuracy"]["value"] == 0.98
    assert found["category_macro_f1"]["value"] == pytest.approx(
        np.mean([0, 2 * 392 / 792]), abs=1e-4
    )


def test_figures_lie_in_their_interval() -> None:
    for figure in figures_of(make_evaluation()).values():
        assert figure["low"] <= figure["value"] <= figure["high"]


def test_a_kept_evaluation_reads_as_it_was(tmp_path: Path) -> None:
    write_evaluation(tmp_path, make_evaluation(), model_sha256="s1")

    assert read_evaluation(tmp_path, model_sha256="s1") == make_evaluation()


def test_a_missing_evaluation_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ComparisonError, match=r"evaluation\.json: not there: score both"):
        read_evaluation(tmp_path, model_sha256="s1")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("{", "expected an evaluation, got JSONDecodeError", id="cut-off"),
        pytest.param("{}", "expected an evaluation, got KeyError", id="of-no-model"),
        pytest.param(
            '{"model_sha256": "s1"}', "expected an evaluation, got TypeError", id="no-answers"
        ),
    ],
)
def test_a_damaged_evaluation_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / EVALUATION_FILE).write_text(text)

    with pytest.raises(ComparisonError, match=problem):
        read_evaluation(tmp_path, model_sha256="s1")


def test_columns_of_unequal_length_are_refused(tmp_path: Path) -> None:
    write_evaluation(tmp_path, replace(make_evaluation(), topic="1"), model_sha256="s1")

    with pytest.raises(ComparisonError, match=r"one character a complaint .* got \[1, 400\]"):
        read_evaluation(tmp_path, model_sha256="s1")
