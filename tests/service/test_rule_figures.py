from __future__ import annotations

import json
from datetime import date

import pandas as pd
import pytest

from classifier.dataset import COLUMNS, SEED_CORPUS, read_examples
from rules.ruleset import RuleSet, load_ruleset
from service.cli import main
from service.errors import ServiceError
from service.rule_figures import SourceFigures, describe, rule_figures

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def ruleset() -> RuleSet:
    return load_ruleset(lint=False)


def make_figures(ruleset: RuleSet, *rows: dict[str, object]) -> list[SourceFigures]:
    plain = dict.fromkeys(COLUMNS) | {"source": "uji", "emergency": False, "in_scope": True}
    frame = pd.DataFrame([plain | row for row in rows]).astype(object)
    return rule_figures(frame.where(frame.notna(), None), ruleset, today=TODAY)


def test_a_place_is_right_wrong_or_neither(ruleset: RuleSet) -> None:
    [found] = make_figures(
        ruleset,
        {"text": "Trotoar Kabupaten Sleman retak", "region": "Kab. Sleman"},
        {"text": "Trotoar Kabupaten Sleman retak", "region": "Kota Kediri"},
        {"text": "Trotoar Kabupaten Sleman retak", "region": "Prov. Daerah Istimewa Yogyakarta"},
        {"text": "Trotoar retak", "region": "Kab. Sleman"},
    )

    assert (found.placed, found.right, found.wrong) == (4, 1, 1)
    assert (found.named, found.named_right, found.named_wrong) == (1, 1, 0)


def test_a_place_read_where_none_is_labelled_is_invented(ruleset: RuleSet) -> None:
    [found] = make_figures(
        ruleset, {"text": "Trotoar Kabupaten Sleman retak"}, {"text": "Trotoar retak"}
    )

    assert (found.placed, found.unplaced, found.invented) == (0, 2, 1)


def test_flags_are_counted_where_they_are_due_and_where_not(ruleset: RuleSet) -> None:
    fire = "Tolong cepat, rumah terbakar, api membesar, masih ada orang di dalam"
    [found] = make_figures(ruleset, {"text": fire, "emergency": True}, {"text": fire})

    assert (found.emergencies, found.emergencies_found) == (1, 1)
    assert (found.others, found.others_flagged) == (1, 1)


def test_each_source_stands_apart_and_the_real_ones_together(ruleset: RuleSet) -> None:
    found = make_figures(
        ruleset,
        *({"text": "Trotoar retak", "source": name} for name in ("a", "b", SEED_CORPUS.stem)),
    )

    assert [figures.source for figures in found] == ["a", "b", SEED_CORPUS.stem]
    assert describe(found).splitlines()[-1].split()[:3] == ["all", "real", "ones"]
    assert "0.0% of 2" in describe(found).splitlines()[-1]


def test_a_labelled_place_that_does_not_exist_is_refused_by_its_row(ruleset: RuleSet) -> None:
    with pytest.raises(ServiceError, match=r"row 1: region: expected a name like Kab\. Bandung"):
        make_figures(ruleset, {"text": "Trotoar retak", "region": "Kab. Entah"})


def test_the_seed_corpus_keeps_to_its_bars(ruleset: RuleSet) -> None:
    [found] = rule_figures(read_examples([SEED_CORPUS]), ruleset, today=TODAY)

    assert found.right >= 0.72 * found.placed
    assert found.wrong <= 0.02 * found.placed
    assert found.invented <= 0.02 * found.unplaced
    assert found.emergencies_found >= 0.9 * found.emergencies
    assert found.others_flagged <= 0.03 * found.others
    assert found.outside_right >= 0.8 * found.outside > 0


def test_the_counts_come_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "figures", "--json"]) == 0

    [found] = json.loads(capsys.readouterr().out)
    assert found["source"] == SEED_CORPUS.stem
    assert found["placed"] > found["right"] > 0
