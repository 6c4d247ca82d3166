"""Things on shelves."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import UtcDateTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the second table."""
    op.create_table(
        "things",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("shelf_id", sa.Integer, sa.ForeignKey("shelves.id"), nullable=False),
        sa.Column("at", UtcDateTime),
    )


def downgrade() -> None:
    """Remove it."""
    op.drop_table("things")
