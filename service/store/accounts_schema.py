"""The tables of keys, people and sessions. Secrets stand in them as hashes only."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table, Uuid

from service.store.schema import UtcDateTime, metadata

# `active_name` is the name while the key counts and null once it is revoked: of several keys with
# one name only one can count, on every database.
api_key = Table(
    "api_key",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("active_name", String(200), unique=True),
    Column("key_sha256", String(64), nullable=False, unique=True),
    Column("scopes", String(200), nullable=False),
    Column("region", String(13)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
)

person = Table(
    "person",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("login", String(100), nullable=False, unique=True),
    Column("password_hash", String(200), nullable=False),
    Column("role", String(40), nullable=False),
    Column("agency", String(40)),
    Column("unit", String(200)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("disabled_at", UtcDateTime),
)

session = Table(
    "session",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("token_sha256", String(64), nullable=False, unique=True),
    Column("person_id", Uuid, ForeignKey("person.id"), nullable=False, index=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
)

# The name that was typed is hashed: people type their password into the wrong field.
login_attempt = Table(
    "login_attempt",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("login_sha256", String(64), nullable=False),
    Column("address", String(45), nullable=False),
    Column("tried_at", UtcDateTime, nullable=False),
    Index(None, "login_sha256", "tried_at"),
    Index(None, "address", "tried_at"),
)
