"""Requests that a helper prepared: the code on paper, who helps, and what became of it."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make two tables; the helper's name is sealed, the code is a hash."""
    op.create_table(
        "helped_request",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("sealed_helper", sa.LargeBinary(), nullable=False),
        sa.Column("prepared_at", UtcDateTime(), nullable=False),
        sa.Column("code_until", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("mandate_id", sa.Text(), nullable=True),
        sa.Column("retain_until", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "place IN ('own_device', 'counter', 'refused')", name="helped_request_place_is_known"
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (place IS NULL) AND (mandate_id IS NULL OR place <> 'refused')",
            name="helped_request_has_one_end",
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code_hash"),
        sa.UniqueConstraint("mandate_id"),
    )
    op.create_index("ix_helped_request_retain_until", "helped_request", ["retain_until"])
    op.create_table(
        "wrong_code",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("ix_wrong_code_at", "wrong_code", ["at"])


def downgrade() -> None:
    """Forget who helped."""
    op.drop_table("wrong_code")
    op.drop_table("helped_request")
