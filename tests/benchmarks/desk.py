"""How long the review desk takes with a full tray: first page, one complaint, one decision.

Run ``python -m tests.benchmarks.desk [WAITING] [--database URL]``; it exits with 1 above a bar.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from service.app import create_app
from service.complaint import Complaint
from service.deps import JAKARTA
from service.likeness import sign
from service.loading import load_scorer
from service.settings import Settings
from service.store.alike import Look
from service.store.kept import keep
from service.store.received import insert_received
from service.store.repository import Store
from service.store.writer import Transaction
from tests.benchmarks.results import QUICK, Figure, load_now, report

MATTERS = (
    "Kenapa pupuk bersubsidi di {} tidak pernah sampai ke petani kami?",
    "Petugas kelurahan di {} minta uang untuk urus KTP, tolong diperiksa.",
    "Guru di {} sering tidak masuk berhari-hari, anak-anak hanya bermain.",
    "Jalan di depan rumah kami di {} berlubang dan tidak ada lampunya.",
    "Antrean di puskesmas {} dari subuh, dokternya datang menjelang siang.",
)
ROUNDS = 30
PAGE_BAR_MS, DECISION_BAR_MS = 300, 100  # at the clock, on an idle machine
BATCH = 1_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("waiting", nargs="?", type=int, default=2_000 if QUICK else 50_000)
    parser.add_argument("--database", help="an empty database; default: SQLite in a new folder")
    arguments = parser.parse_args()
    load = load_now()
    with tempfile.TemporaryDirectory() as folder:
        url = arguments.database or f"sqlite:///{Path(folder) / 'meja.sqlite3'}"
        settings = Settings(database_url=url, auth="off")
        app = create_app(settings)
        here = {"base_url": "http://127.0.0.1:8000", "client": ("127.0.0.1", 5000)}
        with TestClient(app, follow_redirects=False, **here) as client:  # type: ignore[arg-type]
            fill(app.state.store, arguments.waiting)
            figures = measure(client)
    report(
        "desk",
        f"Desk with {arguments.waiting:,} complaints waiting",
        list(figures.values()),
        load=load,
        note=f"Median of {ROUNDS}, on {'PostgreSQL' if arguments.database else 'SQLite'}.",
    )
    first, decision = figures["page"].value, figures["decision"].value
    return int(first > PAGE_BAR_MS or decision > DECISION_BAR_MS)


def fill(store: Store, count: int) -> None:
    started = time.perf_counter()
    scorer = load_scorer()
    now = datetime.now(JAKARTA)
    places = [region.name for region in islice(scorer.ruleset.regions.of_kind("regency"), 60)]
    texts = [matter.format(place) for matter in MATTERS for place in places]
    complaints = [Complaint(isi=text, source="uji", received_at=now) for text in texts]
    answers = scorer.score(complaints, today=now.date())
    doubtful = [
        (complaint, answer)
        for complaint, answer in zip(complaints, answers, strict=True)
        if answer["decision"] == "review"
    ]

    def rows() -> Iterator[tuple[Any, Any, Any]]:
        for i in range(count):
            complaint, answer = doubtful[i % len(doubtful)]
            due_on = (now + timedelta(days=i % 60 - 10)).date().isoformat()
            own = {**answer, "sla": {**answer["sla"], "due_on": due_on}}
            kept = keep(replace(complaint, tracking_id=f"U{i}"))
            yield kept, own, Look(signature=sign(f"{complaint.isi} {i}"))

    waiting = rows()
    while batch := list(islice(waiting, BATCH)):

        def work(transaction: Transaction, batch: Any = batch) -> None:
            for kept, answer, look in batch:
                insert_received(transaction, kept, answer, [], look, now)

        store.writing(work)
    print(f"{count:,} waiting complaints stored in {time.perf_counter() - started:.0f} s")


def measure(client: TestClient) -> dict[str, Figure]:
    """Return what each page takes."""
    page = client.get("/meja")
    assert page.status_code == 200, page.status_code
    ids = [part.split('"')[0].split("?")[0] for part in page.text.split('href="/aduan/')[1:]]
    pages = {
        "page": ("first page of the tray", "/meja", f"<= {PAGE_BAR_MS}"),
        "topic": ("first page, filtered by topic", "/meja?topik=pertanian_pangan", ""),
        "reason": ("first page, filtered by reason", "/meja?alasan=category_uncertain", ""),
        "new": ("how many are new", "/meja/baru?sejak=1", ""),
        "case": ("one complaint", f"/aduan/{ids[0]}", ""),
    }
    figures = {
        name: Figure(what, median_ms(lambda path=path: client.get(path)), "ms", bar)
        for name, (what, path, bar) in pages.items()
    }
    waiting = iter(ids)

    def decide() -> Any:
        form = {"version": "1", "note": "periksa", "dari": ""}
        return client.post(f"/aduan/{next(waiting)}/kelengkapan", data=form)

    taken = median_ms(decide, expected=303)
    bar = f"<= {DECISION_BAR_MS}"
    return {**figures, "decision": Figure("one decision, and which is next", taken, "ms", bar)}


def median_ms(ask: Callable[[], Any], *, expected: int = 200) -> float:
    """Return the milliseconds at the clock that most answers stay below, of ``ROUNDS``."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        answer = ask()
        times.append(1000 * (time.perf_counter() - start))
        assert answer.status_code == expected, answer.status_code
    return statistics.median(times)


if __name__ == "__main__":
    sys.exit(main())
