"""The command ``monitor``: one pass or many, the notices that count, and a deadline explained."""

from __future__ import annotations

import argparse
import re
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from service.console import say, utc_now
from service.errors import ServiceError

if TYPE_CHECKING:
    from rules.ruleset import RuleSet
    from service.monitoring.passes import Outcome
    from service.store.repository import Store

_UNITS = {"s": 1, "m": 60, "h": 3600}
_MIN_EVERY, _MAX_EVERY = timedelta(seconds=1), timedelta(days=1)


class UnknownComplaintError(ServiceError):
    """No complaint has the id."""


def add_monitor_commands(commands: Any) -> None:
    """Add ``monitor`` to the commands."""
    parser = commands.add_parser("monitor", help="deadlines: remind, tell what is late, explain")
    group = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    run = group.add_parser("run", help="one pass over all open complaints; doing it twice is safe")
    run.add_argument("--every", type=_every, metavar="15m", help="again and again, until stopped")
    run.add_argument("--at", type=_moment, metavar="MOMENT", help="as if it were then (a test)")
    run.set_defaults(run=_run)
    notices = group.add_parser("notices", help="what was told and still counts, newest first")
    notices.add_argument("--kind", choices=("reminder", "overdue", "escalation", "alarm"))
    notices.add_argument("--agency", metavar="CODE", help="such as PEMDA-32.04")
    notices.add_argument("--limit", type=int, default=50, help="at most 200")
    notices.set_defaults(run=_notices)
    explain = group.add_parser("explain", help="every day that was counted or skipped, and why")
    explain.add_argument("id", help="of the disposition")
    explain.add_argument("--json", action="store_true")
    explain.set_defaults(run=_explain)


def _every(text: str) -> timedelta:
    found = re.fullmatch(r"(\d{1,6})([smh])", text)
    every = timedelta(seconds=int(found[1]) * _UNITS[found[2]]) if found else timedelta(0)
    if not _MIN_EVERY <= every <= _MAX_EVERY:
        message = f"expected a time like 90s, 15m or 1h, at most 24h, got {text!r}"
        raise argparse.ArgumentTypeError(message)
    return every


def _moment(text: str) -> datetime:
    moment: datetime | None = None
    with suppress(ValueError):
        moment = datetime.fromisoformat(text)
    if moment is None or moment.tzinfo is None:
        message = f"expected a moment like 2026-11-24T09:30:00+07:00, got {text!r}"
        raise argparse.ArgumentTypeError(message)
    return moment


@contextmanager
def _opened() -> Iterator[tuple[Store, RuleSet]]:
    from rules.ruleset import load_ruleset
    from service.settings import load_settings
    from service.store.repository import open_store

    settings = load_settings()
    ruleset = load_ruleset(settings.rules_dir)
    with open_store(settings.database_url) as store:
        yield store, ruleset


def _run(arguments: argparse.Namespace) -> int:
    with _opened() as (store, ruleset), _stop_on_signal() as stop:
        if arguments.every is None:
            say(_do_pass(store, ruleset, arguments.at or utc_now(), stop))
            return 0
        while not stop.is_set():
            try:
                say(_do_pass(store, ruleset, arguments.at or utc_now(), stop))
            except ServiceError as error:  # such as a database that restarts: the next one may do
                say(str(error))
            stop.wait(arguments.every.total_seconds())
        return 0


def _do_pass(store: Store, ruleset: RuleSet, now: datetime, stop: threading.Event) -> str:
    from service.monitoring.passes import MonitorPass

    outcome = MonitorPass(store, ruleset, now=now, is_stopped=stop.is_set).run()
    return _describe(outcome)


def _describe(outcome: Outcome) -> str:
    line = (
        f"{outcome.seen:,} open complaints: {outcome.created:,} notices made,"
        f" {outcome.ended:,} ended, {outcome.revived:,} count again"
    )
    if outcome.skipped:
        line += f"; {outcome.skipped:,} skipped, their deadline lies outside the calendar"
    return line if outcome.is_complete else f"{line}; stopped before the end"


@contextmanager
def _stop_on_signal() -> Iterator[threading.Event]:
    """Let a pass end between two chunks instead of in the middle of one."""
    stop = threading.Event()

    def on_signal(*_: object) -> None:
        stop.set()

    before = {
        number: signal.signal(number, on_signal) for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _notices(arguments: argparse.Namespace) -> int:
    from service.actors import SYSTEM
    from service.monitoring.notices import MAX_LIMIT, NoticeFilters, read_notices
    from service.monitoring.readable import describe_notice
    from service.settings import load_settings
    from service.store.repository import open_store

    limit = max(1, min(arguments.limit, MAX_LIMIT))
    filters = NoticeFilters(kind=arguments.kind, agency=arguments.agency, limit=limit)
    with open_store(load_settings().database_url) as store, store.reading() as connection:
        page = read_notices(connection, filters, SYSTEM)
    for item in page["items"]:
        print(describe_notice(item))
    if page["next_cursor"]:
        say(f"only the newest {limit} are shown")
    return 0


def _explain(arguments: argparse.Namespace) -> int:
    import json
    from uuid import UUID

    from service.actors import SYSTEM
    from service.monitoring.deadlines import read_deadlines
    from service.monitoring.readable import describe_deadlines

    try:
        complaint_id = UUID(arguments.id)
    except ValueError:
        msg = "monitor explain: expected the id of a disposition, got another text"
        raise UnknownComplaintError(msg) from None
    with _opened() as (store, ruleset), store.reading() as connection:
        found = read_deadlines(connection, ruleset, complaint_id, SYSTEM)
    if found is None:
        msg = f"monitor explain: there is no disposition {complaint_id}"
        raise UnknownComplaintError(msg)
    text = json.dumps(found, ensure_ascii=False, indent=2) if arguments.json else None
    print(text or describe_deadlines(found))
    return 0
