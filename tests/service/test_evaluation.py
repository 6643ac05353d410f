from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from service.evaluation import SEED_FIFTH, describe, judge, parts_of


def make_answer(*bodies: tuple[str | None, str], flags: tuple[str, ...] = ()) -> Any:
    agencies = [{"code": code, "level": level} for code, level in bodies]
    return {
        "agency": agencies[0],
        "alternatives": agencies[1:],
        "flags": [{"code": flag} for flag in flags],
    }


def make_part(**labels: object) -> pd.DataFrame:
    row = {"level": "KABKOTA", "agency": "KABKOTA", "emergency": False, "in_scope": True}
    return pd.DataFrame([row | labels]).astype(object)


def test_a_regional_government_is_right_when_its_level_is() -> None:
    found = judge("x", make_part(), [make_answer((None, "KABKOTA"))])

    assert (found.level, found.agency, found.among_three) == (1, 1, 1)


def test_a_central_body_is_right_by_its_code() -> None:
    part = make_part(level="PUSAT", agency="PLN")

    found = judge("x", part, [make_answer(("POLRI", "PUSAT"), ("PLN", "PUSAT"))])

    assert (found.level, found.agency, found.among_three) == (1, 0, 1)


def test_the_places_of_one_level_are_one_of_three_bodies_and_a_fourth_does_not_count() -> None:
    towns = ((None, "KABKOTA"), ("PEMDA-32.04", "KABKOTA"), ("PEMDA-32.73", "KABKOTA"))
    third = make_answer(*towns, ("POLRI", "PUSAT"), ("PLN", "PUSAT"))
    fourth = make_answer(*towns, ("POLRI", "PUSAT"), ("KPK", "PUSAT"), ("PLN", "PUSAT"))
    part = make_part(level="PUSAT", agency="PLN")

    assert judge("x", part, [third]).among_three == 1
    assert judge("x", part, [fourth]).among_three == 0


def test_a_complaint_without_a_level_counts_for_the_flags_alone() -> None:
    part = make_part(level=None, agency="X", in_scope=False)

    found = judge("x", part, [make_answer((None, "KABKOTA"), flags=("out_of_scope",))])

    assert (found.rows, found.judged) == (1, 0)
    assert (found.out_of_scope, found.out_of_scope_right) == (1, 1)


def test_flags_are_counted_apart_for_emergencies_and_others() -> None:
    part = pd.concat([make_part(emergency=True), make_part()], ignore_index=True)
    flagged = make_answer((None, "KABKOTA"), flags=("emergency",))

    found = judge("x", part, [flagged, flagged])

    assert (found.emergencies, found.emergencies_found) == (1, 1)
    assert (found.others, found.others_flagged) == (1, 1)
    assert "emergency found 100.0%, flagged among others 100.00%" in describe([found])


def test_the_parts_are_the_sources_the_last_year_and_a_fifth_of_the_seed() -> None:
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

    parts = dict(parts_of(frame))

    assert list(parts) == [
        "sp4n-kab-bandung",
        "purbalingga",
        "sp4n-kab-bandung 2024",
        SEED_FIFTH,
    ]
    assert parts["purbalingga"].sum() == 1
    assert 0 < parts[SEED_FIFTH].sum() < count


@pytest.mark.slow
def test_a_part_is_answered_by_a_model_that_has_not_seen_it() -> None:
    from datetime import date

    from classifier.dataset import SEED_CORPUS, read_examples
    from rules.ruleset import load_ruleset
    from service.evaluation import evaluate_part

    frame = read_examples([SEED_CORPUS])
    name, left_out = next(iter(parts_of(frame)))

    found = evaluate_part(
        frame, left_out, load_ruleset(lint=False), name=name, today=date(2026, 11, 24)
    )

    assert found.level >= 0.80
    assert found.agency >= 0.72
    assert found.among_three >= 0.87
