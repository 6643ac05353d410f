"""Complaints that people thought of, and where each of them must go.

The cases stand in ``tests/cases/routing-*.yaml``. A case gives a text, the topic and level that
the model would suggest, and what is expected: the row that answers, the agency, the level and,
where it matters, the unit. ``near`` names a row that almost answers and must not.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from rules.facts import Facts
from rules.ruleset import RuleSet, load_ruleset

CASES = Path(__file__).parents[1] / "cases"
DAY = date(2026, 1, 15)
KEYS = {"name", "text", "topic", "level", "misconduct", "kind", "region", "expect", "near"}
EXPECTED = {"row", "agency", "level", "unit"}


def read_cases() -> list[dict[str, Any]]:
    files = sorted(CASES.glob("routing-*.yaml"))
    return [case for path in files for case in yaml.safe_load(path.read_text("utf-8"))]


ALL = read_cases()


@pytest.fixture(scope="module")
def ruleset() -> RuleSet:
    return load_ruleset(lint=False)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in ALL])
def test_a_complaint_goes_where_people_expect_it(case: dict[str, Any], ruleset: RuleSet) -> None:
    hits = ruleset.reader.matcher.find(case["text"])
    facts = Facts(
        topic=case["topic"],
        level=case["level"],
        kind=case.get("kind", "complaint"),
        misconduct=case.get("misconduct", False),
        inspection=False,
        cues=frozenset(hit.code for hit in hits),
        region=case.get("region"),
        on=DAY,
    )

    route = ruleset.on(DAY).route(facts)

    expected = case["expect"]
    answer = {"row": route.rows[0].row, "agency": route.agency, "level": route.level}
    if "unit" in expected:
        answer["unit"] = route.unit
    assert answer == expected, sorted(facts.cues)
    assert route.rows[0].row != case.get("near")


def test_every_routing_row_has_a_case_and_a_near_miss(ruleset: RuleSet) -> None:
    rows = {row.id for row in ruleset.tables["routing"].rows if row.is_in_force(DAY)}

    fired = {case["expect"]["row"] for case in ALL}
    missed = {case["near"] for case in ALL if "near" in case}

    assert rows - fired == set()
    assert rows - missed == set()
    assert (fired | missed) - rows == set()


def test_a_near_miss_could_have_answered_for_the_topic_of_its_case(ruleset: RuleSet) -> None:
    rows = {row.id: row for row in ruleset.tables["routing"].rows if row.is_in_force(DAY)}

    strangers = [
        case["name"]
        for case in ALL
        if "near" in case
        and (cell := rows[case["near"]].when.get("topic")) is not None
        and case["topic"] not in getattr(cell, "values", ())
    ]

    assert strangers == []


def test_no_two_cases_share_a_text_or_a_name() -> None:
    for key in ("text", "name"):
        counts = Counter(" ".join(case[key].lower().split()) for case in ALL)

        assert [value for value, count in counts.items() if count > 1] == []


def test_cases_use_only_known_keys() -> None:
    for case in ALL:
        assert set(case) <= KEYS, case["name"]
        assert set(case["expect"]) <= EXPECTED, case["name"]
        assert {"name", "text", "topic", "level", "expect"} <= set(case), case["name"]
