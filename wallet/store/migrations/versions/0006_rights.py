"""What the citizen asked of others: erasures, and reports to an authority.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make one table; what is open can be asked once."""
    op.create_table(
        "rights_requests",
        sa.Column("id", sa.String(90), nullable=False),
        sa.Column("account_id", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("open_key", sa.String(200)),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("sealed_answer", sa.LargeBinary),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("checked_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_rights_requests"),
        sa.UniqueConstraint("open_key", name="uq_rights_requests_open_key"),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name="fk_rights_requests_account_id_accounts",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_rights_requests_account_id", "rights_requests", ["account_id"])


def downgrade() -> None:
    """Forget what was asked; the history still tells that it was."""
    op.drop_index("ix_rights_requests_account_id", "rights_requests")
    op.drop_table("rights_requests")
