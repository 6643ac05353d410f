"""The machine's rules behind a person's decision, and look-alikes in a real answer."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from rules.ruleset import RuleSet, load_ruleset
from service.complaint import Complaint
from service.life.law import RulesLaw
from service.loading import load_scorer
from service.scoring import Scorer
from service.settings import Settings

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=ZoneInfo("Asia/Jakarta"))

DAY = NOW.date()


@pytest.fixture(scope="module")
def ruleset() -> RuleSet:
    return load_ruleset()


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return load_scorer(Settings())


def make_law(ruleset: RuleSet, starts_on: date | None = DAY) -> RulesLaw:
    return RulesLaw(ruleset=ruleset, rules_day=NOW.date(), received_on=starts_on)


@pytest.mark.parametrize(
    ("facts", "answer"),
    [
        (("information", False, False), ("information", 5)),
        (("complaint", False, True), ("non_supervisory", 14)),
        (("complaint", True, True), ("field_inspection", 60)),
    ],
    ids=["information", "plain", "inspection"],
)
def test_the_class_follows_from_what_a_person_says(
    facts: tuple[str, bool, bool], answer: tuple[str, int], ruleset: RuleSet
) -> None:
    assert make_law(ruleset).class_of(*facts) == answer


def test_the_level_is_that_of_the_body(ruleset: RuleSet) -> None:
    law = make_law(ruleset)

    assert [law.level_of(code) for code in ("PEMDA-32.04", "PEMDA-32", "TIADA")] == [
        "KABKOTA",
        "PROV",
        None,
    ]


def test_what_repeats_an_earlier_one_of_its_region_goes_to_review(scorer: Scorer) -> None:
    complaint = Complaint(isi="Jalan berlubang di depan pasar Soreang Kabupaten Bandung")

    [plain, repeated, elsewhere] = scorer.score(
        [complaint] * 3,
        today=NOW.date(),
        assume_now=NOW,
        earlier=[{}, {"32.04": "9190001"}, {"35.71": "9190001"}],
    )

    assert plain["flags"] == elsewhere["flags"] == []
    assert [(f["code"], f["detail"]) for f in repeated["flags"]] == [("duplicate", "9190001")]
    assert ("duplicate", "9190001") in [
        (reason["code"], reason["detail"]) for reason in repeated["review_reasons"]
    ]
    assert repeated["decision"] == "review"


def test_the_law_of_an_answer_starts_where_the_answer_did(scorer: Scorer) -> None:
    [answer] = scorer.score([Complaint(isi="Lampu mati")], today=NOW.date(), assume_now=NOW)

    law = scorer.law(answer, NOW)

    assert (law.rules_day, law.received_on) == (date(2026, 11, 24), date(2026, 11, 24))
