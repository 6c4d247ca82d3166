"""Requests and responses that are encrypted on top of TLS (OpenID4VCI 1.0, 8.2, 10, 12.2.4)."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, field_validator

from openid4vc.errors import CheckFailed, InvalidEncryptionParameters, Malformed
from openid4vc.jose import strict_json
from openid4vc.jose.jwe import (
    ECDH_ES,
    ENC_VALUES,
    DecryptionKey,
    EncryptionKey,
    decrypt_jwe,
    encrypt_jwe,
    unverified_kid,
)
from openid4vc.messages import Array, Message, ShortText

ENCRYPTED_MEDIA_TYPE = "application/jwt"
_BEST_FIRST = tuple(reversed(ENC_VALUES))


class JwkSet(Message):
    """Public keys as they came: those that nobody here understands are kept and skipped (RFC 7517, 5)."""

    keys: Array[dict[str, Any]] = ()

    def recipient(self) -> EncryptionKey | None:
        """The first key that we understand and that has a name."""
        return next((key for key in map(_understood, self.keys) if key is not None and key.kid), None)


class RequestEncryption(Message):
    """How requests to this issuer may be encrypted; what is unclear counts as required (12.2.4)."""

    jwks: JwkSet = Field(default_factory=JwkSet)
    enc_values_supported: Array[ShortText] = ()
    zip_values_supported: Array[ShortText] | None = None
    encryption_required: bool = True

    def encrypt(self, message: Mapping[str, Any]) -> str:
        """The request body for the media type application/jwt; CheckFailed request_encryption."""
        recipient, enc = self.jwks.recipient(), _best(self.enc_values_supported)
        if recipient is None or enc is None:
            raise CheckFailed("request_encryption", "no key or no cipher that we know")
        return encrypt_jwe(strict_json.dumps(dict(message)), recipient=recipient, enc=enc)


class ResponseEncryption(Message):
    """How responses of this issuer can be encrypted; what is unclear counts as required (12.2.4)."""

    alg_values_supported: Array[ShortText] = ()
    enc_values_supported: Array[ShortText] = ()
    zip_values_supported: Array[ShortText] | None = None
    encryption_required: bool = True

    def wanted(self, key: DecryptionKey, *, kid: str) -> "WantedEncryption":
        """What to put into the request, for a key of this request only; CheckFailed response_encryption."""
        enc = _best(self.enc_values_supported)
        if ECDH_ES not in self.alg_values_supported or enc is None:
            raise CheckFailed("response_encryption", "no algorithm or no cipher that we know")
        return WantedEncryption(jwk=key.jwk(kid), enc=enc)


class WantedEncryption(Message):
    """To which key and with which cipher the wallet wants its answer encrypted (8.2)."""

    jwk: dict[str, Any]
    enc: ShortText
    zip: Annotated[None, Field(description="compression is not offered")] = None

    @property
    def recipient(self) -> EncryptionKey:
        """The wallet's key."""
        return EncryptionKey.from_jwk(self.jwk)

    def encrypt(self, message: Mapping[str, Any]) -> str:
        """The response body for the media type application/jwt; errors are never encrypted (10)."""
        return encrypt_jwe(strict_json.dumps(dict(message)), recipient=self.recipient, enc=self.enc)

    def decrypt(self, compact: str, *, key: DecryptionKey) -> bytes:
        """Open the answer, encrypted exactly as asked; the refusals are those of decrypt_jwe."""
        return decrypt_jwe(compact, key=key, expected_kid=self.jwk.get("kid"), allowed_enc=(self.enc,))

    @field_validator("jwk")
    @classmethod
    def _usable(cls, jwk: dict[str, Any]) -> dict[str, Any]:
        EncryptionKey.from_jwk(jwk)
        return jwk

    @field_validator("enc")
    @classmethod
    def _offered(cls, enc: str) -> str:
        if enc not in ENC_VALUES:
            raise ValueError("neither A128GCM nor A256GCM")
        return enc


def decrypt_request(compact: str, *, keys: Mapping[str, DecryptionKey]) -> bytes:
    """Open an encrypted request with the key that it names; `keys` by kid, older ones included (10).

    Every failure is InvalidEncryptionParameters, in the same words.
    """
    try:
        kid = unverified_kid(compact)
        key = keys.get(kid or "")
        if key is None:
            raise CheckFailed("jwe_kid", "made for a key that we do not have")
        return decrypt_jwe(compact, key=key, expected_kid=kid)
    except (Malformed, CheckFailed) as cause:
        raise InvalidEncryptionParameters("the encrypted request cannot be opened") from cause


def _understood(jwk: dict[str, Any]) -> EncryptionKey | None:
    try:
        return EncryptionKey.from_jwk(jwk)
    except Malformed:
        return None


def _best(offered: tuple[str, ...]) -> str | None:
    return next((enc for enc in _BEST_FIRST if enc in offered), None)
