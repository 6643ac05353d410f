from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.agencies import Agencies, Agency
from rules.facts import Facts
from rules.router import Router
from rules.tables import load_table
from rules.vocabulary import KINDS, LEVELS, Vocabulary

DAY = date(2026, 11, 24)
TOPICS = frozenset({"jalan_jembatan", "listrik", "kepolisian_keamanan"})
CUES = ("jalan_tol", "jalan_nasional", "oknum_polisi")
REGIONS = ("31", "31.74", "32", "32.04", "32.73")


def make_agency(code: str, kind: str, level: Any = "PUSAT") -> Agency:
    return Agency(code=code, name=code, abbreviation=code, kind=kind, level=level)


AGENCIES = Agencies(
    [
        make_agency("BPJT", "INDEPENDEN"),
        make_agency("PU", "KEMENTERIAN"),
        make_agency("PLN", "BUMN"),
        make_agency("POLRI", "INDEPENDEN"),
        make_agency("PEMDA-31", "PEMPROV", "PROV"),
        make_agency("PEMDA-32", "PEMPROV", "PROV"),
        make_agency("PEMDA-32.04", "PEMKAB", "KABKOTA"),
        make_agency("PEMDA-32.73", "PEMKOT", "KABKOTA"),
    ]
)
VOCABULARY = Vocabulary(
    topics=TOPICS,
    cues=frozenset(CUES),
    agencies=frozenset(agency.code for agency in AGENCIES),
    regions=frozenset(REGIONS),
)
ROUTING = """\
table: routing
hit_policy: first
inputs: {topic: topic, level: level, kind: kind, misconduct: boolean, cue: cues, region: region}
outputs: {agency: agency, level: level, unit: text, copies: agencies}
rows:
- {id: OKNUM-POLISI, when: {misconduct: true, cue: oknum_polisi},
   then: {agency: POLRI, level: PUSAT, unit: "Propam"}, valid_from: 2018-12-31, reference: A}
- {id: OKNUM-LAIN, when: {misconduct: true, topic: listrik, level: PUSAT, cue: jalan_tol},
   then: {agency: null, unit: "Pengawas lembaga"}, valid_from: 2018-12-31, reference: A}
- {id: JALAN-010, when: {topic: jalan_jembatan, cue: jalan_tol},
   then: {agency: BPJT, copies: [PU, PEMDA, {agency: PEMDA, level: PROV, unit: "Dinas"}]},
   valid_from: 2018-12-31, reference: B}
- {id: JALAN-020, when: {topic: jalan_jembatan, cue: jalan_nasional},
   then: {agency: PU, level: PUSAT, unit: "BBPJN"}, valid_from: 2018-12-31, reference: B}
- {id: JALAN-030, when: {topic: jalan_jembatan, level: PROV},
   then: {agency: PEMDA, level: PROV, unit: "Dinas Bina Marga"},
   valid_from: 2018-12-31, reference: B}
- {id: JALAN-040, when: {topic: jalan_jembatan},
   then: {agency: PEMDA, level: KABKOTA, unit: "Dinas PUPR"}, valid_from: 2018-12-31, reference: B}
- {id: LISTRIK-010, when: {topic: listrik}, then: {agency: PLN, unit: "ULP", copies: [PLN, PU]},
   valid_from: 2018-12-31, reference: C}
- {id: POLISI-010, when: {topic: kepolisian_keamanan}, then: {agency: PEMDA},
   valid_from: 2018-12-31, reference: D}
"""
OVERSIGHT = """\
table: oversight
inputs: {agency: agency, kind: [KEMENTERIAN, INDEPENDEN, BUMN, PEMPROV, PEMKAB, PEMKOT],
  level: level}
outputs: {unit: text}
rows:
- {id: AWAS-PROV, when: {kind: PEMPROV}, then: {unit: "Inspektorat Daerah Provinsi"},
   valid_from: 2018-12-31, reference: E}
- {id: AWAS-KAB, when: {kind: [PEMKAB, PEMKOT]}, then: {unit: "Inspektorat Daerah"},
   valid_from: 2018-12-31, reference: E}
- {id: AWAS-POLRI, when: {agency: POLRI}, then: {unit: "Divisi Propam"},
   valid_from: 2018-12-31, reference: E}
- {id: AWAS-MENTERI, when: {kind: KEMENTERIAN}, then: {unit: "Inspektorat Jenderal"},
   valid_from: 2018-12-31, reference: E}
"""


@pytest.fixture(scope="module")
def router(tmp_path_factory: pytest.TempPathFactory) -> Router:
    folder = tmp_path_factory.mktemp("rules")
    (folder / "routing.yaml").write_text(ROUTING, "utf-8")
    (folder / "oversight.yaml").write_text(OVERSIGHT, "utf-8")
    routing = load_table(folder / "routing.yaml", VOCABULARY)
    oversight = load_table(folder / "oversight.yaml", VOCABULARY)
    return Router(
        routing=(routing, routing.rows),
        oversight=(oversight, oversight.rows),
        topics=TOPICS,
        agencies=AGENCIES,
    )


def make_facts(**changes: Any) -> Facts:
    facts = Facts(
        topic="jalan_jembatan",
        level="KABKOTA",
        kind="complaint",
        misconduct=False,
        inspection=True,
        on=DAY,
        region="32.04",
    )
    return replace(facts, **changes)


def cues(*codes: str) -> frozenset[str]:
    return frozenset(codes)


def test_the_regional_government_of_the_place_answers(router: Router) -> None:
    route = router.route(make_facts())

    assert (route.agency, route.level, route.unit) == ("PEMDA-32.04", "KABKOTA", "Dinas PUPR")
    assert not route.place_missing


def test_the_row_that_fired_says_why(router: Router) -> None:
    (fired,) = router.route(make_facts(cues=cues("jalan_nasional"))).rows

    assert (fired.table, fired.row, fired.reference) == ("routing", "JALAN-020", "B")
    assert fired.because == {"topic": "jalan_jembatan", "cue": "jalan_nasional"}


def test_the_nearest_row_that_failed_by_one_cell_is_named(router: Router) -> None:
    (miss,) = router.route(make_facts()).near_misses

    assert (miss.row, miss.failed) == ("JALAN-030", {"level": "PROV"})


def test_a_row_that_failed_by_two_cells_is_no_near_miss(router: Router) -> None:
    facts = make_facts(topic="listrik", level="KABKOTA")

    assert router.route(facts).near_misses == ()


def test_of_two_rows_the_upper_one_counts(router: Router) -> None:
    route = router.route(make_facts(cues=cues("jalan_tol", "jalan_nasional")))

    assert route.agency == "BPJT"


def test_copies_are_resolved_at_the_place(router: Router) -> None:
    route = router.route(make_facts(cues=cues("jalan_tol")))

    assert route.copies == (("PU", None), ("PEMDA-32.04", None), ("PEMDA-32", "Dinas"))


def test_nobody_gets_a_copy_of_what_he_must_answer(router: Router) -> None:
    assert router.route(make_facts(topic="listrik")).copies == (("PU", None),)


def test_a_copy_without_its_place_is_left_out(router: Router) -> None:
    route = router.route(make_facts(cues=cues("jalan_tol"), region=None))

    assert route.copies == (("PU", None),)
    assert not route.place_missing


@pytest.mark.parametrize("region", [None, "32"])
def test_a_regency_matter_without_regency_has_no_agency(router: Router, region: str | None) -> None:
    route = router.route(make_facts(region=region))

    assert (route.agency, route.level, route.unit) == (None, "KABKOTA", "Dinas PUPR")
    assert route.place_missing


@pytest.mark.parametrize("region", ["32", "32.04"])
def test_a_provincial_matter_needs_only_the_province(router: Router, region: str) -> None:
    route = router.route(make_facts(level="PROV", region=region))

    assert (route.agency, route.level) == ("PEMDA-32", "PROV")


@pytest.mark.parametrize("region", ["31", "31.74"])
def test_in_jakarta_the_province_answers_for_its_cities(router: Router, region: str) -> None:
    route = router.route(make_facts(region=region))

    assert (route.agency, route.level) == ("PEMDA-31", "PROV")


def test_a_regional_row_without_level_follows_the_text(router: Router) -> None:
    facts = make_facts(topic="kepolisian_keamanan")

    assert router.route(replace(facts, level="PROV")).agency == "PEMDA-32"
    assert router.route(replace(facts, level="KABKOTA")).agency == "PEMDA-32.04"
    assert router.route(replace(facts, level="PUSAT")).agency == "PEMDA-32.04"


@pytest.mark.parametrize(
    ("changes", "fixed"),
    [
        pytest.param({"cues": cues("jalan_tol")}, True, id="a-central-body"),
        pytest.param({}, True, id="the-row-names-it"),
        pytest.param({"level": "PROV"}, False, id="the-row-asked-for-it"),
        pytest.param({"topic": "kepolisian_keamanan"}, False, id="the-row-leaves-it-open"),
    ],
)
def test_a_level_is_fixed_when_the_row_names_it_unasked(
    router: Router, changes: dict[str, Any], fixed: bool
) -> None:
    assert router.route(make_facts(**changes)).level_fixed is fixed


@pytest.mark.parametrize(
    ("changes", "agency", "unit", "row"),
    [
        ({"cues": cues("oknum_polisi")}, "POLRI", "Divisi Propam", "AWAS-POLRI"),
        ({}, "PEMDA-32.04", "Inspektorat Daerah", "AWAS-KAB"),
        ({"region": "32.73"}, "PEMDA-32.73", "Inspektorat Daerah", "AWAS-KAB"),
        ({"level": "PROV"}, "PEMDA-32", "Inspektorat Daerah Provinsi", "AWAS-PROV"),
        ({"region": "31.74"}, "PEMDA-31", "Inspektorat Daerah Provinsi", "AWAS-PROV"),
        ({"region": None}, None, "Inspektorat Daerah", "AWAS-KAB"),
        ({"cues": cues("jalan_nasional")}, "PU", "Inspektorat Jenderal", "AWAS-MENTERI"),
    ],
)
def test_misconduct_goes_to_the_overseer_of_the_accused_body(
    router: Router, changes: dict[str, Any], agency: str | None, unit: str, row: str
) -> None:
    route = router.route(make_facts(misconduct=True, **changes))

    assert (route.agency, route.unit) == (agency, unit)
    assert [fired.row for fired in route.rows][-1] == row


def test_an_accused_body_that_cannot_be_told_stays_open(router: Router) -> None:
    facts = make_facts(misconduct=True, topic="listrik", level="PUSAT", cues=cues("jalan_tol"))

    route = router.route(facts)

    assert (route.agency, route.unit, route.place_missing) == (None, "Pengawas lembaga", False)


def test_an_unknown_topic_has_no_answer_but_an_explanation(router: Router) -> None:
    route = router.route(make_facts(topic="ekonomi_bulan"))

    assert (route.agency, route.unit, route.rows) == (None, None, ())
    assert route.level == "KABKOTA"


@given(
    topic=st.sampled_from([*sorted(TOPICS), "lain"]),
    level=st.sampled_from(LEVELS),
    kind=st.sampled_from(KINDS),
    misconduct=st.booleans(),
    inspection=st.booleans(),
    found=st.frozensets(st.sampled_from([*CUES, "tak_dikenal"])),
    region=st.sampled_from([None, "99.99", *REGIONS]),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_combination_of_facts_has_a_route(
    router: Router,
    topic: str,
    level: str,
    kind: str,
    misconduct: bool,
    inspection: bool,
    found: frozenset[str],
    region: str | None,
) -> None:
    facts = make_facts(
        topic=topic,
        level=level,
        kind=kind,
        misconduct=misconduct,
        inspection=inspection,
        cues=found,
        region=region,
    )

    route = router.route(facts)

    assert route == router.route(facts)
    assert route.level in LEVELS
    assert route.agency is None or route.agency in AGENCIES
    assert all(code != route.agency for code, _ in route.copies)
    assert bool(route.rows) is (topic in TOPICS or (misconduct and "oknum_polisi" in found))
