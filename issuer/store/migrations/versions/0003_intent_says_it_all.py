"""The intent of an issuance says it all, and offers that are over are found by their end."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Drop the note that was made after signing; find offers by their end, revocations by their revision."""
    with op.batch_alter_table("issuances") as issuances:
        issuances.drop_column("issued_at")
    op.create_index("ix_offers_expires_at", "offers", ["expires_at"])
    with op.batch_alter_table("status_entries") as entries:
        entries.add_column(sa.Column("revoked_revision", sa.Integer(), nullable=True))
    op.execute("UPDATE status_entries SET revoked_revision = 0 WHERE revoked_at IS NOT NULL")
    op.create_index(
        "ix_status_entries_revoked", "status_entries", ["organisation", "number", "revoked_revision"]
    )


def downgrade() -> None:
    """An issuance that was intended counts as issued at that moment."""
    op.drop_index("ix_status_entries_revoked", "status_entries")
    with op.batch_alter_table("status_entries") as entries:
        entries.drop_column("revoked_revision")
    op.drop_index("ix_offers_expires_at", "offers")
    with op.batch_alter_table("issuances") as issuances:
        issuances.add_column(sa.Column("issued_at", UtcDateTime(), nullable=True))
    op.execute("UPDATE issuances SET issued_at = intended_at")
