from collections import Counter
from pathlib import Path

import pytest

import rules
from rules.errors import RuleFileError
from rules.regions import Regions, load_aliases, load_ordinary, load_regions

FOLDER = Path(rules.__file__).parent / "data" / "regions"
PROVINCES = "code,name,zone\n32,Jawa Barat,Asia/Jakarta\n"
REGENCIES = "code,province_code,name\n32.10,32,Kabupaten Majalengka\n"
DISTRICTS = "code,regency_code,name,villages_elsewhere\n32.10.01,32.10,Lemahsugih,0\n"


@pytest.fixture(scope="module")
def regions() -> Regions:
    return load_regions(FOLDER)


def write(
    folder: Path,
    *,
    provinces: str = PROVINCES,
    regencies: str = REGENCIES,
    districts: str = DISTRICTS,
) -> Path:
    (folder / "provinces.csv").write_text(provinces, encoding="utf-8")
    (folder / "regencies.csv").write_text(regencies, encoding="utf-8")
    (folder / "districts.csv").write_text(districts, encoding="utf-8")
    return folder


def test_the_table_holds_every_area_of_the_decree(regions: Regions) -> None:
    kinds = Counter(region.kind for region in regions)

    assert kinds == {
        "province": 38,
        "regency": 415,
        "city": 93,
        "admin_city": 6,
        "district": 7285,
    }
    assert len(regions) == 38 + 514 + 7285


def test_every_parent_exists_and_is_the_beginning_of_the_code(regions: Regions) -> None:
    for region in regions:
        if region.kind == "province":
            assert region.parent is None
        else:
            assert region.parent is not None
            assert region.parent in regions
            assert region.code.startswith(region.parent + ".")


def test_codes_keep_their_last_zero(regions: Regions) -> None:
    majalengka = regions.get("32.10")

    assert majalengka is not None
    assert majalengka.name == "Kabupaten Majalengka"


@pytest.mark.parametrize(
    ("code", "zone"),
    [
        pytest.param("11.71", "Asia/Jakarta", id="banda-aceh"),
        pytest.param("31.74", "Asia/Jakarta", id="jakarta"),
        pytest.param("62.71", "Asia/Jakarta", id="palangkaraya-still-wib"),
        pytest.param("63.71", "Asia/Makassar", id="banjarmasin-already-wita"),
        pytest.param("51.71.01", "Asia/Makassar", id="district-in-bali"),
        pytest.param("76.04", "Asia/Makassar", id="polewali-mandar"),
        pytest.param("81.71", "Asia/Jayapura", id="ambon"),
        pytest.param("96", "Asia/Jayapura", id="papua-barat-daya"),
    ],
)
def test_every_area_has_the_zone_of_its_province(code: str, zone: str, regions: Regions) -> None:
    assert regions.zone_of(code) == zone


@pytest.mark.parametrize(
    ("code", "name", "stem"),
    [
        ("32", "Jawa Barat", "Jawa Barat"),
        ("32.04", "Kabupaten Bandung", "Bandung"),
        ("32.73", "Kota Bandung", "Bandung"),
        ("31.74", "Kota Administrasi Jakarta Selatan", "Jakarta Selatan"),
        ("31.01", "Kabupaten Administrasi Kepulauan Seribu", "Kepulauan Seribu"),
    ],
)
def test_a_name_is_told_with_and_without_its_kind(
    code: str, name: str, stem: str, regions: Regions
) -> None:
    region = regions.get(code)

    assert region is not None
    assert regions.name(code) == name
    assert region.stem == stem


@pytest.mark.parametrize("code", ["32", "32.04", "32.04.37"])
def test_the_province_of_a_place_is_told(code: str, regions: Regions) -> None:
    assert regions.province_of(code) == "32"


def test_a_code_that_is_none_gives_none_or_a_key_error(regions: Regions) -> None:
    assert regions.get("32.1") is None
    with pytest.raises(KeyError):
        regions.name("99")


def test_twins_are_two_areas_of_one_name(regions: Regions) -> None:
    stems = Counter(region.stem for region in regions.of_kind("regency", "city"))

    assert sum(1 for count in stems.values() if count == 2) == 26


def test_a_small_table_is_read(tmp_path: Path) -> None:
    regions = load_regions(write(tmp_path))

    assert [region.code for region in regions] == ["32", "32.10", "32.10.01"]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        pytest.param(
            {"provinces": "code,name\n32,Jawa Barat\n"},
            r"provinces\.csv:1: expected columns .*'zone'",
            id="column-missing",
        ),
        pytest.param(
            {"provinces": PROVINCES.replace("Asia/Jakarta", "WIB")},
            r"provinces\.csv:2: expected a zone, .* got 'WIB'",
            id="unknown-zone",
        ),
        pytest.param(
            {"regencies": REGENCIES.replace("32.10,", "32.1,")},
            r"regencies\.csv:2: expected a code of a regency, got '32\.1'",
            id="zero-eaten-by-a-spreadsheet",
        ),
        pytest.param(
            {"regencies": REGENCIES.replace(",32,", ",33,")},
            r"regencies\.csv:2: expected a known parent of '32\.10', got '33'",
            id="unknown-parent",
        ),
        pytest.param(
            {"regencies": REGENCIES + "32.10,32,Kabupaten Lain\n"},
            r"regencies\.csv:3: expected each code once, got '32\.10' again",
            id="code-twice",
        ),
        pytest.param(
            {"regencies": REGENCIES.replace("Kabupaten Majalengka", " ")},
            r"regencies\.csv:2: expected a name for '32\.10'",
            id="no-name",
        ),
        pytest.param(
            {"districts": DISTRICTS.replace(",0\n", "\n")},
            r"districts\.csv:2: expected 4 cells, got 3",
            id="cell-missing",
        ),
        pytest.param(
            {"districts": DISTRICTS.replace(",0\n", ",banyak\n")},
            r"districts\.csv:2: expected a count of villages, got 'banyak'",
            id="count-is-none",
        ),
        pytest.param(
            {"districts": DISTRICTS.replace("32.10.01", "32.10.xx")},
            r"districts\.csv:2: expected a code of a district, got '32\.10\.xx'",
            id="letters-in-a-code",
        ),
    ],
)
def test_a_wrong_row_stops_loading_and_is_named(
    files: dict[str, str], message: str, tmp_path: Path
) -> None:
    write(tmp_path, **files)

    with pytest.raises(RuleFileError, match=message):
        load_regions(tmp_path)


@pytest.mark.parametrize(
    ("alias", "codes"),
    [
        pytest.param("kbb", ("32.17",), id="abbreviation"),
        pytest.param("solo", ("33.72",), id="other-name"),
        pytest.param("madura", ("35.26", "35.27", "35.28", "35.29"), id="several-areas"),
    ],
)
def test_an_alias_leads_to_areas_of_the_table(
    alias: str, codes: tuple[str, ...], regions: Regions
) -> None:
    assert load_aliases(FOLDER / "aliases.csv", regions)[alias] == codes


@pytest.mark.parametrize(
    ("row", "message"),
    [
        pytest.param("kbb,99.99,x", r":2: expected codes of the region table", id="unknown-code"),
        pytest.param("KBB,32,x", r":2: expected each alias once and in lower case", id="capitals"),
        pytest.param("a,32,x\na,32,x", r":3: expected each alias once", id="twice"),
    ],
)
def test_a_wrong_alias_stops_loading(
    row: str, message: str, tmp_path: Path, regions: Regions
) -> None:
    path = tmp_path / "aliases.csv"
    path.write_text(f"alias,code,note\n{row}\n", encoding="utf-8")

    with pytest.raises(RuleFileError, match=message):
        load_aliases(path, regions)


@pytest.mark.parametrize(
    ("word", "needs"),
    [("malang", "cue"), ("batu", "kind"), ("klu", "capital"), ("bandung", None)],
)
def test_an_ordinary_word_says_what_must_show_a_place(word: str, needs: str | None) -> None:
    assert load_ordinary(FOLDER / "ordinary.csv").get(word) == needs


@pytest.mark.parametrize("row", ["batu,maybe", "batu,kind\nbatu,kind"])
def test_a_wrong_ordinary_word_stops_loading(row: str, tmp_path: Path) -> None:
    path = tmp_path / "ordinary.csv"
    path.write_text(f"word,needs\n{row}\n", encoding="utf-8")

    with pytest.raises(RuleFileError, match="expected a new word and cue, capital or kind"):
        load_ordinary(path)
