"""The first tables of the wallet.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _owner() -> sa.Column[str]:
    return sa.Column("account_id", sa.String(40), nullable=False)


def _owned(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_account_id_accounts"
    return sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=name, ondelete="CASCADE")


def upgrade() -> None:
    """Make all tables."""
    _people()
    _cards()
    _requests()


def _people() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("name_key", sa.String(64), nullable=False),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.Column("wrapped_data_key", sa.LargeBinary, nullable=False),
        sa.Column("sealed_name", sa.LargeBinary, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("name_key", name="uq_accounts_name_key"),
    )
    op.create_table(
        "pin_tries",
        sa.Column("name_key", sa.String(64), nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("locked_until", sa.BigInteger, nullable=False),
        sa.Column("last_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name_key", name="pk_pin_tries"),
    )
    op.create_index("ix_pin_tries_last_at", "pin_tries", ["last_at"])
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(64), nullable=False),
        _owner(),
        sa.Column("sealed_view_key", sa.LargeBinary, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sessions"),
        _owned("sessions"),
    )
    op.create_index("ix_sessions_seen_at", "sessions", ["seen_at"])


def _cards() -> None:
    op.create_table(
        "offers",
        sa.Column("id", sa.String(40), nullable=False),
        _owner(),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("sealed_result", sa.LargeBinary),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_offers"),
        _owned("offers"),
    )
    op.create_index("ix_offers_expires_at", "offers", ["expires_at"])
    op.create_table(
        "cards",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        _owner(),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_cards"),
        sa.UniqueConstraint("id", name="uq_cards_id"),
        _owned("cards"),
    )
    op.create_index("ix_cards_account_id", "cards", ["account_id"])
    op.create_table(
        "copies",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("card_id", sa.String(40), nullable=False),
        _owner(),
        sa.Column("sealed_sd_jwt", sa.LargeBinary, nullable=False),
        sa.Column("sealed_key", sa.LargeBinary, nullable=False),
        sa.Column("used_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_copies"),
        _owned("copies"),
        sa.ForeignKeyConstraint(
            ["card_id"], ["cards.id"], name="fk_copies_card_id_cards", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_copies_card_id", "copies", ["card_id"])


def _requests() -> None:
    op.create_table(
        "requests",
        sa.Column("id", sa.String(40), nullable=False),
        _owner(),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("sealed_answer", sa.LargeBinary),
        sa.Column("sealed_result", sa.LargeBinary),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_requests"),
        sa.UniqueConstraint("account_id", "fingerprint", name="uq_requests_account_id"),
        _owned("requests"),
    )
    op.create_table(
        "mandates",
        _owner(),
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("request_id", sa.String(40), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("sealed_key", sa.LargeBinary, nullable=False),
        sa.Column("sealed_decision", sa.LargeBinary),
        sa.Column("granted_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("used_at", sa.BigInteger),
        sa.Column("checked_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("account_id", "id", name="pk_mandates"),
        _owned("mandates"),
    )
    op.create_table(
        "history",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        _owner(),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("request_id", sa.String(40)),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_history"),
        sa.UniqueConstraint("id", name="uq_history_id"),
        _owned("history"),
    )
    op.create_index("ix_history_account_id", "history", ["account_id", "number"])
    op.create_index("ix_history_request_id", "history", ["request_id"])


def downgrade() -> None:
    """Remove all tables."""
    for table in (
        "history",
        "mandates",
        "requests",
        "copies",
        "cards",
        "offers",
        "sessions",
        "pin_tries",
        "accounts",
    ):
        op.drop_table(table)
