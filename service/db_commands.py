"""``disposisi db``: bring the tables up to date, check, copy, verify, and erase old texts."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from service.settings import Settings
from service.store.audit import Link, read_head
from service.store.backup import back_up
from service.store.engine import begin_snapshot, close_engine, open_engine
from service.store.errors import StoreError
from service.store.health import check_database
from service.store.repository import open_store, translated
from service.store.verify import find_damage

Say = Callable[[str], None]
_MOST_SHOWN = 50


def run(arguments: argparse.Namespace, settings: Settings, *, now: datetime, say: Say) -> int:
    """Run the command that was asked for and return its exit code."""
    url = settings.database_url
    match arguments.db_command:
        case "upgrade":
            return upgrade(url, say)
        case "check":
            return check(url, say)
        case "backup":
            return backup(url, arguments.output, say)
        case "verify":
            head = arguments.head
            return verify(url, Link(seq=head[0], hash=head[1]) if head else None, say)
        case _:
            return erase(url, settings.text_retention_days, now, say)


def upgrade(url: str, say: Say) -> int:
    """Run the migrations that are missing."""
    with open_store(url) as store, store.reading() as connection:
        say(f"tables are at {check_database(connection).revision}")
    return 0


def check(url: str, say: Say) -> int:
    """Say whether this release can use the database; nothing is changed."""
    engine = open_engine(url, migrate=False)
    try:
        with translated(), engine.connect() as connection:
            found = check_database(connection)
    finally:
        close_engine(engine)
    for problem in found.problems:
        say(problem)
    if not found.problems:
        say(f"tables are at {found.revision}, {found.complaints:,} complaints, no problem found")
    return 1 if found.problems else 0


def backup(url: str, output: Path, say: Say) -> int:
    """Copy the whole database to a new file."""
    back_up(url, output)
    say(f"{output}: {output.stat().st_size:,} bytes")
    return 0


def verify(url: str, head: Link | None, say: Say) -> int:
    """Prove the audit chain and every record against it."""
    engine = open_engine(url, migrate=False)
    found = 0
    try:
        with translated(), begin_snapshot(engine) as connection:
            if check_database(connection).problems:
                msg = "the tables are not those of this release: run disposisi db check"
                raise StoreError(msg)
            for line in find_damage(connection, anchor=head):
                found += 1
                if found <= _MOST_SHOWN:
                    say(line)
            end = read_head(connection)
    finally:
        close_engine(engine)
    if found > _MOST_SHOWN:
        say(f"and {found - _MOST_SHOWN:,} more")
    say(f"{found:,} problems" if found else f"verified, {end.seq:,} audit rows")
    say(f"head {end.seq}:{end.hash}")
    return 1 if found else 0


def erase(url: str, days: int, now: datetime, say: Say) -> int:
    """Erase the texts of complaints that were finished so many days ago."""
    total = 0
    with open_store(url) as store:
        while count := store.erase_texts(older_than=now - timedelta(days=days), now=now):
            total += count
    say(f"{total:,} texts erased")
    return 0
