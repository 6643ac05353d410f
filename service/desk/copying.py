"""A disposition as plain text, for the field of the source system; no word of the complaint."""

from __future__ import annotations

from service.desk import words
from service.desk.names import Names
from service.store.repository import StoredDisposition


def as_text(stored: StoredDisposition, names: Names) -> str:
    """Return what counts now, a line for each thing."""
    current = stored["current"]
    unit = f", {current['unit']}" if current["unit"] else ""
    category = words.CATEGORIES.get(current["category"], current["category"])
    lines = [
        f"Nomor: {stored['tracking_id'] or stored['id']}",
        f"Klasifikasi: {stored['lapor_classification']}",
        f"Kelas: {category}, {current['working_days']} hari kerja",
        f"Batas waktu: {words.day(current['due_on'])}",
        f"Instansi: {names.agency(current['agency'])}{unit}",
        f"Topik: {names.topic(current['topic'])}",
        f"Wilayah: {names.region(current['region'])}",
    ]
    if stored["copies"]:
        lines.append(f"Tembusan: {'; '.join(copy['name'] for copy in stored['copies'])}")
    if stored["flags"]:
        lines.append(f"Penanda: {'; '.join(flag['message'] for flag in stored['flags'])}")
    rules = "; ".join(f"{rule['row']} ({rule['reference']})" for rule in _decisive(stored))
    lines.append(f"Dasar: {rules}")
    return "\n".join(lines)


def _decisive(stored: StoredDisposition) -> list[dict[str, str]]:
    return [
        {"row": rule["row"], "reference": rule["reference"]}
        for rule in stored["explanation"]["rules"]
    ]
