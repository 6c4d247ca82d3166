"""Compact JWS with one algorithm, one type and no extensions (RFC 7515, RFC 8725)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose import base64url, strict_json
from openid4vc.jose.keys import ES256, PublicKey, SigningKey

_PINNED = frozenset({"alg", "typ"})
_EXTENSIONS = frozenset({"crit", "b64", "zip"})


@dataclass(frozen=True, slots=True)
class UnverifiedJws:
    """A well-formed JWS of the right type; who signed it is not known yet."""

    header: dict[str, Any]
    payload: bytes
    signing_input: bytes
    signature: bytes

    def claims(self) -> dict[str, Any]:
        """The payload as strict JSON, not believed yet; anything but an object is Malformed."""
        return strict_json.loads_object(self.payload)


@dataclass(frozen=True, slots=True)
class VerifiedJws:
    """Header and claims under a signature that was checked with the expected key."""

    header: dict[str, Any]
    claims: dict[str, Any]


def sign_jws(
    claims: Mapping[str, Any], *, typ: str, key: SigningKey, header: Mapping[str, Any] | None = None
) -> str:
    """Sign with ES256; `header` adds parameters such as x5c and may not touch alg or typ (ValueError)."""
    extra = dict(header or {})
    if not _PINNED.isdisjoint(extra):
        raise ValueError("alg and typ are not the caller's to choose")
    protected = strict_json.dumps({"alg": ES256, "typ": typ} | extra)
    signing_input = f"{base64url.encode(protected)}.{base64url.encode(strict_json.dumps(dict(claims)))}"
    return f"{signing_input}.{base64url.encode(key.sign(signing_input.encode('ascii')))}"


def parse_jws(compact: str, *, expected_typ: str) -> UnverifiedJws:
    """Take the three parts apart; the refusals are Malformed, jws_alg, jws_extension and jws_typ."""
    parts = compact.split(".")
    if len(parts) != 3:
        raise Malformed("a compact JWS has three parts")
    header = strict_json.loads_object(base64url.decode(parts[0]))
    if header.get("alg") != ES256:
        raise CheckFailed("jws_alg", "the algorithm is not ES256")
    if not _EXTENSIONS.isdisjoint(header):
        raise CheckFailed("jws_extension", "crit, b64 and zip are not supported")
    if header.get("typ") != expected_typ:
        raise CheckFailed("jws_typ", f"the type is not {expected_typ}")
    signing_input = compact[: compact.rindex(".")].encode("ascii")
    return UnverifiedJws(header, base64url.decode(parts[1]), signing_input, base64url.decode(parts[2]))


def verify_jws(unverified: UnverifiedJws, *, key: PublicKey, check: str = "jws_signature") -> VerifiedJws:
    """Check the signature, then read the claims; the refusals are `check` and Malformed."""
    if not key.verify(unverified.signing_input, unverified.signature):
        raise CheckFailed(check, "the signature is not of the expected key")
    return VerifiedJws(unverified.header, unverified.claims())
