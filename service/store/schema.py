"""The tables. Every one is append-only; a change of shape is a new file in ``migrations``."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
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
