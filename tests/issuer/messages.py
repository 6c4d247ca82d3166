"""Encrypted requests and answers, from the wallet's side."""

from __future__ import annotations

from typing import Any

from openid4vc.jose.jwe import DecryptionKey, EncryptionKey, encrypt_jwe
from openid4vc.jose.strict_json import dumps
from openid4vc.vci.encryption import ENCRYPTED_MEDIA_TYPE, WantedEncryption
from openid4vc.vci.metadata import IssuerMetadata, parse_issuer_metadata
from tests.issuer.wallet import Wallet

KID = "wallet-key"


def metadata_of(wallet: Wallet, **options: Any) -> IssuerMetadata:
    """What the issuer says of itself."""
    answer = wallet.place.open("GET", f"/.well-known/openid-credential-issuer/{wallet.tenant}", **options)
    return parse_issuer_metadata(answer.data, expected_issuer=wallet.issuer)


def encrypted(wallet: Wallet, body: Any, *, enc: str = "A256GCM") -> dict[str, Any]:
    """The options of a request whose body only the issuer can read."""
    jwk = metadata_of(wallet).credential_request_encryption.jwks.keys[0]
    compact = encrypt_jwe(dumps(body), recipient=EncryptionKey.from_jwk(jwk), enc=enc)
    return {"data": compact, "content_type": ENCRYPTED_MEDIA_TYPE}


def wanted(key: DecryptionKey, *, enc: str = "A128GCM", parsed: bool = False, **jwk: Any) -> Any:
    """How the wallet wants the answer."""
    members = {"jwk": key.jwk(KID) | jwk, "enc": enc}
    return WantedEncryption(**members) if parsed else {"credential_response_encryption": members}
