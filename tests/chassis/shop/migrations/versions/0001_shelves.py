"""Shelves."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the first table."""
    op.create_table(
        "shelves", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(20))
    )


def downgrade() -> None:
    """Remove it."""
    op.drop_table("shelves")
