from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rules
from rules.places import NOWHERE, Gazetteer, Place
from rules.regions import load_aliases, load_ordinary, load_regions

FOLDER = Path(rules.__file__).parent / "data" / "regions"
REGIONS = load_regions(FOLDER)
GAZETTEER = Gazetteer(
    REGIONS,
    load_aliases(FOLDER / "aliases.csv", REGIONS),
    load_ordinary(FOLDER / "ordinary.csv"),
)
TWINS = sorted(
    {region.stem for region in REGIONS.of_kind("regency")}
    & {region.stem for region in REGIONS.of_kind("city")}
)
NAMED = REGIONS.of_kind("regency", "city")

# Pieces that texts about places are made of, so that the law is tested where it could break.
pieces = st.sampled_from(
    "Kabupaten Bandung|kota|KAB.|Kec. Taman|di|Jl.|Malang|Papua|jogja|İstanbul|ba\u0301ndung"
    "|Jakarta|saya warga|alamat|-|/|.|\n|,|http://kota.id/Garut|Lubuk\nLinggau|dibandung|seperti|Kediri"
    "|Ra'as|2 x 11 Anam Lingkuang|kota padang|\U0001f600".split("|")
)
texts = st.one_of(st.text(max_size=300), st.lists(pieces, max_size=40).map(" ".join))
codes = st.one_of(st.none(), st.sampled_from(["32", "32.04", "32.73", "34.71", "91.71.01"]))


def shown(text: str, place: Place) -> list[str]:
    return [text[start:end] for start, end in place.spans]


@given(text=texts, hint=codes, home=codes)
def test_any_text_gives_a_place_whose_spans_lie_in_it(
    text: str, hint: str | None, home: str | None
) -> None:
    place = GAZETTEER.locate(text, hint=hint, home=home)

    assert place.code is None or not place.ambiguous
    assert all(code in REGIONS and len(code) <= 5 for code in place.ambiguous)
    assert place.code is None or (place.code in REGIONS and len(place.code) <= 5)
    assert all(0 <= start < end <= len(text) for start, end in place.spans)
    assert list(place.spans) == sorted(place.spans)
    assert (place.source is None) == (place == NOWHERE)


@given(text=texts)
def test_ambiguous_means_at_least_two(text: str) -> None:
    assert len(GAZETTEER.locate(text).ambiguous) != 1


@pytest.mark.parametrize("region", NAMED, ids=[region.name for region in NAMED])
def test_every_regency_and_city_is_found_by_its_full_name(region: object) -> None:
    name, code = region.name, region.code  # type: ignore[attr-defined]  # ids need the objects

    for text in (f"Laporan warga {name} belum ditanggapi.", f"LAPORAN WARGA {name.upper()}"):
        assert GAZETTEER.locate(text).code == code


@pytest.mark.parametrize("stem", TWINS)
def test_the_bare_name_of_twins_is_never_a_guess(stem: str) -> None:
    place = GAZETTEER.locate(f"Pelayanan di {stem} lambat sekali.")

    assert place.code is None
    assert len(place.ambiguous) >= 2


def test_a_district_and_its_regency_side_by_side_are_one_span() -> None:
    text = "Jalan berlubang di depan pasar Soreang Kabupaten Bandung"

    place = GAZETTEER.locate(text)

    assert place == Place(code="32.04", spans=((31, 56),), source="text")


def test_spans_count_code_points() -> None:
    text = "\U0001f64f\U0001f64f Mohon bantuan di Kabupaten Sleman \U0001f64f"

    assert shown(text, GAZETTEER.locate(text)) == ["Kabupaten Sleman"]


def test_every_mention_that_decided_is_shown() -> None:
    text = "Di Kudus air mati. Dinas bilang Kudus aman."

    assert shown(text, GAZETTEER.locate(text)) == ["Kudus", "Kudus"]


def test_a_text_without_a_place_is_nowhere() -> None:
    assert GAZETTEER.locate("Aplikasinya tidak bisa dibuka.") == NOWHERE
    assert GAZETTEER.locate("") == NOWHERE


def test_a_hint_of_a_district_means_its_regency() -> None:
    assert GAZETTEER.locate("Air mati.", hint="32.04.37") == Place(code="32.04", source="hint")


@pytest.mark.parametrize("field", ["hint", "home"])
def test_an_unknown_code_is_refused_without_the_text(field: str) -> None:
    with pytest.raises(ValueError, match=rf"^{field}: expected a code .* got '99'$"):
        GAZETTEER.locate("Rahasia saya.", **{field: "99"})


def test_the_home_of_a_desk_comes_first_among_twins() -> None:
    place = GAZETTEER.locate("Loket di Bandung tutup.", home="32.73")

    assert place.ambiguous == ("32.73", "32.04")


@pytest.mark.parametrize(
    ("province", "city", "district", "code"),
    [
        pytest.param("Jawa Barat", "Bandung", None, "32.04", id="bare-name-is-the-kabupaten"),
        pytest.param("Jawa Barat", "Kota Bandung", None, "32.73", id="city-is-named"),
        pytest.param("Jawa Barat", "Kab. Bandung", "Soreang", "32.04", id="kab"),
        pytest.param(None, "Kab. Bandung", None, "32.04", id="without-province"),
        pytest.param("Jawa Timur", "Surabaya", None, "35.78", id="only-a-city-has-the-name"),
        pytest.param("Jawa Barat", "Banjar", None, "32.79", id="province-decides-for-the-city"),
        pytest.param("Kalimantan Selatan", "Banjar", None, "63.03", id="province-decides"),
        pytest.param(
            "DKI Jakarta", "Kota Administrasi Jakarta Selatan", None, "31.74", id="jakarta"
        ),
        pytest.param("DKI Jakarta", "Jakarta Selatan", None, "31.74", id="jakarta-short"),
        pytest.param("Papua", "Merauke", None, "93.01", id="province-of-before-2022"),
        pytest.param("Papua Barat", "Kota Sorong", None, "96.71", id="papua-barat-of-before-2022"),
        pytest.param("Jawa Barat", None, None, "32", id="province-alone"),
        pytest.param("Jawa Barat", " ", "", "32", id="blank-cells"),
        pytest.param("Jawa Barat", None, "Soreang", "32.04", id="district-with-province"),
        pytest.param(None, None, "Cibadak", None, id="district-of-two-regencies"),
        pytest.param("Jawa Barat", "Surabaya", None, None, id="city-of-another-province"),
        pytest.param(None, "Atlantis", None, None, id="unknown-city"),
        pytest.param(None, None, None, None, id="nothing"),
    ],
)
def test_the_place_columns_of_an_export_give_a_code(
    province: str | None, city: str | None, district: str | None, code: str | None
) -> None:
    assert GAZETTEER.resolve_names(province, city, district) == code
