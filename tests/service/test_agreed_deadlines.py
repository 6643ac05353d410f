"""The deadline of an answer: agreed limits, regional holidays, and days that no decree settles."""

from __future__ import annotations

import shutil
from datetime import date, datetime

import pytest

from rules.ruleset import DATA
from service.complaint import Complaint
from service.disposition import SlaOut
from service.loading import load_scorer
from service.readable import describe
from service.scoring import Scorer

AGREEMENT = """\
agreements:
- id: contoh-bandung
  agency: PEMDA-32.04
  parties: ["Pemerintah Kabupaten Contoh", "Dinas Contoh"]
  service: "Perbaikan jalan"
  standard: "Standar pelayanan contoh"
  points: ["Jalan diperiksa dalam dua hari kerja"]
  rights: ["Dinas menerima lokasi yang lengkap"]
  duties: ["Dinas menjawab pelapor"]
  force_majeure: "Bencana alam"
  limits: {non_supervisory: 10}
  valid_from: 2026-01-01
  valid_until: 2027-01-01
  source: "Naskah contoh 1/2026"
"""
HOLIDAY = """\
decreed_years: []
overrides:
- {date: 2026-11-25, working: false, name: "Hari Jadi", reference: "Contoh", regions: ["35.06"]}
"""


@pytest.fixture(scope="module")
def scorer(tmp_path_factory: pytest.TempPathFactory) -> Scorer:
    folder = tmp_path_factory.mktemp("rules") / "data"
    shutil.copytree(DATA, folder)
    (folder / "agreements.yaml").write_text(AGREEMENT, "utf-8")
    (folder / "calendar" / "overrides.yaml").write_text(HOLIDAY, "utf-8")
    return load_scorer(rules=folder)


def sla_of(scorer: Scorer, place: str, received: str = "2026-11-24T09:30:00+07:00") -> SlaOut:
    complaint = Complaint(
        isi=f"Jalan berlubang di depan balai warga {place}",
        received_at=datetime.fromisoformat(received),
    )
    [answer] = scorer.score([complaint], today=date(2026, 11, 24))
    return answer["sla"]


def test_an_agreed_limit_is_the_deadline_and_the_legal_one_stays_shown(scorer: Scorer) -> None:
    sla = sla_of(scorer, "Kabupaten Bandung")

    assert (sla["agreement"], sla["working_days"]) == ("contoh-bandung", 14)
    assert (sla["due_on"], sla["legal_due_on"]) == ("2026-12-08", "2026-12-14")
    assert sla["reminders"] == ["2026-11-26"]


def test_after_its_period_an_agreement_binds_nobody(scorer: Scorer) -> None:
    sla = sla_of(scorer, "Kabupaten Bandung", "2027-01-04T09:30:00+07:00")

    assert "agreement" not in sla


def test_a_regional_holiday_moves_the_deadline_of_that_region_alone(scorer: Scorer) -> None:
    own, other = sla_of(scorer, "Kabupaten Kediri"), sla_of(scorer, "Kabupaten Sleman")

    assert (own["due_on"], other["due_on"]) == ("2026-12-15", "2026-12-14")


@pytest.mark.parametrize(
    ("received", "is_estimated"),
    [("2026-11-24T09:30:00+07:00", False), ("2027-12-28T09:30:00+07:00", True)],
)
def test_a_deadline_that_no_decree_settles_says_so(
    scorer: Scorer, received: str, is_estimated: bool
) -> None:
    assert sla_of(scorer, "Kabupaten Sleman", received).get("estimated", False) is is_estimated


def test_the_readable_answer_names_estimate_and_agreement(scorer: Scorer) -> None:
    texts = []
    for place, received in (("Sleman", "2027-12-28"), ("Bandung", "2026-11-24")):
        complaint = Complaint(
            isi=f"Jalan berlubang di Kabupaten {place}",
            received_at=datetime.fromisoformat(f"{received}T09:30:00+07:00"),
        )
        [answer] = scorer.score([complaint], today=date(2026, 11, 24))
        texts.append(describe(answer))

    assert "hari kerja, perkiraan)" in texts[0]
    assert "kesepakatan contoh-bandung, menurut aturan 14 Des 2026" in texts[1]
