"""The tables of events: what is to be told, to whom, and how far each telling has come."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from service.store.schema import UtcDateTime, metadata

# Written in the transaction of what it tells of. ``data`` holds ids, codes, versions and days.
# Every complaint writes here, so there is one index beside the key, over what has not left only.
outbox = Table(
    "outbox",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("complaint_id", Uuid, ForeignKey("complaint.id"), nullable=False),
    Column("type", String(40), nullable=False),
    Column("version", Integer, nullable=False),
    Column("source", String(200), nullable=False),
    Column("data", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("leaves_at", UtcDateTime, nullable=False),  # when it can no longer be undone
    Column("left_at", UtcDateTime),  # when it was handed out to the subscriptions
    Column("undone_at", UtcDateTime),
)
Index(
    "ix_outbox_leaves_at",
    outbox.c.leaves_at,
    sqlite_where=outbox.c.left_at.is_(None),
    postgresql_where=outbox.c.left_at.is_(None),
)

# Somebody who wants to be told. The secret must be readable: it signs.
subscription = Table(
    "subscription",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", String(63), nullable=False, unique=True),
    Column("url", Text, nullable=False),
    Column("types", String(400), nullable=False),  # joined by |
    Column("source", String(200)),  # only of complaints from this source
    Column("secret", String(120), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("disabled_at", UtcDateTime),
    Column("disabled_why", String(20)),  # operator, or gone: the target answered 410
)

# One event for one subscription.
delivery = Table(
    "delivery",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("outbox_id", Uuid, ForeignKey("outbox.id"), nullable=False),
    Column("subscription_id", Uuid, ForeignKey("subscription.id"), nullable=False),
    Column("state", String(12), nullable=False),  # waiting, delivered, given_up, stopped
    Column("attempts", Integer, nullable=False),
    Column("next_at", UtcDateTime, nullable=False),
    Column("last_result", String(40)),  # an HTTP status or the name of what went wrong
    Column("ended_at", UtcDateTime),
    UniqueConstraint("outbox_id", "subscription_id"),
    Index("ix_delivery_subscription_id_state_next_at", "subscription_id", "state", "next_at"),
)

# Who does what only one process may do, and until when.
lease = Table(
    "lease",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("holder", String(100), nullable=False),
    Column("until", UtcDateTime, nullable=False),
)
