"""The tables; a change of shape is a new file in ``migrations``.

``complaint``, ``proposal``, ``action``, ``opening``, ``audit`` and ``used_key`` are append-only:
only the erasing of a text touches a row again. ``standing`` and ``likeness`` are indexes over them
and can be built anew.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    Uuid,
)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMING)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: stored in UTC, returned with its zone, refused without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "expected a moment with its zone, got one without"
            raise ValueError(msg)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment with UTC as its zone; SQLite keeps none."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


complaint = Table(
    "complaint",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("source", String(200), nullable=False),
    Column("tracking_id", String(200)),
    Column("judul", Text, nullable=False),  # masked
    Column("isi", Text, nullable=False),  # masked
    Column("sha256", String(64), nullable=False),
    Column("received_at", UtcDateTime),
    Column("region", String(13)),
    Column("requested_agency", Text),  # masked
    Column("lapor_category", Text),  # masked
    Column("channel", Text),  # masked
    Column("anonymous", Boolean, nullable=False),
    Column("secret", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("kept_sha256", String(64)),  # of all of the above; None in the first release's rows
    Column("erased_at", UtcDateTime),  # when the masked texts were erased
)

# What the machine said, whole; a human decision never touches it.
proposal = Table(
    "proposal",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("complaint_id", Uuid, ForeignKey("complaint.id"), nullable=False, index=True),
    Column("answer", JSON, nullable=False),
    Column("model", String(200), nullable=False),
    Column("rules", String(200), nullable=False),
    Column("calendar", String(200), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

# A key that a client has used, and for which complaint: the constraint decides who was first.
used_key = Table(
    "used_key",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("scope", String(200), nullable=False),
    Column("key_sha256", String(64), nullable=False),
    Column("body_sha256", String(64), nullable=False),
    Column("complaint_id", Uuid, ForeignKey("complaint.id"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("kind", "scope", "key_sha256"),
)

# What was done about a complaint; ``state`` is the whole case after it.
action = Table(
    "action",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("complaint_id", Uuid, ForeignKey("complaint.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("action", String(40), nullable=False),
    Column("actor_kind", String(10), nullable=False),
    Column("actor_id", String(200), nullable=False),
    Column("actor_role", String(40), nullable=False),
    Column("reason", String(40)),
    Column("note", Text),  # masked
    Column("note_sha256", String(64)),
    Column("details", JSON, nullable=False),
    Column("state", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("complaint_id", "version"),
)

# Somebody read the text of a secret complaint who does not handle it, and why.
opening = Table(
    "opening",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("complaint_id", Uuid, ForeignKey("complaint.id"), nullable=False, index=True),
    Column("actor_kind", String(10), nullable=False),
    Column("actor_id", String(200), nullable=False),
    Column("actor_role", String(40), nullable=False),
    Column("reason", Text, nullable=False),  # masked
    Column("created_at", UtcDateTime, nullable=False),
)

# The hash chain: each row's hash covers the one before and the digest of one record.
audit = Table(
    "audit",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("event", String(20), nullable=False),
    Column("record_id", Uuid, nullable=False, index=True),
    Column("complaint_id", Uuid, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

# Where each complaint stands: what the lists filter by.
standing = Table(
    "standing",
    metadata,
    Column("complaint_id", Uuid, ForeignKey("complaint.id"), primary_key=True),
    Column("seq", BigInteger, nullable=False),  # of receipt: the order of lists, free of clocks
    Column("version", Integer, nullable=False),
    Column("status", String(30), nullable=False),
    Column("tray", String(10), nullable=False),
    Column("decision", String(10), nullable=False),
    Column("category", String(30), nullable=False),
    Column("topic", String(60), nullable=False),
    Column("agency", String(40)),
    Column("unit", String(200)),
    Column("region", String(13)),
    Column("due_on", String(10)),
    Column("flags", String(200), nullable=False),  # |emergency|whistleblower|
    Column("protected", Boolean, nullable=False),  # secret, or of a whistleblower
    Column("source", String(200), nullable=False),
    Column("group_id", Uuid, nullable=False),  # first of those that repeat each other
    Column("updated_at", UtcDateTime, nullable=False),
    Index("uq_standing_seq", "seq", unique=True),
    Index("ix_standing_status_seq", "status", "seq"),
    Index("ix_standing_agency_seq", "agency", "seq"),
    Index("ix_standing_due_on", "due_on"),
    Index("ix_standing_group_id", "group_id"),
)

# Bands of the MinHash of a text: texts that nearly repeat each other share one.
likeness = Table(
    "likeness",
    metadata,
    Column("complaint_id", Uuid, ForeignKey("complaint.id"), primary_key=True),
    Column("band", Integer, primary_key=True),
    Column("value", BigInteger, nullable=False),
    Column("signature", Text, nullable=False),  # in band 0 only, hexadecimal
    # With the complaint: its ids sort by time, and only the newest of a band are read.
    Index("ix_likeness_band_value_complaint_id", "band", "value", "complaint_id"),
)
