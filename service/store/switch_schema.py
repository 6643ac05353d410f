"""The table of the stop button: append-only, and each row has its link in the audit chain."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, String, Table, Text, Uuid

from service.store.schema import UtcDateTime, metadata

# The row whose link is the last one of the chain counts; without any, automatic is on.
auto_switch = Table(
    "auto_switch",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("is_on", Boolean, nullable=False),
    Column("actor_kind", String(10), nullable=False),
    Column("actor_id", String(200), nullable=False),
    Column("actor_role", String(40), nullable=False),
    Column("reason", Text, nullable=False),  # masked
    Column("created_at", UtcDateTime, nullable=False),
)
