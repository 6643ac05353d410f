"""Action, opening, audit chain, standing and likeness; the first release's rows join the chain."""

import sqlalchemy as sa
from alembic import op

from service.store.adopt import adopt_all
from service.store.schema import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables and take in what is there."""
    with op.batch_alter_table("complaint") as batch:
        batch.add_column(sa.Column("kept_sha256", sa.String(64)))
        batch.add_column(sa.Column("erased_at", UtcDateTime()))
    op.create_table(
        "action",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("actor_kind", sa.String(10), nullable=False),
        sa.Column("actor_id", sa.String(200), nullable=False),
        sa.Column("actor_role", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(40)),
        sa.Column("note", sa.Text()),
        sa.Column("note_sha256", sa.String(64)),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name="fk_action_complaint_id"),
        sa.PrimaryKeyConstraint("id", name="pk_action"),
        sa.UniqueConstraint("complaint_id", "version", name="uq_action_complaint_id_version"),
    )
    op.create_table(
        "opening",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("actor_kind", sa.String(10), nullable=False),
        sa.Column("actor_id", sa.String(200), nullable=False),
        sa.Column("actor_role", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name="fk_opening_complaint_id"),
        sa.PrimaryKeyConstraint("id", name="pk_opening"),
    )
    op.create_index("ix_opening_complaint_id", "opening", ["complaint_id"])
    _create_audit()
    _create_standing()
    _create_likeness()
    adopt_all(op.get_bind())


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("event", sa.String(20), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit"),
    )
    op.create_index("ix_audit_record_id", "audit", ["record_id"])


def _create_standing() -> None:
    op.create_table(
        "standing",
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(30), nullable=False),
        sa.Column("tray", sa.String(10), nullable=False),
        sa.Column("decision", sa.String(10), nullable=False),
        sa.Column("category", sa.String(30), nullable=False),
        sa.Column("topic", sa.String(60), nullable=False),
        sa.Column("agency", sa.String(40)),
        sa.Column("unit", sa.String(200)),
        sa.Column("region", sa.String(13)),
        sa.Column("due_on", sa.String(10)),
        sa.Column("flags", sa.String(200), nullable=False),
        sa.Column("protected", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name="fk_standing_complaint_id"
        ),
        sa.PrimaryKeyConstraint("complaint_id", name="pk_standing"),
    )
    op.create_index("uq_standing_seq", "standing", ["seq"], unique=True)
    op.create_index("ix_standing_status_seq", "standing", ["status", "seq"])
    op.create_index("ix_standing_agency_seq", "standing", ["agency", "seq"])
    op.create_index("ix_standing_due_on", "standing", ["due_on"])
    op.create_index("ix_standing_group_id", "standing", ["group_id"])


def _create_likeness() -> None:
    op.create_table(
        "likeness",
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("band", sa.Integer(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name="fk_likeness_complaint_id"
        ),
        sa.PrimaryKeyConstraint("complaint_id", "band", name="pk_likeness"),
    )
    op.create_index("ix_likeness_band_value", "likeness", ["band", "value"])


def downgrade() -> None:
    """Refuse: dropping the tables would lose what people did."""
    msg = "the second migration cannot be taken back: restore a backup instead"
    raise NotImplementedError(msg)
