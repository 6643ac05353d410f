"""The questions that the classifier answers, and their possible answers in fixed order."""

from __future__ import annotations

KINDS = ("information", "normative", "complaint", "aspiration")
LEVELS = ("PUSAT", "PROV", "KABKOTA")
TOPICS = (
    "jalan_jembatan",
    "drainase_banjir",
    "penerangan_jalan",
    "air_minum",
    "sampah_kebersihan",
    "pencemaran_lingkungan",
    "taman_pohon",
    "ketertiban_umum",
    "lalu_lintas_parkir",
    "angkutan_umum",
    "bangunan_tata_ruang",
    "perizinan_usaha",
    "kependudukan",
    "kepolisian_keamanan",
    "pajak_daerah",
    "pajak_kepabeanan",
    "pertanahan",
    "perumahan",
    "pendidikan_dasar",
    "pendidikan_menengah",
    "pendidikan_tinggi",
    "guru_tendik",
    "keagamaan",
    "haji_umrah",
    "layanan_kesehatan",
    "jaminan_kesehatan",
    "obat_makanan",
    "bansos",
    "perlindungan_sosial",
    "ketenagakerjaan",
    "jaminan_ketenagakerjaan",
    "pekerja_migran",
    "kepegawaian_asn",
    "pemerintahan_desa",
    "integritas",
    "layanan_pemerintah",
    "aplikasi_pemerintah",
    "listrik",
    "bbm_lpg_gas",
    "pertanian_pangan",
    "kelautan_perikanan",
    "kehutanan_pertambangan",
    "umkm_koperasi_perdagangan",
    "keuangan_konsumen",
    "telekomunikasi_digital",
    "imigrasi_pemasyarakatan",
    "hukum_peradilan",
    "pemilu_politik",
    "kebencanaan",
    "pariwisata_budaya_olahraga",
    "makan_bergizi_gratis",
    "lainnya",
)

# A yes/no head has one score; "yes" is its only class.
HEADS: dict[str, tuple[str, ...]] = {
    "kind": KINDS,
    "misconduct": ("misconduct",),
    "inspection": ("inspection",),
    "topic": TOPICS,
    "level": LEVELS,
}
YES_NO = tuple(head for head, classes in HEADS.items() if len(classes) == 1)

KIND_OF_GOLD = {"I": "information", "N": "normative", "P": "complaint", "A": "aspiration"}
