"""What proves that a mandate was used: one document, signed by who acted and again by who decided."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any, Final, Literal, TypeVar

from cryptography import x509
from pydantic import Field, ValidationError

from consent.helped import Help
from consent.mandate_document import Code, Digest, MandateId, Second
from consent.plain_text import FrozenModel
from openid4vc.errors import Malformed
from openid4vc.jose import base64url, strict_json
from openid4vc.jose.jws import parse_jws, sign_jws
from openid4vc.jose.keys import PublicKey, SigningKey
from openid4vc.jose.numeric_date import from_numeric_date, to_numeric_date
from openid4vc.jose.x5c import encode_x5c

USE_RECEIPT_TYP: Final = "eenmalig-use-receipt+jwt"
COUNTERSIGNATURE_TYP: Final = "eenmalig-countersignature+jwt"
SEPARATOR: Final = "~"
HELPED_BY: Final = "helped_by"
Signed = TypeVar("Signed", bound=FrozenModel)
_PARTS: Final = ("header", "content", "signature")


class UseReceipt(FrozenModel):
    """That the mandate was used, when, with which outcome, and which line of the ledger says so.

    `helped_by` is there when somebody helped to give the mandate, without a name.
    """

    type: Literal["urn:eenmalig:use-receipt:1"] = "urn:eenmalig:use-receipt:1"
    mandate_id: MandateId
    used_at: Second
    outcome: Code
    decision_sha256: Digest
    grant_text_sha256: Digest
    ledger_seq: Annotated[int, Field(ge=1)]
    ledger_hash: Digest
    helped_by: Help | None = None

    def claims(self) -> dict[str, Any]:
        """What is signed."""
        return self.model_dump(mode="json", exclude_none=True)

    def moment(self) -> datetime:
        """When the mandate was spent."""
        return from_numeric_date(self.used_at)

    @classmethod
    def from_claims(cls, claims: Mapping[str, Any]) -> "UseReceipt":
        """Read the signed claims; a missing, unknown or wrong one is Malformed."""
        return _read(cls, claims)


class Countersignature(FrozenModel):
    """What the second signer saw: the receipt as a whole, and each part, so that a change can be named."""

    type: Literal["urn:eenmalig:countersignature:1"] = "urn:eenmalig:countersignature:1"
    mandate_id: MandateId
    iat: Second
    receipt_sha256: Digest
    header_sha256: Digest
    signature_sha256: Digest
    claims_sha256: dict[str, Digest]

    @classmethod
    def from_claims(cls, claims: Mapping[str, Any]) -> "Countersignature":
        """Read the signed claims; a missing, unknown or wrong one is Malformed."""
        return _read(cls, claims)

    def differences(self, signed: str) -> tuple[str, ...]:
        """What of this signed receipt is not what was countersigned, by name; empty is good."""
        if self.receipt_sha256 == digest_of(signed):
            return ()
        parts = signed.split(".")
        if len(parts) != len(_PARTS):
            return ("form",)
        header, content, signature = parts
        found = [
            *(["header"] if digest_of(header) != self.header_sha256 else []),
            *self._claims_that_differ(content),
            *(["signature"] if digest_of(signature) != self.signature_sha256 else []),
        ]
        return tuple(found) or ("content",)

    def _claims_that_differ(self, content: str) -> list[str]:
        try:
            seen = _claim_digests(strict_json.loads_object(base64url.decode(content)))
        except Malformed:
            return ["content"]
        names = sorted({*seen, *self.claims_sha256} & {*UseReceipt.model_fields})
        unknown = ["content"] if {*seen} - {*UseReceipt.model_fields} else []
        return [name for name in names if seen.get(name) != self.claims_sha256.get(name)] or unknown


def sign_use_receipt(receipt: UseReceipt, *, key: SigningKey, chain: Sequence[x509.Certificate]) -> str:
    """Sign as who acted; ValueError for a certificate of another key."""
    _require_own_chain(key, chain)
    header = {"x5c": encode_x5c(chain)}
    return sign_jws(receipt.claims(), typ=USE_RECEIPT_TYP, key=key, header=header)


def countersign(signed: str, *, key: SigningKey, chain: Sequence[x509.Certificate], at: datetime) -> str:
    """Sign over a signed use receipt as who decided; gives `<receipt>~<countersignature>`.

    Malformed or CheckFailed for what is no use receipt by its form; its signature is the caller's to check.
    """
    _require_own_chain(key, chain)
    unverified = parse_jws(signed, expected_typ=USE_RECEIPT_TYP)
    header, _, signature = signed.split(".")
    claims = Countersignature(
        mandate_id=UseReceipt.from_claims(unverified.claims()).mandate_id,
        iat=to_numeric_date(at),
        receipt_sha256=digest_of(signed),
        header_sha256=digest_of(header),
        signature_sha256=digest_of(signature),
        claims_sha256=_claim_digests(unverified.claims()),
    )
    second = sign_jws(
        claims.model_dump(mode="json"),
        typ=COUNTERSIGNATURE_TYP,
        key=key,
        header={"x5c": encode_x5c(chain)},
    )
    return f"{signed}{SEPARATOR}{second}"


def digest_of(text: str) -> str:
    """Base64url SHA-256 over the text in UTF-8."""
    return base64url.encode(sha256(text.encode("utf-8")).digest())


def _read(model: type[Signed], claims: Mapping[str, Any]) -> Signed:
    """Every member is there, the type too: only we may leave that one to the model.

    Help alone may be absent, where there was none; an empty word about it is not of ours.
    """
    try:
        read = model.model_validate_json(strict_json.dumps(dict(claims)))
    except ValidationError as cause:
        raise Malformed("not the claims of a receipt") from cause
    if set(claims) | {HELPED_BY} != set(model.model_fields) | {HELPED_BY} or None in claims.values():
        raise Malformed("a claim of the receipt is missing")
    return read


def _claim_digests(claims: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: base64url.encode(sha256(strict_json.dumps([name, value])).digest())
        for name, value in claims.items()
    }


def _require_own_chain(key: SigningKey, chain: Sequence[x509.Certificate]) -> None:
    if not chain or PublicKey.from_certificate(chain[0]) != key.public:
        raise ValueError("the chain is not of the signing key")
