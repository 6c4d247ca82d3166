"""The wallet's tables: times are whole seconds UTC, and whatever tells something about a person is sealed."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _owner(primary_key: bool = False) -> Column[str]:
    return Column(
        "account_id",
        String(40),
        ForeignKey("accounts.id", ondelete="CASCADE"),
        primary_key=primary_key,
        nullable=False,
    )


accounts = Table(
    "accounts",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name_key", String(64), nullable=False, unique=True),
    Column("salt", LargeBinary, nullable=False),
    Column("wrapped_data_key", LargeBinary, nullable=False),
    Column("sealed_name", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

pin_tries = Table(
    "pin_tries",
    metadata,
    Column("name_key", String(64), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("locked_until", BigInteger, nullable=False),
    Column("last_at", BigInteger, nullable=False, index=True),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    _owner(),
    Column("sealed_view_key", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False, index=True),
    Column("idle_seconds", Integer),
)

settings = Table(
    "settings",
    metadata,
    _owner(primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
)

passkeys = Table(
    "passkeys",
    metadata,
    Column("id", String(64), primary_key=True),
    _owner(),
    Column("credential_id", LargeBinary, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("wrapped_view_key", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    Index("ix_passkeys_account_id", "account_id"),
)

passkey_challenges = Table(
    "passkey_challenges",
    metadata,
    Column("challenge_hash", String(64), primary_key=True),
    Column("expires_at", BigInteger, nullable=False, index=True),
)

offers = Table(
    "offers",
    metadata,
    Column("id", String(40), primary_key=True),
    _owner(),
    Column("state", String(16), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("sealed_result", LargeBinary),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False, index=True),
    Column("state_hash", String(64), index=True),
    Column("session_hash", String(64)),
    Column("sealed_errand", LargeBinary),
    Column("sealed_access", LargeBinary),
)

accesses = Table(
    "accesses",
    metadata,
    Column("id", String(40), primary_key=True),
    _owner(),
    Column("sealed", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_accesses_account_id", "account_id"),
)

deferred = Table(
    "deferred",
    metadata,
    Column("id", String(40), primary_key=True),
    _owner(),
    Column("access_id", String(40), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("ready_at", BigInteger, nullable=False),
    Index("ix_deferred_account_id", "account_id"),
)

trust_list = Table(
    "trust_list",
    metadata,
    Column("url", String(2048), primary_key=True),
    Column("sequence", BigInteger, nullable=False),
)

cards = Table(
    "cards",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", String(40), nullable=False, unique=True),
    _owner(),
    Column("sealed", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("access_id", String(40)),
    Index("ix_cards_account_id", "account_id"),
)

card_checks = Table(
    "card_checks",
    metadata,
    Column("card_id", String(40), ForeignKey("cards.id", ondelete="CASCADE"), primary_key=True),
    _owner(),
    Column("sealed", LargeBinary, nullable=False),
    Column("checked_at", BigInteger, nullable=False),
    Index("ix_card_checks_account_id", "account_id"),
)

copies = Table(
    "copies",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("card_id", String(40), ForeignKey("cards.id", ondelete="CASCADE"), nullable=False, index=True),
    _owner(),
    Column("sealed_sd_jwt", LargeBinary, nullable=False),
    Column("sealed_key", LargeBinary, nullable=False),
    Column("used_at", BigInteger),
)

requests = Table(
    "requests",
    metadata,
    Column("id", String(40), primary_key=True),
    _owner(),
    Column("fingerprint", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("sealed_answer", LargeBinary),
    Column("sealed_choice", LargeBinary),
    Column("sealed_result", LargeBinary),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    UniqueConstraint("account_id", "fingerprint"),
)

mandates = Table(
    "mandates",
    metadata,
    _owner(primary_key=True),
    Column("id", String(200), primary_key=True),
    Column("request_id", String(40), nullable=False),
    Column("state", String(16), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("sealed_key", LargeBinary, nullable=False),
    Column("sealed_decision", LargeBinary),
    Column("granted_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    Column("checked_at", BigInteger),
    Column("sealed_receipt_offer", LargeBinary),
    Column("receipt_card_id", String(40)),
    Column("sealed_use_receipt", LargeBinary),
)

history = Table(
    "history",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", String(40), nullable=False, unique=True),
    _owner(),
    Column("at", BigInteger, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("request_id", String(40)),
    Column("sealed", LargeBinary, nullable=False),
    Index("ix_history_account_id", "account_id", "number"),
    Index("ix_history_request_id", "request_id"),
)

rights_requests = Table(
    "rights_requests",
    metadata,
    Column("id", String(90), primary_key=True),
    _owner(),
    Column("kind", String(16), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("open_key", String(200), unique=True),
    Column("state", String(16), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("sealed_answer", LargeBinary),
    Column("created_at", BigInteger, nullable=False),
    Column("checked_at", BigInteger),
    Index("ix_rights_requests_account_id", "account_id"),
)
