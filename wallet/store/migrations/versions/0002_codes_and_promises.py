"""Signing in at an issuer, cards that come later, new copies, and lists of trust.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _owned(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_account_id_accounts"
    return sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=name, ondelete="CASCADE")


def upgrade() -> None:
    """Widen offers and cards; offers in progress go, because they are read in another form now."""
    op.execute("DELETE FROM offers")
    op.add_column("offers", sa.Column("state_hash", sa.String(64)))
    op.add_column("offers", sa.Column("session_hash", sa.String(64)))
    op.add_column("offers", sa.Column("sealed_errand", sa.LargeBinary))
    op.add_column("offers", sa.Column("sealed_access", sa.LargeBinary))
    op.create_index("ix_offers_state_hash", "offers", ["state_hash"])
    op.add_column("cards", sa.Column("access_id", sa.String(40)))
    op.create_table(
        "accesses",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("account_id", sa.String(40), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_accesses"),
        _owned("accesses"),
    )
    op.create_index("ix_accesses_account_id", "accesses", ["account_id"])
    op.create_table(
        "deferred",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("account_id", sa.String(40), nullable=False),
        sa.Column("access_id", sa.String(40), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("ready_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deferred"),
        _owned("deferred"),
    )
    op.create_index("ix_deferred_account_id", "deferred", ["account_id"])
    op.create_table(
        "trust_list",
        sa.Column("url", sa.String(2048), nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("url", name="pk_trust_list"),
    )


def downgrade() -> None:
    """Take it all back; cards that were promised are lost, cards that came stay."""
    for table in ("trust_list", "deferred", "accesses"):
        op.drop_table(table)
    op.execute("DELETE FROM offers")
    op.drop_column("cards", "access_id")
    op.drop_index("ix_offers_state_hash", "offers")
    for column in ("sealed_access", "sealed_errand", "session_hash", "state_hash"):
        op.drop_column("offers", column)
