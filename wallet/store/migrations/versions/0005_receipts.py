"""Receipts of mandates: where to collect the first, which card it is, and the one of the use.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None
COLUMNS = (
    ("sealed_receipt_offer", sa.LargeBinary()),
    ("receipt_card_id", sa.String(40)),
    ("sealed_use_receipt", sa.LargeBinary()),
)


def upgrade() -> None:
    """Widen the mandates; those that were given before have no receipts yet."""
    for name, kind in COLUMNS:
        op.add_column("mandates", sa.Column(name, kind))


def downgrade() -> None:
    """Forget which receipts belong to which mandate; cards stay."""
    for name, _ in COLUMNS:
        op.drop_column("mandates", name)
