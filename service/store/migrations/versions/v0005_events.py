"""Outbox, subscriptions, deliveries, and leases."""

import sqlalchemy as sa
from alembic import op

from service.store.schema import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the four tables."""
    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("leaves_at", UtcDateTime(), nullable=False),
        sa.Column("left_at", UtcDateTime()),
        sa.Column("undone_at", UtcDateTime()),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name="fk_outbox_complaint_id"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    )
    waits = sa.text("left_at IS NULL")
    op.create_index(
        "ix_outbox_leaves_at", "outbox", ["leaves_at"], sqlite_where=waits, postgresql_where=waits
    )
    op.create_table(
        "subscription",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(63), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("types", sa.String(400), nullable=False),
        sa.Column("source", sa.String(200)),
        sa.Column("secret", sa.String(120), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("disabled_at", UtcDateTime()),
        sa.Column("disabled_why", sa.String(20)),
        sa.PrimaryKeyConstraint("id", name="pk_subscription"),
        sa.UniqueConstraint("name", name="uq_subscription_name"),
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("outbox_id", sa.Uuid(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=False),
        sa.Column("last_result", sa.String(40)),
        sa.Column("ended_at", UtcDateTime()),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name="fk_delivery_outbox_id"),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscription.id"], name="fk_delivery_subscription_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
        sa.UniqueConstraint(
            "outbox_id", "subscription_id", name="uq_delivery_outbox_id_subscription_id"
        ),
    )
    op.create_index(
        "ix_delivery_subscription_id_state_next_at",
        "delivery",
        ["subscription_id", "state", "next_at"],
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("holder", sa.String(100), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_lease"),
    )


def downgrade() -> None:
    """Refuse: events that have not left would be lost."""
    msg = "the outbox cannot be taken back: restore a backup instead"
    raise NotImplementedError(msg)
