"""The ledger that only grows, receipts of uses, what must be told to others, and marks of expiry."""

import secrets

import sqlalchemy as sa
from alembic import op

from chassis.columns import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

REFUSED = "the ledger only grows"
INDEXES = {
    "mandate": (
        ("ix_mandate_open_until", ["expired_at", "state", "expires_at"]),
        ("ix_mandate_answer_by", ["expired_at", "state", "answer_by"]),
    ),
    "mandate_values": (("ix_mandate_values_presentations_until", ["presentations_until"]),),
}


def upgrade() -> None:
    """Make four tables; from here on each line of the ledger is written once."""
    op.add_column("mandate", sa.Column("expired_at", UtcDateTime(), nullable=True))
    with op.batch_alter_table("mandate_values") as batch:
        batch.alter_column("sealed_presentations", existing_type=sa.LargeBinary(), nullable=True)
        batch.add_column(sa.Column("presentations_until", UtcDateTime(), nullable=True))
    op.execute("UPDATE mandate_values SET presentations_until = retain_until")
    for table, indexes in INDEXES.items():
        for name, columns in indexes:
            op.create_index(name, table, columns, unique=False)
    _make_ledger()
    _make_outbox()
    op.create_table(
        "use_receipt",
        sa.Column("mandate_id", sa.Text(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandate.id"]),
        sa.PrimaryKeyConstraint("mandate_id"),
    )
    statements = _postgresql() if op.get_bind().dialect.name == "postgresql" else _sqlite()
    for statement in statements:
        op.execute(sa.text(statement))


def downgrade() -> None:
    """Take everything away, the ledger too: whoever does this keeps an export of it first."""
    op.drop_table("use_receipt")
    op.drop_index("ix_outbox_next", table_name="outbox")
    op.drop_table("outbox")
    op.drop_index("ix_ledger_line_mandate_id", table_name="ledger_line")
    op.drop_table("ledger_line")
    op.drop_table("ledger_head")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION ledger_refuses()")
    for table, indexes in INDEXES.items():
        for name, _ in indexes:
            op.drop_index(name, table_name=table)
    op.execute("DELETE FROM mandate_values WHERE sealed_presentations IS NULL")
    with op.batch_alter_table("mandate_values") as batch:
        batch.drop_column("presentations_until")
        batch.alter_column("sealed_presentations", existing_type=sa.LargeBinary(), nullable=False)
    with op.batch_alter_table("mandate", recreate="never") as batch:
        batch.drop_column("expired_at")


def _make_ledger() -> None:
    head = op.create_table(
        "ledger_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("register", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name="ledger_has_one_head"),
        sa.PrimaryKeyConstraint("id"),
    )
    register = f"urn:eenmalig:register:{secrets.token_hex(16)}"
    op.execute(sa.insert(head).values(id=1, register=register, seq=0, hash=""))
    op.create_table(
        "ledger_line",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("mandate_id", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("ix_ledger_line_mandate_id", "ledger_line", ["mandate_id"], unique=False)


def _make_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", UtcDateTime(), nullable=False),
        sa.Column("delivered_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("ix_outbox_next", "outbox", ["delivered_at", "next_attempt_at"], unique=False)


def _postgresql() -> tuple[str, ...]:
    """Rows and the whole table: TRUNCATE is a way to delete too."""
    function = f"""CREATE FUNCTION ledger_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '{REFUSED}'; END $$"""
    triggers = (
        ("ledger_line_stays", "UPDATE OR DELETE ON ledger_line FOR EACH ROW"),
        ("ledger_line_is_not_emptied", "TRUNCATE ON ledger_line FOR EACH STATEMENT"),
        ("ledger_head_stays", "DELETE ON ledger_head FOR EACH ROW"),
    )
    return (
        function,
        *(
            f"CREATE TRIGGER {name} BEFORE {what} EXECUTE FUNCTION ledger_refuses()"
            for name, what in triggers
        ),
    )


def _sqlite() -> tuple[str, ...]:
    """INSERT OR REPLACE deletes without a DELETE, so a number that is taken refuses as well."""
    taken = "WHEN EXISTS (SELECT 1 FROM ledger_line WHERE seq = NEW.seq)"
    triggers = (
        ("ledger_line_no_update", "UPDATE ON ledger_line"),
        ("ledger_line_no_delete", "DELETE ON ledger_line"),
        ("ledger_line_no_replace", f"INSERT ON ledger_line {taken}"),
        ("ledger_head_no_delete", "DELETE ON ledger_head"),
    )
    return tuple(
        f"CREATE TRIGGER {name} BEFORE {what} BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        for name, what in triggers
    )
