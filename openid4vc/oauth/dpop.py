"""Proof that whoever uses a token holds the key it was bound to (RFC 9449)."""

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from string import ascii_letters, digits
from typing import Any, TypedDict, Unpack

from openid4vc.errors import CheckFailed, InvalidDpopProof, InvalidToken, Malformed, UseDpopNonce
from openid4vc.jose import base64url
from openid4vc.jose.jws import parse_jws, sign_jws, verify_jws
from openid4vc.jose.keys import PublicKey, SigningKey
from openid4vc.jose.numeric_date import check_times, from_numeric_date, to_numeric_date
from openid4vc.urls import split_url

DPOP_TYP = "dpop+jwt"
DPOP_HEADER = "DPoP"
NONCE_HEADER = "DPoP-Nonce"
TOKEN_TYPE = "DPoP"  # noqa: S105 - the word of RFC 9449, 7.1, not a secret
MAX_AGE = timedelta(seconds=300)
MAX_AHEAD = timedelta(seconds=60)
MAX_PROOF = 16 * 1024
MAX_JTI = 512
_DEFAULT_PORTS = {"http": 80, "https": 443}
_PERCENT = re.compile("%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset(ascii_letters + digits + "-._~")


class ProofExtras(TypedDict, total=False):
    """What a server asked to be in the proof: its nonce, and at a resource the hash of the token."""

    nonce: str | None
    access_token: str | None


class Binding(TypedDict, total=False):
    """What the proof must be bound to: one of these nonces, this token, this key; None is not asked."""

    accepted_nonces: Container[str] | None
    access_token: str | None
    expected_thumbprint: str | None


@dataclass(frozen=True, slots=True)
class VerifiedDpop:
    """A key that its holder used for this very request; `jti` still has to be spent (RFC 9449, 11.1)."""

    thumbprint: str
    jti: str
    nonce: str | None
    issued_at: datetime


def make_dpop_proof(
    key: SigningKey, *, method: str, url: str, iat: datetime, jti: str, **extras: Unpack[ProofExtras]
) -> str:
    """Sign the proof for one request; `jti` unguessable and new each time (RFC 9449, 4.2)."""
    claims: dict[str, Any] = {
        "jti": jti,
        "htm": method,
        "htu": url.partition("#")[0].partition("?")[0],
        "iat": to_numeric_date(iat),
    }
    access_token, nonce = extras.get("access_token"), extras.get("nonce")
    if access_token is not None:
        claims["ath"] = token_hash(access_token)
    if nonce is not None:
        claims["nonce"] = nonce
    return sign_jws(claims, typ=DPOP_TYP, key=key, header={"jwk": key.public.jwk()})


def verify_dpop_proof(
    header_values: Sequence[str], *, method: str, url: str, now: datetime, **binding: Unpack[Binding]
) -> VerifiedDpop:
    """Check the values of the DPoP header against the request that carried them (RFC 9449, 4.3).

    Refusals: InvalidDpopProof; UseDpopNonce for a good proof without one of `accepted_nonces`; InvalidToken
    where `access_token` is bound to another key. `jti` must be spent by the caller for MAX_AGE + MAX_AHEAD.
    """
    if len(header_values) != 1:
        raise InvalidDpopProof("exactly one DPoP header is needed")
    try:
        proof, claims = _verified(header_values[0], method, url, now)
        _check_token_hash(claims, binding.get("access_token"))
    except (Malformed, CheckFailed) as cause:
        raise InvalidDpopProof("the DPoP proof does not fit this request") from cause
    _check_binding(proof, binding)
    return proof


def token_hash(access_token: str) -> str:
    """The value of `ath`: SHA-256 over the token's ASCII, base64url (RFC 9449, 4.2)."""
    return base64url.encode(sha256(access_token.encode("ascii")).digest())


def _verified(jwt: str, method: str, url: str, now: datetime) -> tuple[VerifiedDpop, Mapping[str, Any]]:
    if len(jwt) > MAX_PROOF:
        raise Malformed("a DPoP proof that is too long")
    unverified = parse_jws(jwt, expected_typ=DPOP_TYP)
    key = PublicKey.from_jwk(unverified.header.get("jwk", {}))
    claims = verify_jws(unverified, key=key, check="dpop_signature").claims
    if claims.get("htm") != method:
        raise CheckFailed("dpop_method", "htm is not the method of this request")
    if _target(claims.get("htu")) != _target(url):
        raise CheckFailed("dpop_url", "htu is not the address of this request")
    issued = _issued(claims, now)
    nonce = claims.get("nonce")
    if nonce is not None and not isinstance(nonce, str):
        raise Malformed("a nonce that is not text")
    return VerifiedDpop(key.thumbprint(), _jti(claims), nonce, issued), claims


def _issued(claims: Mapping[str, Any], now: datetime) -> datetime:
    issued = from_numeric_date(claims.get("iat"))
    if not now - MAX_AGE <= issued <= now + MAX_AHEAD:
        raise CheckFailed("dpop_age", "iat is outside the window")
    check_times(claims, now=now)
    return issued


def _jti(claims: Mapping[str, Any]) -> str:
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 1 <= len(jti) <= MAX_JTI:
        raise Malformed("a DPoP proof has a jti")
    return jti


def _target(url: object) -> str:
    """Without query and fragment, scheme and host in one spelling (RFC 9449, 4.3, step 9)."""
    if not isinstance(url, str):
        raise Malformed("htu is not text")
    try:
        parts = split_url(url.partition("#")[0].partition("?")[0])
    except ValueError as cause:
        raise Malformed("htu is not an address") from cause
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    port = "" if parts.port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}{_PERCENT.sub(_plain, parts.path) or '/'}"


def _plain(escape: re.Match[str]) -> str:
    """Unreserved characters need no escape, and the others have one spelling (RFC 3986, 6.2.2)."""
    character = chr(int(escape[1], 16))
    return character if character in _UNRESERVED else escape[0].upper()


def _check_token_hash(claims: Mapping[str, Any], access_token: str | None) -> None:
    if access_token is None:
        return
    if not access_token.isascii() or claims.get("ath") != token_hash(access_token):
        raise CheckFailed("dpop_token_hash", "ath is not the hash of the presented token")


def _check_binding(proof: VerifiedDpop, binding: Binding) -> None:
    nonces, thumbprint = binding.get("accepted_nonces"), binding.get("expected_thumbprint")
    if nonces is not None and (proof.nonce is None or proof.nonce not in nonces):
        raise UseDpopNonce("the proof must carry the nonce in this answer")
    if thumbprint is not None and proof.thumbprint != thumbprint:
        if binding.get("access_token") is not None:
            raise InvalidToken("the access token is bound to another key")
        raise InvalidDpopProof("the proof is of another key than before")
