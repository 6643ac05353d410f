"""The stop button: who turned automatic disposition off and on, when and why."""

import sqlalchemy as sa
from alembic import op

from service.store.schema import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table; without any row automatic disposition is on, as it was."""
    op.create_table(
        "auto_switch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("actor_kind", sa.String(10), nullable=False),
        sa.Column("actor_id", sa.String(200), nullable=False),
        sa.Column("actor_role", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_auto_switch"),
    )


def downgrade() -> None:
    """Drop the table: its links stay in the chain, which then no longer verifies."""
    op.drop_table("auto_switch")
