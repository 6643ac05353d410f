from __future__ import annotations

import csv
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import (
    Column,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    insert,
    literal,
    select,
)

import rules
from service.actors import SYSTEM, Actor
from service.auth.coordination import COORDINATED
from service.auth.roles import SCOPES_OF
from service.auth.visibility import (
    RecordColumns,
    RecordFacts,
    handled,
    may_act,
    may_see,
    needs_reason,
    visible,
)

PUTR, DISHUB = "Dinas Pekerjaan Umum dan Tata Ruang", "Dinas Perhubungan"


def make_person(role: str, agency: str | None = None, unit: str | None = None) -> Actor:
    return Actor(kind="person", id="1", role=role, agency=agency, unit=unit, scopes=SCOPES_OF[role])


def make_key(region: str | None = None) -> Actor:
    agency = None if region is None else f"PEMDA-{region}"
    return Actor(kind="key", id="k", agency=agency, scopes=frozenset({"read", "act"}))


RECORDS = {
    "bandung-putr": RecordFacts(agency="PEMDA-32.04", unit=PUTR, region="32.04"),
    "bandung-dishub": RecordFacts(agency="PEMDA-32.04", unit=DISHUB, region="32.04"),
    "jabar": RecordFacts(agency="PEMDA-32", unit=PUTR, region="32"),
    "sleman": RecordFacts(agency="PEMDA-34.04", unit=PUTR, region="34.04"),
    "pu-in-bandung": RecordFacts(agency="PU", region="32.04"),
    "pu-nowhere": RecordFacts(agency="PU"),
    "police": RecordFacts(agency="POLRI", unit="Divisi Propam"),
    "no-agency-in-bandung": RecordFacts(agency=None, region="32.04"),
    "no-agency": RecordFacts(agency=None),
}
ALL = frozenset(RECORDS)
NONE: frozenset[str] = frozenset()
BANDUNG = frozenset({"bandung-putr", "bandung-dishub"})
JABAR = BANDUNG | {"jabar"}
PU = frozenset({"pu-in-bandung", "pu-nowhere"})

SEEN = {
    "system": (SYSTEM, ALL),
    "key": (make_key(), ALL),
    "key-bandung": (make_key("32.04"), BANDUNG | {"pu-in-bandung", "no-agency-in-bandung"}),
    "key-jabar": (make_key("32"), JABAR | {"pu-in-bandung", "no-agency-in-bandung"}),
    "national": (make_person("admin_nasional"), ALL),
    "auditor": (make_person("auditor"), ALL),
    "engineer": (make_person("ml_engineer"), ALL),
    "admin-bandung": (make_person("admin_instansi", "PEMDA-32.04"), BANDUNG),
    "admin-jabar": (make_person("admin_instansi", "PEMDA-32"), JABAR),
    "admin-3": (make_person("admin_instansi", "PEMDA-3"), NONE),
    "admin-pu": (make_person("admin_instansi", "PU"), PU),
    "admin-kemenko": (make_person("admin_instansi", "KEMENKO_INFRA"), NONE),
    "admin-without-agency": (make_person("admin_instansi"), NONE),
    "unit": (make_person("pejabat_penghubung", "PEMDA-32.04", PUTR), {"bandung-putr"}),
    "unit-jabar": (make_person("pejabat_penghubung", "PEMDA-32", PUTR), {"jabar"}),
    "unit-without-unit": (make_person("pejabat_penghubung", "PEMDA-32.04"), NONE),
    "nation": (make_person("pembina"), ALL),
    "kemenko-infra": (make_person("pembina", "KEMENKO_INFRA"), PU),
    "kemenko-polkam": (make_person("pembina", "KEMENKO_POLKAM"), {"police"}),
    "province": (make_person("pembina", "PEMDA-32"), JABAR),
    "regency": (make_person("pembina", "PEMDA-32.04"), BANDUNG),
    "agency": (make_person("pembina", "PU"), PU),
}


@pytest.mark.parametrize(("actor", "seen"), SEEN.values(), ids=SEEN)
def test_everybody_sees_his_own_and_nothing_else(actor: Actor, seen: frozenset[str]) -> None:
    assert {name for name, facts in RECORDS.items() if may_see(actor, facts)} == seen


@pytest.mark.parametrize(("actor", "seen"), SEEN.values(), ids=SEEN)
def test_the_database_filters_as_python_does(actor: Actor, seen: frozenset[str]) -> None:
    metadata = MetaData()
    table = Table(
        "record",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("name", String),
        Column("agency", String),
        Column("unit", String),
        Column("region", String),
    )
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    columns = RecordColumns(agency=table.c.agency, unit=table.c.unit, region=table.c.region)

    with engine.begin() as connection:
        for name, facts in RECORDS.items():
            values = {"agency": facts.agency, "unit": facts.unit, "region": facts.region}
            connection.execute(insert(table).values(name=name, **values))
        found = connection.execute(select(table.c.name).where(visible(actor, columns)))
        names = set(found.scalars())
    engine.dispose()

    assert names == seen


@pytest.mark.parametrize("name", SEEN)
def test_the_database_knows_who_handles_a_record_as_python_does(name: str) -> None:
    actor, _ = SEEN[name]
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        found = {
            record: connection.scalar(
                select(
                    handled(
                        actor,
                        RecordColumns(
                            agency=literal(facts.agency, String),
                            unit=literal(facts.unit, String),
                            region=literal(facts.region, String),
                        ),
                    )
                )
            )
            for record, facts in RECORDS.items()
        }
    engine.dispose()

    assert {record: bool(value) for record, value in found.items()} == {
        record: not needs_reason(actor, replace(facts, secret=True))
        for record, facts in RECORDS.items()
    }


ACTS = {"admin_nasional", "admin_instansi", "pejabat_penghubung"}


@pytest.mark.parametrize(("actor", "seen"), SEEN.values(), ids=SEEN)
def test_nobody_changes_what_he_does_not_see(actor: Actor, seen: frozenset[str]) -> None:
    changeable = {name for name, facts in RECORDS.items() if may_act(actor, facts)}

    assert changeable <= set(seen)
    if actor.kind == "person" and actor.role not in ACTS:
        assert not changeable


def test_a_province_sees_its_regencies_and_does_not_act_for_them() -> None:
    province = make_person("admin_instansi", "PEMDA-32")

    assert may_see(province, RECORDS["bandung-putr"])
    assert not may_act(province, RECORDS["bandung-putr"])
    assert may_act(province, RECORDS["jabar"])


OPENS_WITHOUT_REASON = {"system", "national", "unit"}


@pytest.mark.parametrize("mark", ["secret", "whistleblower"])
@pytest.mark.parametrize("name", SEEN)
def test_only_the_handling_unit_and_the_national_admin_open_it_without_a_reason(
    name: str, mark: str
) -> None:
    actor, _ = SEEN[name]
    facts = RecordFacts(agency="PEMDA-32.04", unit=PUTR, region="32.04", **{mark: True})

    assert needs_reason(actor, facts) is (name not in OPENS_WITHOUT_REASON)


def test_where_no_unit_is_set_the_agencys_admin_handles_it() -> None:
    facts = RecordFacts(agency="PU", secret=True)

    assert not needs_reason(make_person("admin_instansi", "PU"), facts)
    assert needs_reason(make_person("admin_instansi", "KES"), facts)
    assert needs_reason(make_person("pejabat_penghubung", "PU", "Biro Umum"), facts)


@pytest.mark.parametrize("name", SEEN)
def test_an_open_report_needs_no_reason(name: str) -> None:
    assert not any(needs_reason(SEEN[name][0], facts) for facts in RECORDS.values())


def test_every_coordinated_body_exists_and_has_one_coordinator() -> None:
    path = Path(rules.__file__).parent / "data" / "agencies.csv"
    with path.open(encoding="utf-8") as file:
        known = {row["code"] for row in csv.DictReader(file)}

    assert known >= set(COORDINATED).union(*COORDINATED.values())
    for one, other in product(COORDINATED, repeat=2):
        assert one == other or not COORDINATED[one] & COORDINATED[other]
