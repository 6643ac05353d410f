"""A disposition as a person reads it in a terminal, in Indonesian."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from service.complaint import Complaint
from service.disposition import AgencyOut, Disposition

CATEGORIES = {
    "information": "Permintaan informasi / normatif",
    "non_supervisory": "Tidak berkadar pengawasan",
    "field_inspection": "Berkadar pengawasan, perlu pemeriksaan lapangan",
}
_SHORT = {
    "information": "informasi",
    "non_supervisory": "tdk berkadar",
    "field_inspection": "pengawasan",
}
MONTHS = "Jan Feb Mar Apr Mei Jun Jul Agu Sep Okt Nov Des".split()
REASONS = {
    "category_uncertain": "kelas belum pasti",
    "agency_uncertain": "instansi belum pasti",
    "misconduct_suspected": "mungkin pelanggaran petugas",
    "place_missing": "lokasi tidak disebut",
    "place_ambiguous": "lokasi belum pasti",
    "out_of_scope": "di luar lingkup",
    "emergency": "tanda bahaya",
    "rule": "aturan tinjau",
    "duplicate": "serupa aduan lain",
    "audit_sample": "otomatis, diperiksa kemudian",
    "auto_off": "otomatis dimatikan",
}
_WIDTHS = (3, 32, 12, 11, 44, 5, 45)


def describe(answer: Disposition) -> str:
    """Return the answer for one complaint on some fifteen lines."""
    sla, region = answer["sla"], answer["region"]
    category = CATEGORIES.get(answer["category"], answer["category"])
    lines = [
        ("Klasifikasi", f"{category} ({_percent(answer['category_probability'])})"),
        ("Batas waktu", _deadline(answer)),
        ("Instansi", _agency(answer["agency"])),
    ]
    lines += [("  atau", _agency(other)) for other in answer["alternatives"]]
    lines += [("Tembusan", copy["name"]) for copy in answer["copies"]]
    lines.append(("Topik", _topics(answer)))
    if region["code"]:
        lines.append(("Wilayah", f"{region['name']} ({region['code']})"))
    elif region["ambiguous"]:
        lines.append(("Wilayah", f"belum pasti: {', '.join(region['ambiguous'])}"))
    else:
        lines.append(("Wilayah", "tidak disebut"))
    lines += [("Penanda", flag["message"]) for flag in answer["flags"]]
    auto = answer["decision"] == "auto"
    lines.append(("Keputusan", "otomatis" if auto else "perlu dilihat petugas"))
    lines += [("  karena", reason["message"]) for reason in answer["review_reasons"]]
    words = dict.fromkeys(term["text"] for term in answer["explanation"]["terms"])
    lines.append(("Kata penentu", ", ".join(words) or "-"))
    lines += [
        ("Aturan", f"{rule['table']} {rule['row']}: {rule['reference']}")
        for rule in answer["explanation"]["rules"]
    ]
    versions = answer["versions"]
    lines.append(
        ("Versi", f"model {versions['model']}, aturan {versions['rules']}, {sla['regulation']}")
    )
    return "\n".join(f"{label:<13} {text}" for label, text in lines)


def table(complaints: Sequence[Complaint], answers: Sequence[Disposition]) -> str:
    """Return one line for each complaint: class, deadline, agency, confidence, reason."""
    head = ("No", "Aduan", "Kelas", "Batas", "Instansi", "Yakin", "Otomatis, atau dilihat karena")
    rows = [head, tuple("-" * width for width in _WIDTHS)]
    for i, (complaint, answer) in enumerate(zip(complaints, answers, strict=True), 1):
        chances = (answer["category_probability"], answer["agency"]["probability"])
        rows.append(
            (
                str(i),
                complaint.judul or complaint.isi,
                _SHORT.get(answer["category"], answer["category"]),
                _day(answer["sla"]["due_on"]),
                _place_of(answer),
                _percent(min(chances)),
                _reasons(answer),
            )
        )
    return "\n".join(
        "  ".join(_fit(cell, width) for cell, width in zip(row, _WIDTHS, strict=True)).rstrip()
        for row in rows
    )


def _reasons(answer: Disposition) -> str:
    codes = dict.fromkeys(reason["code"] for reason in answer["review_reasons"])
    return ", ".join(REASONS.get(code, code) for code in codes) or "otomatis"


def _place_of(answer: Disposition) -> str:
    agency = answer["agency"]
    return agency["name"] or f"? {agency['unit'] or agency['level']}"


def _agency(agency: AgencyOut) -> str:
    name = agency["name"] or f"belum pasti ({agency['level']})"
    unit = f", {agency['unit']}" if agency["unit"] else ""
    return f"{name}{unit} ({_percent(agency['probability'])})"


def _topics(answer: Disposition) -> str:
    return ", ".join(f"{t['code']} {_percent(t['probability'])}" for t in answer["topics"][:3])


def _deadline(answer: Disposition) -> str:
    sla = answer["sla"]
    if sla["due_on"] is None:
        return f"{sla['working_days']} hari kerja sejak diterima"
    assumed = ", dianggap diterima sekarang" if sla["assumed_start"] else ""
    notes = assumed + (", perkiraan" if sla.get("estimated") else "")
    if "agreement" in sla:
        legal = _day(sla["legal_due_on"])
        notes += f"; kesepakatan {sla['agreement']}, menurut aturan {legal}"
    return f"{_day(sla['due_on'])} ({sla['working_days']} hari kerja{notes})"


def _day(iso: str | None) -> str:
    if iso is None:
        return "-"
    day = date.fromisoformat(iso)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _fit(text: str, width: int) -> str:
    flat = " ".join(text.split())
    return f"{flat if len(flat) <= width else flat[: width - 1] + '…':<{width}}"
