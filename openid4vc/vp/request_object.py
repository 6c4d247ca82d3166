"""Request objects: who asks, proven by a signature and a certificate (RFC 9101; OpenID4VP 1.0, 5.10)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509

from openid4vc.dcql.query import check_own_query
from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose.jws import parse_jws, sign_jws, verify_jws
from openid4vc.jose.keys import PublicKey, SigningKey
from openid4vc.jose.numeric_date import check_times, moment_of, to_numeric_date
from openid4vc.jose.x5c import VerifiedChain, encode_x5c, parse_x5c, verify_x5c
from openid4vc.urls import split_url
from openid4vc.vp.client_id import check_client_id
from openid4vc.vp.request import SELF_ISSUED, AuthorizationRequest

REQUEST_OBJECT_TYP = "oauth-authz-req+jwt"
REQUEST_OBJECT_TYPE = f"application/{REQUEST_OBJECT_TYP}"
MAX_REQUEST_OBJECT = 512 * 1024
MAX_AGE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class VerifiedRequest:
    """A request whose sender is known; `compact` are the very characters that were signed."""

    request: AuthorizationRequest
    chain: VerifiedChain
    compact: str


@dataclass(frozen=True, slots=True)
class AnswerAddress:
    """Where an authenticated verifier wants to hear a refusal, and its `state`."""

    response_uri: str
    state: str | None


def sign_request_object(
    request: AuthorizationRequest, *, key: SigningKey, chain: Sequence[x509.Certificate]
) -> str:
    """Sign as a verifier; ValueError for a question or an identity that no wallet should accept (5.9, 5.10).

    `chain` is leaf first and without the anchor; the leaf is the access certificate of `key`.
    """
    check_own_query(request.dcql_query)
    if PublicKey.from_certificate(chain[0]).thumbprint() != key.public.thumbprint():
        raise ValueError("the key is not the one of the certificate")
    try:
        check_client_id(request.client_id, chain[0], request.response_uri)
    except CheckFailed as cause:
        raise ValueError("client_id does not fit the certificate") from cause
    header = {"x5c": encode_x5c(chain), "iat": to_numeric_date(request.issued_at)}
    return sign_jws(request.claims(), typ=REQUEST_OBJECT_TYP, key=key, header=header)


def verify_request_object(
    compact: str,
    *,
    expected_client_id: str,
    expected_wallet_nonce: str | None,
    anchors: Sequence[x509.Certificate],
    now: datetime,
) -> VerifiedRequest:
    """First who asks (CheckFailed, Malformed: never answered), then what (ProtocolError: may be answered).

    `expected_wallet_nonce` is what was sent along with the fetch, None if nothing was. CheckFailed:
    those of jws and x5c, request_client_id, request_audience, request_wallet_nonce, request_age,
    expired, not_yet_valid, issued_in_future, and those of `check_client_id`.
    """
    claims, chain = _authenticate(compact, expected_client_id, expected_wallet_nonce, anchors, now)
    return VerifiedRequest(AuthorizationRequest.from_claims(claims, received_at=now), chain, compact)


def refusal_address(
    compact: str,
    *,
    expected_client_id: str,
    expected_wallet_nonce: str | None,
    anchors: Sequence[x509.Certificate],
    now: datetime,
) -> AnswerAddress:
    """Where to post the ProtocolError that `verify_request_object` raised on the same input (8.2, 8.5).

    Authenticates again and raises CheckFailed or Malformed if nobody may be answered.
    """
    claims, _ = _authenticate(compact, expected_client_id, expected_wallet_nonce, anchors, now)
    state = claims.get("state")
    return AnswerAddress(_response_uri_of(claims), state if isinstance(state, str) else None)


def _authenticate(
    compact: str,
    expected_client_id: str,
    expected_wallet_nonce: str | None,
    anchors: Sequence[x509.Certificate],
    now: datetime,
) -> tuple[Mapping[str, Any], VerifiedChain]:
    """Numbered as in the flow: 1 type, 2 chain, 3 signature, 4 identity, 5 audience, time and nonce."""
    if len(compact) > MAX_REQUEST_OBJECT:
        raise Malformed("a request object that is too long")
    unverified = parse_jws(compact, expected_typ=REQUEST_OBJECT_TYP)
    chain = verify_x5c(parse_x5c(unverified.header), anchors=anchors, now=now)
    claims = verify_jws(unverified, key=chain.key).claims
    _check_identity(claims, expected_client_id, chain)
    _check_circumstances(claims, expected_wallet_nonce, now)
    return claims, chain


def _check_identity(claims: Mapping[str, Any], expected_client_id: str, chain: VerifiedChain) -> None:
    if claims.get("client_id") != expected_client_id:
        raise CheckFailed("request_client_id", "client_id inside and outside the request object differ")
    check_client_id(expected_client_id, chain.leaf, _response_uri_of(claims))


def _check_circumstances(claims: Mapping[str, Any], expected_wallet_nonce: str | None, now: datetime) -> None:
    if claims.get("aud") not in (SELF_ISSUED, [SELF_ISSUED]):
        raise CheckFailed("request_audience", "the request is for another wallet")
    if expected_wallet_nonce is not None and claims.get("wallet_nonce") != expected_wallet_nonce:
        raise CheckFailed("request_wallet_nonce", "the request was not made for this fetch")
    check_times(claims, now=now)
    issued = moment_of(claims, "iat")
    if issued is not None and issued < now - MAX_AGE:
        raise CheckFailed("request_age", "the request was made too long ago")


def _response_uri_of(claims: Mapping[str, Any]) -> str:
    response_uri = claims.get("response_uri")
    if not isinstance(response_uri, str):
        raise Malformed("a request object without response_uri")
    try:
        split_url(response_uri)
    except ValueError as cause:
        raise Malformed("response_uri is not a URL") from cause
    return response_uri
