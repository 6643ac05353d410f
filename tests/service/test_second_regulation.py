"""A later regulation is one YAML file: its classes, days, reminders, start, and who gets which."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from pathlib import Path

import pytest

from rules.errors import RuleFileError
from rules.lint import lint
from rules.ruleset import DATA, load_ruleset
from service.complaint import Complaint
from service.disposition import Disposition
from service.loading import load_scorer

FIRST_DAY = "2027-03-01"
PROFILE = """\
id: rekaan-2027
title: "Peraturan rekaan untuk pengujian"
reference: "Rekaan 1/2027"
valid_from: 2027-03-01
replaces: permenpan-62-2018
start_event: received
verification_days: 1
first_follow_up_days: 2
reply_window_days: 4
classes:
  cepat: {working_days: 2, reminder_days: [1]}
  biasa: {working_days: 10, reminder_days: [6, 2]}
  mendalam: {working_days: 30, reminder_days: [15]}
rows:
- id: REKAAN-1
  priority: 1
  when: {misconduct: true}
  then: {category: mendalam}
  reference: "Rekaan 1/2027"
- id: REKAAN-2
  priority: 2
  when: {kind: [information, normative]}
  then: {category: cepat}
  reference: "Rekaan 1/2027"
- id: REKAAN-3
  priority: 3
  when: {}
  then: {category: biasa}
  reference: "Rekaan 1/2027"
"""


def make_rules(tmp_path: Path, profile: str = PROFILE) -> Path:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    (folder / "regulations" / "rekaan-2027.yaml").write_text(profile, "utf-8")
    return folder


def score(folder: Path, *received: str) -> list[Disposition]:
    complaints = [
        Complaint(
            isi="Jalan berlubang di depan balai warga Kabupaten Bandung",
            received_at=datetime.fromisoformat(moment),
        )
        for moment in received
    ]
    return load_scorer(rules=folder).score(complaints, today=date(2026, 11, 24))


def test_only_complaints_received_from_its_first_day_on_use_a_new_regulation(
    tmp_path: Path,
) -> None:
    last, first = score(
        make_rules(tmp_path), "2027-02-28T23:59:00+07:00", "2027-03-01T00:00:00+07:00"
    )

    assert (last["category"], last["sla"]["regulation"]) == ("non_supervisory", "permenpan-62-2018")
    assert (first["category"], first["sla"]["regulation"]) == ("biasa", "rekaan-2027")
    assert (last["sla"]["working_days"], first["sla"]["working_days"]) == (14, 10)
    assert (len(last["sla"]["reminders"]), len(first["sla"]["reminders"])) == (1, 2)
    assert first["explanation"]["rules"][0]["row"] == "REKAAN-3"
    assert last["agency"] == first["agency"]


def test_without_the_file_the_present_regulation_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)

    [answer] = score(folder, "2027-03-01T00:00:00+07:00")

    assert answer["sla"]["regulation"] == "permenpan-62-2018"


def test_a_clock_that_starts_later_than_receipt_leaves_the_days_open(tmp_path: Path) -> None:
    text = PROFILE.replace("start_event: received", "start_event: verified")

    [answer] = score(make_rules(tmp_path, text), "2027-03-01T09:00:00+07:00")

    sla = answer["sla"]
    assert (sla["working_days"], sla["starts_on"], sla["due_on"]) == (10, None, None)
    assert sla["reminders"] == []


def test_lint_is_clean_with_the_second_regulation(tmp_path: Path) -> None:
    ruleset = load_ruleset(make_rules(tmp_path), lint=False)

    errors = [finding for finding in lint(ruleset) if finding.severity == "error"]

    assert errors == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        pytest.param("then: {category: biasa}", "then: {category: biasq}", "biasq", id="misspelt"),
        pytest.param(
            "then: {category: cepat}",
            "then: {category: biasa}",
            "no row answers 'cepat'",
            id="a-class-that-nothing-gives",
        ),
        pytest.param(
            "when: {kind: [information, normative]}",
            "when: {misconduct: true}",
            "no row answers",
            id="a-row-that-never-answers",
        ),
        pytest.param(
            "replaces: permenpan-62-2018",
            "replaces: permenpan-62",
            "expected an earlier",
            id="replaces-nothing",
        ),
        pytest.param("replaces: permenpan-62-2018\n", "", "end that one", id="two-in-force"),
        pytest.param("id: REKAAN-2", "id: KELAS-010", "stands twice", id="an-id-in-use"),
    ],
)
def test_a_broken_second_regulation_stops_start_up(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    assert old in PROFILE
    folder = make_rules(tmp_path, PROFILE.replace(old, new))

    with pytest.raises(RuleFileError, match=words):
        load_ruleset(folder)
