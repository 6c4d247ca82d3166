"""Request objects: who asks, proven by a signature and a certificate (RFC 9101; OpenID4VP 1.0, 5.10)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NotRequired, TypedDict, Unpack

from cryptography import x509

from openid4vc.dcql.query import check_own_query
from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose.jws import UnverifiedJws, parse_jws, sign_jws, verify_jws
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


class Expected(TypedDict):
    """What a wallet knows before it reads a request: the client_id of the link, the nonce it sent along
    with the fetch (None if nothing), the moment, and its own issuer identifier if it has one (5.8)."""

    expected_client_id: str
    expected_wallet_nonce: str | None
    now: datetime
    own_issuer: NotRequired[str]


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

    @classmethod
    def in_claims(cls, claims: Mapping[str, Any]) -> "AnswerAddress":
        """Read from claims that were authenticated before; Malformed without a usable response_uri."""
        state = claims.get("state")
        return cls(response_uri_of(claims), state if isinstance(state, str) else None)


def sign_request_object(
    request: AuthorizationRequest, *, key: SigningKey, chain: Sequence[x509.Certificate]
) -> str:
    """Sign as a verifier; ValueError for a question or an identity that no wallet should accept (5.9, 5.10).

    `chain` is leaf first and without the anchor; the leaf is the access certificate of `key`.
    """
    if PublicKey.from_certificate(chain[0]).thumbprint() != key.public.thumbprint():
        raise ValueError("the key is not the one of the certificate")
    try:
        check_client_id(request.client_id, chain[0], request.response_uri)
    except CheckFailed as cause:
        raise ValueError("client_id does not fit the certificate") from cause
    return seal_request(request, key=key, header={"x5c": encode_x5c(chain)})


def seal_request(request: AuthorizationRequest, *, key: SigningKey, header: Mapping[str, Any]) -> str:
    """Sign beside any proof of identity; the time goes into the header too (TS 119 472-2, RO_REQ-20)."""
    check_own_query(request.dcql_query)
    dated = {**header, "iat": to_numeric_date(request.issued_at)}
    return sign_jws(request.claims(), typ=REQUEST_OBJECT_TYP, key=key, header=dated)


def verify_request_object(
    compact: str, *, anchors: Sequence[x509.Certificate], **expected: Unpack[Expected]
) -> VerifiedRequest:
    """First who asks (CheckFailed, Malformed: never answered), then what (ProtocolError: may be answered).

    CheckFailed: those of jws and x5c, request_client_id, request_audience, request_wallet_nonce,
    request_age, expired, not_yet_valid, issued_in_future, and those of `check_client_id`.
    """
    claims, chain = _authenticate(compact, anchors, expected)
    request = AuthorizationRequest.from_claims(claims, received_at=expected["now"])
    return VerifiedRequest(request, chain, compact)


def refusal_address(
    compact: str, *, anchors: Sequence[x509.Certificate], **expected: Unpack[Expected]
) -> AnswerAddress:
    """Where to post the ProtocolError that `verify_request_object` raised on the same input (8.2, 8.5).

    Authenticates again and raises CheckFailed or Malformed if nobody may be answered.
    """
    claims, _ = _authenticate(compact, anchors, expected)
    return AnswerAddress.in_claims(claims)


def _authenticate(
    compact: str, anchors: Sequence[x509.Certificate], expected: Expected
) -> tuple[Mapping[str, Any], VerifiedChain]:
    """Numbered as in the flow: 1 type, 2 chain, 3 signature, 4 identity, 5 audience, time and nonce."""
    unverified = parse_request_object(compact)
    chain = verify_x5c(parse_x5c(unverified.header), anchors=anchors, now=expected["now"])
    verified = verify_jws(unverified, key=chain.key)
    check_inner_client_id(verified.claims, expected)
    check_client_id(expected["expected_client_id"], chain.leaf, response_uri_of(verified.claims))
    check_circumstances(verified.header, verified.claims, expected)
    return verified.claims, chain


def parse_request_object(compact: str) -> UnverifiedJws:
    """Take a signed request object apart; Malformed also where it is too long to be one."""
    if len(compact) > MAX_REQUEST_OBJECT:
        raise Malformed("a request object that is too long")
    return parse_jws(compact, expected_typ=REQUEST_OBJECT_TYP)


def check_inner_client_id(claims: Mapping[str, Any], expected: Expected) -> None:
    """The whole string with its prefix must be the one outside (5.10.1); CheckFailed request_client_id."""
    if claims.get("client_id") != expected["expected_client_id"]:
        raise CheckFailed("request_client_id", "client_id inside and outside the request object differ")


def check_circumstances(header: Mapping[str, Any], claims: Mapping[str, Any], expected: Expected) -> None:
    """Made for this wallet, for this fetch, and now (5.8, 5.10.1); the time in the header counts as well."""
    audiences = (SELF_ISSUED, expected.get("own_issuer", SELF_ISSUED))
    if claims.get("aud") not in (*audiences, *([audience] for audience in audiences)):
        raise CheckFailed("request_audience", "the request is for another wallet")
    nonce = expected["expected_wallet_nonce"]
    if nonce is not None and claims.get("wallet_nonce") != nonce:
        raise CheckFailed("request_wallet_nonce", "the request was not made for this fetch")
    for dated in (claims, {"iat": header["iat"]} if "iat" in header else {}):
        check_times(dated, now=expected["now"])
        issued = moment_of(dated, "iat")
        if issued is not None and issued < expected["now"] - MAX_AGE:
            raise CheckFailed("request_age", "the request was made too long ago")


def response_uri_of(claims: Mapping[str, Any]) -> str:
    """The address for answers, needed before anybody can be told anything; Malformed."""
    response_uri = claims.get("response_uri")
    if not isinstance(response_uri, str):
        raise Malformed("a request object without response_uri")
    try:
        split_url(response_uri)
    except ValueError as cause:
        raise Malformed("response_uri is not a URL") from cause
    return response_uri
