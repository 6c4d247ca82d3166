"""Presentations without a mandate, encrypted answers, answers given again, weaker grants, trust lists."""

import sqlalchemy as sa
from alembic import op

from chassis.columns import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STATUS = "status IN ('requested', 'answered', 'released', 'rejected')"
OF_A_MANDATE = ("decision", "idempotency", "mandate_values")
UNIQUE = ("reply_kid", "answer_hash")


def upgrade() -> None:
    """Add columns and two tables; a presentation needs no mandate any more."""
    op.add_column("mandate", sa.Column("kind", sa.Text(), nullable=False, server_default="signed"))
    op.add_column("mandate", sa.Column("confirmed_at", UtcDateTime(), nullable=True))
    with op.batch_alter_table("presentation", table_args=_checks()) as batch:
        batch.alter_column("mandate_id", existing_type=sa.Text(), nullable=True)
        batch.alter_column("transaction_data", existing_type=sa.Text(), nullable=True)
        for column in _columns():
            batch.add_column(column)
        for name in UNIQUE:
            batch.create_unique_constraint(f"presentation_{name}_key", [name])
        batch.create_index("ix_presentation_status_expires_at", ["status", "expires_at"], unique=False)
    _make_presentation_values()
    op.create_table(
        "trust_list",
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("url"),
    )


def downgrade() -> None:
    """Take them away; requests that 0001 cannot hold go first, weaker grants with them."""
    op.drop_table("trust_list")
    op.drop_index("ix_presentation_values_retain_until", table_name="presentation_values")
    op.drop_table("presentation_values")
    op.execute("DELETE FROM presentation WHERE mandate_id IS NULL OR transaction_data IS NULL")
    weaker = "(SELECT id FROM mandate WHERE kind <> 'signed')"
    for table in (sa.table(name, sa.column("mandate_id")) for name in OF_A_MANDATE):
        op.execute(sa.delete(table).where(sa.text(f"mandate_id IN {weaker}")))
    op.execute("DELETE FROM mandate WHERE kind <> 'signed'")
    with op.batch_alter_table("presentation", table_args=_checks()) as batch:
        batch.drop_index("ix_presentation_status_expires_at")
        for name in UNIQUE:
            batch.drop_constraint(f"presentation_{name}_key", type_="unique")
        for column in _columns():
            batch.drop_column(column.name)
        batch.alter_column("mandate_id", existing_type=sa.Text(), nullable=False)
        batch.alter_column("transaction_data", existing_type=sa.Text(), nullable=False)
    with op.batch_alter_table("mandate", recreate="never") as batch:
        batch.drop_column("confirmed_at")
        batch.drop_column("kind")


def _checks() -> tuple[sa.CheckConstraint, ...]:
    """SQLite makes the table anew and does not remember its checks."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    return (sa.CheckConstraint(STATUS, name="presentation_status_is_known"),) if on_sqlite else ()


def _columns() -> list[sa.Column[object]]:
    return [
        sa.Column("prefix", sa.Text(), nullable=False, server_default="x509_hash"),
        sa.Column("response_mode", sa.Text(), nullable=False, server_default="direct_post"),
        sa.Column("same_device", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("reply_kid", sa.Text(), nullable=True),
        sa.Column("sealed_reply_key", sa.LargeBinary(), nullable=True),
        sa.Column("answer_hash", sa.Text(), nullable=True),
        sa.Column("sealed_code", sa.LargeBinary(), nullable=True),
    ]


def _make_presentation_values() -> None:
    op.create_table(
        "presentation_values",
        sa.Column("presentation_id", sa.Text(), nullable=False),
        sa.Column("sealed_result", sa.LargeBinary(), nullable=False),
        sa.Column("retain_until", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["presentation_id"], ["presentation.id"]),
        sa.PrimaryKeyConstraint("presentation_id"),
    )
    op.create_index(
        "ix_presentation_values_retain_until", "presentation_values", ["retain_until"], unique=False
    )
