"""P-256 keys and ES256, the one algorithm of our profile (RFC 7517, 7518, 7638)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

from openid4vc.errors import Malformed
from openid4vc.jose import base64url, strict_json
from openid4vc.jose.ecdsa_der import der_from_raw, raw_from_der

ES256 = "ES256"
SIGNATURE_BYTES = 64
PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
# Hashing beside the signature saves the library a context of its own, at every signature.
_es256 = ec.ECDSA(Prehashed(SHA256()))
_p256_curve = ec.SECP256R1()
_COORDINATE_CHARACTERS = 43
_NEEDED_MEMBERS = 4


@dataclass(frozen=True, repr=False)
class PublicKey:
    """A P-256 key that may verify ES256."""

    key: ec.EllipticCurvePublicKey

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, Any]) -> "PublicKey":
        """Read a public JWK; private members, another curve or a use other than verifying is Malformed."""
        if type(jwk) is not dict and not isinstance(jwk, Mapping):
            raise Malformed("a JWK is a JSON object")
        # Four members are the four needed ones, or one of those is missed below.
        if len(jwk) > _NEEDED_MEMBERS:
            _require_public(jwk)
        if jwk.get("kty") != "EC" or jwk.get("crv") != "P-256":
            raise Malformed("a JWK that is not EC with P-256")
        x, y = jwk.get("x"), jwk.get("y")
        point = _uncompressed(x, y)
        try:
            key = cls(ec.EllipticCurvePublicKey.from_encoded_point(_p256_curve, point))
        except ValueError as cause:
            raise Malformed("a JWK whose point is not on P-256") from cause
        # A coordinate has one spelling only, so this is what the key would give, without asking the library.
        key.__dict__["_jwk"] = {"kty": "EC", "crv": "P-256", "x": x, "y": y}
        return key

    @classmethod
    def from_certificate(cls, certificate: x509.Certificate) -> "PublicKey":
        """The subject's key; anything but P-256 is Malformed."""
        try:
            key = certificate.public_key()
        except (ValueError, TypeError, UnsupportedAlgorithm) as cause:
            raise Malformed("a certificate with an unreadable key") from cause
        if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
            raise Malformed("a certificate whose key is not P-256")
        return cls(key)

    def jwk(self) -> dict[str, str]:
        """The four compulsory members, nothing else."""
        return dict(self._jwk)

    @cached_property
    def _jwk(self) -> dict[str, str]:
        numbers = self.key.public_numbers()
        x, y = (base64url.encode(number.to_bytes(32, "big")) for number in (numbers.x, numbers.y))
        return {"kty": "EC", "crv": "P-256", "x": x, "y": y}

    def thumbprint(self) -> str:
        """SHA-256 over the compulsory members in lexical order, base64url (RFC 7638, 3)."""
        return self._thumbprint

    @cached_property
    def _thumbprint(self) -> str:
        return base64url.encode(sha256(strict_json.dumps(dict(sorted(self._jwk.items())))).digest())

    def verify(self, message: bytes, signature: bytes) -> bool:
        """ES256 with raw r||s of exactly 64 bytes (RFC 7518, 3.4)."""
        if len(signature) != SIGNATURE_BYTES:
            return False
        try:
            self.key.verify(der_from_raw(signature), sha256(message).digest(), _es256)
        except InvalidSignature:
            return False
        return True

    def __hash__(self) -> int:
        return hash(self._jwk["x"])

    def __repr__(self) -> str:
        return f"PublicKey({self.thumbprint()})"


@dataclass(frozen=True, repr=False)
class SigningKey:
    """A private P-256 key; its repr shows only the public side."""

    private: ec.EllipticCurvePrivateKey
    public: PublicKey = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "public", PublicKey(self.private.public_key()))

    @classmethod
    def generate(cls) -> "SigningKey":
        """A fresh key from the generator of the cryptography library."""
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def from_pem(cls, pem: bytes) -> "SigningKey":
        """Read an unencrypted PEM key; anything but P-256 is Malformed."""
        try:
            return cls(_p256(serialization.load_pem_private_key(pem, password=None)))
        except (ValueError, TypeError, UnsupportedAlgorithm) as cause:
            raise Malformed("not an unencrypted P-256 key in PEM") from cause

    @classmethod
    def from_der(cls, der: bytes) -> "SigningKey":
        """Read an unencrypted DER key; anything but P-256 is Malformed."""
        try:
            return cls(_p256(serialization.load_der_private_key(der, password=None)))
        except (ValueError, TypeError, UnsupportedAlgorithm) as cause:
            raise Malformed("not an unencrypted P-256 key in DER") from cause

    def to_pem(self) -> bytes:
        """PKCS8 in PEM, not encrypted."""
        return self._pkcs8(serialization.Encoding.PEM)

    def to_der(self) -> bytes:
        """PKCS8 in DER, not encrypted."""
        return self._pkcs8(serialization.Encoding.DER)

    def sign(self, message: bytes) -> bytes:
        """ES256 as raw r||s of 64 bytes (RFC 7518, 3.4)."""
        return raw_from_der(self.private.sign(sha256(message).digest(), _es256))

    def _pkcs8(self, encoding: serialization.Encoding) -> bytes:
        return self.private.private_bytes(
            encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    def __repr__(self) -> str:
        return f"SigningKey(public={self.public!r})"


def _p256(key: object) -> ec.EllipticCurvePrivateKey:
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise Malformed("not a P-256 key")
    return key


def _uncompressed(x: object, y: object) -> bytes:
    """Both coordinates in one reading: with an A behind it, x is whole groups of base64 and ends in a 0."""
    if not (type(x) is str and type(y) is str and len(x) == len(y) == _COORDINATE_CHARACTERS):
        raise Malformed("a P-256 coordinate has 32 bytes")
    octets = base64url.decode(f"{x}A{y}")
    if octets[32]:
        raise Malformed("a P-256 coordinate with stray bits at the end")
    return b"\x04" + octets[:32] + octets[33:]


def _require_public(jwk: Mapping[str, Any]) -> None:
    """RFC 7517, 4.2 to 4.4, and nothing private; the library below does not look at these members."""
    if not PRIVATE_MEMBERS.isdisjoint(jwk):
        raise Malformed("a JWK with private members where a public key is expected")
    if jwk.get("use", "sig") != "sig":
        raise Malformed("a JWK that is not for signatures")
    if jwk.get("alg", ES256) != ES256:
        raise Malformed("a JWK for another algorithm")
    operations = jwk.get("key_ops", ["verify"])
    if not isinstance(operations, list) or "verify" not in operations:
        raise Malformed("a JWK that may not verify")
