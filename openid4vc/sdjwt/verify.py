"""Verification of an SD-JWT and of its key binding, step by step as RFC 9901 counts (7.1, 7.3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from openid4vc.dcql.path import ConcretePath
from openid4vc.errors import CheckFailed
from openid4vc.jose.jws import UnverifiedJws, parse_jws, verified_claims
from openid4vc.jose.keys import PublicKey
from openid4vc.jose.numeric_date import check_times, from_numeric_date
from openid4vc.sdjwt.disclosure import SplitSdJwt, digest
from openid4vc.sdjwt.transaction_hashes import check_transaction_hashes
from openid4vc.sdjwt.unfold import Unfolded, unfold

KEY_BINDING_TYP = "kb+jwt"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyBinding:
    """What the verifier asked for, and the window in which the holder must have signed."""

    expected_audience: str
    expected_nonce: str
    expected_transaction_data: tuple[str, ...] = ()
    not_before: datetime
    not_after: datetime


class VerifiedSdJwt(NamedTuple):
    """The processed payload of a credential whose signature, digests and times held."""

    claims: Mapping[str, Any]
    disclosed: tuple[ConcretePath, ...]
    expires_at: datetime | None


class VerifiedKeyBinding(NamedTuple):
    """Proof that the holder of this key answered this question with exactly these disclosures."""

    issued_at: datetime
    jti: str | None
    claims: Mapping[str, Any]


def process_sd_jwt(payload: Mapping[str, Any], disclosures: Sequence[str]) -> Unfolded:
    """Steps 2.d to 5 of RFC 9901, 7.1: digests, disclosures, nothing double, nothing left over."""
    return unfold(payload, disclosures)


def verify_sd_jwt(
    unverified: UnverifiedJws, disclosures: Sequence[str], *, key: PublicKey, now: datetime
) -> VerifiedSdJwt:
    """RFC 9901, 7.1. Step 1 was the split, step 2.a the parse, step 2.c finding `key` by the caller.

    Refusals: issuer_signature, those of process_sd_jwt, not_yet_valid, issued_in_future, expired; Malformed.
    """
    # Step 2.b: the signature of the issuer.
    issued = verified_claims(unverified, key=key, check="issuer_signature")
    # Steps 2.d, 3, 4 and 5: the disclosures.
    claims, opened = process_sd_jwt(issued, disclosures)
    # Step 6: nbf, iat and exp, after processing.
    return VerifiedSdJwt(claims, tuple(opened), check_times(claims, now=now))


def verify_key_binding(split: SplitSdJwt, *, holder: PublicKey, expected: KeyBinding) -> VerifiedKeyBinding:
    """RFC 9901, 7.3, step 5, with `holder` from the verified cnf claim (5.a), then the transaction data.

    Refusals: key_binding_missing, jws_alg, jws_extension, jws_typ, key_binding_signature,
    key_binding_iat, key_binding_audience, key_binding_nonce, sd_hash, transaction_data,
    key_binding_jti; Malformed.
    """
    # Steps 1 and 2: key binding is required, whatever the presentation brought.
    if split.key_binding_jwt is None:
        raise CheckFailed("key_binding_missing", "a presentation without key binding")
    # Steps 5.b and 5.d: the algorithm is ES256 and the type is kb+jwt.
    unverified = parse_jws(split.key_binding_jwt, expected_typ=KEY_BINDING_TYP)
    # Step 5.c: the signature of the holder.
    claims = verified_claims(unverified, key=holder, check="key_binding_signature")
    # Step 5.e: made within the window.
    issued_at = from_numeric_date(claims.get("iat"))
    if not expected.not_before <= issued_at <= expected.not_after:
        raise CheckFailed("key_binding_iat", "made outside the window")
    # Step 5.f: for this verifier and this question.
    if claims.get("aud") != expected.expected_audience:
        raise CheckFailed("key_binding_audience", "made for another verifier")
    if not expected.expected_nonce or claims.get("nonce") != expected.expected_nonce:
        raise CheckFailed("key_binding_nonce", "made for another question")
    # Step 5.g: over exactly the text that was received.
    if claims.get("sd_hash") != digest(split.bound):
        raise CheckFailed("sd_hash", "made over other disclosures")
    # Step 5.h: valid as a JWT in all other respects; the window stands for the clock, so iat has passed.
    if "nbf" in claims or "exp" in claims:
        check_times(claims, now=issued_at)
    # OpenID4VP 1.0, B.3.3: and over exactly the transaction data that was asked.
    check_transaction_hashes(claims, expected.expected_transaction_data)
    unique_id = _unique_id(claims, needed=bool(expected.expected_transaction_data))
    return VerifiedKeyBinding(issued_at, unique_id, claims)


def _unique_id(claims: Mapping[str, Any], *, needed: bool) -> str | None:
    """A signature under transaction data carries an id of its own."""
    jti = claims.get("jti")
    if isinstance(jti, str) and jti:
        return jti
    if needed or "jti" in claims:
        raise CheckFailed("key_binding_jti", "no usable jti")
    return None
