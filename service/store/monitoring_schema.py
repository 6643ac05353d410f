"""The tables of the monitor: an index of what starts and stops the clocks, and the notices.

``clock`` is made from the records alone and can be dropped: the next pass builds it anew.
"""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Index, Integer, String, Table, Uuid

from service.store.schema import UtcDateTime, metadata

# A number that the database gives: there are several notices to each late complaint.
_NUMBER = BigInteger().with_variant(Integer, "sqlite")

clock = Table(
    "clock",
    metadata,
    Column("complaint_id", Uuid, ForeignKey("complaint.id"), primary_key=True),
    Column("version", Integer, nullable=False),  # of the complaint that it was made from
    Column("rules_day", String(10), nullable=False),
    Column("received_on", String(10)),
    Column("disposed_on", String(10)),
    Column("followed_up_on", String(10)),
    Column("completed_on", String(10)),
    Column("answered_on", String(10)),
    Column("waiting_since", String(10)),
    Column("spans", JSON(none_as_null=True)),  # rests, waits and holds; null where there are none
)

# Told once for one deadline: a deadline that moved has other notices, the earlier ones are ended.
notice = Table(
    "notice",
    metadata,
    Column("id", _NUMBER, primary_key=True),  # in the order of telling
    Column("key", String(120), nullable=False, unique=True),
    Column("complaint_id", Uuid, ForeignKey("complaint.id"), index=True),  # null for an alarm
    Column("kind", String(20), nullable=False),  # reminder, overdue, escalation, alarm
    Column("clock", String(20), nullable=False),  # of an alarm: what it watches
    Column("step", Integer, nullable=False),  # days before the limit, or rung of the ladder
    Column("to_role", String(40), nullable=False),
    Column("agency", String(40)),
    Column("unit", String(200)),
    Column("due_on", String(10), nullable=False),  # the deadline; of an alarm: the week's Monday
    Column("noticed_on", String(10), nullable=False),  # from when it was to be told
    Column("detail", JSON(none_as_null=True)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("ended_as", String(10)),  # met, moved, past
    Index(None, "kind", "ended_at"),
)
