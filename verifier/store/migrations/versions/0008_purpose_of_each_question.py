"""Which registration goes along with a question, and from where a wrong code was typed."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add two columns; questions on their way keep the purpose of their service."""
    op.add_column("presentation", sa.Column("purpose", sa.Text(), nullable=True))
    op.execute("UPDATE presentation SET purpose = service WHERE service <> 'presentation'")
    op.add_column("wrong_code", sa.Column("client", sa.Text(), nullable=False, server_default=""))
    op.create_index("ix_wrong_code_client_at", "wrong_code", ["client", "at"])


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_wrong_code_client_at", "wrong_code")
    op.drop_column("wrong_code", "client")
    op.drop_column("presentation", "purpose")
