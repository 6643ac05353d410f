from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from rules.errors import RuleFileError
from rules.loading import Item, read_yaml


def make_file(folder: Path, text: str) -> Path:
    path = folder / "aturan.yaml"
    path.write_text(text, "utf-8")
    return path


def value_of(folder: Path, text: str) -> Item:
    return read_yaml(make_file(folder, f"# komentar\nnilai: {text}\n")).mapping("a test")["nilai"]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        pytest.param("a: 1\nb: 2\na: 3\n", 3, "'a' stands here twice, first on line 1", id="key"),
        pytest.param("a:\n  b: 1\n  b: 2\n", 3, "'b' stands here twice", id="nested-key"),
        pytest.param("a: [1, 2\n", 2, "not YAML", id="unclosed-list"),
        pytest.param("a: {b: 1\nc: 2\n", 2, "not YAML", id="unclosed-mapping"),
        pytest.param("a: 1\n\tb: 2\n", 2, "not YAML", id="tab"),
        pytest.param("a: 1\n---\nb: 2\n", 2, "not YAML", id="second-document"),
        pytest.param("a: 2025-02-30\n", 1, "'2025-02-30', which is none", id="impossible-date"),
        pytest.param("a: &x [1]\nb: *x\n", 1, "alias is refused", id="alias"),
        pytest.param("NO: 1\n", 1, "a key in quotes, got 'NO'", id="boolean-key"),
        pytest.param("32.10: 1\n", 1, "a key in quotes, got '32.10'", id="number-key"),
        pytest.param("a: !!python/name:os.system\n", 1, "which is none", id="tag"),
        pytest.param("a: " + "[" * 20 + "]" * 20, 1, "nested deeper", id="too-deep"),
        pytest.param("", 0, "got an empty file", id="empty"),
        pytest.param("# nothing\n", 0, "got an empty file", id="only-a-comment"),
        pytest.param("a: \x07\n", 0, "a character that may not stand there", id="control"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    path = make_file(tmp_path, text)

    with pytest.raises(RuleFileError) as caught:
        read_yaml(path)

    assert caught.value.line == line
    assert words in caught.value.problem
    assert str(caught.value).startswith(f"{path}:{line}: " if line else f"{path}: ")


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(RuleFileError, match=r"tidak_ada\.yaml: cannot be read"):
        read_yaml(tmp_path / "tidak_ada.yaml")


def test_bytes_that_are_no_utf8_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes(b"a: caf\xe9\n")

    with pytest.raises(RuleFileError, match="expected UTF-8, got another byte at position 6"):
        read_yaml(path)


@pytest.mark.parametrize(
    ("text", "got"),
    [
        pytest.param("32.10", "float 32.1", id="float"),
        pytest.param("NO", "bool False", id="norway"),
        pytest.param("3204", "int 3204", id="integer"),
        pytest.param("2024-10-21", "date 2024-10-21", id="date"),
        pytest.param("", "nothing", id="nothing"),
        pytest.param("[a]", "a list of 1", id="list"),
        pytest.param("{a: b}", "a mapping", id="mapping"),
    ],
)
def test_a_code_must_be_a_text(tmp_path: Path, text: str, got: str) -> None:
    item = value_of(tmp_path, text)

    with pytest.raises(RuleFileError) as caught:
        item.code()

    assert caught.value.line == 2
    assert caught.value.problem == f"expected a code in quotes, got {got}"


def test_a_code_in_quotes_keeps_its_zeros(tmp_path: Path) -> None:
    assert value_of(tmp_path, '"32.10"').code() == "32.10"


@pytest.mark.parametrize("text", ['" PU"', '"PU "', '""'])
def test_a_code_has_no_blanks_at_its_ends(tmp_path: Path, text: str) -> None:
    item = value_of(tmp_path, text)

    with pytest.raises(RuleFileError, match="without blanks"):
        item.code()


@pytest.mark.parametrize(
    ("reading", "text", "words"),
    [
        pytest.param("day", '"2024-10-21"', "a date like 2024-10-21, got str", id="quoted-date"),
        pytest.param("day", "2024-10-21 10:00:00", "a date like", id="moment"),
        pytest.param("day", "21-10-2024", "a date like", id="european-date"),
        pytest.param("boolean", '"true"', "true or false, got str", id="quoted-boolean"),
        pytest.param("boolean", "1", "true or false, got int", id="one"),
        pytest.param("integer", "1.5", "a whole number, got float", id="float"),
        pytest.param("integer", "true", "a whole number, got bool", id="boolean-number"),
        pytest.param("number", '"0.5"', "a number, got str", id="quoted-number"),
        pytest.param("number", "true", "a number, got bool", id="boolean-float"),
        pytest.param("text", '"  "', "a text, got str", id="blank-text"),
        pytest.param("text", "12", "a text, got int", id="number-text"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(
    tmp_path: Path, reading: str, text: str, words: str
) -> None:
    item = value_of(tmp_path, text)

    with pytest.raises(RuleFileError) as caught:
        getattr(item, reading)()

    assert words in caught.value.problem


def test_values_of_the_right_type_are_given(tmp_path: Path) -> None:
    path = make_file(
        tmp_path, "hari: 2024-10-21\nya: true\nangka: 3\npecahan: 0.5\nteks: 'dua  kata'\n"
    )

    items = read_yaml(path).mapping("a test")

    assert items["hari"].day() == date(2024, 10, 21)
    assert items["ya"].boolean() is True
    assert items["angka"].integer() == 3
    assert items["angka"].number() == 3.0
    assert items["pecahan"].number() == 0.5
    assert items["teks"].text() == "dua kata"


def test_an_unknown_key_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    root = read_yaml(make_file(tmp_path, "id: A\nagensi: PU\n"))

    with pytest.raises(RuleFileError) as caught:
        root.fields(required=["id"], optional=["agency"], what="a row")

    assert caught.value.line == 2
    assert caught.value.problem == "unknown key 'agensi'; a row has ['id', 'agency']"


def test_a_missing_key_is_refused(tmp_path: Path) -> None:
    root = read_yaml(make_file(tmp_path, "id: A\n"))

    with pytest.raises(RuleFileError, match="missing key 'reference'"):
        root.fields(required=["id", "reference"], what="a row")


@pytest.mark.parametrize("text", ["[a, b]", "satu kata"])
def test_a_mapping_is_expected_where_fields_are(tmp_path: Path, text: str) -> None:
    item = value_of(tmp_path, text)

    with pytest.raises(RuleFileError, match="expected a mapping, got"):
        item.fields(what="a row")


def test_a_list_is_expected_where_members_are(tmp_path: Path) -> None:
    item = value_of(tmp_path, "a")

    with pytest.raises(RuleFileError, match="rows: expected a list, got str 'a'"):
        item.sequence("rows")
