"""Requests of nobody in particular: only the address of the answer is known (OpenID4VP 1.0, 5.9.3).

For tests and experiments; high assurance forbids them (HAIP 1.0, 5.1), so a wallet must allow them by name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Unpack

from openid4vc.dcql.query import check_own_query
from openid4vc.errors import CheckFailed, InvalidRequest, Malformed
from openid4vc.jose import base64url, strict_json
from openid4vc.jose.numeric_date import to_numeric_date
from openid4vc.vp.client_id import REDIRECT_URI, client_id_prefix, redirect_uri_client_id
from openid4vc.vp.request import FORBIDDEN, SELF_ISSUED, AuthorizationRequest
from openid4vc.vp.request_object import (
    MAX_REQUEST_OBJECT,
    REQUEST_OBJECT_TYP,
    AnswerAddress,
    Expected,
    check_circumstances,
    check_inner_client_id,
    response_uri_of,
)

UNSIGNED = "none"
_JSON = ("dcql_query", "client_metadata", "transaction_data", "verifier_info")
_TEXTS = ("client_id", "response_type", "response_mode", "response_uri", "nonce", "state", "scope")


@dataclass(frozen=True, slots=True)
class UnprovenRequest:
    """A well-formed request of an unknown sender; nobody's name may be shown with it."""

    request: AuthorizationRequest
    compact: str


def unsigned_request_object(request: AuthorizationRequest) -> str:
    """A request object without a signature; ValueError for a client_id other than its response_uri."""
    _require_own(request)
    return _unsigned(request.claims())


def request_parameters(request: AuthorizationRequest) -> dict[str, str]:
    """The same request as parameters of a link (5); ValueError as above."""
    _require_own(request)
    claims = request.claims()
    texts = {name: claims[name] for name in _TEXTS if name in claims}
    return texts | {name: strict_json.dumps(claims[name]).decode() for name in _JSON if name in claims}


def read_unsigned_request(compact: str, **expected: Unpack[Expected]) -> UnprovenRequest:
    """Read a request object that must not be signed; only a caller that allows such senders may call this.

    CheckFailed: request_signed, request_type, client_id_prefix, client_id_origin, request_client_id,
    response_uri_client_id and those about circumstances; Malformed; ProtocolError may be answered.
    """
    claims = _authenticate(compact, expected)
    return UnprovenRequest(AuthorizationRequest.from_claims(claims, received_at=expected["now"]), compact)


def unsigned_refusal_address(compact: str, **expected: Unpack[Expected]) -> AnswerAddress:
    """Where to post the ProtocolError that `read_unsigned_request` raised on the same input (8.5)."""
    return AnswerAddress.in_claims(_authenticate(compact, expected))


def request_object_of(parameters: Mapping[str, str], *, now: datetime) -> str:
    """A request that came whole in a link (5), as the unsigned request object it could have been.

    So there is one form to keep and one way to read it. InvalidRequest for broken JSON.
    """
    said: dict[str, Any] = {name: parameters[name] for name in (*_TEXTS, *FORBIDDEN) if name in parameters}
    try:
        said |= {name: strict_json.loads(parameters[name]) for name in _JSON if name in parameters}
    except Malformed as cause:
        raise InvalidRequest("a parameter is not well-formed JSON") from cause
    return _unsigned({"aud": SELF_ISSUED, "iat": to_numeric_date(now)} | said)


def _authenticate(compact: str, expected: Expected) -> dict[str, Any]:
    """Nothing is proven here but that the address of the answer is the client_id itself."""
    header, said = _parse(compact)
    check_inner_client_id(said, expected)
    claims = _with_response_uri(said, expected["expected_client_id"])
    check_circumstances(header, claims, expected)
    return claims


def _parse(compact: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims of an object with `alg` none and nothing where the signature would be."""
    parts = compact.split(".") if len(compact) <= MAX_REQUEST_OBJECT else []
    if len(parts) != 3:
        raise Malformed("not a request object")
    header = strict_json.loads_object(base64url.decode(parts[0]))
    if header.get("alg") != UNSIGNED or parts[2]:
        raise CheckFailed("request_signed", "a redirect_uri client must not sign")
    if header.get("typ") != REQUEST_OBJECT_TYP:
        raise CheckFailed("request_type", f"the type is not {REQUEST_OBJECT_TYP}")
    return header, strict_json.loads_object(base64url.decode(parts[1]))


def _with_response_uri(claims: Mapping[str, Any], client_id: str) -> dict[str, Any]:
    """The address may be left out, because client_id is the address (5.9.3)."""
    if client_id_prefix(client_id) != REDIRECT_URI:
        raise CheckFailed("client_id_prefix", "without a signature only a redirect_uri client may ask")
    complete = {"response_uri": client_id.removeprefix(f"{REDIRECT_URI}:"), **claims}
    if redirect_uri_client_id(response_uri_of(complete)) != client_id:
        raise CheckFailed("response_uri_client_id", "answers would go elsewhere than client_id says")
    return complete


def _require_own(request: AuthorizationRequest) -> None:
    check_own_query(request.dcql_query)
    if request.client_id != redirect_uri_client_id(request.response_uri):
        raise ValueError("client_id does not fit the response_uri")


def _unsigned(claims: Mapping[str, Any]) -> str:
    parts = ({"alg": UNSIGNED, "typ": REQUEST_OBJECT_TYP}, dict(claims))
    return "".join(f"{base64url.encode(strict_json.dumps(part))}." for part in parts)
