from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from rules.decide import CompiledRules, Flag, ReviewFacts
from rules.facts import Facts
from rules.ruleset import RuleSet, load_ruleset

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def ruleset() -> RuleSet:
    return load_ruleset()


@pytest.fixture(scope="module")
def day(ruleset: RuleSet) -> CompiledRules:
    return ruleset.on(TODAY)


def make_facts(**changes: Any) -> Facts:
    facts = Facts(
        topic="jalan_jembatan",
        level="KABKOTA",
        kind="complaint",
        misconduct=False,
        inspection=True,
        on=TODAY,
        region="32.04",
    )
    return replace(facts, **changes)


def make_review(**changes: Any) -> ReviewFacts:
    facts = ReviewFacts(
        category_probability=0.95,
        agency_probability=0.95,
        category_threshold_met=True,
        agency_threshold_met=True,
        topic="jalan_jembatan",
        kind="complaint",
        level="KABKOTA",
        category="non_supervisory",
        agency="PEMDA-32.04",
    )
    return replace(facts, **changes)


def make_flag(code: str, detail: str | None = None) -> Flag:
    return Flag(code=code, detail=detail, message="pesan")


@pytest.mark.parametrize(
    ("changes", "place", "code", "detail"),
    [
        ({"cues": {"tanda_api", "tanda_mendesak"}}, "none", "emergency", "113"),
        ({"cues": {"tanda_kekerasan", "tanda_mendesak"}}, "none", "emergency", "110"),
        ({"cues": {"tanda_medis", "tanda_mendesak"}}, "none", "emergency", "119"),
        ({"cues": {"tanda_bunuh_diri", "tanda_mendesak"}}, "none", "emergency", "119"),
        (
            {"cues": {"tanda_anak_perempuan", "tanda_mendesak"}}, "none", "emergency", "SAPA 129",
        ),
        ({"cues": {"darurat_langsung"}}, "none", "emergency", "112"),
        ({"cues": {"minta_rahasia"}}, "none", "whistleblower", None),
        ({"secret": True, "misconduct": True}, "none", "whistleblower", None),
        ({"cues": {"luar_iklan"}}, "none", "out_of_scope", None),
        ({"cues": {"luar_asmara"}, "topic": "lainnya"}, "none", "out_of_scope", None),
        ({}, "missing", "needs_place", None),
        ({}, "ambiguous", "needs_place", None),
        (
            {"cues": {"perkara_pengadilan"}, "topic": "hukum_peradilan"}, "none", "court_matter",
            None,
        ),
        ({"cues": {"data_kesehatan"}}, "none", "sensitive_data", "health"),
        ({"cues": {"data_anak"}}, "none", "sensitive_data", "child"),
        ({"cues": {"data_kejahatan"}}, "none", "sensitive_data", "criminal_record"),
        ({"cues": {"data_keuangan"}}, "none", "sensitive_data", "finance"),
    ],
)  # fmt: skip
def test_a_flag_is_raised(
    day: CompiledRules, changes: dict[str, Any], place: str, code: str, detail: str | None
) -> None:
    cues = frozenset(changes.get("cues", ()))

    (flag,) = day.flags(make_facts(**{**changes, "cues": cues}), place=place)

    assert (flag.code, flag.detail) == (code, detail)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="nothing-special"),
        pytest.param({"cues": frozenset({"tanda_api"})}, id="a-danger-that-is-over"),
        pytest.param({"cues": frozenset({"tanda_mendesak"})}, id="haste-without-danger"),
        pytest.param({"secret": True}, id="secret-without-misconduct"),
        pytest.param({"misconduct": True}, id="misconduct-without-secret"),
        pytest.param({"cues": frozenset({"luar_asmara"})}, id="a-private-word-in-a-public-matter"),
        pytest.param(
            {"cues": frozenset({"luar_iklan"}), "misconduct": True}, id="an-accusation-is-no-advert"
        ),
        pytest.param({"cues": frozenset({"perkara_pengadilan"})}, id="a-road-before-the-court"),
    ],
)
def test_no_flag_is_raised(day: CompiledRules, changes: dict[str, Any]) -> None:
    assert day.flags(make_facts(**changes)) == ()


def test_a_duplicate_names_the_earlier_complaint(day: CompiledRules) -> None:
    (flag,) = day.flags(make_facts(), duplicate_of="9190001")

    assert (flag.code, flag.detail) == ("duplicate", "9190001")


def test_nothing_doubtful_is_automatic(day: CompiledRules) -> None:
    assert day.reviews(make_review()) == ()


@pytest.mark.parametrize(
    ("changes", "code", "detail"),
    [
        ({"category_threshold_met": False}, "category_uncertain", None),
        ({"agency_threshold_met": False}, "agency_uncertain", None),
        ({"agency_known": False, "agency": None}, "agency_uncertain", None),
        ({"requested": "other"}, "agency_uncertain", None),
        ({"misconduct_suspected": True}, "misconduct_suspected", None),
        ({"place": "missing", "agency": None}, "place_missing", None),
        ({"place": "ambiguous", "agency": None}, "place_ambiguous", None),
        ({"flags": (make_flag("out_of_scope"),)}, "out_of_scope", None),
        ({"flags": (make_flag("emergency", "113"),)}, "emergency", "113"),
        ({"flags": (make_flag("whistleblower"),)}, "rule", "TINJAU-100"),
        ({"flags": (make_flag("sensitive_data", "child"),)}, "rule", "TINJAU-110"),
        ({"flags": (make_flag("sensitive_data", "criminal_record"),)}, "rule", "TINJAU-120"),
        ({"flags": (make_flag("court_matter"),)}, "rule", "TINJAU-130"),
        ({"agency": "KPK"}, "rule", "TINJAU-140"),
        ({"duplicate_of": "9190001"}, "duplicate", "9190001"),
        ({"audit_sample": True}, "audit_sample", None),
        ({"auto": False}, "auto_off", None),
    ],
)
def test_a_doubt_brings_its_reason(
    day: CompiledRules, changes: dict[str, Any], code: str, detail: str | None
) -> None:
    (reason,) = day.reviews(make_review(**changes))

    assert (reason.code, reason.detail) == (code, detail)
    assert reason.message


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"requested": "same"}, id="the-reporter-chose-the-same"),
        pytest.param({"flags": (make_flag("sensitive_data", "health"),)}, id="health"),
        pytest.param({"flags": (make_flag("needs_place"),)}, id="a-place-alone"),
    ],
)
def test_no_doubt_brings_no_reason(day: CompiledRules, changes: dict[str, Any]) -> None:
    assert day.reviews(make_review(**changes)) == ()


def test_a_doubtful_agency_is_said_once(day: CompiledRules) -> None:
    facts = make_review(agency_threshold_met=False, agency_known=False, requested="other")

    assert [reason.code for reason in day.reviews(facts)] == ["agency_uncertain"]
