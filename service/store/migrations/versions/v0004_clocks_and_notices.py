"""What starts and stops the clocks, and the notices about deadlines."""

import sqlalchemy as sa
from alembic import op

from service.store.schema import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the two tables; the first pass of the monitor fills them."""
    op.create_table(
        "clock",
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rules_day", sa.String(10), nullable=False),
        sa.Column("received_on", sa.String(10)),
        sa.Column("disposed_on", sa.String(10)),
        sa.Column("followed_up_on", sa.String(10)),
        sa.Column("completed_on", sa.String(10)),
        sa.Column("answered_on", sa.String(10)),
        sa.Column("waiting_since", sa.String(10)),
        sa.Column("spans", sa.JSON()),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name="fk_clock_complaint_id"),
        sa.PrimaryKeyConstraint("complaint_id", name="pk_clock"),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("complaint_id", sa.Uuid()),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("clock", sa.String(20), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("to_role", sa.String(40), nullable=False),
        sa.Column("agency", sa.String(40)),
        sa.Column("unit", sa.String(200)),
        sa.Column("due_on", sa.String(10), nullable=False),
        sa.Column("noticed_on", sa.String(10), nullable=False),
        sa.Column("detail", sa.JSON()),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime()),
        sa.Column("ended_as", sa.String(10)),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name="fk_notice_complaint_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
        sa.UniqueConstraint("key", name="uq_notice_key"),
    )
    op.create_index("ix_notice_complaint_id", "notice", ["complaint_id"])
    op.create_index("ix_notice_kind_ended_at", "notice", ["kind", "ended_at"])


def downgrade() -> None:
    """Drop both: the clocks follow from the records, and so do the notices that still count."""
    op.drop_table("notice")
    op.drop_table("clock")
