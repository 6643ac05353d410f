"""Service-level agreements: stricter than the law or equal, never looser."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import rules
from rules.agreements import Agreements, load_agreements
from rules.errors import RuleFileError
from rules.regulations import load_regulations

DATA = Path(rules.__file__).parent / "data"
REGULATIONS = load_regulations(DATA / "regulations")
# Invented: an example, no agreement of anybody.
EXAMPLE = """\
agreements:
- id: contoh-a
  agency: PEMDA-32.04
  parties: ["Pemerintah Kabupaten Contoh", "Dinas Contoh"]
  service: "Perbaikan lampu jalan"
  topics: [penerangan_jalan]
  standard: "Standar pelayanan contoh"
  points: ["Lampu diperiksa dalam dua hari kerja"]
  rights: ["Dinas menerima lokasi yang lengkap"]
  duties: ["Dinas menjawab pelapor"]
  force_majeure: "Bencana alam"
  limits: {non_supervisory: 10}
  valid_from: 2026-01-01
  valid_until: 2027-01-01
  source: "Naskah contoh 1/2026"
"""


def load(folder: Path, text: str) -> Agreements:
    path = folder / "agreements.yaml"
    path.write_text(text, encoding="utf-8")
    return load_agreements(
        path,
        regulations=REGULATIONS,
        agencies={"PEMDA-32.04"},
        topics={"penerangan_jalan", "jalan_jembatan"},
    )


def test_the_shipped_file_claims_no_agreement() -> None:
    found = load_agreements(
        DATA / "agreements.yaml", regulations=REGULATIONS, agencies=(), topics=()
    )

    assert found.all == ()


@pytest.mark.parametrize(
    ("agency", "topic", "category", "day", "binds"),
    [
        ("PEMDA-32.04", "penerangan_jalan", "non_supervisory", date(2026, 1, 1), True),
        ("PEMDA-32.04", "penerangan_jalan", "non_supervisory", date(2026, 12, 31), True),
        ("PEMDA-32.04", "penerangan_jalan", "non_supervisory", date(2027, 1, 1), False),
        ("PEMDA-32.04", "penerangan_jalan", "non_supervisory", date(2025, 12, 31), False),
        ("PEMDA-32.04", "penerangan_jalan", "information", date(2026, 6, 1), False),
        ("PEMDA-32.04", "jalan_jembatan", "non_supervisory", date(2026, 6, 1), False),
        ("PEMDA-33", "penerangan_jalan", "non_supervisory", date(2026, 6, 1), False),
        (None, "penerangan_jalan", "non_supervisory", date(2026, 6, 1), False),
    ],
)
def test_an_agreement_binds_its_body_for_its_subject_class_and_period(
    tmp_path: Path, agency: str | None, topic: str, category: str, day: date, binds: bool
) -> None:
    agreements = load(tmp_path, EXAMPLE)

    found = agreements.find(agency, topic=topic, category=category, day=day)

    assert (found is not None) is binds


def test_the_strictest_of_several_binds(tmp_path: Path) -> None:
    second = EXAMPLE.replace("agreements:\n", "").replace("contoh-a", "contoh-b")
    agreements = load(
        tmp_path, EXAMPLE + second.replace("non_supervisory: 10", "non_supervisory: 7")
    )

    found = agreements.find(
        "PEMDA-32.04", topic="penerangan_jalan", category="non_supervisory", day=date(2026, 6, 1)
    )

    assert found is not None
    assert (found.id, found.limits["non_supervisory"]) == ("contoh-b", 7)


def test_a_limit_may_equal_the_law(tmp_path: Path) -> None:
    agreements = load(tmp_path, EXAMPLE.replace("non_supervisory: 10", "non_supervisory: 14"))

    assert agreements.all[0].limits == {"non_supervisory": 14}


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        pytest.param(
            "non_supervisory: 10",
            "non_supervisory: 15",
            r"agreements\.yaml:12: non_supervisory: expected 1 to 14 working days, the limit of"
            r" permenpan-62-2018, got 15: an agreement is never looser than the law",
            id="looser-than-the-law",
        ),
        pytest.param("non_supervisory: 10", "non_supervisory: 0", "got 0", id="no-day-at-all"),
        pytest.param("{non_supervisory: 10}", "{}", ":12: expected the limit", id="no-limit"),
        pytest.param("non_supervisory: 10", "ringan: 2", "got 'ringan'", id="unknown-class"),
        pytest.param("PEMDA-32.04", "PEMDA-99", ":3: expected the code of a body", id="no-body"),
        pytest.param("[penerangan_jalan]", "[lampu]", "unknown topic code", id="no-topic"),
        pytest.param(', "Dinas Contoh"', "", ":4: expected at least two parties", id="one-party"),
        pytest.param("2027-01-01", "2026-01-01", ":14: expected a day after", id="no-period"),
        pytest.param(
            '  source: "Naskah contoh 1/2026"\n', "", "missing key 'source'", id="without-a-source"
        ),
        pytest.param('duties: ["Dinas menjawab pelapor"]', "duties: []", "got none", id="no-duty"),
    ],
)
def test_what_cannot_be_an_agreement_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    assert old in EXAMPLE

    with pytest.raises(RuleFileError, match=problem):
        load(tmp_path, EXAMPLE.replace(old, new))
