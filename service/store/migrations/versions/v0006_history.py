"""History out of an office's own export."""

import sqlalchemy as sa
from alembic import op

from service.store.schema import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "history",
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("tracking_id", sa.String(200), nullable=False),
        sa.Column("received_at", UtcDateTime()),
        sa.Column("received_on", sa.String(10)),
        sa.Column("status", sa.String(30), nullable=False),
        sa.Column("lapor_status", sa.String(100), nullable=False),
        sa.Column("reason", sa.String(300)),
        sa.Column("classification", sa.String(100)),
        sa.Column("category", sa.String(30)),
        sa.Column("due_on", sa.String(10)),
        sa.Column("lapor_category", sa.String(200)),
        sa.Column("topic", sa.String(60)),
        sa.Column("agency", sa.String(40)),
        sa.Column("agency_name", sa.String(300)),
        sa.Column("unit", sa.String(300)),
        sa.Column("region", sa.String(13)),
        sa.Column("channel", sa.String(200)),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("secret", sa.Boolean(), nullable=False),
        sa.Column("exported_on", sa.String(10)),
        sa.Column("imported_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("source", "tracking_id", name="pk_history"),
    )
    op.create_index("ix_history_received_on", "history", ["received_on"])
    op.create_index("ix_history_agency", "history", ["agency"])


def downgrade() -> None:
    """Drop the table: the exports themselves can be imported again."""
    op.drop_table("history")
