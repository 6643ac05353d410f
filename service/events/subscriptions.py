"""Who is told what: subscriptions are added, listed and ended."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, RowMapping, func, insert, select

from service.events.errors import SubscriptionError
from service.events.signing import make_secret
from service.events.targets import Limits, Resolve, addresses_of, parse_target
from service.events.types import TYPES
from service.store.events_schema import subscription
from service.store.ids import make_id

MAX_SUBSCRIPTIONS: Final = 32  # each has its own thread while it is delivered to
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,62}")


def add_subscription(
    connection: Connection,
    *,
    name: str,
    url: str,
    types: Collection[str],
    source: str | None,
    limits: Limits,
    now: datetime,
    resolve: Resolve | None = None,
) -> str:
    """Keep a subscription and return its secret: the only time that it can be read.

    Raises
    ------
    SubscriptionError
        If the name is in use, or a value cannot be used.
    TargetRefusedError
        If the target may not be called.
    """
    if not _NAME.fullmatch(name):
        msg = f"--name: expected 2 to 63 of a-z, 0-9, dot, hyphen, underscore, got {name!r}"
        raise SubscriptionError(msg)
    if not types or (unknown := sorted(set(types).difference(TYPES))):
        got = ", ".join(unknown) if types else "none"
        msg = f"--types: expected some of {', '.join(TYPES)}, got {got}"
        raise SubscriptionError(msg)
    try:
        addresses_of(parse_target(url, limits), limits, resolve)
    except (OSError, UnicodeError):
        msg = "--url: the name of the host is not known to DNS"
        raise SubscriptionError(msg) from None
    if connection.execute(select(subscription.c.id).where(subscription.c.name == name)).first():
        msg = f"--name: a webhook named {name!r} exists; a name is never used twice"
        raise SubscriptionError(msg)
    active = select(func.count()).where(subscription.c.disabled_at.is_(None))
    if connection.execute(active).scalar_one() >= MAX_SUBSCRIPTIONS:
        msg = f"there are {MAX_SUBSCRIPTIONS} webhooks: disable one first"
        raise SubscriptionError(msg)
    secret = make_secret()
    values = {
        "id": make_id(now),
        "name": name,
        "url": url,
        "types": "|".join(kind for kind in TYPES if kind in types),
        "source": source,
        "secret": secret,
        "created_at": now,
    }
    connection.execute(insert(subscription).values(values))
    return secret


def find_subscription(connection: Connection, name: str) -> RowMapping:
    """Return the subscription of that name that counts.

    Raises
    ------
    SubscriptionError
        If there is none, or it was disabled.
    """
    query = select(subscription).where(subscription.c.name == name)
    found = connection.execute(query).mappings().one_or_none()
    if found is None or found["disabled_at"] is not None:
        problem = "there is no webhook" if found is None else "disabled is the webhook"
        msg = f"{problem} {name!r}: see disposisi webhooks list"
        raise SubscriptionError(msg)
    return found


def list_subscriptions(connection: Connection) -> list[RowMapping]:
    """Return every subscription, disabled ones too, without secrets."""
    columns = [column for column in subscription.c if column.name != "secret"]
    query = select(*columns).order_by(subscription.c.id)
    return list(connection.execute(query).mappings().all())
