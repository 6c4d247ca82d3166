"""Receipts of grants as credentials: who may collect one, its place in a status list, nonces for both ways."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make three tables; mandates that were granted before can be collected too."""
    op.create_table(
        "receipt",
        sa.Column("mandate_id", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=True),
        sa.Column("code_until", UtcDateTime(), nullable=True),
        sa.Column("token_hash", sa.Text(), nullable=True),
        sa.Column("token_until", UtcDateTime(), nullable=True),
        sa.Column("list_number", sa.Integer(), nullable=True),
        sa.Column("idx", sa.Integer(), nullable=True),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("notification_hash", sa.Text(), nullable=True),
        sa.Column("issued_at", UtcDateTime(), nullable=True),
        sa.Column("kept_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandate.id"]),
        sa.PrimaryKeyConstraint("mandate_id"),
        sa.UniqueConstraint("code_hash"),
        sa.UniqueConstraint("token_hash"),
        sa.UniqueConstraint("notification_hash"),
        sa.UniqueConstraint("list_number", "idx"),
    )
    lists = op.create_table(
        "receipt_list",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.execute(sa.insert(lists).values(number=1, places=0))
    op.create_table(
        "receipt_nonce",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_index("ix_receipt_nonce_expires_at", "receipt_nonce", ["expires_at"], unique=False)


def downgrade() -> None:
    """Take them away; receipts that wallets hold have no status any more."""
    op.drop_index("ix_receipt_nonce_expires_at", table_name="receipt_nonce")
    for table in ("receipt_nonce", "receipt_list", "receipt"):
        op.drop_table(table)
