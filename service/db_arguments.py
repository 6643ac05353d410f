"""The command line of ``disposisi db``; imports no database, so that ``--help`` stays fast."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path


def add_db_commands(parser: argparse.ArgumentParser, run: Callable[..., int]) -> None:
    """Add the commands below ``db``; ``run`` gets the parsed arguments."""
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    commands.add_parser("upgrade", help="bring the tables to the shape of this release")
    commands.add_parser("check", help="can this release use the database as it is?")
    backup = commands.add_parser("backup", help="a whole copy, taken while it is in use")
    backup.add_argument("-o", "--output", type=Path, required=True, help="a new file")
    verify = commands.add_parser("verify", help="was anything altered, removed or reordered?")
    verify.add_argument(
        "--head", type=_link, metavar="SEQ:HASH", help="an end that verify printed before"
    )
    commands.add_parser("erase", help="erase texts past DISPOSISI_TEXT_RETENTION_DAYS")
    for name, command in commands.choices.items():
        command.set_defaults(run=run, db_command=name)


def _link(text: str) -> tuple[int, str]:
    seq, colon, value = text.partition(":")
    if not (colon and seq.isdecimal() and len(value) == 64):
        message = "expected SEQ:HASH as verify prints it"
        raise argparse.ArgumentTypeError(message)
    return int(seq), value
