from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.cue_files import load_cues
from rules.cues import Cue, CueHit, CueMatcher, normalised
from rules.errors import RuleFileError
from rules.facts import fold

MATCHER = CueMatcher(
    [
        Cue(code="jalan_tol", phrases=("jalan tol", "tol", "gerbang tol*")),
        Cue(code="jalan_rusak", phrases=("jalan rusak", "berlubang*", "jalan berlubang")),
        Cue(code="ektp", phrases=("e-ktp", "ktp el*")),
        Cue(code="pungli", phrases=("pungli", "uang pelicin"), not_after=("bukan", "tidak ada")),
        Cue(code="rt_rw", phrases=("rt/rw",)),
    ]
)


def found(text: str) -> list[tuple[str, str]]:
    return [(hit.code, text[hit.start : hit.end]) for hit in MATCHER.find(text)]


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        pytest.param("Macet di tol.", [("jalan_tol", "tol")], id="end-of-sentence"),
        pytest.param("TOL macet", [("jalan_tol", "TOL")], id="capitals-at-the-start"),
        pytest.param("(tol)", [("jalan_tol", "tol")], id="in-brackets"),
        pytest.param("total tolak batol", [], id="inside-other-words"),
        pytest.param("jalan  tol", [("jalan_tol", "jalan  tol")], id="two-blanks"),
        pytest.param("jalan-tol", [("jalan_tol", "jalan-tol")], id="hyphen"),
        pytest.param("jalan\n\ttol", [("jalan_tol", "jalan\n\ttol")], id="line-break"),
        pytest.param("jalan\u00a0tol", [("jalan_tol", "jalan\u00a0tol")], id="no-break-space"),
        pytest.param("jalan. . /tol", [("jalan_tol", "jalan. . /tol")], id="run-of-punctuation"),
        pytest.param("jalantol", [], id="glued"),
        pytest.param("gerbang tolnya", [("jalan_tol", "gerbang tolnya")], id="open-ending"),
        pytest.param("gerbang tol", [("jalan_tol", "gerbang tol")], id="open-ending-of-nothing"),
        pytest.param("berlubangnya", [("jalan_rusak", "berlubangnya")], id="open-ending-alone"),
        pytest.param(
            "jalan berlubang-lubang", [("jalan_rusak", "jalan berlubang")], id="longest-of-a-cue"
        ),
        pytest.param("E-KTP, e ktp", [("ektp", "E-KTP"), ("ektp", "e ktp")], id="twice"),
        pytest.param("RT/RW 03", [("rt_rw", "RT/RW")], id="slash"),
        pytest.param("🙂🙂 tol 🙂", [("jalan_tol", "tol")], id="emoji-before"),
        pytest.param("É tol", [("jalan_tol", "tol")], id="accent-before"),
        pytest.param("", [], id="empty"),
        pytest.param("   ", [], id="blank"),
        pytest.param("\ud800 tol", [("jalan_tol", "tol")], id="lone-surrogate"),
    ],
)
def test_a_phrase_is_found_as_people_write_it(text: str, hits: list[tuple[str, str]]) -> None:
    assert found(text) == hits


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        pytest.param("ada pungli di sini", True, id="plain"),
        pytest.param("bukan pungli", False, id="just-before"),
        pytest.param("bukan soal uang pelicin", False, id="one-word-between"),
        pytest.param("bukan itu satu pungli", False, id="two-words-between"),
        pytest.param("bukan itu yang kami pungli", True, id="three-words-between"),
        pytest.param("tidak ada pungli", False, id="two-words"),
        pytest.param("tidak jadi ada pungli", True, id="two-words-apart"),
        pytest.param("pungli, bukan sumbangan", True, id="after"),
        pytest.param("bukan pungli tapi pungli", False, id="still-in-the-window"),
        pytest.param("bukan pungli katanya padahal jelas sekali pungli", True, id="later-again"),
    ],
)
def test_a_negated_phrase_does_not_count(text: str, is_found: bool) -> None:
    assert bool(found(text)) is is_found


def test_hits_come_in_the_order_of_their_places() -> None:
    hits = MATCHER.find("tol lalu jalan rusak lalu e-ktp")

    assert [hit.code for hit in hits] == ["jalan_tol", "jalan_rusak", "ektp"]


def test_a_repeated_cue_is_reported_eight_times() -> None:
    assert len(MATCHER.find("tol, " * 4000)) == 8


@given(st.text(alphabet=st.sampled_from("tolTOL jalan-./,\n\tÉİ🙂é")))
def test_a_hit_is_a_phrase_of_its_cue(text: str) -> None:
    for hit in MATCHER.find(text):
        assert normalised(text[hit.start : hit.end]) in {b"tol", b"jalan tol"}


@given(st.text())
def test_no_text_breaks_the_search_and_spans_stay_inside(text: str) -> None:
    for hit in MATCHER.find(text):
        assert 0 <= hit.start < hit.end <= len(text)


@given(st.text(), st.text())
def test_a_phrase_between_blanks_is_always_found(before: str, after: str) -> None:
    text = f"{before} jalan rusak {after}"
    start = len(before) + 1

    assert (
        CueHit("jalan_rusak", start, start + len("jalan rusak"))
        in CueMatcher([Cue(code="jalan_rusak", phrases=("jalan rusak",))]).find(text[: start + 200])
        or text.count("jalan rusak") > 1
    )


@given(st.text())
def test_folding_keeps_every_character_in_its_place(text: str) -> None:
    folded = fold(text)

    assert len(folded) == len(text)
    assert all(a in (b, b.lower()) for a, b in zip(folded, text, strict=True)) or any(
        unicodedata.combining(char) or char == "Σ" for char in text
    )


HEAD = "- code: jalan_tol\n  phrases: [jalan tol]\n"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        pytest.param("- code: Tol\n  phrases: [tol]\n", 1, "small letters", id="capital-code"),
        pytest.param("- code: 12\n  phrases: [tol]\n", 1, "a code in quotes", id="number-code"),
        pytest.param("- code: tol\n  frasa: [tol]\n", 2, "unknown key 'frasa'", id="key"),
        pytest.param("- code: tol\n", 1, "missing key 'phrases'", id="no-phrases"),
        pytest.param("- code: tol\n  phrases: []\n", 2, "at least one phrase", id="empty"),
        pytest.param("- code: tol\n  phrases: tol\n", 2, "expected a list", id="no-list"),
        pytest.param("- code: tol\n  phrases: [Tol]\n", 2, "small ASCII letters", id="capital"),
        pytest.param("- code: tol\n  phrases: [é]\n", 2, "small ASCII letters", id="accent"),
        pytest.param("- code: tol\n  phrases: [no]\n", 2, "got bool False", id="norway"),
        pytest.param("- code: tol\n  phrases: [112]\n", 2, "got int 112", id="number"),
        pytest.param("- code: tol\n  phrases: ['?!']\n", 2, "letters or digits", id="no-letters"),
        pytest.param("- code: tol\n  phrases: ['*']\n", 2, "letters or digits", id="only-star"),
        pytest.param("- code: tol\n  phrases: ['a*b']\n", 2, "may only end", id="star-inside"),
        pytest.param(
            "- code: tol\n  phrases: [tol]\n  not_after: ['bukan*']\n", 3, "may only end", id="not"
        ),
        pytest.param(
            "- code: tol\n  phrases: [e-ktp, e ktp]\n",
            2,
            "stands twice, also as 'e-ktp'",
            id="twin",
        ),
        pytest.param(HEAD + HEAD, 3, "'jalan_tol' stands twice, first at cues.yaml:1", id="code"),
        pytest.param("jalan_tol: 1\n", 1, "cues: expected a list", id="mapping"),
    ],
)
def test_a_broken_cue_file_is_refused_where_it_is_broken(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    (tmp_path / "cues.yaml").write_text(text, "utf-8")

    with pytest.raises(RuleFileError) as caught:
        load_cues(tmp_path)

    assert f"cues.yaml:{line}: " in str(caught.value)
    assert words in caught.value.problem


def test_a_folder_without_cues_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleFileError, match=r"cues\.yaml: cannot be read"):
        load_cues(tmp_path)


def test_cues_come_from_every_cue_file(tmp_path: Path) -> None:
    (tmp_path / "cues.yaml").write_text(HEAD, "utf-8")
    (tmp_path / "cues-flags.yaml").write_text(HEAD.replace("jalan_tol", "bahaya"), "utf-8")

    assert {cue.code for cue in load_cues(tmp_path)} == {"jalan_tol", "bahaya"}


def test_a_code_in_two_cue_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cues.yaml").write_text(HEAD, "utf-8")
    (tmp_path / "cues-flags.yaml").write_text(HEAD, "utf-8")

    with pytest.raises(RuleFileError, match=r"first at cues-flags\.yaml:1"):
        load_cues(tmp_path)
