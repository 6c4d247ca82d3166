"""Requests for erasure with their answers, and reports to the supervisor of this demonstration."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make two tables; neither holds a value of a field."""
    op.create_table(
        "deletion_request",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("mandate_id", sa.Text(), nullable=False),
        sa.Column("open_for", sa.Text(), nullable=True),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("extended_at", UtcDateTime(), nullable=True),
        sa.Column("extended_because", sa.Text(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("certificate", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (certificate IS NULL) AND (decided_at IS NULL) = (open_for IS NOT NULL)",
            name="deletion_request_has_one_answer",
        ),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandate.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("open_for", name="deletion_request_open_for_key"),
    )
    op.create_index("ix_deletion_request_mandate_id", "deletion_request", ["mandate_id"], unique=False)
    op.create_table(
        "dpa_report",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sealed_report", sa.LargeBinary(), nullable=False),
        sa.Column("evidence_check", sa.Text(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("moved_at", UtcDateTime(), nullable=True),
        sa.Column("retain_until", UtcDateTime(), nullable=False),
        sa.CheckConstraint("state IN ('received', 'in_hand', 'closed')", name="dpa_report_state_is_known"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("reference", name="dpa_report_reference_key"),
    )
    op.create_index("ix_dpa_report_retain_until", "dpa_report", ["retain_until"], unique=False)


def downgrade() -> None:
    """Take them away; certificates that were handed out stay with the citizens."""
    op.drop_index("ix_dpa_report_retain_until", table_name="dpa_report")
    op.drop_table("dpa_report")
    op.drop_index("ix_deletion_request_mandate_id", table_name="deletion_request")
    op.drop_table("deletion_request")
