"""The commands ``keys`` and ``users``; passwords come from the terminal or standard input."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from service.console import say, utc_now
from service.errors import ServiceError

if TYPE_CHECKING:
    from service.store.accounts import AccountStore

_ROLES = "admin_nasional, admin_instansi, pejabat_penghubung, pembina, auditor, ml_engineer"


def add_account_commands(commands: Any) -> None:
    """Add ``keys`` and ``users`` to the commands."""
    keys = _group(commands, "keys", "keys of machine clients")
    create = keys.add_parser("create", help="print a new key, once, alone on standard output")
    create.add_argument("--name", required=True, help="also the source of what the client sends")
    create.add_argument("--scopes", required=True, help="score,dispose,act,read,report,export,...")
    create.add_argument("--region", metavar="CODE", help="home and limit of a regional desk")
    create.set_defaults(run=_keys_create)
    keys.add_parser("list", help="every key, without the key").set_defaults(run=_keys_list)
    revoke = keys.add_parser("revoke", help="end a key at once")
    revoke.add_argument("name")
    revoke.set_defaults(run=_keys_revoke)

    users = _group(commands, "users", "people who may log in")
    create = users.add_parser("create", help="asks for the password, or reads it from a pipe")
    create.add_argument("--login", required=True, help="2 to 63 of a-z, 0-9, dot, hyphen")
    create.add_argument("--role", required=True, help=_ROLES)
    create.add_argument("--agency", metavar="CODE", help="such as PEMDA-32.04")
    create.add_argument("--unit", help="office of a pejabat_penghubung")
    create.set_defaults(run=_users_create)
    users.add_parser("list", help="every user").set_defaults(run=_users_list)
    for name, run, text in (
        ("disable", _users_disable, "let a user in no more, at once"),
        ("password", _users_password, "another password; ends the sessions"),
    ):
        command = users.add_parser(name, help=text)
        command.add_argument("login")
        command.set_defaults(run=run)


def _group(commands: Any, name: str, text: str) -> Any:
    parser = commands.add_parser(name, help=text)
    return parser.add_subparsers(title="commands", required=True, metavar="COMMAND")


@contextmanager
def _accounts() -> Iterator[AccountStore]:
    from service.settings import load_settings
    from service.store.accounts import AccountStore
    from service.store.repository import open_store

    with open_store(load_settings().database_url) as store:
        yield AccountStore(store)


def _keys_create(arguments: argparse.Namespace) -> int:
    from service.auth.accounts import create_key

    scopes = {scope.strip() for scope in arguments.scopes.split(",")} - {""}
    with _accounts() as accounts:
        key = create_key(
            accounts, name=arguments.name, scopes=scopes, region=arguments.region, now=utc_now()
        )
    print(key)
    say("this is the only time that the key is shown")
    _say_restart()
    return 0


def _keys_list(arguments: argparse.Namespace) -> int:
    with _accounts() as accounts:
        _print_table(accounts.list_keys(), ("name", "scopes", "region", "created_at", "revoked_at"))
    return 0


def _keys_revoke(arguments: argparse.Namespace) -> int:
    from service.auth.accounts import revoke_key

    with _accounts() as accounts:
        revoke_key(accounts, arguments.name, now=utc_now())
    return 0


def _users_create(arguments: argparse.Namespace) -> int:
    from service.auth.accounts import create_person

    password = _read_password()
    with _accounts() as accounts:
        create_person(
            accounts,
            login=arguments.login,
            password=password,
            role=arguments.role,
            agency=arguments.agency,
            unit=arguments.unit,
            now=utc_now(),
        )
    _say_restart()
    return 0


def _users_list(arguments: argparse.Namespace) -> int:
    with _accounts() as accounts:
        columns = ("login", "role", "agency", "unit", "created_at", "disabled_at")
        _print_table(accounts.list_people(), columns)
    return 0


def _users_disable(arguments: argparse.Namespace) -> int:
    from service.auth.accounts import disable_person

    with _accounts() as accounts:
        disable_person(accounts, arguments.login, now=utc_now())
    return 0


def _users_password(arguments: argparse.Namespace) -> int:
    from service.auth.accounts import change_password

    password = _read_password()
    with _accounts() as accounts:
        change_password(accounts, arguments.login, password, now=utc_now())
    return 0


def _read_password() -> str:
    """Return the password: asked twice at a terminal, one line from a pipe; never an argument."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != password:
        msg = "the two passwords differ"
        raise ServiceError(msg)
    return password


def _print_table(rows: Any, columns: tuple[str, ...]) -> None:
    print("\t".join(columns))
    for row in rows:
        print("\t".join(_cell(row[column]) for column in columns))


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else str(value)


def _say_restart() -> None:
    say("a running server without DISPOSISI_AUTH asks for logins after its next start")
