from __future__ import annotations

import copy
import random
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from rules.errors import RuleFileError
from rules.lint import Finding, lint
from rules.lists import load_topics
from rules.lock import write_lock
from rules.ruleset import DATA, TABLES, RuleSet, load_ruleset
from rules.tables import load_table

TOPICS = tuple(load_topics(DATA / "topics.yaml"))
HEAD = """\
table: routing
hit_policy: first
inputs: {topic: topic, level: level, kind: kind, misconduct: boolean, inspection: boolean,
  cue: cues, region: region}
outputs: {agency: agency, level: level, unit: text, copies: agencies}
rows:
"""
CUES = """\
- {code: jalan_tol, phrases: [jalan tol]}
- {code: jalan_nasional, phrases: [jalan nasional]}
- {code: oknum_polisi, phrases: [oknum polisi]}
"""


def make_row(row_id: str, when: str, then: str = "{agency: PEMDA}", more: str = "") -> str:
    return (
        f"- id: {row_id}\n  when: {when}\n  then: {then}\n"
        f"  valid_from: 2018-12-31\n  reference: UU\n{more}"
    )


SOUND = [
    make_row("OKNUM", "{misconduct: true, cue: oknum_polisi}", "{agency: POLRI, level: PUSAT}"),
    make_row("JALAN-010", "{topic: jalan_jembatan, cue: jalan_tol}", "{agency: BPJT}"),
    make_row("JALAN-020", "{topic: jalan_jembatan, cue: jalan_nasional}", "{agency: PEMDA}"),
    make_row("JALAN-030", "{topic: jalan_jembatan, level: PROV}", "{agency: PEMDA}"),
    *(make_row(topic.upper(), f"{{topic: {topic}}}") for topic in TOPICS),
]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    """Return the real rules with a small routing table in the place of the real one."""
    folder = tmp_path_factory.mktemp("rules") / "data"
    shutil.copytree(DATA, folder)
    for path in folder.glob("cues*.yaml"):
        if path.name != "cues-flags.yaml":
            path.unlink()
    (folder / "cues.yaml").write_text(CUES, "utf-8")
    (folder / "routing.yaml").write_text(HEAD + "".join(SOUND), "utf-8")
    return load_ruleset(folder, lint=False)


def with_rows(base: RuleSet, folder: Path, name: str, rows: list[str]) -> RuleSet:
    """Return the rules with other rows in one table."""
    text = (base.folder / f"{name}.yaml").read_text("utf-8")
    head = text[: text.index("rows:\n") + len("rows:\n")]
    path = folder / f"{name}.yaml"
    path.write_text(head + "".join(rows), "utf-8")
    return base.with_table(load_table(path, base.vocabulary))


def found(ruleset: RuleSet, name: str) -> list[Finding]:
    return [finding for finding in lint(ruleset) if finding.file.name == f"{name}.yaml"]


def test_a_sound_routing_table_has_no_findings(base: RuleSet) -> None:
    assert found(base, "routing") == []


def test_a_finding_says_where_and_what(base: RuleSet, tmp_path: Path) -> None:
    rows = [row for row in SOUND if "JALAN_JEMBATAN" not in row]

    (finding,) = found(with_rows(base, tmp_path, "routing", rows), "routing")

    assert str(finding) == (
        "routing.yaml:0: error: no row answers topic 'jalan_jembatan' at"
        " level PUSAT, misconduct False; level PUSAT, misconduct True;"
        " level KABKOTA, misconduct False; level KABKOTA, misconduct True from 2018-12-31 on"
    )


@pytest.mark.parametrize(
    ("rows", "severity", "row", "words"),
    [
        pytest.param(
            [make_row("LUAS", "{topic: jalan_jembatan}"), *SOUND],
            "error",
            "JALAN-010",
            "can never answer: 'LUAS' on line 7 answers first",
            id="shadowed-by-a-wider-row",
        ),
        pytest.param(
            [
                make_row("P", "{topic: jalan_jembatan, level: [PUSAT, PROV]}"),
                make_row("K", "{topic: jalan_jembatan, level: KABKOTA}"),
                *SOUND,
            ],
            "error",
            "JALAN-010",
            "can never answer",
            id="shadowed-by-two-rows-together",
        ),
        pytest.param(
            [make_row("DUA", "{topic: jalan_jembatan, cue: [jalan_tol, oknum_polisi]}"), *SOUND],
            "error",
            "JALAN-010",
            "can never answer: 'DUA'",
            id="shadowed-by-more-cues",
        ),
        pytest.param(
            [
                *SOUND[:2],
                make_row("DUA", "{topic: jalan_jembatan, cue: [jalan_tol, oknum_polisi]}"),
                *SOUND[2:],
            ],
            "warning",
            "DUA",
            "never answers for 'jalan_tol': 'JALAN-010'",
            id="a-cue-that-is-of-no-use",
        ),
        pytest.param(
            [*SOUND, make_row("LISTRIK-2", "{topic: listrik, level: PUSAT}")],
            "error",
            "LISTRIK-2",
            "can never answer: 'LISTRIK'",
            id="below-the-row-for-all",
        ),
        pytest.param(
            [make_row("LAMA", "{topic: listrik, level: PROV}", "{agency: PUPR}"), *SOUND],
            "error",
            "LAMA",
            "names PUPR, which ended on 2024-10-21",
            id="a-body-that-has-ended",
        ),
        pytest.param(
            [make_row("BEBAS", "{cue: jalan_tol}"), *SOUND],
            "warning",
            "BEBAS",
            "names no topic",
            id="a-row-for-every-topic",
        ),
        pytest.param(
            [make_row("KOSONG", "{topic: listrik, level: PROV}", "{agency: null}"), *SOUND],
            "error",
            "KOSONG",
            "neither agency nor unit",
            id="an-answer-of-nothing",
        ),
        pytest.param(
            [make_row("HAJI", "{topic: haji_umrah, level: PROV}", "{agency: HAJI}"), *SOUND],
            "warning",
            "HAJI",
            "from 2018-12-31, which began on 2025-09-08",
            id="a-body-before-its-time",
        ),
    ],
)
def test_a_suspicious_row_is_found(
    base: RuleSet, tmp_path: Path, rows: list[str], severity: str, row: str, words: str
) -> None:
    findings = found(with_rows(base, tmp_path, "routing", rows), "routing")

    assert any(
        finding.severity == severity and finding.row == row and words in finding.message
        for finding in findings
    ), findings


def test_a_gap_that_opens_later_is_found(base: RuleSet, tmp_path: Path) -> None:
    ended = make_row("LISTRIK", "{topic: listrik}", more="  valid_until: 2025-01-01\n")
    rows = [ended if row.startswith("- id: LISTRIK\n") else row for row in SOUND]

    (finding,) = found(with_rows(base, tmp_path, "routing", rows), "routing")

    assert finding.message.startswith("no row answers topic 'listrik' at level PUSAT")
    assert finding.message.endswith("from 2025-01-01 on")


def test_a_row_shadowed_only_before_its_rival_ends_is_sound(base: RuleSet, tmp_path: Path) -> None:
    ended = make_row("LAMA", "{topic: listrik}", more="  valid_until: 2025-01-01\n")

    assert found(with_rows(base, tmp_path, "routing", [ended, *SOUND]), "routing") == []


@pytest.mark.parametrize(
    ("name", "row", "words"),
    [
        pytest.param(
            "oversight",
            make_row("DUA", "{kind: [PEMPROV, BUMN]}", "{unit: A}"),
            "one answer was expected",
            id="two-rows-of-a-unique-table-meet",
        ),
        pytest.param(
            "category",
            make_row("K", "{kind: complaint, misconduct: true}", "{category: information}",
                     "  priority: 20\n"),
            "has the priority 20",
            id="equal-priorities-meet",
        ),
        pytest.param(
            "category",
            make_row("K", "{kind: normative, misconduct: true}", "{category: information}",
                     "  priority: 15\n"),
            "can never answer: 'KELAS-010'",
            id="a-covered-class",
        ),
        pytest.param(
            "flags",
            make_row("BOLONG", "{}", "{flag: emergency, message: Darurat}"),
            "always answers",
            id="a-flag-without-condition",
        ),
        pytest.param(
            "flags",
            make_row("BISU", "{secret: true}", "{flag: emergency}"),
            "no message for people",
            id="a-flag-without-message",
        ),
        pytest.param(
            "review",
            make_row(
                "ULANG", "{auto: false}",
                '{reason: auto_off, message: "Disposisi otomatis sedang dimatikan."}',
            ),
            "says nothing that row 'TINJAU-910' does not",
            id="a-reason-twice",
        ),
    ],
)  # fmt: skip
def test_a_row_that_quarrels_with_the_others_is_found(
    base: RuleSet, tmp_path: Path, name: str, row: str, words: str
) -> None:
    text = (base.folder / f"{name}.yaml").read_text("utf-8")
    rows = [text[text.index("rows:\n") + len("rows:\n") :] + "\n", row]

    findings = found(with_rows(base, tmp_path, name, rows), name)

    assert any(finding.severity == "error" and words in finding.message for finding in findings), (
        findings
    )


def test_a_class_that_no_row_gives_is_found(base: RuleSet, tmp_path: Path) -> None:
    row = make_row("K", "{kind: [information, normative, complaint]}", "{category: information}",
                   "  priority: 1\n")  # fmt: skip

    messages = [f.message for f in found(with_rows(base, tmp_path, "category", [row]), "category")]

    assert any("kind aspiration, misconduct True" in message for message in messages)
    assert "no row answers 'field_inspection'" in messages


def test_a_body_without_overseer_is_found(base: RuleSet, tmp_path: Path) -> None:
    row = make_row("AWAS-PROV", "{kind: PEMPROV}", "{unit: A}")

    findings = lint(with_rows(base, tmp_path, "oversight", [row]))

    assert any("answers POLRI, whose overseer no row names" in f.message for f in findings)


def test_a_flag_that_never_comes_is_found(base: RuleSet, tmp_path: Path) -> None:
    row = make_row("SATU", "{secret: true}", "{flag: emergency, message: Darurat}")

    messages = [f.message for f in found(with_rows(base, tmp_path, "flags", [row]), "flags")]

    assert "no row answers 'whistleblower'" in messages


def test_a_cue_in_no_table_is_found(base: RuleSet, tmp_path: Path) -> None:
    rows = [row for row in SOUND if "JALAN-010" not in row]

    findings = lint(with_rows(base, tmp_path, "routing", rows))

    assert any(f.row == "jalan_tol" and "stands in no table" in f.message for f in findings)


def test_a_contradiction_stops_the_loading(base: RuleSet, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(base.folder, folder)
    text = HEAD + make_row("LUAS", "{topic: jalan_jembatan}") + "".join(SOUND)
    (folder / "routing.yaml").write_text(text, "utf-8")

    with pytest.raises(RuleFileError, match=r"routing\.yaml:17: row 'JALAN-010' can never answer"):
        load_ruleset(folder)


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
