from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.masking import FILLER, find_personal, mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        pytest.param("NIK saya 3204112233440001", "NIK saya [NIK]", id="nik"),
        pytest.param("NIK3204112233440001belum", "NIK[NIK]belum", id="nik-glued-to-letters"),
        pytest.param("3204 1122 3344 0001 nonaktif", "[NIK] nonaktif", id="nik-spaced"),
        pytest.param("NIP 198501012010011002", "NIP [NIP]", id="nip"),
        pytest.param("WA 0812-3456-7890 ya", "WA [TELEPON] ya", id="phone-with-hyphens"),
        pytest.param("WA +62 812 3456 7890", "WA [TELEPON]", id="phone-international"),
        pytest.param("telp 022 5891234", "telp [TELEPON]", id="landline"),
        pytest.param("kirim ke budi.s@contoh.co.id", "kirim ke [EMAIL]", id="e-mail"),
        pytest.param("cc @warga_ceria tolong", "cc [AKUN] tolong", id="handle"),
        pytest.param("norek BRI 1234567890", "norek BRI [REKENING]", id="account"),
        pytest.param("motor D 4321 ABC hilang", "motor [PLAT] hilang", id="plate"),
        pytest.param("plat nomor d 4321 abc", "plat nomor [PLAT]", id="plate-in-lower-case"),
        pytest.param("Nama saya Siti Rahmawati.", "Nama saya [NAMA].", id="name"),
        pytest.param("nama: siti rahma", "nama: [NAMA]", id="name-after-colon"),
        pytest.param("a.n. Joko Susilo lunas", "a.n. [NAMA] lunas", id="on-behalf-of"),
        pytest.param("Pak Dadang minta uang", "Pak [NAMA] minta uang", id="title"),
    ],
)
def test_personal_data_is_masked(text: str, masked: str) -> None:
    assert mask(text).text == masked


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Biaya Rp 1.500.000 per orang", id="amount"),
        pytest.param("denda 2.500.000 rupiah", id="amount-without-currency"),
        pytest.param("tahun 2021 2022 2023 2024", id="years"),
        pytest.param("Pak Lurah tidak hadir", id="office"),
        pytest.param("Bapak Bupati yang terhormat", id="head-of-region"),
        pytest.param("Kata Ibu. Sudah tiga hari air mati", id="end-of-sentence"),
        pytest.param("jalan di RT 03 RW 12", id="neighbourhood-number"),
        pytest.param("nama PDAM di kuitansi salah", id="abbreviation-is-no-name"),
    ],
)
def test_what_is_needed_for_routing_stays(text: str) -> None:
    assert mask(text).text == text


def test_offsets_lead_from_the_sent_text_to_the_masked_one() -> None:
    text = "Hubungi 081234567890 soal jalan rusak"
    start = text.index("jalan")

    masked = mask(text)

    span = masked.remap(start, start + 5)
    assert span is not None
    assert masked.text[slice(*span)] == "jalan"
    assert masked.remap(0, 7) == (0, 7)


def test_a_span_that_touches_a_masked_part_has_no_place() -> None:
    masked = mask("Hubungi 081234567890 soal")

    assert masked.remap(0, 9) is None
    assert masked.remap(10, 12) is None
    assert masked.remap(19, 24) is None


@given(st.text(max_size=300))
def test_blanking_keeps_every_other_character_in_its_place(text: str) -> None:
    covered = {i for start, end, _ in find_personal(text) for i in range(start, end)}

    blanked = mask(text).blanked

    assert len(blanked) == len(text)
    assert all(blanked[i] == (FILLER if i in covered else char) for i, char in enumerate(text))


@given(st.text(alphabet="0123456789 .-+aPBD@", max_size=120))
def test_masking_twice_masks_nothing_more(text: str) -> None:
    once = mask(text).text

    assert mask(once).text == once
