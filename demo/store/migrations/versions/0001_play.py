"""Remember finished plays."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table `play`."""
    op.create_table(
        "play",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("scenario", sa.String(40), nullable=False),
        sa.Column("persona", sa.String(40), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.Column("ms", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    """Forget them."""
    op.drop_table("play")
