"""Tables of the issuer; secrets only as hashes, people only by the id of a persona."""

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

from chassis.columns import UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

offers = Table(
    "offers",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("code_hash", String(64), nullable=False, unique=True),
    Column("organisation", String(64), nullable=False),
    Column("persona", String(64), nullable=False),
    Column("configuration_ids", Text, nullable=False),
    Column("needs_tx_code", Boolean, nullable=False),
    Column("tx_code_failures", Integer, nullable=False, default=0),
    Column("expires_at", UtcDateTime(), nullable=False),
    Column("redeemed_at", UtcDateTime()),
)
"""An offer leaves the state open once: redeemed_at is set, or tx_code_failures reaches its limit."""

tokens = Table(
    "tokens",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("offer_id", String(64), ForeignKey("offers.id"), nullable=False, unique=True),
    Column("organisation", String(64), nullable=False),
    Column("persona", String(64), nullable=False),
    Column("configuration_ids", Text, nullable=False),
    Column("requests", Integer, nullable=False, default=0),
    Column("expires_at", UtcDateTime(), nullable=False),
)
"""One token per offer: the unique offer_id is the last line behind the conditional statement."""

nonces = Table(
    "nonces",
    metadata,
    Column("nonce_hash", String(64), primary_key=True),
    Column("organisation", String(64), nullable=False),
    Column("expires_at", UtcDateTime(), nullable=False),
    Index("ix_nonces_expires_at", "expires_at"),
)
"""A row is a nonce that can still be used; using it removes the row."""

issuances = Table(
    "issuances",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("token_id", String(64), ForeignKey("tokens.id"), nullable=False, index=True),
    Column("notification_hash", String(64), nullable=False, unique=True),
    Column("configuration_id", String(64), nullable=False),
    Column("copies", Integer, nullable=False),
    Column("intended_at", UtcDateTime(), nullable=False),
    Column("issued_at", UtcDateTime()),
    Column("event", String(32)),
    Column("notified_at", UtcDateTime()),
)
"""Written before anything is signed; issued_at follows when the credentials exist."""

holder_keys = Table(
    "holder_keys",
    metadata,
    Column("thumbprint", String(64), primary_key=True),
    Column("persona", String(64), nullable=False),
)
"""To whom a holder key belongs, for ever: it never binds a credential of somebody else."""

status_lists = Table(
    "status_lists",
    metadata,
    Column("organisation", String(64), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("assigned", Integer, nullable=False, default=0),
    Column("revision", Integer, nullable=False, default=0),
    Column("token", Text),
    Column("token_revision", Integer),
    Column("token_signed_at", UtcDateTime()),
)
"""One row per published list; revision counts revocations, so that an old token shows its age."""

status_entries = Table(
    "status_entries",
    metadata,
    Column("organisation", String(64), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("idx", Integer, primary_key=True, autoincrement=False),
    Column("issuance_id", String(64), ForeignKey("issuances.id"), nullable=False, index=True),
    Column("revoked_at", UtcDateTime()),
)
"""The primary key makes every place of a list unique; revoked_at is set once and never cleared."""


def new_list(organisation: str, number: int) -> dict[str, Any]:
    """The row of a list in which nothing is assigned or revoked."""
    return {"organisation": organisation, "number": number, "assigned": 0, "revision": 0}
