"""The plain payload of a credential, before it is cut into disclosures and signed."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from issuer.domain.addresses import Addresses
from issuer.domain.organisation import ClaimPath, CredentialType
from issuer.domain.persona import Record

CREDENTIAL_LIFE = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class StatusPlace:
    """Where the status of one credential is kept: a random place in a large list."""

    list_number: int
    idx: int


@dataclass(frozen=True, slots=True)
class Envelope:
    """What differs from copy to copy, and what ties the copy to its type."""

    holder_jwk: dict[str, str]
    place: StatusPlace
    type_integrity: str


def start_of_day(now: datetime) -> datetime:
    """Copies of one day carry one time, so that times do not link them (RFC 9901, 10.1)."""
    return datetime.combine(now.astimezone(UTC).date(), time(), tzinfo=UTC)


def payload(
    kind: CredentialType, record: Record, *, addresses: Addresses, envelope: Envelope, now: datetime
) -> dict[str, Any]:
    """Claims of an SD-JWT VC (draft 13, 2.2.2); `iat` is the start of the day and `exp` follows from it."""
    issued_at = start_of_day(now)
    return {
        **{claim.path[0]: record[claim.path[0]] for claim in kind.claims if claim.path[0] in record},
        "iss": addresses.credential_issuer,
        "iat": int(issued_at.timestamp()),
        "exp": int((issued_at + CREDENTIAL_LIFE).timestamp()),
        "vct": addresses.vct(kind.name),
        "vct#integrity": envelope.type_integrity,
        "cnf": {"jwk": envelope.holder_jwk},
        "status": {
            "status_list": {
                "idx": envelope.place.idx,
                "uri": addresses.status_list(envelope.place.list_number),
            }
        },
    }


def disclosable_in(kind: CredentialType, record: Record) -> frozenset[ClaimPath]:
    """Only paths that this record has: a disclosure of nothing cannot be made."""
    return frozenset(path for path in kind.disclosable() if _holds(record, path))


def _holds(record: Any, path: ClaimPath) -> bool:
    value = record
    for part in path:
        if not isinstance(value, dict) or part not in value:
            return False
        value = value[part]
    return True
