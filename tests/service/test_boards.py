"""What the dashboard, the rules page and the model page are made of, without a browser."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.ruleset import load_ruleset
from service.actors import Actor
from service.answer import dispositions_of
from service.charts import curve_chart
from service.complaint import Complaint, InputError
from service.desk.dashboard import LAST_DAYS, period_between, period_of, tier_of
from service.desk.model_view import choices_of, held_out, risk_chart
from service.desk.names import Names
from service.desk.rule_rows import TABLES, find_rows
from service.desk.trial import try_text
from service.loading import load_scorer
from service.scoring import Scorer
from service.settings import Settings
from service.store.kept import keep

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=ZoneInfo("Asia/Jakarta"))
TODAY = NOW.date()
RULES = load_ruleset()
NAMES = Names(RULES)


@pytest.fixture(scope="module")
def whole() -> Scorer:
    return load_scorer(Settings())


@pytest.mark.parametrize("days", LAST_DAYS)
def test_the_last_days_end_today(days: int) -> None:
    found = period_of(str(days), TODAY)

    assert found.last == TODAY
    assert found.until - found.start == timedelta(days)


@pytest.mark.parametrize(
    ("start", "last"), [("2026-01-01", ""), ("", "2026-01-01"), ("kapan", "2026-01-01")]
)
def test_two_days_are_given_or_none(start: str, last: str) -> None:
    with pytest.raises(InputError):
        period_between(start, last)

    assert period_between("", "") == ""
    assert period_between("2026-01-01", "2026-03-31") == "2026-01-01..2026-03-31"


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"role": "admin_nasional"}, "nasional"),
        ({"role": "pembina", "agency": "KEMENKO_PMK"}, "koordinasi"),
        ({"role": "pembina", "agency": "PEMDA-32"}, "provinsi"),
        ({"role": "admin_instansi", "agency": "PEMDA-32.04"}, "instansi"),
        ({"role": "admin_instansi", "agency": "KEMENKO_PMK"}, "instansi"),
        ({"role": "pejabat_penghubung", "agency": "PEMDA-32", "unit": "Dinas Sosial"}, "unit"),
    ],
    ids=["nation", "coordinated", "province", "regency", "ministry", "unit"],
)
def test_a_tier_follows_role_and_agency(fields: dict[str, str], kind: str) -> None:
    assert tier_of(Actor(kind="person", id="1", **fields), NAMES).kind == kind


_shares = st.floats(0, 1, allow_nan=False)
_points = st.lists(st.tuples(_shares, _shares), max_size=60).map(sorted)


@given(points=_points, limit=_shares, label=st.text("<>&\"' abc", min_size=1, max_size=9))
def test_a_curve_is_sound_and_says_what_it_shows(
    points: list[tuple[float, float]], limit: float, label: str
) -> None:
    drawn = curve_chart(
        "k", {label: points}, title=label, x_name="x", y_name="y", limit=("batas", limit)
    )
    root = ET.fromstring(drawn)  # noqa: S314  # our own

    assert "style=" not in drawn.replace(str(label), "")
    assert root.findtext("title") == label
    assert root.findtext("desc") == "Tidak ada data." or "batas" in str(root.findtext("desc"))
    for element in root.iter():
        for name in ("x", "x1", "x2", "cx"):
            assert 0 <= float(element.get(name, 0)) <= 720
        for name in ("y", "y1", "y2", "cy"):
            assert 0 <= float(element.get(name, 0)) <= float(str(root.get("viewBox")).split()[3])


@pytest.mark.parametrize("table", TABLES)
def test_every_rule_can_be_read_and_found_by_its_id(table: str) -> None:
    rows = find_rows(RULES, NAMES, TODAY, table=table, ended=True)

    assert len(rows) == len(RULES.tables[table].rows)
    codes = {code for code in RULES.topics if "_" in code}
    for row in rows:
        shown = [text for _, text, _ in row.when] + [text for _, text in row.then]
        assert all(shown)
        assert not codes & {word for text in shown for word in text.split()}
    some = random.Random(1).sample(rows, min(3, len(rows)))  # noqa: S311
    for row in some:
        found = find_rows(RULES, NAMES, TODAY, table=table, text=row.id, ended=True)
        assert row in found


def test_rows_of_a_topic_are_those_that_may_concern_it() -> None:
    whole = find_rows(RULES, NAMES, TODAY, table="routing")
    part = find_rows(RULES, NAMES, TODAY, table="routing", topic="listrik")

    assert 0 < len(part) < len(whole)
    assert [row.id for row in whole if row in part] == [row.id for row in part]
    assert any(text == "PT PLN (Persero)" for row in part for _, text in row.then)
    assert find_rows(RULES, NAMES, TODAY, table="routing", text="pln") != []


@pytest.mark.parametrize(
    "isi",
    [
        "Lampu jalan mati di Kota Kediri sejak Senin.",
        "Oknum polisi minta uang tilang di Kota Medan, nomor saya 0812-3456-7890.",
        "Kapan jadwal vaksin?",
    ],
)
def test_a_trial_ends_where_scoring_ends(isi: str, whole: Scorer) -> None:
    complaint = Complaint(isi=isi)
    [answer] = whole.score([complaint], today=TODAY, assume_now=NOW)

    trial = try_text(whole, complaint, now=NOW)

    assert trial.answer == keep(complaint).move(answer)
    assert "".join(piece.text for piece in trial.isi) == keep(complaint).complaint.isi
    assert abs(sum(chance for _, chance in trial.classes) - 1) < 0.01
    assert trial.topics[0].code == answer["topic"]
    assert trial.bodies[0].code == answer["agency"]["code"]


def test_weighing_and_answering_is_scoring(whole: Scorer) -> None:
    complaint = Complaint(isi="Sampah menumpuk di Kota Batam.")
    [weighed] = whole.weigh([complaint], today=TODAY)

    assert list(dispositions_of([weighed])) == whole.score([complaint], today=TODAY)
    assert whole.weigh([], today=TODAY) == []


def test_more_goes_out_where_more_error_is_tolerated(whole: Scorer) -> None:
    choices = choices_of(whole.manifest, 0.04)

    assert 0.04 in {choice.error for choice in choices}
    assert [c.share for c in choices] == sorted(c.share for c in choices)
    for choice in choices:
        if choice.point is not None:
            assert choice.point.bound <= choice.error
            assert choice.share == choice.point.automatic / held_out(whole.manifest)
    assert "kesalahan yang ditoleransi" in str(risk_chart(whole.manifest, 0.05))
