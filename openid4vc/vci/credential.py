"""Credential request and response (OpenID4VCI 1.0, 8.2, 8.3)."""

from typing import Annotated, Any

from pydantic import Field, model_validator

from openid4vc.errors import (
    InvalidCredentialRequest,
    InvalidEncryptionParameters,
    InvalidProof,
    Malformed,
)
from openid4vc.jose.strict_json import Json
from openid4vc.messages import FilledArray, Message, ShortText, parse_message

JWT_PROOF = "jwt"


class CredentialRequest(Message):
    """Which credential, and proof of the keys it shall be bound to; exactly one way of naming it (8.2)."""

    credential_configuration_id: ShortText | None = None
    credential_identifier: ShortText | None = None
    proofs: FilledArray[str]

    @classmethod
    def parse(cls, body: bytes, *, batch_size: int = 1) -> "CredentialRequest":
        """Read a plain (not encrypted) request body.

        InvalidCredentialRequest for its shape, InvalidProof for missing, foreign or too many proofs,
        InvalidEncryptionParameters for an encrypted answer wanted in the clear.
        """
        unread = parse_message(_UnreadRequest, body, refusal=InvalidCredentialRequest)
        named = (unread.credential_configuration_id, unread.credential_identifier)
        if named.count(None) != 1:
            raise InvalidCredentialRequest("exactly one way of naming the credential is needed")
        if unread.credential_response_encryption is not None:
            raise InvalidEncryptionParameters("an encrypted response needs an encrypted request")
        return cls(
            credential_configuration_id=named[0],
            credential_identifier=named[1],
            proofs=_jwt_proofs(unread.proofs, batch_size),
        )

    def to_json(self) -> dict[str, Any]:
        """The request body as the wallet sends it."""
        return {**super().to_json(), "proofs": {JWT_PROOF: list(self.proofs)}}


class _UnreadRequest(Message):
    credential_configuration_id: ShortText | None = None
    credential_identifier: ShortText | None = None
    proofs: Json = None
    credential_response_encryption: Json = None


def _jwt_proofs(proofs: Json, batch_size: int) -> tuple[str, ...]:
    """One proof type, known to us, with one to `batch_size` proofs (8.2; App. F)."""
    if not isinstance(proofs, dict) or len(proofs) != 1:
        raise InvalidProof("proofs must be an object with exactly one proof type")
    jwts = proofs.get(JWT_PROOF)
    if not isinstance(jwts, list) or not all(isinstance(jwt, str) for jwt in jwts):
        raise InvalidProof("only a list of jwt proofs is taken here")
    if not 1 <= len(jwts) <= batch_size:
        raise InvalidProof(f"from 1 to {batch_size} proofs are taken here")
    if len(set(jwts)) != len(jwts):
        raise InvalidProof("the same proof twice")
    return tuple(jwts)


class IssuedCredential(Message):
    """One credential as the issuer gave it, not verified."""

    credential: Annotated[str, Field(min_length=1)]


class CredentialResponse(Message):
    """Credentials now, or a promise for later: never both (8.3); `interval` in seconds."""

    credentials: FilledArray[IssuedCredential] | None = None
    notification_id: ShortText | None = None
    transaction_id: ShortText | None = None
    interval: Annotated[int, Field(gt=0)] | None = None

    @classmethod
    def parse(cls, body: bytes) -> "CredentialResponse":
        """Read what the credential endpoint answered; Malformed."""
        return parse_message(cls, body, refusal=Malformed)

    @property
    def deferred(self) -> bool:
        """Whether the credentials must be fetched later (9)."""
        return self.transaction_id is not None

    @model_validator(mode="after")
    def _now_or_later(self) -> "CredentialResponse":
        if (self.credentials is None) == (self.transaction_id is None):
            raise ValueError("either credentials or a transaction_id")
        if self.deferred != (self.interval is not None) or (self.deferred and self.notification_id):
            raise ValueError("interval belongs to transaction_id, notification_id to credentials")
        return self
