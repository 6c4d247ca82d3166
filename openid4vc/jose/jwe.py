"""Compact JWE with one key agreement and two ciphers: ECDH-ES on P-256, AES-GCM (RFC 7516; RFC 7518, 4.6)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwe import JWERegistry, encrypt_compact
from joserfc.jwk import ECKey

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose import base64url, strict_json
from openid4vc.jose.ecdh_es import A128GCM as A128GCM
from openid4vc.jose.ecdh_es import A256GCM as A256GCM
from openid4vc.jose.ecdh_es import ECDH_ES as ECDH_ES
from openid4vc.jose.ecdh_es import KEY_BYTES, agreed_key, open_sealed
from openid4vc.jose.keys import PublicKey, SigningKey

ENC_VALUES = tuple(KEY_BYTES)
MAX_JWE = 1 << 20
MAX_HEADER = 4096
IV_BYTES = 12
TAG_BYTES = 16
_EXTENSIONS = frozenset({"crit", "zip"})
_AGREEING = frozenset({"deriveKey", "deriveBits"})
_USES = ("use", "alg", "key_ops")
# Registered members that we do not need have their registered kind all the same (RFC 7516, 4.1).
_KINDS: Mapping[str, type] = {
    **dict.fromkeys(("kid", "typ", "cty", "jku", "x5u", "x5t", "x5t#S256"), str),
    "jwk": dict,
    "x5c": list,
}
_registry = JWERegistry(algorithms=(ECDH_ES, *ENC_VALUES), strict_check_header=False)


@dataclass(frozen=True)
class EncryptionKey:
    """Somebody's P-256 key that we may encrypt to, and the name its owner knows it by."""

    public: PublicKey
    kid: str | None = None

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, Any]) -> "EncryptionKey":
        """Read a public JWK with alg ECDH-ES; whatever else is Malformed, so that a caller can skip it.

        `use` is absent or enc; `kid` may be absent (OpenID4VP 1.0, 8.3; OpenID4VCI 1.0, 10).
        """
        if not isinstance(jwk, Mapping):
            raise Malformed("a JWK is a JSON object")
        if jwk.get("alg") != ECDH_ES or jwk.get("use", "enc") != "enc":
            raise Malformed("a JWK that is not for ECDH-ES")
        operations = jwk.get("key_ops", [])
        if not isinstance(operations, list) or (operations and _AGREEING.isdisjoint(map(str, operations))):
            raise Malformed("a JWK that may not agree on keys")
        kid = jwk.get("kid")
        if kid is not None and not (isinstance(kid, str) and kid):
            raise Malformed("a JWK whose kid is not text")
        return cls(PublicKey.from_jwk(_bare(jwk)), kid)

    @cached_property
    def _key(self) -> ECKey:
        return ECKey.import_key({**self.public.jwk()})


@dataclass(frozen=True, repr=False)
class DecryptionKey:
    """A private P-256 key for one purpose, best for one message; its repr shows only the public side."""

    private: ec.EllipticCurvePrivateKey

    @classmethod
    def generate(cls) -> "DecryptionKey":
        """A fresh key from the generator of the cryptography library."""
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def from_der(cls, der: bytes) -> "DecryptionKey":
        """Read an unencrypted DER key; anything but P-256 is Malformed."""
        return cls(SigningKey.from_der(der).private)

    def to_der(self) -> bytes:
        """PKCS8 in DER, not encrypted."""
        return SigningKey(self.private).to_der()

    @property
    def public(self) -> PublicKey:
        """The other half."""
        return PublicKey(self.private.public_key())

    def jwk(self, kid: str) -> dict[str, str]:
        """The public JWK to hand to whoever shall encrypt to us."""
        return {**self.public.jwk(), "use": "enc", "alg": ECDH_ES, "kid": kid}

    def __repr__(self) -> str:
        return f"DecryptionKey(public={self.public!r})"


def encrypt_jwe(
    plaintext: bytes,
    *,
    recipient: EncryptionKey,
    enc: str,
    cty: str | None = None,
    apu: bytes | None = None,
    apv: bytes | None = None,
) -> str:
    """Encrypt with a key agreed on for this message only; the recipient's kid is echoed (RFC 7516, 5.1).

    `enc` is A128GCM or A256GCM (else ValueError); nothing is compressed.
    """
    if enc not in ENC_VALUES:
        raise ValueError("neither A128GCM nor A256GCM")
    parties = {
        name: base64url.encode(value) for name, value in (("apu", apu), ("apv", apv)) if value is not None
    }
    named = {name: value for name, value in (("kid", recipient.kid), ("cty", cty)) if value is not None}
    header: dict[str, Any] = {"alg": ECDH_ES, "enc": enc, **named, **parties}
    return encrypt_compact(header, plaintext, recipient._key, registry=_registry)


def unverified_kid(compact: str) -> str | None:
    """Which key the sender says to have used, to find it by; None where nothing is said, or Malformed."""
    kid = _header(compact.partition(".")[0]).get("kid")
    if kid is not None and not isinstance(kid, str):
        raise Malformed("a kid that is not text")
    return kid


def decrypt_jwe(
    compact: str,
    *,
    key: DecryptionKey,
    expected_kid: str | None,
    allowed_enc: Collection[str] = ENC_VALUES,
    max_bytes: int = MAX_JWE,
) -> bytes:
    """Open a compact JWE that was made for `key` under exactly this kid (None: it must have none).

    Refusals before any cryptography: Malformed, jwe_alg, jwe_enc, jwe_extension (zip and crit), jwe_kid,
    jwe_epk; then jwe_decryption. What a caller tells its peer must not depend on which (RFC 7516, 5.2).
    """
    if len(compact) > max_bytes:
        raise Malformed(f"a JWE of more than {max_bytes} bytes")
    parts = compact.split(".")
    if len(parts) != 5:
        raise Malformed("a compact JWE has five parts")
    header = _header(parts[0])
    _check_header(header, expected_kid, allowed_enc)
    apu, apv = _party(header, "apu"), _party(header, "apv")
    ephemeral = _ephemeral(header.get("epk"))
    wrapped, iv, ciphertext, tag = map(base64url.decode, parts[1:])
    if (len(wrapped), len(iv), len(tag)) != (0, IV_BYTES, TAG_BYTES):
        raise Malformed("a JWE whose parts have the wrong sizes")
    agreed = agreed_key(key.private, ephemeral, enc=header["enc"], apu=apu, apv=apv)
    opened = open_sealed(agreed, iv=iv, ciphertext=ciphertext, tag=tag, protected=parts[0])
    if opened is None:
        raise CheckFailed("jwe_decryption", "not encrypted to this key, or changed since")
    return opened


def _bare(jwk: Mapping[str, Any]) -> dict[str, Any]:
    """Without what it is for: a key for agreement is not one for signatures."""
    return {name: value for name, value in jwk.items() if name not in _USES}


def _header(part: str) -> dict[str, Any]:
    if len(part) > MAX_HEADER:
        raise Malformed("a JWE header that is too long")
    return strict_json.loads_object(base64url.decode(part))


def _check_header(header: Mapping[str, Any], expected_kid: str | None, allowed_enc: Collection[str]) -> None:
    if header.get("alg") != ECDH_ES:
        raise CheckFailed("jwe_alg", "the algorithm is not ECDH-ES")
    if header.get("enc") not in [enc for enc in allowed_enc if enc in ENC_VALUES]:
        raise CheckFailed("jwe_enc", "the cipher was not offered")
    if not _EXTENSIONS.isdisjoint(header):
        raise CheckFailed("jwe_extension", "zip and crit are not supported")
    if header.get("kid") != expected_kid:
        raise CheckFailed("jwe_kid", "made for another key")
    if not all(isinstance(value, _KINDS.get(name, object)) for name, value in header.items()):
        raise Malformed("a JWE header with a member of another kind")


def _party(header: Mapping[str, Any], name: str) -> bytes:
    """What somebody says of a party; nothing at all is no bytes (RFC 7518, 4.6.1.2 and 4.6.1.3)."""
    value = header.get(name, "")
    if not isinstance(value, str):
        raise Malformed("apu or apv is not text")
    return base64url.decode(value)


def _ephemeral(epk: object) -> PublicKey:
    """Only a public key on P-256 ever meets our private key (RFC 7518, 4.6.1.1)."""
    try:
        return PublicKey.from_jwk(_bare(epk) if isinstance(epk, Mapping) else {})
    except Malformed as cause:
        raise CheckFailed("jwe_epk", "the ephemeral key is not a public key on P-256") from cause
