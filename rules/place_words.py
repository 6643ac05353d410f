"""Words before a place name that say what it is: a government, a spot, a street, a dish."""

from __future__ import annotations

from typing import Final

REGENCY: Final = 1  # kab. X
CITY: Final = 2  # kota X
PROVINCE: Final = 3  # provinsi X
DISTRICT: Final = 4  # kec. X
VILLAGE: Final = 5  # desa X: not in the table, says nothing about a district of that name
GOVERNMENT: Final = 6  # pemda X
SPOT: Final = 7  # di X
STREET: Final = 8  # jalan X
BRAND: Final = 9  # nasi X, PT X, Pak X
ROUTE: Final = 10  # kereta X-Y
UNLIKE: Final = 11  # seperti di X
MOVE: Final = 12  # ke X: where somebody goes or comes from

_LISTS: Final = {
    REGENCY: "kab kabupaten kabupatén pemkab bupati wabup sekabupaten kabupten kabupatan kbupaten",
    CITY: "kota pemkot walikota wawali wawalikota kotamadya kodya sekota polresta polrestabes"
    " polrestro",
    PROVINCE: "prov provinsi propinsi pemprov pemprop gubernur wagub polda kejati kapolda",
    DISTRICT: "kec kecamatan camat distrik kapanewon kemantren kecmatan kecamatn sekecamatan"
    " polsek kapolsek koramil kua pkm",
    VILLAGE: "kel kelurahan desa ds dusun dsn kampung kp kmp nagari gampong jorong dukuh rw rt"
    " lurah kalurahan banjar pekon perumahan perum komplek kompleks blok"
    " lingkungan kades keuchik gang gg padukuhan pedukuhan ohoi sungai kali danau gunung bukit"
    " waduk situ bendungan curug selokan tanggul ponpes pesantren masjid yayasan"
    " apartemen cluster griya",
    GOVERNMENT: "pemda pemerintah dprd dinas disdik dinkes dinsos dishub disdukcapil dukcapil"
    " capil satpol bapenda bpbd pdam perumda samsat polres kapolres kejari imigrasi bpn kantah"
    " rsud puskesmas pn pa kpu bawaslu kodim dlh dpupr pupr kpp bnnk lapas rutan pertanahan"
    " disnaker disperindag dpmptsp mpp upt uptd uptd asn pns baznas damkar kankemenag kemenag"
    " catpil",
    SPOT: "di d daerah wilayah sekitar seputar seputaran area kawasan se sini pusat dalam luar"
    " seluruh sekitaran lokasi lok tkp warga masyarakat penduduk"
    " terminal stasiun bandara pelabuhan pasar alun unit cabang utk khusus antero dpn depan"
    " belakang kampus sman smkn sma smk"
    " universitas univ politeknik untuk bagi tingkat pesisir pedalaman pelosok perbatasan"
    " pulau pantai daratan wil ranah",
    STREET: "jl jln jalan jlan jalur tol gerbang lorong jalanan exit ruas jend jenderal",
    BRAND: "nasi soto sate bakso mie rm restoran resto warung toko pt cv ud bank bpr koperasi"
    " batik apel dodol tahu bika pak bu bapak mas mbak kang ustadz haji"
    " hj sdr sdri saudara saudari nama bernama an plat pelat nopol trans grup kapal km klub"
    " persatuan hotel klinik apotek tim merk merek motif kopi duren sirup salak"
    " cafe kafe gedung aula nomor no kapten mayor dr h ny tn",
    ROUTE: "rute trayek jurusan kereta ka krl bus bis travel angkot penerbangan pesawat arah"
    " tujuan lintas pp tiket",
    MOVE: "orang ke dari dr asal menuju sampai hingga keluar masuk via lewat",
    UNLIKE: "seperti kayak kyk dibanding dibandingkan daripada ketimbang bukan contoh contohnya"
    " misal misalnya macam ala selain lulusan alumni merantau",
}
ROLES: Final[dict[str, int]] = {
    word: role for role, words in _LISTS.items() for word in words.split()
}

# Who is "di X" after one of these is there, the matter is not: "anaknya kuliah di X".
AWAY: Final = frozenset(
    "tinggal kerja bekerja kuliah sekolah merantau menikah nikah nikahnya dirujuk rujuk pindah"
    " kabur berobat kirim dikirim pulang terbang lari".split()
)
# Words that may stand between such a word and the name: "kota administrasi X", "jalan raya X".
FILLERS: Final = frozenset({"administrasi", "adm", "otonom"})
# A name goes on with one of these: "Cibiru Hilir" is a village, not the district of Cibiru.
TAILS: Final = frozenset(
    "barat timur utara selatan tengah hilir hulu girang kidul lor wetan kulon kaler indah asri"
    " permai sari raya baru lama jaya makmur mulya mekar satu dua tiga".split()
)
STREET_FILLERS: Final = frozenset("raya lintas lingkar utama protokol arteri poros trans".split())

# The reporter speaks of where he lives or comes from: "saya warga X", "alamat saya X".
OWN: Final = frozenset(
    "warga penduduk domisili berdomisili tinggal alamat beralamat ktp kk berasal asal lahir"
    " kelahiran perantau rantau".split()
)
# After one of these he speaks of the matter: "alamat saya X, tapi jalan di Y rusak".
TURNS: Final = frozenset(
    "tapi tetapi namun sedangkan padahal melihat menemukan melapor melaporkan lapor mengeluh"
    " mengeluhkan mengadu mengadukan meminta memohon mohon minta terjebak sering waktu saat ketika"
    " sebab karena".split()
)
SPEAKER: Final = frozenset("saya kami sy aku gue gw ane kulo abdi beta ambo nama".split())
