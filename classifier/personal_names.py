"""Which words name a private person: what stands behind a cue such as "nama saya" or "Pak".

Offices, places and institutions stay: routing needs them.
"""

from __future__ import annotations

import re

from classifier.spans import Span, join_overlapping

# A name is up to four words that begin with a capital, PDAM and PT are none; where the cue leaves
# no doubt, it may be in small or capital letters, too.
_CAPITALISED = r"[A-Z][a-z'’]+(?: [A-Z](?:[a-z'’]+|\.?(?![\w'’]))){0,3}"
_CAPITALS = r"[A-Z][A-Z'’]{2,}(?: [A-Z][A-Z'’]+){0,3}(?![\w'’])"
_SMALL = r"[a-z][a-z'’]{2,}(?: [a-z][a-z'’]{2,}){0,2}(?![\w'’])"
_WHOSE = (
    r"(?: saya| lengkap| lengkap saya| pelapor| anak| istri| suami| ibu| bapak| ayah| saya adalah)"
)
# "nama saya", "perkenalkan", "a.n." and so on: the first letter apart, so that a search can jump.
_CUE_WORDS = (
    r"[nap](?<!\w.)(?:(?P<sure>(?<=n)ama(?: lengkap)? saya|(?<=p)erkenalkan,?(?: nama)?(?: saya)?"
    rf"|(?<=a)(?:\.n\.?|n\.|/n))(?: adalah)?|(?<=n)ama(?:{_WHOSE})?(?: adalah)?|(?<=a)tas nama)"
)
_COLON = r"(?P<colon> ?[:=] ?| )(?=[A-Za-z])"
_CUE_IN_SMALL = re.compile(_CUE_WORDS + _COLON)
_CUE = re.compile(f"(?i:{_CUE_WORDS}){_COLON}")
_NAME = re.compile(f"{_CAPITALISED}")
_NAME_IN_CAPITALS = re.compile(_CAPITALS)
_NAME_IN_SMALL = re.compile(_SMALL)
# In the shape, a space before a capital, of which there are few, and before it the end of a title.
_BEFORE_CAPITAL = re.compile(
    rb" A(?<=[kuiar.] A)(?:(?<=(?:[bA]u|pk|dr|[jhA]\.) A)|(?<=(?:[pA]ak|pk\.|dr[ia.]) A)"
    rb"|(?<=dr[ia]\. A)|(?<=udar[ia] A))(?<![a-zA][hA]\. A)"
)
_TITLE = re.compile(
    r"(?<![\w/\-])(?:[Bb](?:pk\.?|apak|u)|[Pp]ak|[Ii]bu|[Ss]d(?:ri?|ra?)\.?|[Ss]audar[ai]|[Hh]j?\.)$"
)
_LONGEST_TITLE = len(" saudara")
# "Saya Budi Santoso, warga ..." only with what follows a name and no statement.
_SAYA = re.compile(
    rf"[Ss]aya,? (?P<name>{_CAPITALISED})"
    r"(?=,? (?:warga|tinggal|beralamat|asal|dengan (?:NIK|nik|nomor)|NIK|umur|usia|selaku)\b)"
)
# What stands before a title in the name of an institution or street.
_INSTITUTIONS = frozenset(
    "RS RSU RSUD RSIA RSKIA RSB SD SMP SMA Jl Jl. Jln Jln. Jalan Gang Gg Gg. Klinik Pasar Masjid "
    "Musala Mushola Pesantren Yayasan Taman Stadion Bandara Sakit Bersalin".split()
)
_STOP = frozenset(
    # offices and those who hold them
    """lurah camat bupati wali walikota gubernur presiden wakil menteri kades kepala kapolres
    kapolsek kapolri kapolda rt rw ketua dirut direktur kadis kadus polisi guru dokter sekda
    sekretaris bendahara admin pimpinan hakim jaksa dinas kasi kabid kasubag carik sekdes pkk
    kesra staf pegawai petugas pejabat operator mantri bidan perawat dosen pendeta ustad ustadz
    kiai kyai danramil babinsa bhabin bhabinkamtibmas satpam anggota dewan dukuh haji hajjah
    pemda pemkot pemkab pemprov kementerian kemenkes kemensos kemendagri polri polres polsek tni
    manajer manager kepsek kapus panitia pengurus penghulu camatnya lurahnya
    """
    # bodies, places, things
    """kota kabupaten kab kecamatan kec kelurahan kel desa ds dusun dsn provinsi jalan jl jln gang
    gg komplek kompleks perumahan perum blok rumah sekolah sd smp sma smk universitas kampus bank
    toko pasar masjid pt cv ud bumdes koperasi yayasan kantor rumahsakit rs rsud puskesmas bpjs
    pdam pln pbb ktp kk kia nik sim stnk bpkb sertifikat surat instansi lembaga organisasi
    perusahaan usaha program aplikasi akun bantuan penerima produk barang obat situs website
    indonesia pemerintah negara republik jakarta bandung surabaya jawa sumatera kalimantan sulawesi
    bali papua aceh banten utara selatan timur barat tengah
    """
    # relations, greetings, other words after a cue or title
    """dan yang yth saya kami kita anda ibu bapak pak bu tolong mohon hamil menyusui di ke dari
    untuk selamat apakah kapan bagaimana mengapa kenapa sudah belum anak almarhum almarhumah pelapor
    salam orang warga masyarakat rakyat keluarga pribadi sendiri istri suami ayah adik kakak tua
    nenek kakek saudara saudari teman pemilik pasien siswa mahasiswa konsumen pelanggan nasabah
    peserta korban nama tidak tdk gak ga nggak tak bukan ada adalah masih akan telah juga lagi malah
    justru kok jadi sebagai pada dalam dengan tanpa oleh atau tetapi tapi karena jika kalau bila
    agar supaya saat ketika sampai hingga setelah sebelum sejak masuk keluar muncul hilang salah
    benar sama beda baik asli palsu lengkap panggilan lain ini itu tersebut saja hanya cuma bisa
    dapat harus perlu ingin mau sering selalu pernah baru lama lalu bulan hari tahun jelas semua
    para seluruh tiap setiap banyak beberapa kok kan loh lho dong sih ya yaitu dll dsb tetap
    penduduk pertiwi bantu besar jalannya desanya tempat seorang sebuah dari seperti penipu
    kandung angkat mantan satu dua tiga empat lima enam tujuh delapan sembilan sepuluh lewat bocor
    dia mereka beliau siapa masing mirip
    pencatatan kegiatan kelompok tani lahan tanah sekolahnya
    """.split()
)
# A verb that follows "nama saya" begins like this; so do few names in small letters.
_VERB = re.compile(r"(?:ber|ter|di|me[nm]|meng|mem|pe[nm]|ke)[a-z]{4,}|[a-z]+(?:kan|nya|lah|kah)$")
# Abbreviations of offices that read like a name: Disdik, Kemenag, Bapenda.
_OFFICE = re.compile(r"(?:dis|kemen|bape|bappe|kesbang|sat|bawas|jasa|samsat)[a-z]+$")
_SOUNDS = re.compile(r"(?=(?:[a-z]*?[aiueo]){2})(?![a-z]*[^aiueo']{4})[a-z']{4,}$")
_SAYA_SHAPE = re.compile(rb"y(?<=ay)a,? A")
# Each begins with its letters, the rarest ones, so that the search can jump.
_NAMA = re.compile(r"nama(?<!\wnama)[ :=]")
_AN = re.compile(r"\.(?:(?<=a\.)n|(?<=an\.)(?<!\wan\.))")


def find_names(text: str, small: str, shape: bytes) -> list[Span]:
    """Return the names of private persons, without the cue before them."""
    found = _after_cues(text, small) if _has_cue(small) else []
    for before in _BEFORE_CAPITAL.finditer(shape):
        at = before.start()
        title = _TITLE.search(text, max(0, at - _LONGEST_TITLE), at)
        if title is not None and not _is_institution(text, title.start()):
            name = _NAME.match(text, at + 1) or _find_in_capitals(text, at + 1)
            found += _trimmed(name) if name is not None else []
    if _SAYA_SHAPE.search(shape):
        for match in _SAYA.finditer(text):
            found += _trimmed_at(text, *match.span("name"))
    return join_overlapping(found) if found else found


def _has_cue(small: str) -> bool:
    return (
        _NAMA.search(small) is not None
        or "kenalkan" in small
        or _AN.search(small) is not None
        or ("/" in small and "a/n" in small)
    )


def _is_institution(text: str, at: int) -> bool:
    words = text[max(0, at - 16) : at].split()
    return bool(words) and words[-1] in _INSTITUTIONS


def _find_in_capitals(text: str, at: int) -> re.Match[str] | None:
    """Return a name in capital letters, which sounds like one: BPBD and KUA do not."""
    name = _NAME_IN_CAPITALS.match(text, at)
    if name is None or not _SOUNDS.match(name.group().split(" ", 1)[0].lower()):
        return None
    return name


def _after_cues(text: str, small: str) -> list[Span]:
    found: list[Span] = []
    cues = _CUE_IN_SMALL.finditer(small) if text.isascii() else _CUE.finditer(text)
    for match in cues:
        at = match.end()
        is_sure = match["sure"] is not None or match["colon"] != " "
        name = _NAME.match(text, at)
        if name is None:
            name = _NAME_IN_CAPITALS.match(text, at)
            if name is not None and not is_sure and " " not in name.group():
                continue  # an abbreviation such as PDAM
        if name is None and is_sure:
            name = _NAME_IN_SMALL.match(text, at)
            if name is not None and _VERB.match(name.group().split(" ", 1)[0]):
                continue
        if name is not None:
            found += _trimmed(name)
    return found


def _trimmed(name: re.Match[str]) -> list[Span]:
    return _trimmed_at(name.string, name.start(), name.end())


def _trimmed_at(text: str, start: int, end: int) -> list[Span]:
    """Return the name up to the first word that is none, or nothing."""
    at = start
    for word in text[start:end].split(" "):
        plain = word.strip(".'’").lower()
        if plain in _STOP or _OFFICE.match(plain) or (at > start and _is_small_verb(word)):
            break
        at += len(word) + 1
    return [(start, at - 1, "[NAMA]")] if at > start else []


def _is_small_verb(word: str) -> bool:
    return word.islower() and _VERB.match(word) is not None
