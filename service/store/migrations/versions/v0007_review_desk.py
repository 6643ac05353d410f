"""What waits at the review desk, who is looking, and saved filters."""

import sqlalchemy as sa
from alembic import op

from service.life.case import Case, first_case
from service.store import schema
from service.store.desk_schema import waiting
from service.store.queue import waiting_row
from service.store.schema import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the three tables and fill the tray with what waits now."""
    op.create_table(
        "waiting",
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("urgency", sa.String(16), nullable=False),
        sa.Column("status", sa.String(30), nullable=False),
        sa.Column("category", sa.String(30), nullable=False),
        sa.Column("topic", sa.String(60), nullable=False),
        sa.Column("agency", sa.String(40)),
        sa.Column("region", sa.String(13)),
        sa.Column("due_on", sa.String(10)),
        sa.Column("flags", sa.String(200), nullable=False),
        sa.Column("reasons", sa.String(300), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name="fk_waiting_complaint_id"),
        sa.PrimaryKeyConstraint("complaint_id", name="pk_waiting"),
    )
    op.create_index("ix_waiting_urgency_seq", "waiting", ["urgency", "seq"])
    op.create_index("ix_waiting_seq", "waiting", ["seq"])
    op.create_index("ix_waiting_group_id", "waiting", ["group_id"])
    op.create_table(
        "presence",
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.String(200), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name="fk_presence_complaint_id"
        ),
        sa.PrimaryKeyConstraint("complaint_id", "actor_id", name="pk_presence"),
    )
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.String(200), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_saved_view"),
    )
    op.create_index("uq_saved_view_actor_id_name", "saved_view", ["actor_id", "name"], unique=True)
    op.create_index("ix_action_actor_id_created_at", "action", ["actor_id", "created_at"])
    op.create_index("ix_standing_topic_region_seq", "standing", ["topic", "region", "seq"])
    _fill()


def downgrade() -> None:
    """Drop the tables: they hold nothing but saved filters that is not kept elsewhere."""
    op.drop_index("ix_standing_topic_region_seq", "standing")
    op.drop_index("ix_action_actor_id_created_at", "action")
    for name in ("saved_view", "presence", "waiting"):
        op.drop_table(name)


def _fill() -> None:
    connection = op.get_bind()
    standing, proposal, action = schema.standing.c, schema.proposal.c, schema.action.c
    query = (
        sa.select(standing.complaint_id, standing.seq, standing.group_id, proposal.answer)
        .add_columns(action.state)
        .join_from(schema.standing, schema.proposal, proposal.complaint_id == standing.complaint_id)
        .outerjoin(
            schema.action,
            (action.complaint_id == standing.complaint_id) & (action.version == standing.version),
        )
    )
    for row in connection.execute(query).all():
        case = Case.from_json(row.state) if row.state else first_case(row.answer)
        values = waiting_row(row.complaint_id, row.seq, row.group_id, row.answer, case)
        if values is not None:
            connection.execute(sa.insert(waiting).values(values))
