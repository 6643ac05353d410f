"""Who is told once a deadline has passed: dated ladders, honest about their source."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import rules
from rules.errors import RuleFileError
from rules.escalation import ROLES, load_escalation

SHIPPED = Path(rules.__file__).parent / "data" / "escalation.yaml"
TEXT = """\
ladders:
- id: a
  valid_from: 2020-01-01
  reference: "Contoh"
  house_practice: true
  steps:
    class:
    - {after_days: 1, to_role: admin_instansi}
    - {after_days: 4, to_role: pembina}
"""


def test_the_shipped_ladder_climbs_from_the_unit_to_the_nation() -> None:
    [ladder] = load_escalation(SHIPPED).ladders

    assert tuple(step.to_role for step in ladder.steps["class"]) == ROLES
    assert ladder.is_house_practice


def test_a_later_ladder_counts_from_its_first_day(tmp_path: Path) -> None:
    later = TEXT.replace("ladders:\n", "").replace("id: a", "id: b").replace("2020", "2026")
    path = tmp_path / "escalation.yaml"
    path.write_text(TEXT + later.replace("after_days: 4", "after_days: 2"), "utf-8")
    escalation = load_escalation(path)

    found = {
        day: [step.after_days for step in escalation.steps("class", day)]
        for day in (date(2019, 12, 31), date(2020, 1, 1), date(2025, 12, 31), date(2026, 1, 1))
    }

    assert list(found.values()) == [[], [1, 4], [1, 4], [1, 2]]
    assert escalation.steps("verification", date(2026, 1, 1)) == ()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        pytest.param("after_days: 4", "after_days: 1", ":9: expected 2 to 250", id="no-order"),
        pytest.param("after_days: 1", "after_days: 0", ":8: expected 1 to 250", id="in-time"),
        pytest.param("pembina", "presiden", ":9: expected a role", id="unknown-role"),
        pytest.param("class:", "kelas:", "expected a clock", id="unknown-clock"),
        pytest.param("house_practice: true\n", "\n", "missing key", id="without-its-origin"),
    ],
)
def test_a_broken_ladder_says_where(tmp_path: Path, old: str, new: str, problem: str) -> None:
    path = tmp_path / "escalation.yaml"
    path.write_text(TEXT.replace(old, new), "utf-8")

    with pytest.raises(RuleFileError, match=problem):
        load_escalation(path)


def test_two_ladders_from_one_day_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "escalation.yaml"
    path.write_text(TEXT + TEXT.replace("ladders:\n", "").replace("id: a", "id: b"), "utf-8")

    with pytest.raises(RuleFileError, match="both begin on 2020-01-01"):
        load_escalation(path)
