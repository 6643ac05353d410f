"""Two passes of the monitor over many open complaints, and how many deadlines a second.

Run ``python -m tests.benchmarks.monitor``; it exits with 1 below a bar. ``--url`` names an empty
PostgreSQL database instead of a new SQLite file.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, insert, select, text

from rules.ruleset import RuleSet, load_ruleset
from rules.sla import sla_for
from service.actors import Actor
from service.complaint import Complaint
from service.disposition import Disposition
from service.life.case import first_case
from service.life.law import law_of
from service.life.step import Request
from service.loading import load_scorer
from service.monitoring.passes import MonitorPass, Outcome
from service.store import schema
from service.store.engine import begin_write
from service.store.ids import make_id
from service.store.kept import keep
from service.store.monitoring_schema import notice
from service.store.received import standing_of
from service.store.repository import Store, open_store
from tests.benchmarks.results import QUICK, Figure, load_now, report

BAR_PASS_S, BAR_DEADLINES = 60.0, 50_000
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
NATIONAL = Actor(kind="person", id="n", role="admin_nasional")
ADMIN = Actor(kind="person", id="m", role="admin_nasional")
TEXTS = (
    "Lampu jalan padam di depan balai warga Soreang Kabupaten Bandung",
    "Syarat pindah kartu keluarga di Kota Kediri apa saja",
    "Petugas loket di Kabupaten Sleman meminta uang supaya berkas selesai, mohon diperiksa",
    "Saluran air mampet di Kota Semarang",
)
_CHUNK = 2_000
_SPAN = timedelta(days=60)


def main() -> int:
    """Fill, measure and say what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--complaints", type=int, default=5_000 if QUICK else 200_000)
    parser.add_argument(
        "--acted", type=int, default=50 if QUICK else 2_000, help="of these, with actions"
    )
    parser.add_argument("--url", help="an empty PostgreSQL database")
    arguments = parser.parse_args()
    load, ruleset = load_now(), load_ruleset()
    with tempfile.TemporaryDirectory() as folder:
        url = arguments.url or f"sqlite:///{folder}/ukur.sqlite3"
        with open_store(url) as store:
            fill(store, arguments.complaints, arguments.acted, ruleset)
            figures = measure_passes(store, ruleset)
    rate = deadlines_a_second(ruleset)
    slowest = max(figure.value for figure in figures)
    figures.append(Figure("deadlines counted", rate, "a second", f">= {BAR_DEADLINES:,}"))
    report(
        "monitor",
        f"Monitor over {arguments.complaints:,} open complaints",
        figures,
        load=load,
        note="On PostgreSQL." if arguments.url else "On SQLite.",
    )
    return int(slowest > BAR_PASS_S or rate < BAR_DEADLINES)


def fill(store: Store, count: int, acted: int, ruleset: RuleSet) -> None:
    """Store complaints of 60 days (some 3,300 a day), in bulk, then let people act on some."""
    scorer = load_scorer()
    answers: dict[tuple[str, date], Disposition] = {}
    started = time.perf_counter()
    for first in range(0, count, _CHUNK):
        rows = list(complaints(range(first, min(first + _CHUNK, count)), count, scorer, answers))
        with begin_write(store.engine) as connection:
            insert_all(connection, rows)
    act_on(store, acted, ruleset)
    if store.engine.dialect.name == "postgresql":
        with store.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
    print(f"filled       {count:,} complaints in {time.perf_counter() - started:.0f} s")


def complaints(
    numbers: range, count: int, scorer: Any, answers: dict[tuple[str, date], Disposition]
) -> Iterator[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    """Yield the rows of complaint, proposal and standing."""
    for n in numbers:
        moment = NOW - _SPAN * (1 - n / count)
        isi = TEXTS[n % len(TEXTS)]
        key = isi, moment.date()
        if key not in answers:
            complaint = Complaint(isi=isi, received_at=moment)
            [answer] = scorer.score([complaint], today=moment.date())
            answers[key] = keep(complaint).move(answer)
        answer = answers[key]
        row = {
            "id": make_id(moment),
            "source": "ukur",
            "tracking_id": str(n),
            "judul": "",
            "isi": isi,
            "sha256": answer["complaint_sha256"],
            "received_at": moment,
            "anonymous": False,
            "secret": False,
            "created_at": moment,
        }
        proposal = {
            "id": make_id(moment),
            "complaint_id": row["id"],
            "answer": answer,
            "created_at": moment,
            **answer["versions"],
        }
        standing = {
            "complaint_id": row["id"],
            "seq": n + 1,
            "version": 1,
            "decision": answer["decision"],
            "flags": "",
            "protected": False,
            "source": "ukur",
            "group_id": row["id"],
            "updated_at": moment,
            **standing_of(first_case(answer)),
        }
        yield row, proposal, standing


def insert_all(connection: Connection, rows: Sequence[tuple[dict[str, Any], ...]]) -> None:
    """Insert in the order in which the tables refer to each other."""
    for table, values in zip(
        (schema.complaint, schema.proposal, schema.standing), zip(*rows, strict=True), strict=True
    ):
        connection.execute(insert(table), list(values))


def act_on(store: Store, count: int, ruleset: RuleSet) -> None:
    """Accept, pause and approve on some of the complaints, through the state table."""
    query = select(schema.standing.c.complaint_id).where(schema.standing.c.status == "disposed")
    with store.reading() as connection:
        ids = connection.execute(
            query.order_by(schema.standing.c.seq.desc()).limit(count)
        ).scalars()
        chosen = list(ids)
    for complaint_id in chosen:
        act(store, complaint_id, ruleset)


def act(store: Store, complaint_id: UUID, ruleset: RuleSet) -> None:
    """Take one complaint up, and pause it with approval."""
    requests = (
        (Request(action="accept", version=1), NATIONAL),
        (
            Request(
                action="pause",
                version=2,
                reason="force_majeure",
                until=NOW.date() + timedelta(7),
            ),
            NATIONAL,
        ),
        (Request(action="approve", version=3), ADMIN),
    )

    def law(answer: Disposition, moment: datetime) -> Any:
        return law_of(ruleset, answer["sla"]["starts_on"], moment)

    for request, actor in requests:
        store.act(complaint_id, request, actor=actor, now=NOW, law=law)


def measure_passes(store: Store, ruleset: RuleSet) -> list[Figure]:
    """Run the pass three times, the last one a day later."""
    figures = []
    for name, now in (("first pass", NOW), ("second pass", NOW), ("next day", NOW + timedelta(1))):
        wall, cpu = time.perf_counter(), time.process_time()
        outcome = MonitorPass(store, ruleset, now=now).run()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        print(f"{name:<12} {wall:6.1f} s, {cpu:.1f} s of CPU time here: {describe(outcome)}")
        if name == "second pass" and (outcome.created or outcome.ended or outcome.indexed):
            message = "the second pass changed something"
            raise SystemExit(message)
        figures.append(Figure(name, wall, "s", f"<= {BAR_PASS_S:.0f}"))
    with store.reading() as connection:
        notices = connection.execute(select(func.count()).select_from(notice)).scalar_one()
    print(f"notices      {notices:,}")
    return figures


def describe(outcome: Outcome) -> str:
    """Return the counts on one line."""
    return (
        f"{outcome.seen:,} seen, {outcome.indexed:,} indexed, {outcome.created:,} made,"
        f" {outcome.ended:,} ended"
    )


def deadlines_a_second(ruleset: RuleSet) -> float:
    """Return how many deadlines with their reminders are counted in a second of CPU time."""
    days = [date(2024, 1, 1) + timedelta(n) for n in range(1461)]
    regulation, calendar = ruleset.regulations.on(days[0]), ruleset.calendar
    started, count = time.process_time(), 0
    while time.process_time() - started < 2:
        for category in regulation.classes:
            for day in days:
                sla_for(category, day, regulation, calendar)
        count += len(days) * len(regulation.classes)
    return count / (time.process_time() - started)


if __name__ == "__main__":
    sys.exit(main())
