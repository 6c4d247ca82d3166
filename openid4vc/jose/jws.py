"""Compact JWS with one algorithm, one type and no extensions (RFC 7515, RFC 8725)."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose import base64url, strict_json
from openid4vc.jose.keys import ES256, PublicKey, SigningKey

_PINNED = frozenset({"alg", "typ"})
_EXTENSIONS = frozenset({"crit", "b64", "zip"})
_SHORT_HEADER = 128
"""Up to this a header is alg, typ and little else: there are few of them, and they come every time."""


JwsParts: TypeAlias = tuple[str, str, str, str]
"""Header, payload and signature as they were sent, then what is signed: the first two with their dot."""


class UnverifiedJws(NamedTuple):
    """A well-formed JWS of the right type; who signed it is not known yet."""

    header: dict[str, Any]
    payload: bytes
    signing_input: bytes
    signature: bytes

    def claims(self) -> dict[str, Any]:
        """The payload as strict JSON, not believed yet; anything but an object is Malformed."""
        return strict_json.loads_object(self.payload)


class VerifiedJws(NamedTuple):
    """Header and claims under a signature that was checked with the expected key."""

    header: dict[str, Any]
    claims: dict[str, Any]


def sign_jws(
    claims: Mapping[str, Any], *, typ: str, key: SigningKey, header: Mapping[str, Any] | None = None
) -> str:
    """Sign with ES256; `header` adds parameters such as x5c and may not touch alg or typ (ValueError)."""
    if header and not _PINNED.isdisjoint(header):
        raise ValueError("alg and typ are not the caller's to choose")
    protected = encoded_header(typ, header) if header else _plain_header(typ)
    return sign_payload(strict_json.dumps(dict(claims)), protected=protected, key=key)


def encoded_header(typ: str, extra: Mapping[str, Any]) -> str:
    """The first part of a JWS of ours: ES256, this type, and the parameters that come on top."""
    return base64url.encode(strict_json.dumps({"alg": ES256, "typ": typ} | dict(extra)))


def sign_payload(payload: bytes, *, protected: str, key: SigningKey) -> str:
    """Sign exactly these bytes under a header that encoded_header made."""
    signing_input = f"{protected}.{base64url.encode(payload)}"
    return f"{signing_input}.{base64url.encode(key.sign(signing_input.encode('ascii')))}"


@lru_cache(maxsize=64)
def _plain_header(typ: str) -> str:
    """Types are few and ours; the header of a type never changes."""
    return encoded_header(typ, {})


def parse_jws(compact: str, *, expected_typ: str) -> UnverifiedJws:
    """Take the three parts apart; the refusals are Malformed, jws_alg, jws_extension and jws_typ."""
    parts = three_parts(compact)
    protected = parts[0]
    if len(protected) > _SHORT_HEADER:
        return from_parts(parts, _accepted_header(protected, expected_typ))
    return from_parts(parts, _known_header(protected, expected_typ).copy())


def _accepted_header(protected: str, expected_typ: str) -> dict[str, Any]:
    header = strict_json.loads_object(base64url.decode(protected))
    if header.get("alg") != ES256:
        raise CheckFailed("jws_alg", "the algorithm is not ES256")
    if not _EXTENSIONS.isdisjoint(header):
        raise CheckFailed("jws_extension", "crit, b64 and zip are not supported")
    if header.get("typ") != expected_typ:
        raise CheckFailed("jws_typ", f"the type is not {expected_typ}")
    return header


def three_parts(compact: str) -> JwsParts:
    """Cut at the dots; any other number of parts than three is Malformed."""
    signing_input, _, signature = compact.rpartition(".")
    protected, dot, payload = signing_input.partition(".")
    if not dot or "." in payload:
        raise Malformed("a compact JWS has three parts")
    return protected, payload, signature, signing_input


def from_parts(parts: JwsParts, header: dict[str, Any]) -> UnverifiedJws:
    """The same, read; `header` is what parse_jws made of this very first part, now or before."""
    _, payload, signature, signing_input = parts
    return UnverifiedJws(
        header, base64url.decode(payload), signing_input.encode("ascii"), base64url.decode(signature)
    )


def verify_jws(unverified: UnverifiedJws, *, key: PublicKey, check: str = "jws_signature") -> VerifiedJws:
    """Check the signature, then read the claims; the refusals are `check` and Malformed."""
    return VerifiedJws(unverified.header, verified_claims(unverified, key=key, check=check))


def verified_claims(unverified: UnverifiedJws, *, key: PublicKey, check: str) -> dict[str, Any]:
    """The claims alone, under the signature of this key; the refusals are `check` and Malformed."""
    if not key.verify(unverified.signing_input, unverified.signature):
        raise CheckFailed(check, "the signature is not of the expected key")
    return strict_json.loads_object(unverified.payload)


@lru_cache(maxsize=64)
def _known_header(protected: str, expected_typ: str) -> dict[str, Any]:
    """Accepted once, accepted always: nothing in it depends on the time, and what is refused is not kept."""
    return _accepted_header(protected, expected_typ)
