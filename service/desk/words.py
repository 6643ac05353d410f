"""What officials read: Indonesian words for every code, days and shares."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from service.readable import CATEGORIES, MONTHS, REASONS

__all__ = ["CATEGORIES", "REASONS"]

JAKARTA = ZoneInfo("Asia/Jakarta")
_WEEKDAYS = "Sen Sel Rab Kam Jum Sab Min".split()

SHORT_CATEGORIES: Final = {
    "information": "Informasi",
    "non_supervisory": "Tidak berkadar",
    "field_inspection": "Berkadar, pemeriksaan",
}
KINDS: Final = {
    "information": "Permintaan informasi",
    "normative": "Normatif",
    "complaint": "Pengaduan",
    "aspiration": "Aspirasi",
}
LEVELS: Final = {"PUSAT": "Pusat", "PROV": "Provinsi", "KABKOTA": "Kabupaten/Kota"}
ROLES: Final = {
    "admin_nasional": "Admin Nasional",
    "admin_instansi": "Admin Instansi",
    "pejabat_penghubung": "Pejabat Penghubung",
    "pembina": "Pembina",
    "auditor": "Auditor",
    "ml_engineer": "ML Engineer",
    "key": "Sistem sumber",
    "client": "Sistem sumber",
    "system": "Disposisi",
    "person": "Petugas",
}
STATUSES: Final = {
    "received": "Diterima",
    "in_review": "Menunggu tinjauan",
    "disposed": "Terdisposisi",
    "waiting_for_completion": "Menunggu kelengkapan",
    "followed_up": "Sedang diproses",
    "answered": "Dijawab",
    "closed": "Ditutup",
    "returned": "Dikembalikan",
    "archived": "Diarsipkan",
}
FLAGS: Final = {
    "emergency": "Darurat",
    "whistleblower": "Pelapor dilindungi",
    "out_of_scope": "Di luar lingkup",
    "needs_place": "Perlu lokasi",
    "court_matter": "Perkara pengadilan",
    "duplicate": "Serupa aduan lain",
    "sensitive_data": "Data sensitif",
}
ACTIONS: Final = {
    "accept": "Diterima",
    "change": "Diubah",
    "return": "Dikembalikan",
    "transfer": "Dialihkan",
    "request_completion": "Kelengkapan diminta",
    "completed_by_reporter": "Dilengkapi pelapor",
    "respond": "Dijawab",
    "close": "Ditutup",
    "reopen": "Dibuka kembali",
    "pause": "Dijeda",
    "resume": "Dilanjutkan",
    "extend": "Diperpanjang",
    "approve": "Disetujui",
    "archive": "Diarsipkan",
    "undo": "Diurungkan",
    "note": "Catatan",
    "intervene": "Intervensi pembina",
}
# What rows of the rules look at.
FACTS: Final = {
    "kind": "jenis",
    "misconduct": "berkadar",
    "inspection": "pemeriksaan",
    "topic": "topik",
    "level": "tingkat",
    "cue": "isyarat",
    "region": "wilayah",
    "agency": "instansi",
    "category": "kelas",
}
CHANGE_REASONS: Final = {
    "wrong_kind": "Jenis laporan keliru",
    "wrong_class": "Kelas keliru",
    "wrong_topic": "Topik keliru",
    "wrong_level": "Tingkat kewenangan keliru",
    "wrong_agency": "Instansi keliru",
    "wrong_unit": "Unit keliru",
    "wrong_place": "Lokasi keliru",
    "new_information": "Ada informasi baru",
}
ACTION_REASONS: Final = {
    **CHANGE_REASONS,
    "not_authority": "Bukan kewenangan",
    "no_evidence": "Tanpa bukti",
    "unclear": "Tidak jelas",
    "not_government": "Bukan urusan pemerintah",
    "hate_speech": "Ujaran kebencian",
    "expired": "Kedaluwarsa",
    "reporter_wish": "Permintaan pelapor",
    "duplicate": "Laporan ganda",
    "by_admin": "Selesai ditangani",
    "by_reporter": "Ditutup pelapor",
    "no_reply": "Pelapor tidak membalas",
    "reporter_replied": "Pelapor membalas",
    "new_evidence": "Bukti baru",
    "closed_by_mistake": "Keliru ditutup",
    "force_majeure": "Keadaan kahar",
}


def day(iso: str | date | None) -> str:
    """Return a day as officials write it, with its weekday.

    Examples
    --------
    >>> day("2026-12-14")
    'Sen, 14 Des 2026'
    """
    if iso is None:
        return "tanpa tanggal"
    found = date.fromisoformat(iso) if isinstance(iso, str) else iso
    return f"{_WEEKDAYS[found.weekday()]}, {found.day} {MONTHS[found.month - 1]} {found.year}"


def moment(iso: str | datetime) -> str:
    """Return a moment in Jakarta's time; midnight stands for a day whose hour is not known.

    Examples
    --------
    >>> moment("2026-11-24T02:30:00.000Z")
    '24 Nov 2026, 09.30 WIB'
    """
    found = datetime.fromisoformat(iso) if isinstance(iso, str) else iso
    local = found.astimezone(JAKARTA)
    written = f"{local.day} {MONTHS[local.month - 1]} {local.year}"
    return written if local.time() == time() else f"{written}, {local:%H.%M} WIB"


def percent(share: float) -> str:
    """Return a share from 0 to 1 in percent.

    Examples
    --------
    >>> percent(0.86)
    '86 %'
    """
    return f"{100 * share:.0f} %"


def number(count: int) -> str:
    """Return a whole number with Indonesian grouping.

    Examples
    --------
    >>> number(50000)
    '50.000'
    """
    return f"{count:,}".replace(",", ".")


def band(probability: float) -> str:
    """Return how sure a probability is, in the words of the office.

    Examples
    --------
    >>> band(0.86), band(0.6), band(0.2)
    ('tinggi', 'sedang', 'rendah')
    """
    if probability >= 0.8:
        return "tinggi"
    return "sedang" if probability >= 0.5 else "rendah"
