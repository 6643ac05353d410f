"""The tables of the review desk; all but ``saved_view`` can be built anew or lost without harm."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table, Text, Uuid

from service.store.schema import UtcDateTime, action, metadata, standing

# What waits for a national admin, and nothing else: the tray reads one small table in its order.
waiting = Table(
    "waiting",
    metadata,
    Column("complaint_id", Uuid, ForeignKey("complaint.id"), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("urgency", String(16), nullable=False),  # risk, then the last day: 0 is first
    Column("status", String(30), nullable=False),
    Column("category", String(30), nullable=False),
    Column("topic", String(60), nullable=False),
    Column("agency", String(40)),
    Column("region", String(13)),
    Column("due_on", String(10)),
    Column("flags", String(200), nullable=False),  # |emergency|whistleblower|
    Column("reasons", String(300), nullable=False),  # |place_missing|rule|
    Column("group_id", Uuid, nullable=False),
    Index("ix_waiting_urgency_seq", "urgency", "seq"),
    Index("ix_waiting_seq", "seq"),
    Index("ix_waiting_group_id", "group_id"),
)

# Who has which complaint on the screen, so that two do not decide at once.
presence = Table(
    "presence",
    metadata,
    Column("complaint_id", Uuid, ForeignKey("complaint.id"), primary_key=True),
    Column("actor_id", String(200), primary_key=True),
    Column("seen_at", UtcDateTime, nullable=False),
)

# Filters that a person comes back to.
saved_view = Table(
    "saved_view",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("actor_id", String(200), nullable=False),
    Column("name", String(60), nullable=False),
    Column("query", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Index("uq_saved_view_actor_id_name", "actor_id", "name", unique=True),
)

# Undo looks for what a person has just done; similar complaints are of one topic and place.
Index("ix_action_actor_id_created_at", action.c.actor_id, action.c.created_at)
Index("ix_standing_topic_region_seq", standing.c.topic, standing.c.region, standing.c.seq)
