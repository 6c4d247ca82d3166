"""What is kept of a grant: the signed strings themselves, alone or with what was known at that moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import Field, ValidationError, model_validator

from consent.mandate_document import Second
from consent.plain_text import FrozenModel
from openid4vc.errors import Malformed
from openid4vc.jose import strict_json
from openid4vc.jose.numeric_date import from_numeric_date, to_numeric_date

EVIDENCE_TYPE: Final = "urn:eenmalig:evidence:1"
EVIDENCE_BUNDLE_TYPE: Final = "urn:eenmalig:evidence-bundle:1"
EVIDENCE_MEDIA_TYPE: Final = "application/vnd.eenmalig.evidence+json"
MAX_BUNDLE: Final = 8 << 20
_TEXTS: Final = ("request_object", "transaction_data", "identity")


@dataclass(frozen=True, slots=True, repr=False)
class Evidence:
    """The signed question, the mandate as encoded, and the answer of the identity credential."""

    request_object: str
    transaction_data: str
    identity: str
    status_tokens: tuple[str, ...] = ()

    def to_json(self) -> bytes:
        """Compact JSON; the strings in it are the very characters that were signed."""
        members: dict[str, Any] = {name: getattr(self, name) for name in _TEXTS}
        return strict_json.dumps(
            {"type": EVIDENCE_TYPE, **members, "status_tokens": list(self.status_tokens)}
        )

    @classmethod
    def from_json(cls, data: bytes | str) -> "Evidence":
        """Read what `to_json` wrote; a missing, unknown or wrong member is Malformed."""
        members = strict_json.loads_object(data)
        tokens = members.pop("status_tokens", [])
        if members.pop("type", None) != EVIDENCE_TYPE or set(members) != set(_TEXTS):
            raise Malformed("not the members of evidence")
        texts = [*members.values(), *tokens] if isinstance(tokens, list) else [None]
        if not all(isinstance(text, str) for text in texts):
            raise Malformed("a member of the evidence is not text")
        return cls(**members, status_tokens=tuple(tokens))


SignedText = Annotated[str, Field(min_length=1, max_length=1 << 20)]


class EvidenceBundle(FrozenModel):
    """Evidence with the status tokens and the trust list of that moment; nothing that belongs to the act.

    `status_tokens` by the address of the list; certificates travel inside each signature (x5c).
    """

    type: Literal["urn:eenmalig:evidence-bundle:1"]
    request_object: SignedText
    transaction_data: SignedText
    identity: SignedText
    status_tokens: Annotated[dict[str, SignedText], Field(max_length=8)]
    trust_list: Annotated[str, Field(min_length=1, max_length=2 << 20)] | None = None
    trust_list_sequence: Annotated[int, Field(ge=0)] | None = None
    granted_at: Second

    def __repr__(self) -> str:
        """Never the strings, which hold personal data."""
        return f"EvidenceBundle(granted_at={self.granted_at})"

    @model_validator(mode="after")
    def _coherent(self) -> "EvidenceBundle":
        if self.trust_list is not None and self.trust_list_sequence is None:
            raise ValueError("a trust list without its sequence number")
        return self

    @classmethod
    def of(
        cls,
        evidence: Evidence,
        *,
        granted_at: datetime,
        status_tokens: Mapping[str, str],
        trust_list: str | None = None,
        trust_list_sequence: int | None = None,
    ) -> "EvidenceBundle":
        """Bundle at the moment of the grant, when all of this is known; a ValueError if it does not fit."""
        return cls(
            type=EVIDENCE_BUNDLE_TYPE,
            request_object=evidence.request_object,
            transaction_data=evidence.transaction_data,
            identity=evidence.identity,
            status_tokens=dict(status_tokens),
            trust_list=trust_list,
            trust_list_sequence=trust_list_sequence,
            granted_at=to_numeric_date(granted_at),
        )

    def evidence(self) -> Evidence:
        """The three strings that prove the grant."""
        return Evidence(self.request_object, self.transaction_data, self.identity)

    def moment(self) -> datetime:
        """When the register granted it; nobody outside the register vouches for this."""
        return from_numeric_date(self.granted_at)

    def to_json(self) -> bytes:
        """The file of media type `application/vnd.eenmalig.evidence+json`."""
        return strict_json.dumps(self.model_dump(mode="json", exclude_none=True))

    @classmethod
    def from_json(cls, data: bytes | str) -> "EvidenceBundle":
        """Read what `to_json` wrote; anything else is Malformed."""
        strict_json.loads_object(data, max_bytes=MAX_BUNDLE)
        try:
            return cls.model_validate_json(data)
        except ValidationError as cause:
            raise Malformed("not the members of an evidence bundle") from cause
