"""The command ``import history``: reports on day one, out of the office's own export."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from service.console import parse_zone, say

if TYPE_CHECKING:
    from service.files_in import BadRow

NOTHING_READ = 1
_MOST_SHOWN = 20


def add_history_commands(commands: Any) -> None:
    """Add ``import`` to the commands."""
    group = commands.add_parser("import", help="what an office has handled before, for reports")
    groups = group.add_subparsers(title="commands", required=True, metavar="COMMAND")
    history = groups.add_parser("history", help="statuses, days and bodies of a LAPOR! export")
    history.add_argument("input", type=Path, help=".xlsx export of LAPOR!, .csv or .parquet")
    history.add_argument("--source", default="lapor", help="the system it comes from (lapor)")
    history.add_argument(
        "--agency", metavar="CODE", help="whose export it is (default: as its title says)"
    )
    history.add_argument("--timezone", default="UTC", metavar="ZONE", help="of its times (UTC)")
    history.set_defaults(run=_import_history)


def _import_history(arguments: argparse.Namespace) -> int:
    from rules.ruleset import load_ruleset
    from service.history.importing import import_history
    from service.settings import load_settings
    from service.store.repository import open_store

    settings = load_settings()
    refused = _Refused()
    with open_store(settings.database_url) as store:
        done = import_history(
            arguments.input,
            store,
            load_ruleset(settings.rules_dir),
            now=datetime.now(UTC),
            source=arguments.source,
            agency=arguments.agency,
            timezone=parse_zone(arguments.timezone),
            notice=say,
            refused=refused.show,
        )
    if done.bad > _MOST_SHOWN:
        say(f"and {done.bad - _MOST_SHOWN:,} more rows with an error")
    if done.nobodys:
        say(f"{done.nobodys:,} rows name no known body: say whose export it is with --agency")
    saved = done.saved
    say(
        f"{done.rows:,} rows: {saved.new:,} new, {saved.changed:,} changed, {saved.same:,} as "
        f"before, {saved.older:,} older than what is kept, {done.bad:,} with an error"
    )
    return 0 if done.rows > done.bad else NOTHING_READ


class _Refused:
    """Tells the first bad rows; where all are bad, a screen full is enough."""

    def __init__(self) -> None:
        self._count = 0

    def show(self, row: BadRow) -> None:
        self._count += 1
        if self._count <= _MOST_SHOWN:
            field = f"{row.field}: " if row.field else ""
            say(f"row {row.row}: {field}{row.problem}")
