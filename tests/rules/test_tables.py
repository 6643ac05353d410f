from __future__ import annotations

from pathlib import Path

import pytest

from rules.cells import Between, Holds, OneOf
from rules.errors import RuleFileError
from rules.rows import Copy
from rules.tables import Table, load_table
from rules.vocabulary import Vocabulary

VOCABULARY = Vocabulary(
    topics=frozenset({"jalan_jembatan", "listrik"}),
    cues=frozenset({"jalan_tol", "jalan_nasional", "pungli"}),
    agencies=frozenset({"BPJT", "PU", "PLN", "PEMDA-31"}),
    regions=frozenset({"31", "31.74", "32", "32.04"}),
)
HEAD = """\
table: routing
hit_policy: first
inputs: {topic: topic, level: level, misconduct: boolean, cue: cues, region: region, skor: number,
  tempat: [ada, tidak]}
outputs: {agency: agency, level: level, unit: text, copies: agencies, cap: [merah, biru]}
rows:
"""
ROW = """\
- id: JALAN-010
  when: {topic: jalan_jembatan, cue: jalan_tol}
  then: {agency: BPJT, level: PUSAT, unit: "Badan Pengatur", copies: [PU]}
  valid_from: 2018-12-31
  reference: "UU 38/2004"
"""
FIRST_LINE = 7


def load(folder: Path, text: str) -> Table:
    path = folder / "routing.yaml"
    path.write_text(text, "utf-8")
    return load_table(path, VOCABULARY)


def test_a_row_is_read_with_all_that_it_says(tmp_path: Path) -> None:
    (row,) = load(tmp_path, HEAD + ROW).rows

    assert row.id == "JALAN-010"
    assert row.line == FIRST_LINE
    assert row.when["cue"] == Holds(frozenset({"jalan_tol"}), "any")
    assert row.then["copies"] == (Copy(agency="PU"),)
    assert row.reference == "UU 38/2004"
    assert row.valid_until is None


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        pytest.param("id: JALAN-010", "id: JALAN 010", 7, "an id of letters", id="id-with-blank"),
        pytest.param("id: JALAN-010", "id: 10", 7, "a code in quotes, got int", id="id-number"),
        pytest.param(
            "  reference:", "  refrence:", 11, "unknown key 'refrence'", id="misspelt-key"
        ),
        pytest.param('  reference: "UU 38/2004"\n', "", 7, "missing key 'reference'", id="no-law"),
        pytest.param('"UU 38/2004"', '" "', 11, "expected a text", id="blank-law"),
        pytest.param("  valid_from: 2018-12-31\n", "", 7, "missing key 'valid_from'", id="no-date"),
        pytest.param("2018-12-31", "31-12-2018", 10, "a date like", id="european-date"),
        pytest.param("2018-12-31", "2018-12-32", 10, "which is none", id="impossible-date"),
        pytest.param(
            "2018-12-31",
            "2018-12-31\n  valid_until: 2018-12-31",
            11,
            "after valid_from",
            id="no-day-long",
        ),
        pytest.param(
            "2018-12-31",
            "2020-01-01\n  valid_until: 2019-01-01",
            11,
            "after valid_from",
            id="swapped-dates",
        ),
        pytest.param(
            "topic: jalan_", "topik: jalan_", 8, "unknown key 'topik'", id="unknown-input"
        ),
        pytest.param(
            "jalan_jembatan",
            "jalan_jembatn",
            8,
            "unknown topic code 'jalan_jembatn' in 'topic'; did you mean ['jalan_jembatan']",
            id="unknown-topic",
        ),
        pytest.param("cue: jalan_tol", "cue: jln_tol", 8, "unknown cues code 'jln_tol'", id="cue"),
        pytest.param("agency: BPJT", "agency: BJPT", 9, "unknown agency code 'BJPT'", id="agency"),
        pytest.param("[PU]", "[PUU]", 9, "unknown agency code 'PUU'", id="copy"),
        pytest.param("[PU]", "[{agency: PU, kantor: A}]", 9, "unknown key 'kantor'", id="copy-key"),
        pytest.param(
            "[PU]", "[{agency: PEMDA, level: KAB}]", 9, "unknown level code 'KAB'", id="copy-level"
        ),
        pytest.param("level: PUSAT", "level: PUST", 9, "unknown level code 'PUST'", id="level"),
        pytest.param("agency: BPJT, ", "", 9, "missing key 'agency'", id="no-agency"),
        pytest.param('"Badan Pengatur"', "12", 9, "expected a text, got int 12", id="unit"),
        pytest.param("{topic: jalan_jembatan", "{topic: NO", 8, "got bool False", id="norway"),
        pytest.param("cue: jalan_tol", "misconduct: 1", 8, "true or false", id="boolean"),
        pytest.param("cue: jalan_tol", "misconduct: ya", 8, "true or false", id="boolean-word"),
        pytest.param("cue: jalan_tol", "region: 32.10", 8, "got float 32.1", id="region-float"),
        pytest.param("cue: jalan_tol", "region: '99'", 8, "unknown region code", id="region"),
        pytest.param("cue: jalan_tol", "region: '99*'", 8, "no region begins", id="region-prefix"),
        pytest.param("cue: jalan_tol", "cue: []", 8, "at least one value", id="empty-list"),
        pytest.param("cue: jalan_tol", "cue: [pungli, pungli]", 8, "stands twice", id="twice"),
        pytest.param("cue: jalan_tol", "cue: {any: [pungli]}", 8, "unknown key 'any'", id="mark"),
        pytest.param(
            "cue: jalan_tol",
            "cue: {not: pungli, all: [jalan_tol]}",
            8,
            "expected one of",
            id="two-marks",
        ),
        pytest.param("cue: jalan_tol", "level: {all: [PROV]}", 8, "unknown key 'all'", id="all"),
        pytest.param("cue: jalan_tol", "skor: 0.5", 8, "at_least", id="number-without-interval"),
        pytest.param("cue: jalan_tol", "skor: {}", 8, "empty interval", id="no-ends"),
        pytest.param(
            "cue: jalan_tol", "skor: {at_least: 0.9, below: 0.5}", 8, "empty interval", id="swapped"
        ),
        pytest.param("cue: jalan_tol", "skor: {at_most: 1}", 8, "unknown key", id="number-mark"),
        pytest.param(
            "cue: jalan_tol", "skor: {below: satu}", 8, "expected a number", id="no-number"
        ),
        pytest.param(
            "cue: jalan_tol", "tempat: kosong", 8, "expected one of ['ada', 'tidak']", id="own-code"
        ),
        pytest.param(
            "hit_policy: first", "hit_policy: frist", 2, "unknown hit policy", id="policy"
        ),
        pytest.param("topic: topic", "topic: topik", 3, "unknown type 'topik'", id="input-type"),
        pytest.param("unit: text", "unit: teks", 5, "unknown type 'teks'", id="output-type"),
        pytest.param("table: routing\n", "", 1, "missing key 'table'", id="no-name"),
        pytest.param("table: routing", "tabel: routing", 1, "unknown key 'tabel'", id="table-key"),
        pytest.param("cue: jalan_tol", "cue: jalan_tol, cue: pungli", 8, "twice", id="cell-twice"),
        pytest.param(
            "hit_policy: first", "hit_policy: priority", 7, "missing key 'priority'", id="priority"
        ),
    ],
)
def test_a_broken_table_is_refused_where_it_is_broken(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    text = HEAD + ROW
    assert old in text

    with pytest.raises(RuleFileError) as caught:
        load(tmp_path, text.replace(old, new, 1))

    assert words in caught.value.problem
    assert f"routing.yaml:{line}: " in str(caught.value)


def test_an_id_in_force_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleFileError, match=r"routing\.yaml:12: id 'JALAN-010' is in force twice"):
        load(tmp_path, HEAD + ROW + ROW)


def test_an_id_may_return_when_its_first_version_has_ended(tmp_path: Path) -> None:
    ended = ROW.replace("2018-12-31", "2018-12-31\n  valid_until: 2025-01-01")
    later = ROW.replace("2018-12-31", "2025-01-01")

    table = load(tmp_path, HEAD + ended + later)

    assert [row.valid_from.year for row in table.rows] == [2018, 2025]


def test_a_table_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleFileError, match="expected at least one row"):
        load(tmp_path, HEAD.replace("rows:\n", "rows: []\n"))


def test_a_table_is_unique_unless_it_says_otherwise(tmp_path: Path) -> None:
    assert load(tmp_path, HEAD.replace("hit_policy: first\n", "") + ROW).hit_policy == "unique"


def test_priority_puts_the_lowest_number_first(tmp_path: Path) -> None:
    late = ROW.replace("  when", "  priority: 20\n  when")
    early = ROW.replace("JALAN-010", "JALAN-005").replace("  when", "  priority: 10\n  when")

    table = load(tmp_path, HEAD.replace("first", "priority") + late + early)

    assert [row.id for row in table.rows] == ["JALAN-005", "JALAN-010"]


@pytest.mark.parametrize(
    ("written", "cell"),
    [
        pytest.param("level: PROV", OneOf(frozenset({"PROV"}), "PROV"), id="equals"),
        pytest.param(
            "level: [PROV, KABKOTA]",
            OneOf(frozenset({"PROV", "KABKOTA"}), "PROV|KABKOTA"),
            id="one-of",
        ),
        pytest.param(
            "level: {not: PUSAT}", OneOf(frozenset({"PUSAT"}), "not PUSAT", negated=True), id="not"
        ),
        pytest.param("misconduct: true", OneOf(frozenset({True}), "true"), id="boolean"),
        pytest.param("region: '31*'", OneOf(frozenset({"31", "31.74"}), "31*"), id="prefix"),
        pytest.param("skor: {at_least: 0.5}", Between(0.5, float("inf")), id="from"),
        pytest.param("skor: {at_least: 0.5, below: 0.9}", Between(0.5, 0.9), id="interval"),
        pytest.param("cue: pungli", Holds(frozenset({"pungli"}), "any"), id="contains"),
        pytest.param(
            "cue: {all: [pungli, jalan_tol]}",
            Holds(frozenset({"pungli", "jalan_tol"}), "all"),
            id="contains-all",
        ),
        pytest.param(
            "cue: {not: [pungli]}", Holds(frozenset({"pungli"}), "none"), id="contains-none"
        ),
    ],
)
def test_a_cell_is_read_as_it_is_written(
    tmp_path: Path, written: str, cell: OneOf | Holds | Between
) -> None:
    name = written.split(":", maxsplit=1)[0]

    (row,) = load(tmp_path, HEAD + ROW.replace("cue: jalan_tol", written)).rows

    assert row.when[name] == cell


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (Holds(frozenset({"a", "b"}), "any"), "a|b"),
        (Holds(frozenset({"a", "b"}), "all"), "a&b"),
        (Holds(frozenset({"a"}), "none"), "not a"),
        (Between(0.5, 0.9), ">= 0.5 and < 0.9"),
        (Between(float("-inf"), 0.9), "< 0.9"),
        (Between(0.5, float("inf")), ">= 0.5"),
    ],
)
def test_a_cell_reads_as_a_person_would_say_it(cell: Holds | Between, text: str) -> None:
    assert cell.text == text


def test_a_copy_may_name_its_office(tmp_path: Path) -> None:
    copies = '[{agency: PEMDA, level: PROV, unit: "Dinas Perhubungan"}, PLN]'

    (row,) = load(tmp_path, HEAD + ROW.replace("[PU]", copies)).rows

    assert row.then["copies"] == (
        Copy(agency="PEMDA", level="PROV", unit="Dinas Perhubungan"),
        Copy(agency="PLN"),
    )


def test_the_body_may_be_left_open(tmp_path: Path) -> None:
    (row,) = load(tmp_path, HEAD + ROW.replace("agency: BPJT", "agency: null")).rows

    assert row.then["agency"] is None
