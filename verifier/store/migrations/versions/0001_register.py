"""Requests, the mandate register, decisions and answers."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the five tables."""
    _make_mandate()
    _make_decision()
    _make_idempotency()
    _make_mandate_values()
    _make_presentation()


def downgrade() -> None:
    """Remove them, and everything in them."""
    op.drop_table("presentation")
    op.drop_index("ix_mandate_values_retain_until", table_name="mandate_values")
    op.drop_table("mandate_values")
    op.drop_index("ix_idempotency_retain_until", table_name="idempotency")
    op.drop_table("idempotency")
    op.drop_index("ix_decision_retain_until", table_name="decision")
    op.drop_table("decision")
    op.drop_table("mandate")


def _make_mandate() -> None:
    op.create_table(
        "mandate",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("transaction_data", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("answer_by", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("granted_at", UtcDateTime(), nullable=True),
        sa.Column("released_at", UtcDateTime(), nullable=True),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("declined_at", UtcDateTime(), nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=True),
        sa.Column("grantor_jwk", sa.Text(), nullable=True),
        sa.Column("key_binding_jti", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(state = 'used') = (used_at IS NOT NULL) AND (state = 'revoked') = (revoked_at IS NOT NULL)",
            name="mandate_has_one_end",
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'granted', 'used', 'revoked', 'declined')", name="mandate_state_is_known"
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key_binding_jti"),
    )


def _make_decision() -> None:
    op.create_table(
        "decision",
        sa.Column("mandate_id", sa.Text(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=False),
        sa.Column("sealed_outcome", sa.LargeBinary(), nullable=False),
        sa.Column("retain_until", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandate.id"]),
        sa.PrimaryKeyConstraint("mandate_id"),
    )
    op.create_index("ix_decision_retain_until", "decision", ["retain_until"], unique=False)


def _make_idempotency() -> None:
    op.create_table(
        "idempotency",
        sa.Column("key_hash", sa.Text(), nullable=False),
        sa.Column("mandate_id", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("sealed_answer", sa.LargeBinary(), nullable=False),
        sa.Column("retain_until", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandate.id"]),
        sa.PrimaryKeyConstraint("key_hash"),
    )
    op.create_index("ix_idempotency_retain_until", "idempotency", ["retain_until"], unique=False)


def _make_mandate_values() -> None:
    op.create_table(
        "mandate_values",
        sa.Column("mandate_id", sa.Text(), nullable=False),
        sa.Column("sealed_evidence", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_presentations", sa.LargeBinary(), nullable=False),
        sa.Column("retain_until", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandate.id"]),
        sa.PrimaryKeyConstraint("mandate_id"),
    )
    op.create_index("ix_mandate_values_retain_until", "mandate_values", ["retain_until"], unique=False)


def _make_presentation() -> None:
    op.create_table(
        "presentation",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("mandate_id", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("transaction_hash", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("dcql_query", sa.Text(), nullable=False),
        sa.Column("transaction_data", sa.Text(), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("request_object", sa.Text(), nullable=True),
        sa.Column("response_code_hash", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("released_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "status IN ('requested', 'answered', 'released', 'rejected')", name="presentation_status_is_known"
        ),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandate.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("mandate_id"),
        sa.UniqueConstraint("nonce"),
        sa.UniqueConstraint("response_code_hash"),
        sa.UniqueConstraint("state"),
        sa.UniqueConstraint("transaction_hash"),
    )
