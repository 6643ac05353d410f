"""How long a page of ``GET /v1/dispositions`` takes on 50,000 rows, filter by filter.

Run ``python -m tests.benchmarks.list_filters``; ``--url`` names a PostgreSQL database instead of a
new SQLite file. Exit code 1 when a page takes longer than the bar.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import insert, text

from service.actors import SYSTEM
from service.api.filters import read_filters
from service.complaint import Complaint
from service.loading import load_scorer
from service.store import schema
from service.store.ids import make_id
from service.store.repository import Store, open_store

BAR_S = 1.0
START = datetime(2026, 1, 1, tzinfo=UTC)
FILTERS: list[dict[str, str]] = [
    {},
    {"status": "disposed"},
    {"region": "32"},
    {"flag": "emergency"},
    {"words": "lampu"},
    {"words": "lampu balai 4711"},
    {"words": "tiada-kata-ini"},
    {"reason": "place_missing"},
    {"reason": "auto_off"},
]
THINGS = ("lampu jalan mati", "jalan berlubang", "sampah menumpuk", "air keruh berbau", "oknum")
PLACES = ("Soreang Kabupaten Bandung", "Kota Kediri", "Kabupaten Sleman", "kampung kami")


def fill(store: Store, rows: int) -> None:
    """Insert dispositions that the shipped model gave to 40 reports, with other texts each."""
    rng = random.Random(7)
    texts = [f"Sudah lama {thing} di {place}" for thing in THINGS for place in PLACES]
    answers = load_scorer().score([Complaint(isi=text) for text in texts], today=START.date())
    with store.engine.begin() as connection:
        for first in range(0, rows, 1000):
            numbers = range(first, min(rows, first + 1000))
            picked = [rng.randrange(len(texts)) for _ in numbers]
            made = [
                make_rows(n, texts[i], answers[i], rng)
                for n, i in zip(numbers, picked, strict=True)
            ]
            for k, table in enumerate((schema.complaint, schema.proposal, schema.standing)):
                connection.execute(insert(table), [parts[k] for parts in made])
        connection.execute(text("ANALYZE"))  # as PostgreSQL does by itself, a minute later


def make_rows(number: int, text: str, answer: dict, rng: random.Random) -> tuple[dict, ...]:
    at = START + timedelta(seconds=number)
    complaint_id: UUID = make_id(at)
    filler = " ".join(f"kata{rng.randrange(5000)}" for _ in range(50))
    complaint = {
        "id": complaint_id, "source": "lapor", "tracking_id": str(number), "judul": "Laporan",
        "isi": f"{text} dekat balai nomor {number}, {filler}", "sha256": "0" * 64,
        "received_at": at, "anonymous": False, "secret": False, "created_at": at,
    }  # fmt: skip
    proposal = {"id": make_id(at), "complaint_id": complaint_id, "answer": answer,
                "created_at": at, **answer["versions"]}  # fmt: skip
    codes = [flag["code"] for flag in answer["flags"]]
    standing = {
        "complaint_id": complaint_id, "seq": number + 1, "version": 1,
        "status": "in_review" if answer["decision"] == "review" else "disposed",
        "tray": "national", "decision": answer["decision"], "category": answer["category"],
        "topic": answer["topic"], "agency": answer["agency"]["code"],
        "unit": answer["agency"]["unit"], "region": answer["region"]["code"],
        "due_on": answer["sla"]["due_on"], "flags": f"|{'|'.join(codes)}|" if codes else "",
        "protected": number % 50 == 0, "source": "lapor", "group_id": complaint_id,
        "updated_at": at,
    }  # fmt: skip
    return complaint, proposal, standing


def main() -> int:
    """Fill a database once and time every filter."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--url")
    arguments = parser.parse_args()
    slowest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        with open_store(arguments.url or f"sqlite:///{folder}/ukur.sqlite3") as store:
            fill(store, arguments.rows)
            for query in FILTERS:
                filters = read_filters(limit=50, **query)
                times = []
                for _ in range(3):
                    began = time.perf_counter()
                    page = store.page(filters, viewer=SYSTEM)
                    times.append(time.perf_counter() - began)
                slowest = max(slowest, min(times))
                print(f"{query!s:40} {len(page['items']):3} rows  {min(times) * 1000:7.1f} ms")
    return int(slowest > BAR_S)


if __name__ == "__main__":
    sys.exit(main())
