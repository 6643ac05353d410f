from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from classifier.labels import LEVELS, TOPICS
from rules.decide import CompiledRules
from rules.ruleset import load_ruleset
from service.evidence import Evidence, levels_by_topic

LIGHT, POWER = TOPICS.index("penerangan_jalan"), TOPICS.index("listrik")


@pytest.fixture(scope="module")
def day() -> CompiledRules:
    return load_ruleset(lint=False).on(date(2026, 11, 24))


def topics(day: CompiledRules, *cues: str) -> np.ndarray:
    even = np.full((1, len(TOPICS)), 1 / len(TOPICS))
    [found] = Evidence({}).topics(day, even, [cues])
    return found


def test_a_cue_raises_the_topics_in_which_it_is_at_home_and_no_other(day: CompiledRules) -> None:
    plain = topics(day)

    found = topics(day, "pokok_penerangan_jalan")

    assert found[LIGHT] > plain[LIGHT]
    assert found[POWER] < plain[POWER]
    assert found.sum() == pytest.approx(1, abs=0.01)


def test_a_cue_of_no_topic_changes_nothing(day: CompiledRules) -> None:
    assert topics(day, "minta_rahasia", "unknown") == pytest.approx(topics(day))


def test_a_row_of_the_routing_table_says_where_its_cue_is_at_home(day: CompiledRules) -> None:
    assert "jalan_jembatan" in day.topics_of_cues["jalan_tol"]


def test_what_is_usual_for_a_topic_counts_beside_the_level_of_the_words() -> None:
    usual = Evidence({"listrik": [90, 0, 10], "penerangan_jalan": [5, 0, 95]})
    words = np.full(len(LEVELS), 1 / len(LEVELS))

    [levels] = usual.levels(words[None])

    assert levels[POWER].argmax() == LEVELS.index("PUSAT")
    assert levels[LIGHT].argmax() == LEVELS.index("KABKOTA")
    assert levels.sum(axis=1) == pytest.approx(1)


def test_without_counts_only_the_words_speak_of_the_level() -> None:
    [levels] = Evidence({}).levels(np.array([[0.1, 0.2, 0.7]]))

    assert (levels.argmax(axis=1) == LEVELS.index("KABKOTA")).all()


def test_levels_are_counted_by_topic_and_rows_without_a_label_are_skipped() -> None:
    topics = ["listrik", "listrik", None, "bansos"]
    levels = ["PUSAT", "KABKOTA", "PUSAT", None]

    assert levels_by_topic(topics, levels) == {"listrik": [1, 0, 1]}
