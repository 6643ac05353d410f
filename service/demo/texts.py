"""Invented complaints for the demo: drawn from the seed corpus, spread over the last 90 days."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final

from classifier.dataset import SEED_CORPUS
from rules.ruleset import RuleSet
from service.complaint import Complaint
from service.deps import JAKARTA

DAYS: Final = 90
HOME: Final = "32.04"  # of the agency whose admin and unit can log in
_REPEATED: Final = (
    "Lampu jalan sepanjang jalan raya Soreang Kabupaten Bandung padam sejak Senin malam, dari "
    "depan kantor kecamatan sampai jembatan. Semalam sudah ada dua pengendara motor jatuh karena "
    "lubang tidak kelihatan. Anak-anak yang pulang mengaji terpaksa berjalan di tengah gelap.",
    "Sampah di pasar Baleendah Kabupaten Bandung tidak diangkut sudah sepekan, baunya menyengat "
    "sampai ke sekolah di seberangnya. Tumpukannya menutup separuh jalan masuk, pedagang sayur "
    "pindah berjualan ke bahu jalan, dan kalau hujan airnya hitam masuk ke kios.",
)
_AT_HOME: Final = (
    "sampah_kebersihan",
    "pencemaran_lingkungan",
    "taman_pohon",
    "jalan_jembatan",
    "drainase_banjir",
)
_ENDINGS: Final = (
    "",
    " Mohon segera ditangani.",
    " Tolong ya.",
    " Terima kasih.",
    " Sudah lapor RT.",
)
_SOURCES: Final = (("lapor", "web"), ("lapor", "web"), ("whatsapp", "whatsapp"), ("meja", "surat"))
_FIRST_PART: Final = re.compile(r"[^.,;:!?\n]{18,70}(?=[.,;:!?\n])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """An invented complaint, and what its author meant: topic, body and level of the corpus."""

    complaint: Complaint
    topic: str
    agency: str | None
    misconduct: bool


def draw(ruleset: RuleSet, size: int, *, now: datetime, chance: random.Random) -> list[Drawn]:
    """Return complaints in the order in which they came, the last ones some minutes ago.

    Parameters
    ----------
    ruleset : RuleSet
        Tells the codes of places and bodies.
    size : int
        How many.
    now : datetime
        Nothing comes later.
    chance : random.Random
        The same one gives the same complaints.
    """
    rows = [json.loads(line) for line in SEED_CORPUS.read_text(encoding="utf-8").splitlines()]
    at_home = chance.sample([row for row in rows if _is_for_home(row)], size // 8)
    others = [row for row in rows if row not in at_home]
    chosen = at_home + chance.sample(others, size - len(at_home) - 5 * len(_REPEATED))
    chance.shuffle(chosen)
    moments = sorted(_moment(now, chance) for _ in chosen)
    places = {region.name: region.code for region in ruleset.regions.of_kind("regency", "city")}
    found = [
        _drawn(ruleset, row, moment, places, number, chance)
        for number, (row, moment) in enumerate(zip(chosen, moments, strict=True))
    ]
    found += _repeated(len(found), now, chance)
    return sorted(found, key=lambda one: one.complaint.received_at or now)


def _is_for_home(row: Mapping[str, Any]) -> bool:
    """Return whether a text may be of any regency, and of what the home's units have to do."""
    return row["tingkat"] == "KABKOTA" and not row["wilayah"] and row["topik"] in _AT_HOME


def _moment(now: datetime, chance: random.Random) -> datetime:
    """Return a moment of the last 90 days, more of them by day and towards today."""
    back = DAYS * (1 - chance.random() ** 0.8)
    day = (now - timedelta(back)).astimezone(JAKARTA).date()
    hour = min(23, max(0, int(chance.gauss(13, 4))))
    moment = datetime.combine(day, time(hour, chance.randrange(60)), JAKARTA)
    return min(moment, now - timedelta(minutes=chance.randrange(3, 90)))


def _drawn(
    ruleset: RuleSet,
    row: Mapping[str, Any],
    moment: datetime,
    places: Mapping[str, str],
    number: int,
    chance: random.Random,
) -> Drawn:
    is_local = row["tingkat"] in ("KABKOTA", "PROV")
    region = places.get(row["wilayah"].replace("Kab. ", "Kabupaten "))
    if _is_for_home(row) or (is_local and not row["wilayah"] and chance.random() < 0.3):
        region = HOME
    agency = row["instansi"] if row["instansi"] in ruleset.vocabulary.agencies else None
    if is_local and region is not None:
        agency = ruleset.agencies.regional(region, row["tingkat"])
    source, channel = chance.choice(_SOURCES)
    title = _FIRST_PART.match(row["text"])
    complaint = Complaint(
        isi=row["text"],
        judul=title.group().strip() if title and chance.random() < 0.6 else "",
        tracking_id=f"{9_300_000 + 7 * number}",
        source=source,
        channel=channel,
        received_at=moment,
        region=region if chance.random() < 0.8 else None,
        secret=bool(row["berkadar"]) and chance.random() < 0.2,
        anonymous=chance.random() < 0.3,
    )
    return Drawn(
        complaint=complaint, topic=row["topik"], agency=agency, misconduct=bool(row["berkadar"])
    )


def _repeated(first: int, now: datetime, chance: random.Random) -> list[Drawn]:
    """Return complaints of many people about one thing, of the last hours."""
    found: list[Drawn] = []
    for text, topic in zip(_REPEATED, ("penerangan_jalan", "sampah_kebersihan"), strict=True):
        for n, ending in enumerate(_ENDINGS):
            complaint = Complaint(
                isi=f"{text}{ending}",
                tracking_id=f"{9_300_000 + 7 * (first + len(found))}",
                source="whatsapp",
                channel="whatsapp",
                received_at=now - timedelta(minutes=30 + 25 * n + chance.randrange(15)),
            )
            agency = f"PEMDA-{HOME}"
            found.append(Drawn(complaint=complaint, topic=topic, agency=agency, misconduct=False))
    return found
