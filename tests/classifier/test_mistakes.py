from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from classifier.evaluate import head_report
from classifier.labels import HEADS, YES_NO
from classifier.mistakes import answers_of, most_confused, reliability
from classifier.train import Trained


@pytest.mark.parametrize("head", HEADS)
def test_answers_agree_with_the_report(
    trained: Trained, small_corpus: pd.DataFrame, head: str
) -> None:
    answers = answers_of(trained, small_corpus, head)

    right = (answers["truth"] == answers["answer"]).mean()
    assert right == pytest.approx(
        head_report(trained, small_corpus)[head]["all"]["accuracy"], abs=1e-4
    )
    if head not in YES_NO:  # there a chance of less than one half may be a yes
        assert (answers["of_truth"] <= answers["probability"]).all()


def test_answers_keep_the_row_of_the_complaint(
    trained: Trained, small_corpus: pd.DataFrame
) -> None:
    answers = answers_of(trained, small_corpus, "level")

    assert list(small_corpus["level"].loc[answers.index]) == list(answers["truth"])


def test_pairs_that_are_mixed_up_most_come_first() -> None:
    answers = pd.DataFrame({"truth": list("aaaabb"), "answer": list("abbcab")})

    pairs = most_confused(answers, most=2)

    assert pairs[["truth", "answer"]].to_numpy().tolist() == [["a", "b"], ["a", "c"]]
    assert list(pairs["of_truth"]) == [0.5, 0.25]


def test_a_calibrated_model_is_as_often_right_as_it_says() -> None:
    probability = np.repeat([0.5, 1.0], 100)
    answers = pd.DataFrame(
        {"truth": ["a"] * 200, "answer": ["a", "b"] * 50 + ["a"] * 100, "probability": probability}
    )

    table = reliability(answers, bins=2)

    assert table["complaints"].tolist() == [100, 100]
    assert table["accuracy"].tolist() == table["probability"].tolist() == [0.5, 1.0]
