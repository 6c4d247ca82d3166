"""Authorizations, refresh tokens, spent proofs and deferred credentials; tokens that are bound to keys."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the second way to a token, and what it needs."""
    with op.batch_alter_table("offers") as offers:
        offers.add_column(sa.Column("flow", sa.String(8), nullable=False, server_default="pre"))
        offers.add_column(sa.Column("deferred", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("offers") as offers:
        offers.alter_column("flow", server_default=None)
        offers.alter_column("deferred", server_default=None)
    _widen_tokens()
    _create_authorizations()
    _create_marks()


def _widen_tokens() -> None:
    with op.batch_alter_table("tokens") as tokens:
        tokens.alter_column("offer_id", existing_type=sa.String(64), nullable=True)
        tokens.add_column(sa.Column("authorization_id", sa.String(64), nullable=True))
        tokens.add_column(sa.Column("client_id", sa.Text(), nullable=True))
        tokens.add_column(sa.Column("instance", sa.String(64), nullable=True))
        tokens.add_column(sa.Column("dpop", sa.String(64), nullable=True))
        tokens.add_column(sa.Column("by_identifier", sa.Boolean(), nullable=False, server_default=sa.false()))
        tokens.add_column(sa.Column("deferred", sa.Boolean(), nullable=False, server_default=sa.false()))
        tokens.add_column(sa.Column("revoked_at", UtcDateTime(), nullable=True))
        tokens.create_unique_constraint("uq_tokens_authorization_id", ["authorization_id"])
    with op.batch_alter_table("tokens") as tokens:
        tokens.alter_column("by_identifier", server_default=None)
        tokens.alter_column("deferred", server_default=None)


def _create_authorizations() -> None:
    op.create_table(
        "authorizations",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("request_hash", sa.String(64), nullable=False),
        sa.Column("organisation", sa.String(64), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("redirect_uri", sa.Text(), nullable=False),
        sa.Column("code_challenge", sa.String(64), nullable=False),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("configuration_ids", sa.Text(), nullable=False),
        sa.Column("by_identifier", sa.Boolean(), nullable=False),
        sa.Column("deferred", sa.Boolean(), nullable=False),
        sa.Column("offer_id", sa.String(64), nullable=True),
        sa.Column("expected_persona", sa.String(64), nullable=True),
        sa.Column("instance", sa.String(64), nullable=True),
        sa.Column("dpop", sa.String(64), nullable=True),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("browser_hash", sa.String(64), nullable=True),
        sa.Column("persona", sa.String(64), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("code_hash", sa.String(64), nullable=True),
        sa.Column("spent_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_authorizations"),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name="fk_authorizations_offer_id"),
        sa.UniqueConstraint("request_hash", name="uq_authorizations_request_hash"),
        sa.UniqueConstraint("browser_hash", name="uq_authorizations_browser_hash"),
        sa.UniqueConstraint("code_hash", name="uq_authorizations_code_hash"),
    )
    op.create_index("ix_authorizations_expires_at", "authorizations", ["expires_at"])


def _create_marks() -> None:
    op.create_table(
        "refresh_tokens",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("token_id", sa.String(64), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name="pk_refresh_tokens"),
        sa.ForeignKeyConstraint(["token_id"], ["tokens.id"], name="fk_refresh_tokens_token_id"),
    )
    op.create_index("ix_refresh_tokens_token_id", "refresh_tokens", ["token_id"])
    op.create_table(
        "spent",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_spent"),
        sa.UniqueConstraint("mark", name="uq_spent_mark"),
    )
    op.create_index("ix_spent_expires_at", "spent", ["expires_at"])
    op.create_table(
        "deferrals",
        sa.Column("transaction_hash", sa.String(64), nullable=False),
        sa.Column("token_id", sa.String(64), nullable=False),
        sa.Column("configuration_id", sa.String(64), nullable=False),
        sa.Column("proven_keys", sa.Text(), nullable=False),
        sa.Column("reply_key", sa.String(64), nullable=True),
        sa.Column("ready_at", UtcDateTime(), nullable=False),
        sa.Column("delivered_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("transaction_hash", name="pk_deferrals"),
        sa.ForeignKeyConstraint(["token_id"], ["tokens.id"], name="fk_deferrals_token_id"),
    )
    op.create_index("ix_deferrals_token_id", "deferrals", ["token_id"])


def downgrade() -> None:
    """Go back to the one way; grants that came by the other cannot stay."""
    for table in ("deferrals", "spent", "refresh_tokens", "authorizations"):
        op.drop_table(table)
    op.execute(
        "DELETE FROM status_entries WHERE issuance_id IN (SELECT issuances.id FROM issuances JOIN tokens ON tokens.id = issuances.token_id WHERE tokens.offer_id IS NULL)"
    )
    op.execute("DELETE FROM issuances WHERE token_id IN (SELECT id FROM tokens WHERE offer_id IS NULL)")
    op.execute("DELETE FROM tokens WHERE offer_id IS NULL")
    with op.batch_alter_table("tokens") as tokens:
        tokens.drop_constraint("uq_tokens_authorization_id", type_="unique")
        for column in (
            "authorization_id",
            "client_id",
            "instance",
            "dpop",
            "by_identifier",
            "deferred",
            "revoked_at",
        ):
            tokens.drop_column(column)
        tokens.alter_column("offer_id", existing_type=sa.String(64), nullable=False)
    with op.batch_alter_table("offers") as offers:
        offers.drop_column("deferred")
        offers.drop_column("flow")
