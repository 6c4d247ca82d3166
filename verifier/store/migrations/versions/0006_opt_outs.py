"""Who does not want to be approached: about what and by which channels, under the number of a mandate."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make one table; it names nobody."""
    op.create_table(
        "opt_out",
        sa.Column("mandate_id", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("channels", sa.Text(), nullable=False),
        sa.Column("stated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandate.id"]),
        sa.PrimaryKeyConstraint("mandate_id"),
    )


def downgrade() -> None:
    """Forget who opted out."""
    op.drop_table("opt_out")
