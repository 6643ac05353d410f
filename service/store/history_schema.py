"""The table of history: what an office's own export says about complaints that we never saw.

It has no proposal, no actions and no link in the audit chain, lies in no tray, and holds no text.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, String, Table

from service.store.schema import UtcDateTime, metadata

history = Table(
    "history",
    metadata,
    Column("source", String(200), primary_key=True),
    Column("tracking_id", String(200), primary_key=True),
    Column("received_at", UtcDateTime),
    Column("received_on", String(10)),  # local day
    Column("status", String(30), nullable=False),
    Column("lapor_status", String(100), nullable=False),
    Column("reason", String(300)),  # why it was postponed or archived
    Column("classification", String(100)),  # as the office gave it
    Column("category", String(30)),  # the class that follows from it
    Column("due_on", String(10)),
    Column("lapor_category", String(200)),
    Column("topic", String(60)),
    Column("agency", String(40)),
    Column("agency_name", String(300)),
    Column("unit", String(300)),
    Column("region", String(13)),
    Column("channel", String(200)),
    Column("anonymous", Boolean, nullable=False),
    Column("secret", Boolean, nullable=False),
    Column("exported_on", String(10)),  # the day that the export names: the later one counts
    Column("imported_at", UtcDateTime, nullable=False),
    Index("ix_history_received_on", "received_on"),
    Index("ix_history_agency", "agency"),
)
