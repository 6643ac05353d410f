from collections import Counter
from datetime import date
from pathlib import Path

import pytest

import rules
from rules.agencies import Agencies
from rules.agency_file import COLUMNS, load_agencies
from rules.errors import RuleFileError
from rules.regions import Regions, load_aliases, load_regions

DATA = Path(rules.__file__).parent / "data"
TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def regions() -> Regions:
    return load_regions(DATA / "regions")


@pytest.fixture(scope="module")
def agencies(regions: Regions) -> Agencies:
    aliases = load_aliases(DATA / "regions" / "aliases.csv", regions)
    return load_agencies(DATA / "agencies.csv", regions, aliases)


def make_row(**cells: str) -> str:
    row = dict.fromkeys(COLUMNS, "") | {
        "code": "PU",
        "name": "Kementerian Pekerjaan Umum",
        "kind": "KEMENTERIAN",
        "level": "PUSAT",
    }
    return ",".join((row | cells).values())


def write(folder: Path, *rows: str) -> Path:
    path = folder / "agencies.csv"
    path.write_text("\n".join([",".join(COLUMNS), *rows, ""]), encoding="utf-8")
    return path


def test_145_central_and_546_regional_bodies_are_in_force(agencies: Agencies) -> None:
    levels = Counter(agency.level for agency in agencies.in_force(TODAY))
    kinds = Counter(agency.kind for agency in agencies.in_force(TODAY))

    assert levels == {"PUSAT": 145, "PROV": 38, "KABKOTA": 508}
    assert kinds["PEMPROV"] == 38
    assert kinds["PEMKAB"] == 415
    assert kinds["PEMKOT"] == 93


def test_every_body_that_has_ended_has_a_successor_in_force(agencies: Agencies) -> None:
    for agency in agencies:
        if agency.valid_until is not None:
            assert agency.successor is not None
            follower = agencies.get(agency.successor)
            assert follower is not None
            assert follower.in_force(TODAY)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        pytest.param("Kominfo", "KOMDIGI", id="renamed"),
        pytest.param("Kementerian Komunikasi dan Informatika", "KOMDIGI", id="renamed-in-full"),
        pytest.param("PUPR", "PU", id="split"),
        pytest.param("Kementerian PUPR", "PU", id="split-in-full"),
        pytest.param("KLHK", "LH", id="klhk"),
        pytest.param("Kemenkumham", "HUKUM", id="kemenkumham"),
        pytest.param("Kemendikbud", "DIKDASMEN", id="kemendikbud"),
        pytest.param("Ristekdikti", "DIKTI", id="ristekdikti"),
        pytest.param("BP2MI", "P2MI", id="bp2mi"),
        pytest.param("BNP2TKI", "P2MI", id="twice-renamed"),
        pytest.param("Kementerian BUMN", "BP_BUMN", id="kementerian-bumn"),
        pytest.param("BP Haji", "HAJI", id="bp-haji"),
        pytest.param("KASN", "BKN", id="kasn"),
        pytest.param("BKKBN", "DUKBANGGA", id="bkkbn"),
        pytest.param("KOMINFO", "KOMDIGI", id="code-of-old"),
        pytest.param("BPN", "ATRBPN", id="half-of-a-double-name"),
        pytest.param("kantor pertanahan", "ATRBPN", id="vertical-office"),
        pytest.param("Bea Cukai", "KEU", id="directorate-general"),
        pytest.param("PT. PLN (Persero)", "PLN", id="punctuation"),
        pytest.param("BPJS Kesehatan", "BPJSKES", id="bpjs"),
        pytest.param("Pemerintah Kabupaten Bandung", "PEMDA-32.04", id="regency"),
        pytest.param("Pemkab. Bandung", "PEMDA-32.04", id="pemkab"),
        pytest.param("Pemerintah Kota Bandung", "PEMDA-32.73", id="city"),
        pytest.param("PEMKOT PADANG", "PEMDA-13.71", id="pemkot-capitals"),
        pytest.param("Pemkab KBB", "PEMDA-32.17", id="alias-of-a-place"),
        pytest.param("Pemprov Jabar", "PEMDA-32", id="short-province"),
        pytest.param("Pemerintah Provinsi DKI Jakarta", "PEMDA-31", id="dki"),
        pytest.param("Pemerintah Daerah Istimewa Yogyakarta", "PEMDA-34", id="diy"),
        pytest.param("Pemerintah Aceh", "PEMDA-11", id="aceh"),
        pytest.param("Pemda Sleman", "PEMDA-34.04", id="pemda-of-one-kind"),
        pytest.param("Pemda Bandung", None, id="pemda-of-twins"),
        pytest.param("Kementerian Sihir", None, id="unknown"),
        pytest.param("", None, id="empty"),
    ],
)
def test_a_name_leads_to_the_body_in_force(name: str, code: str | None, agencies: Agencies) -> None:
    assert agencies.resolve(name) == code


def test_every_name_and_abbreviation_leads_to_its_own_body(agencies: Agencies) -> None:
    for agency in agencies.in_force(TODAY):
        assert agencies.resolve(agency.name) == agency.code
        assert agencies.resolve(agency.abbreviation) == agency.code


@pytest.mark.parametrize(
    ("region", "level", "code"),
    [
        ("32.04", "PROV", "PEMDA-32"),
        ("32.04", "KABKOTA", "PEMDA-32.04"),
        ("32.04.37", "KABKOTA", "PEMDA-32.04"),
        ("31.74", "KABKOTA", "PEMDA-31"),
        ("31", "KABKOTA", "PEMDA-31"),
        ("31.01", "PROV", "PEMDA-31"),
        ("32", "KABKOTA", None),
        ("32", "PROV", "PEMDA-32"),
        ("32.04", "PUSAT", None),
        ("99", "PROV", None),
        ("99.01", "KABKOTA", None),
    ],
)
def test_a_place_and_a_level_give_the_regional_government(
    region: str, level: str, code: str | None, agencies: Agencies
) -> None:
    assert agencies.regional(region, level) == code


def test_jakartas_areas_are_no_agencies(agencies: Agencies) -> None:
    assert "PEMDA-31.74" not in agencies
    assert "PEMDA-31" in agencies


def test_a_government_keeps_its_number_in_lapor(agencies: Agencies) -> None:
    padang = agencies.get("PEMDA-13.71")

    assert padang is not None
    assert padang.external_id == "12838"
    assert padang.name == "Pemerintah Kota Padang"


@pytest.mark.parametrize(
    ("day", "in_force"),
    [(date(2024, 10, 20), True), (date(2024, 10, 21), False)],
)
def test_a_body_ends_the_day_its_successor_begins(
    day: date, in_force: bool, agencies: Agencies
) -> None:
    old, new = agencies.get("KOMINFO"), agencies.get("KOMDIGI")

    assert old is not None
    assert new is not None
    assert old.in_force(day) is in_force
    assert new.in_force(day) is not in_force


def test_whether_a_body_is_connected_is_read(tmp_path: Path, regions: Regions) -> None:
    path = write(
        tmp_path,
        make_row(connected="yes"),
        make_row(code="SOS", name="Kementerian Sosial", connected="no"),
        make_row(code="KES", name="Kementerian Kesehatan"),
    )

    agencies = load_agencies(path, regions, {})

    assert [getattr(agencies.get(code), "connected", "?") for code in ("PU", "SOS", "KES")] == [
        True,
        False,
        None,
    ]


def test_a_name_of_two_bodies_leads_nowhere(tmp_path: Path, regions: Regions) -> None:
    path = write(
        tmp_path, make_row(aliases="Balai"), make_row(code="SOS", name="Sosial", aliases="Balai")
    )

    agencies = load_agencies(path, regions, {})

    assert agencies.resolve("balai") is None


def test_a_name_of_an_old_and_a_new_body_means_the_new_one(
    tmp_path: Path, regions: Regions
) -> None:
    path = write(
        tmp_path,
        make_row(code="TUA", name="Tua", aliases="Balai", successor="SOS"),
        make_row(aliases="Balai"),
        make_row(code="SOS", name="Sosial"),
    )

    agencies = load_agencies(path, regions, {})

    assert agencies.resolve("balai") == "PU"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        pytest.param([make_row(), make_row()], r":3: expected each code once", id="twice"),
        pytest.param([make_row(kind="DINAS")], r":2: expected a name, a kind", id="kind"),
        pytest.param([make_row(level="PROV")], r":2: .* level PUSAT", id="level"),
        pytest.param([make_row(connected="maybe")], r":2: .*got 'maybe'", id="connected"),
        pytest.param([make_row(valid_from="21-10-2024")], r":2: expected a day", id="day"),
        pytest.param([make_row(successor="ENTAH")], r":2: .*got 'ENTAH'", id="successor"),
        pytest.param([make_row(code="PEMDA-99")], r":2: expected a known region", id="region"),
        pytest.param([make_row() + ",lebih"], r":2: expected 13 cells", id="too-many-cells"),
        pytest.param(["PU,Kementerian"], r":2: expected 13 cells", id="too-few-cells"),
        pytest.param(
            [make_row(successor="B"), make_row(code="B", name="B", successor="PU")],
            r":2: expected the body in force as successor",
            id="successors-in-a-circle",
        ),
    ],
)
def test_a_wrong_row_stops_loading(
    rows: list[str], message: str, tmp_path: Path, regions: Regions
) -> None:
    path = write(tmp_path, *rows)

    with pytest.raises(RuleFileError, match=message):
        load_agencies(path, regions, {})


def test_a_missing_column_stops_loading(tmp_path: Path, regions: Regions) -> None:
    path = tmp_path / "agencies.csv"
    path.write_text("code,name\nPU,Kementerian\n", encoding="utf-8")

    with pytest.raises(RuleFileError, match=r":1: expected the columns"):
        load_agencies(path, regions, {})
