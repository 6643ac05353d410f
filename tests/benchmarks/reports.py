"""How long a report of 100,000 complaints takes on SQLite, from the stored actions to the page.

Run ``python -m tests.benchmarks.reports``; it exits with 1 above the bar. The complaints are
invented and go into a new database by plain inserts, without the audit chain.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, insert

from rules.ruleset import RuleSet, load_ruleset
from service.actors import SYSTEM
from service.reports import parse_period, read_report, reference_of
from service.reports.page import report_page
from service.store import schema
from service.store.engine import begin_snapshot, begin_write, close_engine, open_engine
from service.store.ids import make_id
from tests.benchmarks import results
from tests.benchmarks.results import QUICK, Figure, load_now

BAR_S = 5.0
PERIOD = parse_period("2026-S1")
NOW = datetime(2026, 8, 3, 2, 0, tzinfo=UTC)


def main() -> int:
    """Measure and say what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--complaints", type=int, default=5_000 if QUICK else 100_000)
    parser.add_argument("--url", help="an empty PostgreSQL database instead of a new SQLite file")
    arguments = parser.parse_args()
    load, ruleset = load_now(), load_ruleset()
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(arguments.url or f"sqlite:///{Path(folder) / 'ukur.sqlite3'}")
        with begin_write(engine) as connection:
            actions = fill(connection, ruleset, arguments.complaints)
        reference = reference_of(ruleset)
        times = []
        for _ in range(3):
            wall, cpu = time.perf_counter(), time.process_time()
            with begin_snapshot(engine) as connection:
                report = read_report(
                    connection, viewer=SYSTEM, period=PERIOD, as_of=NOW.date(), reference=reference
                )
            report_page(report, reference)
            times.append((time.perf_counter() - wall, time.process_time() - cpu))
        close_engine(engine)
    assert report.total.incoming == arguments.complaints
    wall, cpu = min(times)
    results.report(
        "reports",
        f"A report of {report.total.incoming:,} complaints with {actions:,} actions",
        [
            Figure("from the stored actions to the page", wall, "s", f"<= {BAR_S:.0f}"),
            Figure("processor time of it", cpu, "s"),
        ],
        load=load,
        note=f"Best of {len(times)}, on {'PostgreSQL' if arguments.url else 'SQLite'}.",
    )
    return int(wall > BAR_S)


def fill(connection: Connection, ruleset: RuleSet, count: int) -> int:
    """Insert the complaints and return how many actions they have."""
    rng = random.Random(7)
    agencies = [agency.code for agency in ruleset.agencies]
    topics = list(ruleset.topics)
    total = 0
    for first in range(0, count, 5_000):
        made = [
            _one(rng, n, agencies, topics, ruleset) for n in range(first, min(count, first + 5_000))
        ]
        for place, table in enumerate((schema.complaint, schema.standing)):
            connection.execute(insert(table), [parts[place] for parts in made])
        actions = [row for *_, rows in made for row in rows]
        total += len(actions)
        _insert(connection, schema.action, actions)
    return total


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _one(
    rng: random.Random, n: int, agencies: list[str], topics: list[str], ruleset: RuleSet
) -> tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]:
    days = (PERIOD.until - PERIOD.start).days
    received = datetime(2026, 1, 1, 2, tzinfo=UTC) + timedelta(days=rng.randrange(days))
    agency, topic = rng.choice(agencies), rng.choice(topics)
    region = agency[6:] if agency.startswith("PEMDA-") else None
    category, limit = rng.choice((("information", 5), ("non_supervisory", 14)))
    due_on = ruleset.calendar.after(received.date(), limit)
    key = make_id(received)
    steps = list(_steps(rng))
    state = {"category": category, "topic": topic, "agency": agency, "confirmed": ["agency"]}
    actions = [
        {
            "id": make_id(received),
            "complaint_id": key,
            "version": version,
            "action": name,
            "actor_kind": "person",
            "actor_id": "p",
            "actor_role": role,
            "details": {},
            "state": {**state, "status": status, "transfers": transfers, "unit": "Dinas"},
            "created_at": received + timedelta(days=rng.randrange(1, 20)),
        }
        for version, (name, role, status, transfers) in enumerate(steps, start=2)
    ]
    standing = {
        "complaint_id": key,
        "seq": n + 1,
        "version": 1 + len(steps),
        "status": steps[-1][2] if steps else "disposed",
        "tray": "agency",
        "decision": "auto",
        "category": category,
        "topic": topic,
        "agency": agency,
        "unit": "Dinas",
        "region": region,
        "due_on": due_on.isoformat(),
        "flags": "",
        "protected": False,
        "source": "ukur",
        "group_id": key,
        "updated_at": received,
    }
    complaint = {
        "id": key,
        "source": "ukur",
        "tracking_id": str(n),
        "judul": "Contoh",
        "isi": f"Lampu jalan nomor {n} padam di dekat balai warga.",
        "sha256": "0" * 64,
        "received_at": received,
        "anonymous": False,
        "secret": False,
        "created_at": received,
    }
    return complaint, standing, actions


def _steps(rng: random.Random) -> Iterator[tuple[str, str, str, int]]:
    moved = 0
    if rng.random() < 0.1:
        moved = rng.randrange(1, 4)
        for n in range(moved):
            yield "return", "admin_instansi", "disposed", n + 1
    if rng.random() < 0.9:
        yield "accept", "admin_instansi", "followed_up", moved
        if rng.random() < 0.8:
            yield "respond", "pejabat_penghubung", "answered", moved
            if rng.random() < 0.7:
                yield "close", "admin_instansi", "closed", moved


if __name__ == "__main__":
    sys.exit(main())
