"""The command ``report``: figures of a period as a file, or on standard output."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from service.console import say
from service.errors import ServiceError

if TYPE_CHECKING:
    from service.reports.rendering import Form

_FORMS: dict[str, Form] = {"json": "json", "csv": "csv", "xlsx": "xlsx", "html": "html"}


def add_report_commands(commands: Any) -> None:
    """Add ``report`` to the commands."""
    report = commands.add_parser("report", help="what came in, what became of it, how fast")
    report.add_argument(
        "--period",
        required=True,
        help="2026, 2026-S1, 2026-Q3, 2026-11 or 2026-01-01..2026-06-30, by day of receipt",
    )
    report.add_argument("--agency", metavar="CODE", help="one body, such as PEMDA-32.04")
    report.add_argument("--format", choices=_FORMS, help="default: by suffix, else json")
    report.add_argument("--table", help="of CSV: which table (ringkasan, instansi, ...)")
    report.add_argument(
        "--evaluation", action="store_true", help="the publishable part: small counts are hidden"
    )
    report.add_argument(
        "--notes", type=Path, metavar="FILE", help="causes that agencies wrote, YAML; published"
    )
    report.add_argument("-o", "--output", type=Path, metavar="FILE")
    report.set_defaults(run=_report)


def _report(arguments: argparse.Namespace) -> int:
    from rules.ruleset import load_ruleset
    from service.actors import SYSTEM
    from service.reports import parse_period, read_report, reference_of
    from service.reports.findings import load_notes
    from service.reports.rendering import Wanted, render
    from service.reports.targets import load_targets
    from service.settings import load_settings
    from service.store.engine import begin_snapshot
    from service.store.repository import open_store, translated

    form = _form(arguments)
    period, settings = parse_period(arguments.period), load_settings()
    targets, notes = load_targets(settings.targets), load_notes(arguments.notes)
    ruleset = load_ruleset(settings.rules_dir)
    if arguments.agency is not None and arguments.agency not in ruleset.agencies:
        message = f"--agency: expected the code of a body, got {arguments.agency!r}"
        raise ServiceError(message)
    reference = reference_of(ruleset)
    with open_store(settings.database_url) as store, translated():
        with begin_snapshot(store.engine) as connection:
            report = read_report(
                connection,
                viewer=SYSTEM,
                period=period,
                as_of=datetime.now(ZoneInfo("Asia/Jakarta")).date(),
                reference=reference,
                agency=arguments.agency,
            )
    wanted = Wanted(form=form, table=arguments.table, evaluation=arguments.evaluation, notes=notes)
    _write(render(report, reference, targets, wanted), arguments.output)
    return 0


def _form(arguments: argparse.Namespace) -> Form:
    suffix = arguments.output.suffix[1:].lower() if arguments.output else "json"
    form: Form | None = _FORMS.get(arguments.format or suffix)
    if form is None:
        message = f"{arguments.output}: expected a name that ends in one of {', '.join(_FORMS)}"
        raise ServiceError(message)
    return form


def _write(content: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        message = f"{output}: cannot be written: {error.strerror or 'unknown reason'}"
        raise ServiceError(message) from None
    say(f"{output}: {len(content):,} bytes")
