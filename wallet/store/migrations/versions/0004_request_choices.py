"""What the citizen chose to share beside what a request needs, kept while the request is open.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A request without a choice is answered with the least that it needs."""
    op.add_column("requests", sa.Column("sealed_choice", sa.LargeBinary))


def downgrade() -> None:
    """Choices are forgotten; open requests fall back on the least."""
    op.drop_column("requests", "sealed_choice")
