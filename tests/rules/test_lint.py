from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rules.errors import RuleFileError
from rules.lint import Finding, lint
from rules.lists import load_topics
from rules.lock import LOCK_FILE
from rules.ruleset import DATA, RuleSet, load_ruleset
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
    (folder / LOCK_FILE).unlink()  # of other rows
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


@pytest.mark.parametrize(
    ("name", "row", "words"),
    [
        pytest.param(
            "category",
            make_row("K", "{kind: [information, normative, complaint]}", "{category: information}",
                     "  priority: 1\n"),
            "kind aspiration, misconduct True",
            id="a-kind-without-a-class",
        ),
        pytest.param(
            "category",
            make_row("K", "{kind: [information, normative, complaint]}", "{category: information}",
                     "  priority: 1\n"),
            "no row answers 'field_inspection'",
            id="a-class-that-never-comes",
        ),
        pytest.param(
            "oversight",
            make_row("AWAS-PROV", "{kind: PEMPROV}", "{unit: A}"),
            "answers POLRI, whose overseer no row names",
            id="a-body-without-overseer",
        ),
        pytest.param(
            "flags",
            make_row("SATU", "{secret: true}", "{flag: emergency, message: Darurat}"),
            "no row answers 'whistleblower'",
            id="a-flag-that-never-comes",
        ),
    ],
)  # fmt: skip
def test_what_a_table_lacks_is_found(
    base: RuleSet, tmp_path: Path, name: str, row: str, words: str
) -> None:
    findings = lint(with_rows(base, tmp_path, name, [row]))

    assert any(words in finding.message for finding in findings), findings


def test_a_class_without_a_limit_is_found(base: RuleSet, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(base.folder, folder)
    profile = (folder / "regulations" / "permenpan-62-2018.yaml").read_text("utf-8")
    text = profile.replace("valid_from:", "valid_until: 2031-01-01\nvalid_from:")
    (folder / "regulations" / "permenpan-62-2018.yaml").write_text(text, "utf-8")
    later = profile.replace("id: permenpan-62-2018", "id: nanti").replace(
        "2018-12-31", "2031-01-01"
    )
    later += "  kilat: {working_days: 2, reminder_days: [1]}\n"
    (folder / "regulations" / "nanti.yaml").write_text(later, "utf-8")
    path = folder / "category.yaml"
    path.write_text(path.read_text("utf-8").replace("category: information}", "category: kilat}"))

    messages = [finding.message for finding in lint(load_ruleset(folder, lint=False))]

    assert "answers 'kilat' on 2018-12-31, for which no limit is in force" in messages
    assert not any("answers 'kilat' on 2031-01-01" in message for message in messages)


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
