"""Complaint, proposal and used key."""

import sqlalchemy as sa
from alembic import op

from service.store.schema import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the three tables."""
    op.create_table(
        "complaint",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("tracking_id", sa.String(200)),
        sa.Column("judul", sa.Text(), nullable=False),
        sa.Column("isi", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("received_at", UtcDateTime()),
        sa.Column("region", sa.String(13)),
        sa.Column("requested_agency", sa.Text()),
        sa.Column("lapor_category", sa.Text()),
        sa.Column("channel", sa.Text()),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("secret", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_complaint"),
    )
    op.create_table(
        "proposal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("rules", sa.String(200), nullable=False),
        sa.Column("calendar", sa.String(200), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name="fk_proposal_complaint_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_proposal"),
    )
    op.create_index("ix_proposal_complaint_id", "proposal", ["complaint_id"])
    op.create_table(
        "used_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("scope", sa.String(200), nullable=False),
        sa.Column("key_sha256", sa.String(64), nullable=False),
        sa.Column("body_sha256", sa.String(64), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name="fk_used_key_complaint_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_used_key"),
        sa.UniqueConstraint(
            "kind", "scope", "key_sha256", name="uq_used_key_kind_scope_key_sha256"
        ),
    )


def downgrade() -> None:
    """Refuse: dropping the tables would lose dispositions."""
    msg = "the first migration cannot be taken back: restore a backup instead"
    raise NotImplementedError(msg)
