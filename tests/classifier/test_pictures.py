from __future__ import annotations

import pytest

from classifier.calibration import RiskPoint
from classifier.labels import HEADS
from classifier.pictures import head_pictures, png, risk_picture
from classifier.train import Trained


def test_every_question_gets_a_confusion_matrix_of_all_its_labelled_complaints(
    trained: Trained,
) -> None:
    pictures = head_pictures(trained.held_out, trained.labels)

    assert set(pictures) == {f"confusion-{head}" for head in HEADS}
    for head in HEADS:
        known = sum(label is not None for label in trained.labels[head])
        assert pictures[f"confusion-{head}"].axes[0].get_title() == (
            f"{head}: {known:,} held-out complaints"
        )


def test_pictures_are_drawn_as_png(trained: Trained) -> None:
    picture = head_pictures(trained.held_out, trained.labels)["confusion-kind"]

    assert png(picture).startswith(b"\x89PNG")


def test_the_risk_curve_shows_the_share_of_the_eligible_and_passes_over_tiny_samples() -> None:
    curve = [
        RiskPoint(threshold=0.99, automatic=10, wrong=5, bound=0.8),
        RiskPoint(threshold=0.9, automatic=50, wrong=2, bound=0.1),
        RiskPoint(threshold=0.5, automatic=100, wrong=10, bound=0.2),
    ]

    error, bound = risk_picture(curve, eligible=200, title="t").axes[0].get_lines()

    assert list(error.get_xdata()) == pytest.approx([0.25, 0.5])
    assert list(error.get_ydata()) == pytest.approx([0.04, 0.1])
    assert list(bound.get_ydata()) == pytest.approx([0.1, 0.2])
