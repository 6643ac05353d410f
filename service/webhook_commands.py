"""``disposisi webhooks`` and ``disposisi events``: who is told what happened, and how it went."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

from service.console import say, utc_now

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from service.settings import Settings
    from service.store.repository import Store


def add_webhook_commands(commands: Any) -> None:
    """Add ``webhooks`` and ``events`` to the commands."""
    webhooks = _group(commands, "webhooks", "addresses that are told what happened")
    add = webhooks.add_parser("add", help="print a new secret, once, alone on standard output")
    add.add_argument("--name", required=True, help="2 to 63 of a-z, 0-9, dot, hyphen, underscore")
    add.add_argument("--url", required=True, help="https://...")
    add.add_argument("--types", default="", help="disposition.created,...; default: all")
    add.add_argument("--source", help="only complaints from this source")
    add.set_defaults(run=_add)
    webhooks.add_parser("list", help="every webhook and how its deliveries stand").set_defaults(
        run=_list
    )
    disable = webhooks.add_parser("disable", help="send nothing more, at once")
    disable.add_argument("name")
    disable.set_defaults(run=_disable)
    test = webhooks.add_parser("test", help="send one signed test message now")
    test.add_argument("name")
    test.set_defaults(run=_test)
    again = webhooks.add_parser("redeliver", help="send again what was given up")
    again.add_argument("name")
    again.add_argument("--event", type=_uuid, metavar="ID", help="this one, whatever became of it")
    again.set_defaults(run=_redeliver)

    events = _group(commands, "events", "the outbox")
    deliver = events.add_parser("deliver", help="send what is due; serve does it by itself")
    deliver.add_argument("--every", type=_seconds, metavar="5s", help="go on, at this interval")
    deliver.set_defaults(run=_deliver)


def _group(commands: Any, name: str, text: str) -> Any:
    parser = commands.add_parser(name, help=text)
    return parser.add_subparsers(title="commands", required=True, metavar="COMMAND")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        message = f"expected the id of an event, got {text!r}"
        raise argparse.ArgumentTypeError(message) from None


def _seconds(text: str) -> float:
    number = text.removesuffix("s")
    if not number.replace(".", "", 1).isdecimal() or not 0.1 <= float(number) <= 3600:
        message = f"expected seconds like 5s, from 0.1s to 3600s, got {text!r}"
        raise argparse.ArgumentTypeError(message)
    return float(number)


@contextmanager
def _open() -> Iterator[tuple[Store, Settings]]:
    from service.settings import load_settings
    from service.store.repository import open_store

    settings = load_settings()
    with open_store(settings.database_url) as store:
        yield store, settings


@contextmanager
def _writing(store: Store) -> Iterator[Connection]:
    from service.store.engine import begin_write
    from service.store.repository import translated

    with translated(), begin_write(store.engine) as connection:
        yield connection


def _add(arguments: argparse.Namespace) -> int:
    from service.events.courier import limits_of
    from service.events.subscriptions import add_subscription
    from service.events.types import TYPES

    types = {kind.strip() for kind in arguments.types.split(",")} - {""}
    with _open() as (store, settings), _writing(store) as connection:
        secret = add_subscription(
            connection,
            name=arguments.name,
            url=arguments.url,
            types=types or TYPES,
            source=arguments.source,
            limits=limits_of(settings),
            now=utc_now(),
        )
    print(secret)
    say("this is the only time that the secret is shown; events from now on are sent")
    return 0


def _list(arguments: argparse.Namespace) -> int:
    from service.events import queue
    from service.events.subscriptions import list_subscriptions

    states = (queue.WAITING, queue.DELIVERED, queue.GIVEN_UP, queue.STOPPED)
    print("\t".join(("name", "state", *states, "last_result", "types", "source", "url")))
    with _open() as (store, _), store.reading() as connection:
        for row in list_subscriptions(connection):
            counts = queue.counts_by_state(connection, row["id"])
            cells = [
                row["name"],
                row["disabled_why"] or "active",
                *(str(counts.get(state, 0)) for state in states),
                queue.last_result(connection, row["id"]) or "-",
                row["types"].replace("|", ","),
                row["source"] or "-",
                row["url"],
            ]
            print("\t".join(cells))
    return 0


def _disable(arguments: argparse.Namespace) -> int:
    from service.events import queue
    from service.events.subscriptions import find_subscription

    with _open() as (store, _), _writing(store) as connection:
        found = find_subscription(connection, arguments.name)
        queue.disable(connection, found["id"], queue.OPERATOR, utc_now())
    return 0


def _test(arguments: argparse.Namespace) -> int:
    from service.events.cloud import make_test_message
    from service.events.courier import limits_of
    from service.events.sending import send
    from service.events.subscriptions import find_subscription
    from service.store.ids import make_id

    now = utc_now()
    with _open() as (store, settings), store.reading() as connection:
        found = find_subscription(connection, arguments.name)
    message = make_test_message(make_id(now), now)
    outcome = send(found["url"], found["secret"], message, limits=limits_of(settings))
    print(outcome.result)
    return 0 if outcome.delivered else 1


def _redeliver(arguments: argparse.Namespace) -> int:
    from service.events import queue
    from service.events.subscriptions import find_subscription

    with _open() as (store, _), _writing(store) as connection:
        found = find_subscription(connection, arguments.name)
        count = queue.redeliver(connection, found["id"], utc_now(), arguments.event)
    say(f"{count:,} to be sent again")
    return 0 if count else 1


def _deliver(arguments: argparse.Namespace) -> int:
    from service.events.courier import Courier, limits_of

    with _open() as (store, settings):
        courier = Courier(store, limits_of(settings))
        try:
            if arguments.every is not None:
                courier.start(every_s=arguments.every)
                while True:
                    time.sleep(3600)
            count = courier.deliver_all()
        finally:
            courier.stop()
    say("another process delivers" if count < 0 else f"{count:,} delivered")
    return 0
