"""Tables of the verifier; values of people are sealed bytes (store/sealing.py)."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

from chassis.columns import UtcDateTime

metadata = MetaData()

mandate = Table(
    "mandate",
    metadata,
    Column("id", Text, primary_key=True),
    Column("service", Text, nullable=False),
    Column("transaction_data", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("proposed_at", UtcDateTime, nullable=False),
    Column("answer_by", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("granted_at", UtcDateTime),
    Column("released_at", UtcDateTime),
    Column("used_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
    Column("declined_at", UtcDateTime),
    Column("ended_reason", Text),
    Column("grantor_jwk", Text),
    Column("key_binding_jti", Text, unique=True),
    CheckConstraint(
        "state IN ('proposed', 'granted', 'used', 'revoked', 'declined')", name="mandate_state_is_known"
    ),
    CheckConstraint(
        "(state = 'used') = (used_at IS NOT NULL) AND (state = 'revoked') = (revoked_at IS NOT NULL)",
        name="mandate_has_one_end",
    ),
)

presentation = Table(
    "presentation",
    metadata,
    Column("id", Text, primary_key=True),
    Column("mandate_id", Text, ForeignKey("mandate.id"), nullable=False, unique=True),
    Column("service", Text, nullable=False),
    Column("transaction_hash", Text, nullable=False, unique=True),
    Column("state", Text, nullable=False, unique=True),
    Column("nonce", Text, nullable=False, unique=True),
    Column("dcql_query", Text, nullable=False),
    Column("transaction_data", Text, nullable=False),
    Column("issued_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("status", Text, nullable=False),
    Column("request_object", Text),
    Column("response_code_hash", Text, unique=True),
    Column("outcome", Text),
    Column("answered_at", UtcDateTime),
    Column("released_at", UtcDateTime),
    CheckConstraint(
        "status IN ('requested', 'answered', 'released', 'rejected')", name="presentation_status_is_known"
    ),
)

mandate_values = Table(
    "mandate_values",
    metadata,
    Column("mandate_id", Text, ForeignKey("mandate.id"), primary_key=True),
    Column("sealed_evidence", LargeBinary, nullable=False),
    Column("sealed_presentations", LargeBinary, nullable=False),
    Column("retain_until", UtcDateTime, nullable=False, index=True),
)

decision = Table(
    "decision",
    metadata,
    Column("mandate_id", Text, ForeignKey("mandate.id"), primary_key=True),
    Column("decided_at", UtcDateTime, nullable=False),
    Column("sealed_outcome", LargeBinary, nullable=False),
    Column("retain_until", UtcDateTime, nullable=False, index=True),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("key_hash", Text, primary_key=True),
    Column("mandate_id", Text, ForeignKey("mandate.id"), nullable=False),
    Column("body_hash", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("sealed_answer", LargeBinary, nullable=False),
    Column("retain_until", UtcDateTime, nullable=False, index=True),
)
