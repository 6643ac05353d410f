from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rules.errors import RuleFileError
from rules.lint import lint
from rules.lock import LOCK_FILE, check_lock, write_lock
from rules.ruleset import DATA, RuleSet, load_ruleset
from rules.tables import load_table


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    """Return the real rules as they are released: with a lock of every row."""
    folder = tmp_path_factory.mktemp("released") / "data"
    shutil.copytree(DATA, folder)
    ruleset = load_ruleset(folder)
    write_lock(folder, ruleset.tables)
    return ruleset


def test_the_released_rules_are_clean(locked: RuleSet) -> None:
    errors = [finding for finding in lint(locked) if finding.severity == "error"]

    assert errors == []


def relock(ruleset: RuleSet, text: str, tmp_path: Path, name: str) -> list[str]:
    path = tmp_path / f"{name}.yaml"
    path.write_text(text, "utf-8")
    changed = ruleset.with_table(load_table(path, ruleset.vocabulary))
    before = {finding.message for finding in lint(ruleset)}
    return [f.message for f in lint(changed) if f.message not in before]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('unit: "Divisi Propam"', 'unit: "Propam"', "has been in force and was edited"),
        ("UU 2/2002; Perpol 7/2022", "UU 2/2002", "has been in force and was edited"),
        ("id: AWAS-TNI", "id: AWAS-MILITER", "has been in force and is gone"),
    ],
)
def test_a_row_that_has_been_in_force_is_not_edited(
    locked: RuleSet, tmp_path: Path, old: str, new: str, words: str
) -> None:
    text = (DATA / "oversight.yaml").read_text("utf-8")
    assert old in text

    messages = relock(locked, text.replace(old, new), tmp_path, "oversight")

    assert any(words in message for message in messages)


def test_a_row_that_has_been_in_force_may_end(locked: RuleSet, tmp_path: Path) -> None:
    text = (DATA / "flags.yaml").read_text("utf-8")
    place = text.index("- id: DATA-KEUANGAN")
    end = text.index("  valid_from: 2022-10-17\n", place) + len("  valid_from: 2022-10-17\n")

    messages = relock(
        locked, text[:end] + "  valid_until: 2040-01-01\n" + text[end:], tmp_path, "flags"
    )

    assert messages == []


def test_an_end_that_has_been_set_stays(locked: RuleSet, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(locked.folder, folder)
    path = folder / "flags.yaml"
    text = path.read_text("utf-8")
    place = text.index("  valid_from", text.index("- id: DATA-KEUANGAN"))
    ended = text[:place] + "  valid_until: 2040-01-01\n" + text[place:]
    path.write_text(ended, "utf-8")
    write_lock(folder, load_ruleset(folder).tables)
    path.write_text(ended.replace("2040-01-01", "2050-01-01"), "utf-8")

    messages = [finding.message for finding in lint(load_ruleset(folder))]

    assert any("ended on 2040-01-01 and now ends on 2050-01-01" in text for text in messages)


def test_a_broken_lock_is_refused(locked: RuleSet, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(locked.folder, folder)
    (folder / "rows.lock").write_text("routing JALAN-010\n", "utf-8")

    with pytest.raises(RuleFileError, match=r"rows\.lock:1: expected table, id, two days"):
        lint(load_ruleset(folder))


def test_the_shipped_rules_stand_as_their_lock_keeps_them() -> None:
    findings = list(check_lock(DATA, load_ruleset(lint=False).tables))

    assert (DATA / LOCK_FILE).exists()
    assert findings == []


def test_a_lock_is_not_written_over_a_row_that_was_edited(locked: RuleSet, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(locked.folder, folder)
    path = folder / "oversight.yaml"
    path.write_text(path.read_text("utf-8").replace('"Divisi Propam"', '"Propam"'), "utf-8")
    before = (folder / LOCK_FILE).read_text("utf-8")

    with pytest.raises(RuleFileError, match="has been in force and was edited"):
        write_lock(folder, load_ruleset(folder).tables)

    assert (folder / LOCK_FILE).read_text("utf-8") == before


def test_a_new_row_is_locked_with_the_next_release(locked: RuleSet, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(locked.folder, folder)
    path = folder / "flags.yaml"
    text = path.read_text("utf-8")
    row = text[text.index("- id: GANDA") :].replace("GANDA", "GANDA-2").replace("Serupa", "Mirip")
    path.write_text(f"{text.rstrip()}\n\n{row}", "utf-8")
    tables = load_ruleset(folder, lint=False).tables
    new = [finding.row for finding in check_lock(folder, tables)]

    write_lock(folder, tables)

    assert new == ["GANDA-2"]
    assert list(check_lock(folder, tables)) == []
