"""Tables of the issuer; secrets only as hashes, people only by the id of a persona."""

from typing import Any

from sqlalchemy import (
    BigInteger,
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
    Column("expires_at", UtcDateTime(), nullable=False, index=True),
    Column("redeemed_at", UtcDateTime()),
    Column("flow", String(8), nullable=False),
    Column("deferred", Boolean, nullable=False),
)
"""An offer leaves the state open once: redeemed_at is set, or tx_code_failures reaches its limit.

code_hash is of the pre-authorized code, or of the issuer_state when the flow is "code".
"""

authorizations = Table(
    "authorizations",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("request_hash", String(64), nullable=False, unique=True),
    Column("organisation", String(64), nullable=False),
    Column("client_id", Text, nullable=False),
    Column("redirect_uri", Text, nullable=False),
    Column("code_challenge", String(64), nullable=False),
    Column("state", Text),
    Column("configuration_ids", Text, nullable=False),
    Column("by_identifier", Boolean, nullable=False),
    Column("deferred", Boolean, nullable=False),
    Column("offer_id", String(64), ForeignKey("offers.id")),
    Column("expected_persona", String(64)),
    Column("instance", String(64)),
    Column("dpop", String(64)),
    Column("expires_at", UtcDateTime(), nullable=False, index=True),
    Column("browser_hash", String(64), unique=True),
    Column("persona", String(64)),
    Column("decided_at", UtcDateTime()),
    Column("code_hash", String(64), unique=True),
    Column("spent_at", UtcDateTime()),
)
"""Pushed, begun (browser_hash), decided, spent: each is set once; until expires_at for the next step."""

tokens = Table(
    "tokens",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("offer_id", String(64), ForeignKey("offers.id"), unique=True),
    Column("organisation", String(64), nullable=False),
    Column("persona", String(64), nullable=False),
    Column("configuration_ids", Text, nullable=False),
    Column("requests", Integer, nullable=False, default=0),
    Column("expires_at", UtcDateTime(), nullable=False),
    Column("authorization_id", String(64), unique=True),
    Column("client_id", Text),
    Column("instance", String(64)),
    Column("dpop", String(64)),
    Column("by_identifier", Boolean, nullable=False),
    Column("deferred", Boolean, nullable=False),
    Column("revoked_at", UtcDateTime()),
)
"""One row per grant, with its one living access token; refreshing replaces token_hash and expires_at.

The unique offer_id and authorization_id are the last line behind the conditional statements.
"""

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("token_id", String(64), ForeignKey("tokens.id"), nullable=False, index=True),
    Column("expires_at", UtcDateTime(), nullable=False),
    Column("used_at", UtcDateTime()),
)
"""Every refresh token of a grant; one that comes back after its use shows that somebody has a copy."""

spent = Table(
    "spent",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("mark", String(64), nullable=False, unique=True),
    Column("expires_at", UtcDateTime(), nullable=False, index=True),
)
"""Hashes of proofs and challenges that were used, for as long as they would still be good."""

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
    Column("event", String(32)),
    Column("notified_at", UtcDateTime()),
)
"""Written before anything is signed: from then on the credentials may be in somebody's hands."""

deferrals = Table(
    "deferrals",
    metadata,
    Column("transaction_hash", String(64), primary_key=True),
    Column("token_id", String(64), ForeignKey("tokens.id"), nullable=False, index=True),
    Column("configuration_id", String(64), nullable=False),
    Column("proven_keys", Text, nullable=False),
    Column("reply_key", String(64)),
    Column("ready_at", UtcDateTime(), nullable=False),
    Column("delivered_at", UtcDateTime()),
)
"""Promised for later, with the public keys that were proven; delivered_at is set with the intent."""

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
    Column("revoked_revision", Integer),
    Index("ix_status_entries_revoked", "organisation", "number", "revoked_revision"),
)
"""The primary key makes every place of a list unique; revoked_at is set once and never cleared.

revoked_revision is the revision of the list that shows it, so that a process reads only what is new to it.
"""


def new_list(organisation: str, number: int) -> dict[str, Any]:
    """The row of a list in which nothing is assigned or revoked."""
    return {"organisation": organisation, "number": number, "assigned": 0, "revision": 0}
