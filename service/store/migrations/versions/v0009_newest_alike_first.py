"""The newest look-alikes come off an index, however often one text was sent."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_COLUMNS = ["band", "value", "complaint_id"]


def upgrade() -> None:
    """Order the look-alikes of each band by their complaint."""
    op.create_index("ix_likeness_band_value_complaint_id", "likeness", _COLUMNS)
    op.drop_index("ix_likeness_band_value", table_name="likeness")


def downgrade() -> None:
    """Leave the order to each query."""
    op.create_index("ix_likeness_band_value", "likeness", _COLUMNS[:2])
    op.drop_index("ix_likeness_band_value_complaint_id", table_name="likeness")
