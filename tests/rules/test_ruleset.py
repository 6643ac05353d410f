from __future__ import annotations

import gc
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.decide import (
    CompiledRules,
    NoRuleError,
    Route,
    place_state,
)
from rules.errors import RuleFileError
from rules.facts import Facts
from rules.ruleset import DATA, RuleSet, load_ruleset
from rules.vocabulary import CATEGORIES, KINDS, LEVELS

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


@pytest.mark.parametrize(
    ("kind", "misconduct", "inspection", "category"),
    [
        ("information", False, False, "information"),
        ("information", True, True, "information"),
        ("normative", True, True, "information"),
        ("complaint", True, True, "field_inspection"),
        ("complaint", True, False, "non_supervisory"),
        ("complaint", False, True, "non_supervisory"),
        ("complaint", False, False, "non_supervisory"),
        ("aspiration", True, True, "non_supervisory"),
        ("aspiration", False, False, "non_supervisory"),
    ],
)
def test_the_class_follows_the_regulation(
    day: CompiledRules, kind: str, misconduct: bool, inspection: bool, category: str
) -> None:
    code, fired = day.category(kind, misconduct, inspection)

    assert code == category
    assert fired.table == "category"
    assert "62/2018" in fired.reference


def test_no_class_is_given_before_the_first_regulation(ruleset: RuleSet) -> None:
    day = ruleset.on(date(2018, 12, 30))

    with pytest.raises(NoRuleError, match="no row is in force for kind 'complaint'"):
        day.category("complaint", True, True)


def test_a_route_before_the_first_regulation_is_open(ruleset: RuleSet) -> None:
    assert ruleset.on(date(2010, 1, 1)).route(make_facts()).agency is None


def test_days_of_one_period_share_their_tables(ruleset: RuleSet) -> None:
    assert ruleset.on(TODAY) is ruleset.on(date(2026, 11, 25))
    assert ruleset.on(TODAY) is not ruleset.on(date(2019, 1, 1))


@given(
    topic=st.sampled_from([line.split("code: ")[1].split(",")[0] for line in (DATA / "topics.yaml")
                           .read_text("utf-8").splitlines() if "code: " in line]),
    level=st.sampled_from(LEVELS),
    kind=st.sampled_from(KINDS),
    misconduct=st.booleans(),
    inspection=st.booleans(),
    data=st.data(),
)  # fmt: skip
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_combination_of_facts_is_decided(
    ruleset: RuleSet,
    topic: str,
    level: str,
    kind: str,
    misconduct: bool,
    inspection: bool,
    data: st.DataObject,
) -> None:
    cues = data.draw(st.frozensets(st.sampled_from(sorted(ruleset.vocabulary.cues)), max_size=4))
    region = data.draw(st.sampled_from([None, "31", "31.74", "32", "32.04", "96.71"]))
    facts = make_facts(
        topic=topic,
        level=level,
        kind=kind,
        misconduct=misconduct,
        inspection=inspection,
        cues=cues,
        region=region,
    )
    day = ruleset.on(TODAY)

    route = day.route(facts)
    flags = day.flags(facts, place=place_state(route))

    assert route.rows
    assert day.category(kind, misconduct, inspection)[0] in CATEGORIES
    assert route.agency is not None or route.place_missing or route.unit is not None
    body_of = day.bodies(replace(facts, level="none"))
    assert body_of(level) == (route.agency, route.level)
    assert route.agency is None or route.agency in ruleset.agencies
    assert all(flag.message for flag in flags)


def test_misconduct_never_goes_to_the_accused_office_itself(day: CompiledRules) -> None:
    plain = day.route(make_facts())
    accused = day.route(make_facts(misconduct=True))

    assert accused.unit == "Inspektorat Daerah"
    assert accused.unit != plain.unit


@pytest.mark.parametrize(
    ("missing", "ambiguous", "state"),
    [
        (False, (), "none"),
        (False, ("32.04", "32.73"), "none"),
        (True, (), "missing"),
        (True, ("32.04", "32.73"), "ambiguous"),
    ],
)
def test_a_place_matters_only_where_it_decides(
    missing: bool, ambiguous: tuple[str, ...], state: str
) -> None:
    route = Route(
        agency=None,
        level="KABKOTA",
        level_fixed=False,
        unit=None,
        copies=(),
        place_missing=missing,
        rows=(),
        near_misses=(),
    )

    assert place_state(route, ambiguous) == state


@pytest.mark.parametrize(
    ("category", "topic"),
    [
        ("JALAN BERLUBANG", "jalan_jembatan"),
        ("jalan  berlubang", "jalan_jembatan"),
        ("KESEHATAN > LAYANAN AMBULAN", "layanan_kesehatan"),
        ("AGAMA > HAJI DAN UMROH", "haji_umrah"),
        ("PENDIDIKAN\u00a0DAN\u00a0KEBUDAYAAN > KATEGORI BARU", "pendidikan_dasar"),
        ("KATEGORI BARU", None),
        ("", None),
        (None, None),
    ],
)
def test_a_lapor_category_hints_at_a_topic(
    ruleset: RuleSet, category: str | None, topic: str | None
) -> None:
    assert ruleset.topic_of(category) == topic


def test_a_text_gives_cues_and_place_in_one_call(ruleset: RuleSet) -> None:
    text = "Api sudah besar di kios, tolong kirim damkar ke Soreang Kabupaten Bandung"

    facts = ruleset.reader.read(text)

    assert {"tanda_api", "tanda_mendesak"} <= facts.codes
    assert facts.place.code == "32.04"


def make_copy(folder: Path) -> Path:
    shutil.copytree(DATA, folder)
    return folder


def test_the_version_changes_with_any_data_file(ruleset: RuleSet, tmp_path: Path) -> None:
    folder = make_copy(tmp_path / "data")
    path = folder / "topics.yaml"
    path.write_text(path.read_text("utf-8") + "# catatan\n", "utf-8")

    changed = load_ruleset(folder, lint=False)

    assert len(ruleset.version) == 12
    assert changed.version != ruleset.version


def test_loading_leaves_the_collector_of_garbage_as_it_was(tmp_path: Path) -> None:
    assert gc.isenabled()
    with pytest.raises(RuleFileError):
        load_ruleset(tmp_path)
    assert gc.isenabled()


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("topics.yaml", "code: air_minum", "code: listrik", "topic 'listrik' stands twice"),
        ("topics.yaml", "label:", "nama:", "unknown key 'nama'"),
        ("lapor_categories.yaml", ": keagamaan", ": agama", "unknown topic code 'agama'"),
        ("lapor_categories.yaml", '"AGAMA"', '"Agama"', "expected the category in capitals"),
        ("oversight.yaml", "table: oversight", "table: pengawas", "expected table 'oversight'"),
        ("review.yaml", '"sensitive_data:child"', '"sensitive_data:anak"', "unknown flags code"),
    ],
)
def test_any_broken_file_stops_the_whole(
    tmp_path: Path, name: str, old: str, new: str, words: str
) -> None:
    folder = make_copy(tmp_path / "data")
    text = (folder / name).read_text("utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), "utf-8")

    with pytest.raises(RuleFileError) as caught:
        load_ruleset(folder)

    assert words in caught.value.problem
    assert caught.value.path.name == name
    assert caught.value.line > 0
