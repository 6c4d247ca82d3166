"""Tables of the verifier; values of people are sealed bytes (store/sealing.py)."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    true,
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
    Column("kind", Text, nullable=False, server_default="signed"),
    Column("confirmed_at", UtcDateTime),
    Column("expired_at", UtcDateTime),
    CheckConstraint(
        "state IN ('proposed', 'granted', 'used', 'revoked', 'declined')", name="mandate_state_is_known"
    ),
    CheckConstraint(
        "(state = 'used') = (used_at IS NOT NULL) AND (state = 'revoked') = (revoked_at IS NOT NULL)",
        name="mandate_has_one_end",
    ),
    Index("ix_mandate_open_until", "expired_at", "state", "expires_at"),
    Index("ix_mandate_answer_by", "expired_at", "state", "answer_by"),
)

presentation = Table(
    "presentation",
    metadata,
    Column("id", Text, primary_key=True),
    Column("mandate_id", Text, ForeignKey("mandate.id"), unique=True),
    Column("service", Text, nullable=False),
    Column("transaction_hash", Text, nullable=False, unique=True),
    Column("state", Text, nullable=False, unique=True),
    Column("nonce", Text, nullable=False, unique=True),
    Column("dcql_query", Text, nullable=False),
    Column("transaction_data", Text),
    Column("issued_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("status", Text, nullable=False),
    Column("request_object", Text),
    Column("response_code_hash", Text, unique=True),
    Column("outcome", Text),
    Column("answered_at", UtcDateTime),
    Column("released_at", UtcDateTime),
    Column("prefix", Text, nullable=False, server_default="x509_hash"),
    Column("response_mode", Text, nullable=False, server_default="direct_post"),
    Column("same_device", Boolean, nullable=False, server_default=true()),
    Column("reply_kid", Text, unique=True),
    Column("sealed_reply_key", LargeBinary),
    Column("answer_hash", Text, unique=True),
    Column("sealed_code", LargeBinary),
    Column("purpose", Text),
    CheckConstraint(
        "status IN ('requested', 'answered', 'released', 'rejected')", name="presentation_status_is_known"
    ),
    Index("ix_presentation_status_expires_at", "status", "expires_at"),
)

presentation_values = Table(
    "presentation_values",
    metadata,
    Column("presentation_id", Text, ForeignKey("presentation.id"), primary_key=True),
    Column("sealed_result", LargeBinary, nullable=False),
    Column("retain_until", UtcDateTime, nullable=False, index=True),
)

trust_list = Table(
    "trust_list",
    metadata,
    Column("url", Text, primary_key=True),
    Column("sequence", Integer, nullable=False),
)

mandate_values = Table(
    "mandate_values",
    metadata,
    Column("mandate_id", Text, ForeignKey("mandate.id"), primary_key=True),
    Column("sealed_evidence", LargeBinary, nullable=False),
    Column("sealed_presentations", LargeBinary),
    Column("retain_until", UtcDateTime, nullable=False, index=True),
    Column("presentations_until", UtcDateTime, index=True),
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

ledger_head = Table(
    "ledger_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("register", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", Text, nullable=False),
    CheckConstraint("id = 1", name="ledger_has_one_head"),
)

ledger_line = Table(
    "ledger_line",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("mandate_id", Text, nullable=False, index=True),
    Column("details", Text, nullable=False),
    Column("previous_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
)

use_receipt = Table(
    "use_receipt",
    metadata,
    Column("mandate_id", Text, ForeignKey("mandate.id"), primary_key=True),
    Column("receipt", Text, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("key", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", UtcDateTime, nullable=False),
    Column("delivered_at", UtcDateTime),
    Index("ix_outbox_next", "delivered_at", "next_attempt_at"),
)

receipt = Table(
    "receipt",
    metadata,
    Column("mandate_id", Text, ForeignKey("mandate.id"), primary_key=True),
    Column("code_hash", Text, unique=True),
    Column("code_until", UtcDateTime),
    Column("token_hash", Text, unique=True),
    Column("token_until", UtcDateTime),
    Column("list_number", Integer),
    Column("idx", Integer),
    Column("holder", Text),
    Column("notification_hash", Text, unique=True),
    Column("issued_at", UtcDateTime),
    Column("kept_at", UtcDateTime),
    UniqueConstraint("list_number", "idx"),
)

receipt_list = Table(
    "receipt_list",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("places", Integer, nullable=False),
)

receipt_nonce = Table(
    "receipt_nonce",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("purpose", Text, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
)

deletion_request = Table(
    "deletion_request",
    metadata,
    Column("id", Text, primary_key=True),
    Column("mandate_id", Text, ForeignKey("mandate.id"), nullable=False, index=True),
    Column("open_for", Text, unique=True),
    Column("request", Text, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("extended_at", UtcDateTime),
    Column("extended_because", Text),
    Column("decided_at", UtcDateTime),
    Column("decision", Text),
    Column("certificate", Text),
    CheckConstraint(
        "(decided_at IS NULL) = (certificate IS NULL) AND (decided_at IS NULL) = (open_for IS NOT NULL)",
        name="deletion_request_has_one_answer",
    ),
)

dpa_report = Table(
    "dpa_report",
    metadata,
    Column("id", Text, primary_key=True),
    Column("reference", Text, nullable=False, unique=True),
    Column("state", Text, nullable=False),
    Column("sealed_report", LargeBinary, nullable=False),
    Column("evidence_check", Text, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("moved_at", UtcDateTime),
    Column("retain_until", UtcDateTime, nullable=False, index=True),
    CheckConstraint("state IN ('received', 'in_hand', 'closed')", name="dpa_report_state_is_known"),
)

opt_out = Table(
    "opt_out",
    metadata,
    Column("mandate_id", Text, ForeignKey("mandate.id"), primary_key=True),
    Column("about", Text, nullable=False),
    Column("channels", Text, nullable=False),
    Column("stated_at", UtcDateTime, nullable=False),
)

helped_request = Table(
    "helped_request",
    metadata,
    Column("id", Text, primary_key=True),
    Column("service", Text, nullable=False),
    Column("code_hash", Text, nullable=False, unique=True),
    Column("sealed_helper", LargeBinary, nullable=False),
    Column("prepared_at", UtcDateTime, nullable=False),
    Column("code_until", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("place", Text),
    Column("mandate_id", Text, unique=True),
    Column("retain_until", UtcDateTime, nullable=False, index=True),
    CheckConstraint("place IN ('own_device', 'counter', 'refused')", name="helped_request_place_is_known"),
    CheckConstraint(
        "(ended_at IS NULL) = (place IS NULL) AND (mandate_id IS NULL OR place <> 'refused')",
        name="helped_request_has_one_end",
    ),
)

wrong_code = Table(
    "wrong_code",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("client", Text, nullable=False, server_default=""),
    Index("ix_wrong_code_client_at", "client", "at"),
)
