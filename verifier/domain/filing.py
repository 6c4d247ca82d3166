"""What the desk hands to the authority: the proof of the mandate and, apart, the facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openid4vc.errors import Malformed
from openid4vc.jose import strict_json
from verifier.domain.refusals import IdempotencyKeyMissing, MalformedFiling

MAX_KEY = 200


@dataclass(frozen=True, slots=True)
class Filing:
    """One request to the authority; nothing in it is verified."""

    unverified_evidence: Mapping[str, Any]
    unverified_presentations: Mapping[str, str]
    body: bytes

    @classmethod
    def from_json(cls, body: bytes) -> "Filing":
        """Read the two members; MalformedFiling for anything else."""
        try:
            document = strict_json.loads(body)
        except Malformed as cause:
            raise MalformedFiling from cause
        match document:
            case {"evidence": dict(evidence), "presentations": dict(presentations)} if all(
                isinstance(value, str) for value in presentations.values()
            ):
                return cls(evidence, presentations, body)
        raise MalformedFiling


def require_idempotency_key(value: str | None) -> str:
    """Printable and of a sane length, or refused."""
    if not value or len(value) > MAX_KEY or not value.isascii() or not value.isprintable():
        raise IdempotencyKeyMissing
    return value
