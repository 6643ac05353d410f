from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.complaint import Complaint, InputError
from service.disposition import Disposition
from service.loading import load_scorer
from service.scoring import Policy, Scorer

TODAY = date(2026, 11, 24)
POTHOLE = Complaint(
    judul="Jalan rusak",
    isi="Jalan berlubang di depan pasar Soreang Kabupaten Bandung, belum diperbaiki.",
)


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return load_scorer()


def with_policy(scorer: Scorer, **changes: Any) -> Scorer:
    return Scorer(
        model=scorer.model,
        manifest=scorer.manifest,
        ruleset=scorer.ruleset,
        policy=replace(Policy(), **changes),
    )


def one(scorer: Scorer, complaint: Complaint, **options: Any) -> Disposition:
    [answer] = scorer.score([complaint], **{"today": TODAY} | options)
    return answer


def codes(notes: Any) -> list[str]:
    return [note["code"] for note in notes]


def test_a_pothole_goes_to_the_regency_within_fourteen_working_days(scorer: Scorer) -> None:
    answer = one(scorer, POTHOLE, received_on=TODAY)

    assert answer["category"] == "non_supervisory"
    assert answer["agency"]["code"] == "PEMDA-32.04"
    assert answer["agency"]["name"] == "Pemerintah Kabupaten Bandung"
    assert answer["region"]["code"] == "32.04"
    assert answer["sla"] == {
        "working_days": 14,
        "starts_on": "2026-11-24",
        "due_on": "2026-12-14",
        "reminders": ["2026-12-02"],
        "regulation": "permenpan-62-2018",
        "assumed_start": False,
    }
    assert answer["lapor_classification"] == "Pengaduan Tidak Berkadar Pengawasan"


def test_a_question_is_information_within_five_working_days(scorer: Scorer) -> None:
    complaint = Complaint(isi="Apa saja syarat membuat KTP baru di Kota Semarang? Berapa lama?")

    answer = one(scorer, complaint)

    assert (answer["category"], answer["sla"]["working_days"]) == ("information", 5)
    assert answer["agency"]["code"] == "PEMDA-33.74"
    assert answer["lapor_classification"] == "Permintaan Informasi"


def test_extortion_goes_to_the_overseer_and_never_to_the_accused_office(scorer: Scorer) -> None:
    complaint = Complaint(
        isi="Oknum petugas kelurahan melakukan pungli, minta uang 300 ribu untuk surat pindah "
        "di Kota Bekasi."
    )

    answer = one(scorer, complaint)

    assert answer["category"] == "field_inspection"
    assert answer["agency"]["code"] == "PEMDA-32.75"
    assert answer["agency"]["unit"] == "Inspektorat Daerah"


def test_a_suspected_misconduct_is_never_quietly_downgraded(scorer: Scorer) -> None:
    complaints = [
        Complaint(isi=f"Petugas {what} di kantor kecamatan Kabupaten Bogor.")
        for what in ("meminta uang", "tidak ramah", "sering bolos", "mempersulit", "minta rokok")
    ]

    for answer in scorer.score(complaints, today=TODAY):
        suspected = answer["attributes"]["misconduct"] >= scorer.model.misconduct_threshold
        if suspected and answer["category"] != "field_inspection":
            assert answer["decision"] == "review"
            assert "misconduct_suspected" in codes(answer["review_reasons"])


def test_a_regional_matter_without_a_place_has_a_unit_but_no_agency(scorer: Scorer) -> None:
    answer = one(scorer, Complaint(isi="Lampu penerangan jalan di depan sekolah mati sejak Senin."))

    assert answer["agency"]["code"] is None
    assert answer["agency"]["level"] == "KABKOTA"
    assert answer["agency"]["unit"]
    assert answer["decision"] == "review"
    assert "place_missing" in codes(answer["review_reasons"])


def test_twins_are_both_offered_and_neither_is_guessed(scorer: Scorer) -> None:
    answer = one(scorer, Complaint(isi="Lampu penerangan jalan di Bandung mati sejak Senin."))

    assert answer["agency"]["code"] is None
    assert answer["region"]["ambiguous"] == ["32.04", "32.73"]
    assert "place_ambiguous" in codes(answer["review_reasons"])
    offered = {other["code"] for other in answer["alternatives"]}
    assert {"PEMDA-32.04", "PEMDA-32.73"} <= offered


def test_in_jakarta_the_province_answers_and_is_as_sure_as_a_city_elsewhere(
    scorer: Scorer,
) -> None:
    jakarta, medan = scorer.score(
        [Complaint(isi=f"Got mampet di {place}") for place in ("Jakarta Timur", "Kota Medan")],
        today=TODAY,
    )

    assert jakarta["agency"]["code"] == "PEMDA-31"
    assert jakarta["agency"]["probability"] > medan["agency"]["probability"] - 0.05


def test_a_hint_decides_where_the_text_names_no_place(scorer: Scorer) -> None:
    complaint = Complaint(isi="Lampu penerangan jalan mati sejak Senin.", region="35.78")

    assert one(scorer, complaint)["agency"]["code"] == "PEMDA-35.78"


def test_the_home_of_a_desk_counts_where_nothing_else_does(scorer: Scorer) -> None:
    answer = one(scorer, Complaint(isi="Lampu penerangan jalan mati."), home="33.22")

    assert answer["agency"]["code"] == "PEMDA-33.22"


def test_half_past_eleven_at_night_in_jakarta_is_the_next_day_in_papua(scorer: Scorer) -> None:
    late = datetime(2026, 11, 24, 16, 30, tzinfo=UTC)
    papua = Complaint(isi="Jalan rusak di Kota Jayapura", received_at=late)
    java = Complaint(isi="Jalan rusak di Kota Surabaya", received_at=late)

    starts = [answer["sla"]["starts_on"] for answer in scorer.score([papua, java], today=TODAY)]

    assert starts == ["2026-11-25", "2026-11-24"]


def test_without_a_moment_of_receipt_there_are_days_but_no_dates(scorer: Scorer) -> None:
    sla = one(scorer, POTHOLE)["sla"]

    assert (sla["working_days"], sla["starts_on"], sla["due_on"], sla["reminders"]) == (
        14, None, None, [],
    )  # fmt: skip


def test_an_assumed_moment_is_said(scorer: Scorer) -> None:
    now = datetime(2026, 11, 24, 2, tzinfo=UTC)

    assert one(scorer, POTHOLE, assume_now=now)["sla"]["assumed_start"] is True


def test_the_stop_button_sends_everything_to_review_and_says_what_would_have_gone(
    scorer: Scorer,
) -> None:
    running, stopped = (with_policy(scorer, auto=auto, audit_share=0.0) for auto in (True, False))

    before, after = one(running, POTHOLE), one(stopped, POTHOLE)

    assert (before["decision"], before["review_reasons"]) == ("auto", [])
    assert (after["decision"], codes(after["review_reasons"])) == ("review", ["auto_off"])


def test_nothing_goes_out_at_an_error_that_no_threshold_bounds(scorer: Scorer) -> None:
    answer = one(with_policy(scorer, tolerated_error=0.0001), POTHOLE)

    assert answer["decision"] == "review"
    assert codes(answer["review_reasons"]) == ["category_uncertain", "agency_uncertain"]


def test_the_audit_sample_goes_out_and_is_checked(scorer: Scorer) -> None:
    answer = one(with_policy(scorer, audit_share=1.0), POTHOLE)

    assert (answer["decision"], codes(answer["review_reasons"])) == ("auto", ["audit_sample"])


def test_spans_count_in_the_field_that_was_sent(scorer: Scorer) -> None:
    answer = one(scorer, POTHOLE)

    explanation = answer["explanation"]
    for part in (*explanation["terms"], *explanation["cues"]):
        source = {"judul": POTHOLE.judul, "isi": POTHOLE.isi}[part["field"]]
        assert source[part["start"] : part["end"]] == part["text"]
    [place] = answer["region"]["evidence"]
    assert POTHOLE.isi[place["start"] : place["end"]] == "Soreang Kabupaten Bandung"


def test_no_span_covers_personal_data(scorer: Scorer) -> None:
    complaint = Complaint(isi="Nama saya Bandungwati, 081234567890, jalan di Kota Kediri rusak")

    answer = one(scorer, complaint)

    quoted = [part["text"] for part in answer["explanation"]["terms"]]
    assert not [text for text in quoted if "0812" in text or "Bandungwati" in text]


def test_every_row_that_fired_is_quoted_with_its_legal_source(scorer: Scorer) -> None:
    rules = one(scorer, POTHOLE)["explanation"]["rules"]

    assert [rule["table"] for rule in rules] == ["category", "routing"]
    assert all(rule["reference"] for rule in rules)


def test_the_reporters_own_choice_of_another_body_goes_to_review(scorer: Scorer) -> None:
    complaint = replace(POTHOLE, requested_agency="Kementerian Kesehatan")

    answer = one(with_policy(scorer, audit_share=0.0), complaint)

    assert answer["agency"]["code"] == "PEMDA-32.04"
    assert codes(answer["review_reasons"]) == ["agency_uncertain"]


def test_the_same_complaint_gets_the_same_answer_alone_and_in_a_batch(scorer: Scorer) -> None:
    others = [Complaint(isi=f"Air PDAM mati di Kota Malang hari ke-{n}") for n in range(5)]

    batch = scorer.score([*others, POTHOLE], today=TODAY)

    assert batch[-1] == one(scorer, POTHOLE)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"region": "99.99"}, "region: expected the Kemendagri code", id="region"),
        pytest.param({"region": "32.04.37"}, "region: expected .* province", id="district"),
        pytest.param(
            {"received_at": datetime(1990, 1, 1, tzinfo=UTC)},
            "received_at: expected a day between 2018-12-31",
            id="before-every-regulation",
        ),
        pytest.param(
            {"received_at": datetime(9999, 12, 31, 23, tzinfo=UTC)},
            "received_at: expected a day between",
            id="after-every-calendar",
        ),
    ],
)
def test_what_no_rule_can_answer_is_refused(
    scorer: Scorer, change: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        scorer.check(replace(POTHOLE, **change))


@given(st.text(min_size=1, max_size=400).filter(lambda text: text.strip()))
def test_any_text_gets_a_whole_answer(scorer: Scorer, text: str) -> None:
    answer = one(scorer, Complaint(isi=text), received_on=TODAY)

    assert answer["category"] in {"information", "non_supervisory", "field_inspection"}
    assert answer["sla"]["due_on"] > "2026-11-24"
    assert 0 <= answer["category_probability"] <= 1
    assert 0 <= answer["agency"]["probability"] <= 1
    assert answer["decision"] == "review" or not [
        reason for reason in answer["review_reasons"] if reason["code"] != "audit_sample"
    ]


def test_an_answer_without_explanation_is_the_same_otherwise(scorer: Scorer) -> None:
    whole = one(scorer, POTHOLE)
    [short] = scorer.answers([POTHOLE], today=TODAY, explained=False)

    assert whole["explanation"]["terms"]
    assert not any(short["explanation"].values())
    assert short | {"explanation": whole["explanation"]} == whole
