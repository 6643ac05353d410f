"""Harm the real tables in every way that people do by accident.

With the lock of a release, lint must notice all of it. Without one, as with rows that are new, the
loader, lint or the cases that people wrote must notice whatever changes an answer.
"""

from __future__ import annotations

import copy
import functools
import random
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from rules.cases import Case, answer, differences, read_cases
from rules.errors import RuleFileError
from rules.lint import lint
from rules.lock import write_lock
from rules.ruleset import DATA, TABLES, RuleSet, load_ruleset
from rules.tables import load_table


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    """Return the real rules as they are released: with a lock of every row."""
    folder = tmp_path_factory.mktemp("released") / "data"
    shutil.copytree(DATA, folder)
    ruleset = load_ruleset(folder)
    write_lock(folder, ruleset.tables)
    return ruleset


@pytest.fixture(scope="module")
def known(locked: RuleSet) -> set[str]:
    """Return what lint says of the real rules already."""
    return {finding.message for finding in lint(locked)}


Rows = list[dict[str, Any]]


def drop(rows: Rows, at: int, _: random.Random) -> None:
    del rows[at]


def duplicate(rows: Rows, at: int, _: random.Random) -> None:
    rows.insert(at + 1, copy.deepcopy(rows[at]))


def duplicate_under_a_new_id(rows: Rows, at: int, _: random.Random) -> None:
    rows.insert(at + 1, copy.deepcopy(rows[at]) | {"id": f"{rows[at]['id']}-B"})


def misspell(rows: Rows, at: int, chance: random.Random) -> None:
    part = rows[at][chance.choice(["when", "then"])]
    name = next((n for n in part if isinstance(part[n], str) and n not in TEXTS), None)
    if name is None:
        rows[at]["when"]["kindd"] = "complaint"
    else:
        part[name] = part[name][:-1] + "q"


def misspell_a_text(rows: Rows, at: int, _: random.Random) -> None:
    rows[at]["reference"] += "x"


def swap_dates(rows: Rows, at: int, _: random.Random) -> None:
    first = rows[at]["valid_from"]
    rows[at]["valid_from"] = rows[at].get("valid_until", first + timedelta(days=365))
    rows[at]["valid_until"] = first


def begin_later(rows: Rows, at: int, _: random.Random) -> None:
    rows[at]["valid_from"] = date(2031, 1, 1)
    rows[at].pop("valid_until", None)


def widen(rows: Rows, at: int, chance: random.Random) -> None:
    when = rows[at]["when"]
    del when[chance.choice(sorted(when))]


def change_the_answer(rows: Rows, at: int, _: random.Random) -> None:
    then = rows[at]["then"]
    name = next((n for n in TEXTS if isinstance(then.get(n), str)), None)
    if name is None:
        then["level"] = "PROV" if then.get("level") == "KABKOTA" else "KABKOTA"
    else:
        then[name] += " lain"


TEXTS = ("unit", "message", "detail")
MUTATIONS: list[Callable[[Rows, int, random.Random], None]] = [
    drop,
    duplicate,
    duplicate_under_a_new_id,
    misspell,
    misspell_a_text,
    swap_dates,
    begin_later,
    widen,
    change_the_answer,
]


# Only the lock keeps the wording of units and legal bases, and the width of every cell: of 900
# cells that were widened one by one, 119 were noticed by nothing else.
CHANGES = [m for m in MUTATIONS if m not in {misspell_a_text, change_the_answer, widen}]
CASES = Path(__file__).parents[1] / "cases"
DAY = date(2026, 1, 15)
ROWS = 8


class NoAliases(yaml.CSafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__)
@pytest.mark.parametrize("name", TABLES)
def test_every_mutation_of_the_real_tables_is_caught(
    locked: RuleSet, known: set[str], tmp_path: Path, name: str, mutation: Callable[..., None]
) -> None:
    source: dict[str, Any] = yaml.load(  # CSafeLoader is a safe loader
        (DATA / f"{name}.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader
    )
    chance = random.Random(f"{name} {mutation.__name__}")  # noqa: S311  # a fixed choice of rows
    count = len(source["rows"])
    for at in sorted(chance.sample(range(count), min(count, 4))):
        mutant = copy.deepcopy(source)
        mutation(mutant["rows"], at, chance)
        path = tmp_path / f"{name}.yaml"
        path.write_text(yaml.dump(mutant, Dumper=NoAliases, sort_keys=False), "utf-8")
        try:
            changed = locked.with_table(load_table(path, locked.vocabulary))
        except RuleFileError:
            continue

        messages = {finding.message for finding in lint(changed)} - known

        assert messages, (mutation.__name__, source["rows"][at]["id"])


def mutate(
    name: str, at: int, mutation: Callable[..., None], chance: random.Random, path: Path
) -> str:
    """Write the table with one row harmed and return that row's id."""
    source = read_table(name)
    row_id = str(source["rows"][at]["id"])
    mutation(source["rows"], at, chance)
    path.write_text(yaml.dump(source, Dumper=NoAliases, sort_keys=False), "utf-8")
    return row_id


@functools.lru_cache(maxsize=8)
def table_text(name: str) -> str:
    return (DATA / f"{name}.yaml").read_text("utf-8")


def read_table(name: str) -> dict[str, Any]:
    return dict(yaml.load(table_text(name), Loader=yaml.CSafeLoader))  # CSafeLoader is safe


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return [case for case in read_cases(CASES) if "topic" in case.given]


@pytest.fixture(scope="module")
def unlocked() -> RuleSet:
    return load_ruleset(lint=False)


@pytest.mark.parametrize("mutation", CHANGES, ids=lambda mutation: mutation.__name__)
def test_a_harmed_routing_row_is_caught_without_the_lock(
    unlocked: RuleSet, cases: list[Case], tmp_path: Path, mutation: Callable[..., None]
) -> None:
    known = {finding.message for finding in lint(unlocked, lock=False)}
    chance = random.Random(mutation.__name__)  # noqa: S311  # a fixed choice of rows
    path = tmp_path / "routing.yaml"
    missed = []
    for at in chance.sample(range(len(unlocked.tables["routing"].rows)), ROWS):
        row_id = mutate("routing", at, mutation, chance, path)
        try:
            changed = unlocked.with_table(load_table(path, unlocked.vocabulary))
        except RuleFileError:
            continue
        if any(differences(case, answer(case, changed, today=DAY)) for case in cases):
            continue
        if {finding.message for finding in lint(changed, lock=False)} - known:
            continue
        missed.append(row_id)

    assert missed == []
