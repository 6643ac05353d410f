"""The way of an event through the tables: handed out, due, delivered, given up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, RowMapping, delete, exists, func, insert, select, update

from service.events.backoff import wait_after
from service.events.sending import Outcome
from service.store.events_schema import delivery, outbox, subscription
from service.store.ids import first_id, make_id

WAITING: Final = "waiting"
DELIVERED: Final = "delivered"
GIVEN_UP: Final = "given_up"
STOPPED: Final = "stopped"  # the subscription was disabled, or its target answered 410
OPERATOR, GONE = "operator", "gone"
KEPT: Final = timedelta(days=30)  # so long can an event be sent again
_BATCH: Final = 500


def is_anything_leaving(connection: Connection, now: datetime) -> bool:
    """Return whether an event waits to be handed out."""
    return connection.execute(_leaving(now).limit(1)).first() is not None


def hand_out(connection: Connection, now: datetime) -> int:
    """Make a delivery of every event that may leave for every subscription that wants it.

    Returns
    -------
    int
        How many events left; at most 500 in one call.
    """
    events = connection.execute(_leaving(now).limit(_BATCH)).mappings().all()
    if not events:
        return 0
    query = select(subscription).where(subscription.c.disabled_at.is_(None))
    wanted = connection.execute(query).mappings().all()
    rows = [
        {
            "id": make_id(now),
            "outbox_id": event["id"],
            "subscription_id": who["id"],
            "state": WAITING,
            "attempts": 0,
            "next_at": now,
        }
        for event in events
        for who in wanted
        if event["type"] in who["types"].split("|")
        and who["source"] in (None, event["source"])
        and who["created_at"] <= event["created_at"]
    ]
    if rows:
        connection.execute(insert(delivery), rows)
    ids = [event["id"] for event in events]
    connection.execute(update(outbox).where(outbox.c.id.in_(ids)).values(left_at=now))
    return len(events)


def active_subscriptions(connection: Connection) -> Sequence[RowMapping]:
    """Return the subscriptions that count."""
    query = select(subscription).where(subscription.c.disabled_at.is_(None))
    return connection.execute(query.order_by(subscription.c.id)).mappings().all()


def due_deliveries(
    connection: Connection, subscription_id: UUID, now: datetime, limit: int
) -> Sequence[RowMapping]:
    """Return what is to be sent to one subscription now, with its event; oldest first."""
    query = (
        select(
            delivery.c.id.label("delivery_id"),
            delivery.c.attempts,
            outbox.c.id,
            outbox.c.type,
            outbox.c.data,
            outbox.c.created_at,
        )
        .join(outbox, outbox.c.id == delivery.c.outbox_id)
        .where(
            delivery.c.subscription_id == subscription_id,
            delivery.c.state == WAITING,
            delivery.c.next_at <= now,
        )
        .order_by(delivery.c.next_at, delivery.c.outbox_id)
        .limit(limit)
    )
    return connection.execute(query).mappings().all()


def record(
    connection: Connection, row: RowMapping, outcome: Outcome, *, now: datetime, draw: float
) -> str:
    """Note how an attempt ended and return the state of the delivery."""
    attempts = row["attempts"] + 1
    values: dict[str, Any] = {"attempts": attempts, "last_result": outcome.result}
    if outcome.delivered:
        values |= {"state": DELIVERED, "ended_at": now}
    elif outcome.gone:
        values |= {"state": STOPPED, "ended_at": now}
    elif (wait := wait_after(attempts, draw)) is None:
        values |= {"state": GIVEN_UP, "ended_at": now}
    else:
        values |= {"state": WAITING, "next_at": now + wait}
    # One that was stopped meanwhile stays so.
    where = (delivery.c.id == row["delivery_id"]) & (delivery.c.state == WAITING)
    connection.execute(update(delivery).where(where).values(values))
    return str(values["state"])


def disable(connection: Connection, subscription_id: UUID, why: str, now: datetime) -> None:
    """End a subscription: nothing is sent to it any more."""
    own = (subscription.c.id == subscription_id) & subscription.c.disabled_at.is_(None)
    values = {"disabled_at": now, "disabled_why": why}
    connection.execute(update(subscription).where(own).values(values))
    waiting = (delivery.c.subscription_id == subscription_id) & (delivery.c.state == WAITING)
    connection.execute(update(delivery).where(waiting).values(state=STOPPED, ended_at=now))


def redeliver(
    connection: Connection, subscription_id: UUID, now: datetime, event_id: UUID | None = None
) -> int:
    """Send again what was given up, or one event whatever became of it; return how many."""
    own = delivery.c.subscription_id == subscription_id
    which = delivery.c.state == GIVEN_UP if event_id is None else delivery.c.outbox_id == event_id
    values = {"state": WAITING, "attempts": 0, "next_at": now, "ended_at": None}
    return connection.execute(update(delivery).where(own & which).values(values)).rowcount


def forget_old(connection: Connection, now: datetime) -> int:
    """Remove events that left long ago and wait for nobody; return how many, at most 500."""
    waiting = exists().where(delivery.c.outbox_id == outbox.c.id, delivery.c.state == WAITING)
    is_over = outbox.c.left_at.is_not(None) | outbox.c.undone_at.is_not(None)
    # Ids begin with the time: this reads the first rows of the table only.
    is_old = outbox.c.id < first_id(now - KEPT)
    query = select(outbox.c.id).where(is_old, is_over, ~waiting)
    ids = connection.execute(query.limit(_BATCH)).scalars().all()
    if ids:
        connection.execute(delete(delivery).where(delivery.c.outbox_id.in_(ids)))
        connection.execute(delete(outbox).where(outbox.c.id.in_(ids)))
    return len(ids)


def counts_by_state(connection: Connection, subscription_id: UUID) -> dict[str, int]:
    """Return how many deliveries of a subscription are in each state."""
    query = (
        select(delivery.c.state, func.count().label("deliveries"))
        .where(delivery.c.subscription_id == subscription_id)
        .group_by(delivery.c.state)
    )
    return {row.state: row.deliveries for row in connection.execute(query)}


def last_result(connection: Connection, subscription_id: UUID) -> str | None:
    """Return how the latest attempt for a subscription ended."""
    query = (
        select(delivery.c.last_result)
        .where(delivery.c.subscription_id == subscription_id, delivery.c.attempts > 0)
        .order_by(delivery.c.id.desc())
        .limit(1)
    )
    return connection.execute(query).scalar_one_or_none()


def _leaving(now: datetime) -> Any:
    return (
        select(outbox)
        .where(outbox.c.left_at.is_(None), outbox.c.undone_at.is_(None), outbox.c.leaves_at <= now)
        .order_by(outbox.c.leaves_at, outbox.c.id)
    )
