from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from classifier.labels import TOPICS
from service.complaint import Complaint
from service.disposition import Disposition
from service.hints import raised, raised_topic
from service.loading import load_scorer
from service.scoring import Scorer

ROAD = Complaint(isi="Jalan berlubang di depan balai warga Kabupaten Bandung")


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    found = load_scorer()
    found.threshold = 0.0  # what is tested here must not hide behind an uncertain answer
    return found


def ask(scorer: Scorer, complaint: Complaint) -> Disposition:
    [answer] = scorer.score([complaint], today=date(2026, 11, 24))
    return answer


def reasons(answer: Disposition) -> list[str]:
    return [reason["message"] for reason in answer["review_reasons"]]


def test_an_agreeing_category_raises_the_topic_and_the_agency(scorer: Scorer) -> None:
    plain = ask(scorer, ROAD)
    category = next(k for k, v in scorer.ruleset.lapor_topics.items() if v == plain["topic"])

    hinted = ask(scorer, replace(ROAD, lapor_category=category))

    assert hinted["agency"]["code"] == plain["agency"]["code"]
    assert hinted["topics"][0]["probability"] >= plain["topics"][0]["probability"]
    assert hinted["agency"]["probability"] >= plain["agency"]["probability"]
    assert reasons(hinted) == reasons(plain)


def test_a_disagreeing_category_changes_nothing_but_the_review(scorer: Scorer) -> None:
    plain = ask(scorer, ROAD)

    hinted = ask(scorer, replace(ROAD, lapor_category="Haji dan Umroh"))

    assert hinted["agency"] == plain["agency"]
    assert hinted["topics"] == plain["topics"]
    assert hinted["decision"] == "review"
    assert any("Kategori yang dipilih pelapor" in message for message in reasons(hinted))


def test_a_category_that_leads_to_the_same_body_asks_for_no_review(scorer: Scorer) -> None:
    hinted = ask(scorer, replace(ROAD, lapor_category="KEPENDUDUKAN DAN CATATAN SIPIL"))

    assert not any("Kategori yang dipilih pelapor" in message for message in reasons(hinted))


def test_the_agency_that_the_reporter_chose_raises_its_probability(scorer: Scorer) -> None:
    plain = ask(scorer, ROAD)

    chosen = ask(scorer, replace(ROAD, requested_agency="PEMDA-32.04"))

    assert chosen["agency"]["code"] == "PEMDA-32.04"
    assert chosen["agency"]["probability"] > plain["agency"]["probability"]
    assert reasons(chosen) == reasons(plain)


def test_another_agency_that_the_reporter_chose_goes_to_review_and_decides_nothing(
    scorer: Scorer,
) -> None:
    plain = ask(scorer, ROAD)

    chosen = ask(scorer, replace(ROAD, requested_agency="PLN"))

    assert chosen["agency"] == plain["agency"]
    assert "Pelapor memilih instansi lain daripada yang diusulkan." in reasons(chosen)


@pytest.mark.parametrize("chance", [0.0, 0.0001, 0.3, 0.9999, 1.0])
def test_a_confirmed_probability_stays_one(chance: float) -> None:
    assert chance <= raised(chance) <= 1


def test_only_the_likeliest_topic_is_raised_and_the_others_share_the_rest() -> None:
    chances = np.zeros(len(TOPICS))
    chances[:3] = 0.5, 0.3, 0.2

    assert raised_topic(chances, 1) is chances
    confirmed = raised_topic(chances, 0)
    assert confirmed[0] > 0.7
    assert confirmed[1] / confirmed[2] == pytest.approx(1.5, abs=0.01)
    assert confirmed.sum() == pytest.approx(1, abs=1e-3)
