from __future__ import annotations

import time

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
        pytest.param("NIK 32O4112233440OO1", "NIK [NIK]", id="nik-with-letters-for-zeros"),
        pytest.param("KK 3204.1122.3344.0001", "KK [NIK]", id="kk-dotted"),
        pytest.param("3204112233440001 3204112233440002", "[NIK]", id="two-niks"),
        pytest.param("NIP 19850101 201001 1 002", "NIP [NIP]", id="nip-spaced"),
        pytest.param("O812 3456 7890", "[TELEPON]", id="phone-begins-with-a-letter"),
        pytest.param("WA (0812) 3456-7890", "WA ([TELEPON]", id="phone-in-brackets"),
        pytest.param("+62 (0) 812-3456-7890", "[TELEPON]", id="phone-with-both-prefixes"),
        pytest.param("0062 812 3456 7890", "[TELEPON]", id="phone-dialled-from-abroad"),
        pytest.param("62812.3456.7890", "[TELEPON]", id="phone-without-plus"),
        pytest.param("hp 8123456789", "hp [TELEPON]", id="phone-without-zero"),
        pytest.param("telp 5891234 ya", "telp [TELEPON] ya", id="short-landline"),
        pytest.param("0812–3456–7890", "[TELEPON]", id="phone-with-dashes"),
        pytest.param("budi at gmail dot com", "[EMAIL]", id="e-mail-in-words"),
        pytest.param("budi.s (at) yahoo (dot) co.id", "[EMAIL]", id="e-mail-in-brackets"),
        pytest.param("budi@gmail . com", "[EMAIL]", id="e-mail-with-gaps"),
        pytest.param("paspor B1234567", "paspor [PASPOR]", id="passport"),
        pytest.param("PASPOR B1234567", "PASPOR [PASPOR]", id="passport-in-capitals"),
        pytest.param(
            "nama saya budi santoso dari Bogor", "nama saya [NAMA] dari Bogor", id="small"
        ),
        pytest.param("Nama saya BUDI SANTOSO", "Nama saya [NAMA]", id="capitals"),
        pytest.param("a.n. joko susilo", "a.n. [NAMA]", id="small-on-behalf"),
        pytest.param("Saya Budi Santoso, warga Sleman", "Saya [NAMA], warga Sleman", id="saya"),
        pytest.param(
            "Pak Joko Kepala Desa Sukamaju", "Pak [NAMA] Kepala Desa Sukamaju", id="before-office"
        ),
        pytest.param(
            "alamat saya Jl. Melati No. 12 RT 03/RW 05. Jalan di RT 01 rusak",
            "alamat saya Jl. Melati [ALAMAT] [ALAMAT]. Jalan di RT 01 rusak",
            id="own-address",
        ),
        pytest.param("rumah saya di blok C5 no 7", "rumah saya di [ALAMAT] [ALAMAT]", id="block"),
        pytest.param(
            "Kata Pak Oki dan bu Oneng", "Kata Pak [NAMA] dan bu [NAMA]", id="title-and-o"
        ),
        pytest.param("Bu Ani, hj. Aminah", "Bu [NAMA], hj. [NAMA]", id="titles-in-small"),
        pytest.param("“H. Ahmad” dan Hj. Nur", "“H. [NAMA]” dan Hj. [NAMA]", id="hajj-titles"),
        pytest.param("Bpk. Joko, bpk Joko", "Bpk. [NAMA], bpk [NAMA]", id="title-in-short"),
        pytest.param("sdr. Adi, Sdri Ani", "sdr. [NAMA], Sdri [NAMA]", id="brother-in-short"),
        pytest.param("saudari Ani, Saudara Adi", "saudari [NAMA], Saudara [NAMA]", id="brother"),
        pytest.param("NAMA SAYA: budi", "NAMA SAYA: [NAMA]", id="cue-in-capitals"),
        pytest.param("Perkenalkan, nama saya Budi", "Perkenalkan, nama saya [NAMA]", id="i-am"),
        pytest.param("A/N Budi", "A/N [NAMA]", id="on-behalf-with-slash"),
        pytest.param("plat D-12-O", "plat [PLAT]", id="short-plate"),
        pytest.param("NOMOR POLISI NO. : d 4321 abc", "NOMOR POLISI NO. : [PLAT]", id="far-cue"),
        pytest.param("hp +1O1 OOO OOO", "hp [TELEPON]", id="plus-and-letters"),
        pytest.param("hp 1\u00a0–2..3..4..5..6..7", "hp [TELEPON]", id="widest-gaps"),
        pytest.param("NIK ٣٢٠٤١١٢٢٣٣٤٤٠٠٠١", "NIK [NIK]", id="other-digits"),
        pytest.param("motor D ٤٣٢١ ABC", "motor [PLAT]", id="plate-in-other-digits"),
        pytest.param("paspor B123456", "paspor [PASPOR]", id="shortest-passport"),
        pytest.param("alamat ſaya no 7", "alamat ſaya [ALAMAT]", id="long-s"),
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
        pytest.param("biaya 1.500.000 - 2.000.000", id="amounts"),
        pytest.param("Tanggal 08-12-2024 10.30", id="date-that-begins-like-a-phone"),
        pytest.param("antrean 1 2 3 4 5 6 7 8 9 10 11", id="small-numbers"),
        pytest.param("Pak KUA dan Bapak Disdik tidak menjawab", id="offices-in-short"),
        pytest.param("Bapak/Ibu Bupati", id="two-titles"),
        pytest.param("di Jalan H. Agus Salim dan RSIA Ibu Sina", id="street-and-hospital"),
        pytest.param("nama saya tidak terdaftar", id="statement-about-a-name"),
        pytest.param("atas nama warga Desa Sukamaju", id="on-behalf-of-many"),
        pytest.param("Saya Warga Desa Sukamaju, tinggal lama", id="saya-warga"),
        pytest.param("alamat kantor camat No 12", id="office-address"),
        pytest.param("hadir at kantor dot jam 9", id="no-e-mail"),
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


_PIECES = (
    "nama saya |Nama |a.n. |Pak |Ibu |saya |Budi |Santoso, |BUDI |budi |Lurah |warga |alamat saya |"
    "rumah saya di |RT 03|/RW 05 |No. 12 |blok C|. |\n|, |Jl. Melati |0812|3456|7890 |O|o|32041122|"
    "-|(|+62 |@|gmail|.com |dot |at |rek BRI |D 4321 ABC |NIK|hp |[NIK]|[NAMA]|]|[|1.500|2024 "
).split("|")


@given(st.lists(st.sampled_from(_PIECES), max_size=25).map("".join))
def test_masking_twice_masks_nothing_more_in_sentences(text: str) -> None:
    once = mask(text).text

    assert mask(once).text == once


@given(st.lists(st.sampled_from(_PIECES), max_size=25).map("".join), st.sampled_from("éſ٣😀"))
def test_a_letter_beyond_ascii_in_another_line_changes_nothing(text: str, letter: str) -> None:
    text = f"1 {text}"  # else a digit in the other line would have houses looked for

    assert find_personal(f"{text}\n{letter}") == find_personal(text)


HOSTILE = {
    "digits": "1" * 20_000,
    "digits-with-gaps": "1 " * 10_000,
    "letters-for-zeros": "O2 " * 6_666,
    "dots": "1.. " * 5_000,
    "brackets": "0812(" * 4_000,
    "titles": "Pak Aa " * 2_850,
    "cues": "nama saya " * 2_000,
    "on-behalf": "a.n. aaa bbb " * 1_500,
    "addresses": "alamat saya RT 1 " * 1_170,
    "house-numbers": "alamat saya " + "no 1 " * 3_990,
    "at-signs": "a@a." * 5_000,
    "spelled-at": "a at a." * 2_850,
    "capitals": "a.n. " + "A'" * 9_990,
    "spaces": " " * 20_000,
    "plate-cues": "nopol " * 3_333,
    "capitals-and-digits": "A00" * 6_666,
    "capital-words": "k Ak A" * 3_333,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_takes_no_longer_than_its_length_allows(text: str) -> None:
    def milliseconds(text: str) -> float:
        start = time.process_time()
        find_personal(text)
        return (time.process_time() - start) * 1000

    whole = min(milliseconds(text) for _ in range(3))
    half = min(milliseconds(text[:10_000]) for _ in range(3))

    assert whole < 60  # 20 on a quiet machine
    assert whole < 4 * half + 2  # linear: twice the text, twice the time


@given(st.text(alphabet="0123456789 .-+aPBD@", max_size=120))
def test_masking_twice_masks_nothing_more(text: str) -> None:
    once = mask(text).text

    assert mask(once).text == once
