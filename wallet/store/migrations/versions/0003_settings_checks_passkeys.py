"""Settings of a citizen, what the last look at a card's status said, passkeys, and when a session locks.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _owned(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_account_id_accounts"
    return sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=name, ondelete="CASCADE")


def upgrade() -> None:
    """Add four tables, and to each session how long it may rest (nothing: as configured)."""
    op.add_column("sessions", sa.Column("idle_seconds", sa.Integer))
    op.create_table(
        "settings",
        sa.Column("account_id", sa.String(40), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("account_id", name="pk_settings"),
        _owned("settings"),
    )
    op.create_table(
        "card_checks",
        sa.Column("card_id", sa.String(40), nullable=False),
        sa.Column("account_id", sa.String(40), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("checked_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("card_id", name="pk_card_checks"),
        sa.ForeignKeyConstraint(
            ["card_id"], ["cards.id"], name="fk_card_checks_card_id_cards", ondelete="CASCADE"
        ),
        _owned("card_checks"),
    )
    op.create_index("ix_card_checks_account_id", "card_checks", ["account_id"])
    op.create_table(
        "passkeys",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("account_id", sa.String(40), nullable=False),
        sa.Column("credential_id", sa.LargeBinary, nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        sa.Column("wrapped_view_key", sa.LargeBinary, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("used_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_passkeys"),
        _owned("passkeys"),
    )
    op.create_index("ix_passkeys_account_id", "passkeys", ["account_id"])
    op.create_table(
        "passkey_challenges",
        sa.Column("challenge_hash", sa.String(64), nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("challenge_hash", name="pk_passkey_challenges"),
    )
    op.create_index("ix_passkey_challenges_expires_at", "passkey_challenges", ["expires_at"])


def downgrade() -> None:
    """Take it all back; every citizen has the settings of the first day again."""
    for table in ("passkey_challenges", "passkeys", "card_checks", "settings"):
        op.drop_table(table)
    op.drop_column("sessions", "idle_seconds")
