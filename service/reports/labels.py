"""What people read instead of codes, in Indonesian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from service.life.table import LAPOR_STATUS

CATEGORIES: Final[Mapping[str, str]] = {
    "information": "Informasi/normatif",
    "non_supervisory": "Tidak berkadar pengawasan",
    "field_inspection": "Berkadar pengawasan",
    "": "Tanpa klasifikasi",
}
STATUSES: Final[Mapping[str, str]] = {
    **LAPOR_STATUS,
    "received": "Diterima",
    "in_review": "Ditinjau admin nasional",
    "returned": "Dikembalikan",
    "closed": "Ditutup",
    "archived": "Diarsipkan",
}
MEASURES: Final[Mapping[str, str]] = {
    "incoming": "Masuk",
    "resolved": "Selesai",
    "archived": "Diarsipkan",
    "unresolved": "Belum selesai",
    "unanswered": "Belum ditindaklanjuti",
    "overdue": "Lewat batas, belum selesai",
    "on_time": "Tepat waktu",
    "late": "Terlambat",
    "not_yet_due": "Belum jatuh tempo",
    "undated": "Tak dapat dinilai",
    "on_time_share": "Tepat waktu (%)",
    "followed_up_share": "Ditindaklanjuti (%)",
    "resolved_share": "Selesai (%)",
    "follow_ups": "Dengan tindak lanjut tercatat",
    "follow_up_mean": "Rata-rata tindak lanjut (hari kerja)",
    "follow_up_median": "Median tindak lanjut (hari kerja)",
    "returned": "Aduan dikembalikan",
    "returns": "Kali dikembalikan",
    "ping_pong": "Berpindah dua kali atau lebih",
}
NO_TOPIC: Final = "Topik tidak tercatat"


def category(code: str) -> str:
    """Return the name of a follow-up class; one of another regulation is its code.

    Examples
    --------
    >>> category("information")
    'Informasi/normatif'
    """
    return CATEGORIES.get(code, code)


def status(code: str) -> str:
    """Return the name of a status."""
    return STATUSES.get(code, code)


def topic(code: str, topics: Mapping[str, str]) -> str:
    """Return the name of a topic."""
    return topics.get(code, code) if code else NO_TOPIC


def percent(share: float | None) -> float | None:
    """Return a share as percent with one decimal.

    Examples
    --------
    >>> percent(0.6667), percent(None)
    (66.7, None)
    """
    return None if share is None else round(100 * share, 1)
