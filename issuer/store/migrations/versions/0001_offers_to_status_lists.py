"""Offers, tokens, nonces, issuances, holder keys and status lists."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the first tables."""
    op.create_table(
        "offers",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("organisation", sa.String(64), nullable=False),
        sa.Column("persona", sa.String(64), nullable=False),
        sa.Column("configuration_ids", sa.Text(), nullable=False),
        sa.Column("needs_tx_code", sa.Boolean(), nullable=False),
        sa.Column("tx_code_failures", sa.Integer(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("redeemed_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_offers"),
        sa.UniqueConstraint("code_hash", name="uq_offers_code_hash"),
    )
    op.create_table(
        "tokens",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("offer_id", sa.String(64), nullable=False),
        sa.Column("organisation", sa.String(64), nullable=False),
        sa.Column("persona", sa.String(64), nullable=False),
        sa.Column("configuration_ids", sa.Text(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tokens"),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name="fk_tokens_offer_id"),
        sa.UniqueConstraint("token_hash", name="uq_tokens_token_hash"),
        sa.UniqueConstraint("offer_id", name="uq_tokens_offer_id"),
    )
    op.create_table(
        "nonces",
        sa.Column("nonce_hash", sa.String(64), nullable=False),
        sa.Column("organisation", sa.String(64), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("nonce_hash", name="pk_nonces"),
    )
    op.create_index("ix_nonces_expires_at", "nonces", ["expires_at"])
    _create_issuances()
    _create_status_lists()


def _create_issuances() -> None:
    op.create_table(
        "issuances",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("token_id", sa.String(64), nullable=False),
        sa.Column("notification_hash", sa.String(64), nullable=False),
        sa.Column("configuration_id", sa.String(64), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("intended_at", UtcDateTime(), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=True),
        sa.Column("event", sa.String(32), nullable=True),
        sa.Column("notified_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_issuances"),
        sa.ForeignKeyConstraint(["token_id"], ["tokens.id"], name="fk_issuances_token_id"),
        sa.UniqueConstraint("notification_hash", name="uq_issuances_notification_hash"),
    )
    op.create_index("ix_issuances_token_id", "issuances", ["token_id"])
    op.create_table(
        "holder_keys",
        sa.Column("thumbprint", sa.String(64), nullable=False),
        sa.Column("persona", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("thumbprint", name="pk_holder_keys"),
    )


def _create_status_lists() -> None:
    op.create_table(
        "status_lists",
        sa.Column("organisation", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("assigned", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("token_revision", sa.Integer(), nullable=True),
        sa.Column("token_signed_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("organisation", "number", name="pk_status_lists"),
    )
    op.create_table(
        "status_entries",
        sa.Column("organisation", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("idx", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("issuance_id", sa.String(64), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("organisation", "number", "idx", name="pk_status_entries"),
        sa.ForeignKeyConstraint(["issuance_id"], ["issuances.id"], name="fk_status_entries_issuance_id"),
    )
    op.create_index("ix_status_entries_issuance_id", "status_entries", ["issuance_id"])


def downgrade() -> None:
    """Remove them again, children first."""
    for table in (
        "status_entries",
        "status_lists",
        "holder_keys",
        "issuances",
        "nonces",
        "tokens",
        "offers",
    ):
        op.drop_table(table)
