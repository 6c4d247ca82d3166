"""Credential request and response (OpenID4VCI 1.0, 8.2, 8.3)."""

from collections.abc import Collection
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from openid4vc.errors import (
    InvalidCredentialRequest,
    InvalidEncryptionParameters,
    InvalidProof,
    Malformed,
)
from openid4vc.jose.strict_json import Json
from openid4vc.messages import FilledArray, Message, ShortText, parse_message, read_message
from openid4vc.vci.encryption import WantedEncryption

JWT_PROOF: Literal["jwt"] = "jwt"
ATTESTATION_PROOF: Literal["attestation"] = "attestation"


class CredentialRequest(Message):
    """Which credential, and proof of the keys it shall be bound to; exactly one way of naming it (8.2)."""

    credential_configuration_id: ShortText | None = None
    credential_identifier: ShortText | None = None
    proof_type: Literal["jwt", "attestation"] = JWT_PROOF
    proofs: FilledArray[str]
    credential_response_encryption: WantedEncryption | None = None

    @classmethod
    def parse(
        cls,
        body: bytes,
        *,
        batch_size: int = 1,
        proof_types: Collection[str] = (JWT_PROOF,),
        encrypted: bool = False,
    ) -> "CredentialRequest":
        """Read a request body; only one that came `encrypted` may ask for an encrypted answer.

        InvalidCredentialRequest for its shape, InvalidProof for missing, foreign or too many proofs,
        InvalidEncryptionParameters for an encrypted answer wanted in the clear or in an unknown way.
        """
        unread = parse_message(_UnreadRequest, body, refusal=InvalidCredentialRequest)
        named = (unread.credential_configuration_id, unread.credential_identifier)
        if named.count(None) != 1:
            raise InvalidCredentialRequest("exactly one way of naming the credential is needed")
        wanted = read_wanted_encryption(unread.credential_response_encryption, encrypted=encrypted)
        proof_type, proofs = _proofs(unread.proofs, proof_types, batch_size)
        return cls(
            credential_configuration_id=named[0],
            credential_identifier=named[1],
            proof_type=proof_type,
            proofs=proofs,
            credential_response_encryption=wanted,
        )

    def to_json(self) -> dict[str, Any]:
        """The request body as the wallet sends it, to be encrypted where it asks for an encrypted answer."""
        members = super().to_json()
        proof_type = members.pop("proof_type")
        return {**members, "proofs": {proof_type: list(self.proofs)}}


def read_wanted_encryption(value: Json, *, encrypted: bool) -> WantedEncryption | None:
    """None where nothing is asked; InvalidEncryptionParameters (8.2: keys travel only encrypted)."""
    if value is None:
        return None
    if not encrypted:
        raise InvalidEncryptionParameters("an encrypted response needs an encrypted request")
    return read_message(WantedEncryption, value, refusal=InvalidEncryptionParameters)


class _UnreadRequest(Message):
    credential_configuration_id: ShortText | None = None
    credential_identifier: ShortText | None = None
    proofs: Json = None
    credential_response_encryption: Json = None


def _proofs(
    proofs: Json, proof_types: Collection[str], batch_size: int
) -> tuple[Literal["jwt", "attestation"], tuple[str, ...]]:
    """One proof type, offered here, with one to `batch_size` proofs, or one attestation (8.2; App. F)."""
    if not isinstance(proofs, dict) or len(proofs) != 1:
        raise InvalidProof("proofs must be an object with exactly one proof type")
    proof_type = next((known for known in (JWT_PROOF, ATTESTATION_PROOF) if known in proofs), None)
    if proof_type is None or proof_type not in proof_types:
        raise InvalidProof("this proof type is not taken here")
    jwts = proofs[proof_type]
    most = batch_size if proof_type == JWT_PROOF else 1
    if not isinstance(jwts, list) or not all(isinstance(jwt, str) for jwt in jwts):
        raise InvalidProof("only a list of proofs is taken here")
    if not 1 <= len(jwts) <= most:
        raise InvalidProof(f"from 1 to {most} proofs are taken here")
    if len(set(jwts)) != len(jwts):
        raise InvalidProof("the same proof twice")
    return proof_type, tuple(jwts)


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
