"""What a verifier says of itself in a request: formats, and keys to encrypt to (OpenID4VP 1.0, 5.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openid4vc.dcql.query import SD_JWT_VC
from openid4vc.errors import InvalidRequest, Malformed, VpFormatsNotSupported
from openid4vc.jose.jwe import A128GCM, A256GCM, EncryptionKey
from openid4vc.jose.keys import ES256

VP_FORMATS = {SD_JWT_VC: {"sd-jwt_alg_values": [ES256], "kb-jwt_alg_values": [ES256]}}
PREFERRED_ENC = (A256GCM, A128GCM)
DEFAULT_ENC = A128GCM
MAX_KEYS = 32
_FORMATS, _JWKS, _ENC = "vp_formats_supported", "jwks", "encrypted_response_enc_values_supported"


@dataclass(frozen=True, slots=True)
class ResponseEncryption:
    """The key and the cipher that an answer is encrypted with."""

    recipient: EncryptionKey
    enc: str


def plain_client_metadata() -> dict[str, Any]:
    """What we say when the answer may come as it is."""
    return {_FORMATS: VP_FORMATS}


def encrypting_client_metadata(jwks: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What we say when the answer must be encrypted; the keys are of this request only (HAIP 1.0, 5).

    Takes public JWKs as `DecryptionKey.jwk` makes them; ValueError if a wallet would not use one of them.
    """
    said = {
        _JWKS: {"keys": [dict(jwk) for jwk in jwks]},
        _ENC: list(reversed(PREFERRED_ENC)),
        _FORMATS: VP_FORMATS,
    }
    try:
        usable = len(_usable_keys(said))
    except InvalidRequest as cause:
        raise ValueError("two keys with one kid") from cause
    if not usable or usable != len(jwks):
        raise ValueError("a key that a wallet cannot use")
    return said


def read_client_metadata(said: Mapping[str, Any]) -> dict[str, Any]:
    """Only the three members of 1.0 count, however many there are (5.1); VpFormatsNotSupported.

    A verifier that lists formats must list ours with ES256 (5.1, B.3.4).
    """
    _check_formats(said.get(_FORMATS))
    return {name: said[name] for name in (_JWKS, _ENC, _FORMATS) if name in said}


def response_encryption(client_metadata: Mapping[str, Any]) -> ResponseEncryption:
    """The first key that we can use, with the strongest cipher that both know (8.3).

    Keys that we do not understand are skipped (RFC 7517, 5). InvalidRequest where nothing is left, for
    nothing is then sent at all; and for two keys with one kid, for then nobody knows which is meant.
    """
    keys = _usable_keys(client_metadata)
    if not keys:
        raise InvalidRequest("no key to encrypt the answer to")
    return ResponseEncryption(keys[0], _enc(client_metadata))


def _usable_keys(client_metadata: Mapping[str, Any]) -> list[EncryptionKey]:
    match client_metadata.get(_JWKS):
        case {"keys": list(jwks)} if len(jwks) <= MAX_KEYS:
            found = [key for jwk in jwks if (key := _usable_key(jwk)) is not None]
        case _:
            raise InvalidRequest("client_metadata without a list of keys")
    kids = [jwk["kid"] for jwk in jwks if isinstance(jwk, dict) and isinstance(jwk.get("kid"), str)]
    if len(set(kids)) != len(kids):
        raise InvalidRequest("two keys with one kid")
    return found


def _usable_key(jwk: object) -> EncryptionKey | None:
    """A key needs a kid to be named by in the answer (5.1)."""
    try:
        key = EncryptionKey.from_jwk(jwk) if isinstance(jwk, dict) else None
    except Malformed:
        return None
    return key if key is not None and key.kid is not None else None


def _enc(client_metadata: Mapping[str, Any]) -> str:
    offered = client_metadata.get(_ENC, [DEFAULT_ENC])
    if not isinstance(offered, list):
        raise InvalidRequest(f"{_ENC} is not a list")
    for enc in PREFERRED_ENC:
        if enc in offered:
            return enc
    raise InvalidRequest("no cipher that we know")


def _check_formats(formats: object) -> None:
    if formats is None:
        return
    ours = formats.get(SD_JWT_VC) if isinstance(formats, dict) else None
    if not isinstance(ours, dict):
        raise VpFormatsNotSupported("the verifier does not take dc+sd-jwt")
    for name in ("sd-jwt_alg_values", "kb-jwt_alg_values"):
        algorithms = ours.get(name, [ES256])
        if not isinstance(algorithms, list) or ES256 not in algorithms:
            raise VpFormatsNotSupported("the verifier does not take ES256")
