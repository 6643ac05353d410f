from pathlib import Path
from typing import Any

import pytest
import yaml

import rules
from rules.places import Gazetteer
from rules.regions import load_aliases, load_ordinary, load_regions

FOLDER = Path(rules.__file__).parent / "data" / "regions"
CASES = yaml.safe_load(
    (Path(__file__).parents[1] / "cases" / "places.yaml").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    regions = load_regions(FOLDER)
    return Gazetteer(
        regions,
        load_aliases(FOLDER / "aliases.csv", regions),
        load_ordinary(FOLDER / "ordinary.csv"),
    )


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_place_of_a_complaint_is_found(case: dict[str, Any], gazetteer: Gazetteer) -> None:
    place = gazetteer.locate(case["text"], hint=case.get("hint"), home=case.get("home"))

    expected = tuple(case["expect"].get("ambiguous", ()))
    assert place.code == case["expect"]["code"]
    if "hint" in case or "home" in case:
        assert place.ambiguous == expected
    else:
        assert sorted(place.ambiguous) == sorted(expected)


def test_there_are_at_least_150_place_cases_and_no_two_share_a_text() -> None:
    assert len(CASES) >= 150
    assert len({case["text"] for case in CASES}) == len({case["name"] for case in CASES})
    assert len({case["text"] for case in CASES}) == len(CASES)
