"""The authorization request of a verifier and the link that starts it (OpenID4VP 1.0, 5)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from pydantic import Field

from openid4vc.dcql.query import DcqlQuery, parse_dcql
from openid4vc.errors import (
    InvalidRequest,
    InvalidRequestUriMethod,
    InvalidScope,
    UnsupportedResponseType,
)
from openid4vc.jose.numeric_date import from_numeric_date, to_numeric_date
from openid4vc.jose.strict_json import Json
from openid4vc.messages import FilledArray, Message, Seconds, ShortText, read_message
from openid4vc.urls import Url
from openid4vc.vp.client_metadata import VP_FORMATS as VP_FORMATS
from openid4vc.vp.client_metadata import (
    ResponseEncryption,
    plain_client_metadata,
    read_client_metadata,
    response_encryption,
)
from openid4vc.vp.transaction_data import read_transaction_data

SELF_ISSUED = "https://self-issued.me/v2"
DIRECT_POST = "direct_post"
DIRECT_POST_JWT = "direct_post.jwt"
RESPONSE_MODES = frozenset({DIRECT_POST, DIRECT_POST_JWT})
LIFE_WITHOUT_EXP = timedelta(minutes=5)
FORBIDDEN = (
    "redirect_uri",
    "presentation_definition",
    "presentation_definition_uri",
    "request",
    "request_uri",
)


class VerifierInfo(Message):
    """Something the verifier says to prove about itself; formats nobody knows are kept and ignored (5.11)."""

    format: ShortText
    data: str | dict[str, Any]
    credential_ids: FilledArray[ShortText] | None = None


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """One question to one wallet; moments are aware UTC, `transaction_data` is as encoded."""

    client_id: str
    response_uri: str
    nonce: str
    dcql_query: DcqlQuery
    issued_at: datetime
    expires_at: datetime
    state: str | None = None
    response_mode: str = DIRECT_POST
    transaction_data: tuple[str, ...] = ()
    client_metadata: Mapping[str, Any] = field(default_factory=plain_client_metadata)
    wallet_nonce: str | None = None
    verifier_info: tuple[VerifierInfo, ...] = ()

    def encryption(self) -> ResponseEncryption | None:
        """How the answer must be encrypted, None where it goes as it is; InvalidRequest (8.3)."""
        if self.response_mode != DIRECT_POST_JWT:
            return None
        return response_encryption(self.client_metadata)

    def claims(self) -> dict[str, Any]:
        """The payload of the request object (5; RFC 9101, 4)."""
        optional = {
            "state": self.state,
            "wallet_nonce": self.wallet_nonce,
            "transaction_data": list(self.transaction_data) or None,
            "verifier_info": [info.to_json() for info in self.verifier_info] or None,
        }
        return {
            "aud": SELF_ISSUED,
            "client_id": self.client_id,
            "response_type": "vp_token",
            "response_mode": self.response_mode,
            "response_uri": self.response_uri,
            "nonce": self.nonce,
            "iat": to_numeric_date(self.issued_at),
            "exp": to_numeric_date(self.expires_at),
            "dcql_query": self.dcql_query.to_json(),
            "client_metadata": dict(self.client_metadata),
            **{name: value for name, value in optional.items() if value is not None},
        }

    @classmethod
    def from_claims(
        cls, claims: Mapping[str, Any], *, received_at: datetime | None = None
    ) -> "AuthorizationRequest":
        """Read the payload of a request object (5.1, 5.2, 8.2).

        Without `iat` or `exp` the request counts as made at `received_at` and good for five minutes;
        without `received_at` both are needed. InvalidRequest, InvalidScope, UnsupportedResponseType,
        VpFormatsNotSupported, InvalidTransactionData.
        """
        _refuse_forbidden(claims)
        said = read_message(_RequestClaims, dict(claims), refusal=InvalidRequest)
        _check_modes(said)
        query = _query_of(said)
        issued_at, expires_at = _times_of(said, received_at)
        return cls(
            client_id=said.client_id,
            response_uri=said.response_uri,
            nonce=said.nonce,
            dcql_query=query,
            issued_at=issued_at,
            expires_at=expires_at,
            state=said.state,
            response_mode=said.response_mode,
            transaction_data=_transaction_data_of(claims, query),
            client_metadata=_client_metadata_of(said),
            wallet_nonce=said.wallet_nonce,
            verifier_info=_verifier_info_of(said, query),
        )


class _RequestClaims(Message):
    client_id: ShortText
    response_type: ShortText
    response_mode: ShortText
    response_uri: Url
    nonce: Annotated[str, Field(pattern=r"^[A-Za-z0-9._~-]{1,4096}$")]
    state: Annotated[str, Field(pattern=r"^[\x20-\x7E]{1,4096}$")] | None = None
    wallet_nonce: Annotated[str, Field(max_length=4096)] | None = None
    dcql_query: Json = None
    scope: Json = None
    client_metadata: dict[str, Any] = Field(default_factory=dict)
    verifier_info: FilledArray[VerifierInfo] | None = None
    iat: Seconds | None = None
    exp: Seconds | None = None


def _refuse_forbidden(claims: Mapping[str, Any]) -> None:
    for name in FORBIDDEN:
        if name in claims:
            raise InvalidRequest(f"{name} has no place in this request")


def _check_modes(said: _RequestClaims) -> None:
    if said.response_type != "vp_token":
        raise UnsupportedResponseType("response_type must be vp_token")
    if said.response_mode not in RESPONSE_MODES:
        raise InvalidRequest("this response_mode is not supported")


def _query_of(said: _RequestClaims) -> DcqlQuery:
    """Exactly one of `dcql_query` and `scope`, and no scope is known here (5.1)."""
    if said.scope is not None and said.dcql_query is None:
        raise InvalidScope("no scope stands for a query here")
    if said.scope is not None or said.dcql_query is None:
        raise InvalidRequest("exactly one of dcql_query and scope is needed")
    query = parse_dcql(said.dcql_query)
    if said.state is None and not all(one.require_cryptographic_holder_binding for one in query.credentials):
        raise InvalidRequest("state is needed where no holder binding is asked")
    return query


def _times_of(said: _RequestClaims, received_at: datetime | None) -> tuple[datetime, datetime]:
    issued_at = received_at if said.iat is None else from_numeric_date(said.iat)
    if issued_at is None or (said.exp is None and received_at is None):
        raise InvalidRequest("iat and exp are needed")
    expires_at = issued_at + LIFE_WITHOUT_EXP if said.exp is None else from_numeric_date(said.exp)
    if expires_at <= issued_at:
        raise InvalidRequest("exp lies before iat")
    return issued_at, expires_at


def _transaction_data_of(claims: Mapping[str, Any], query: DcqlQuery) -> tuple[str, ...]:
    if "transaction_data" not in claims:
        return ()
    return read_transaction_data(claims["transaction_data"], query)


def _client_metadata_of(said: _RequestClaims) -> Mapping[str, Any]:
    """An answer that must be encrypted can be, or the request is refused before anybody is shown it."""
    client_metadata = read_client_metadata(said.client_metadata)
    if said.response_mode == DIRECT_POST_JWT:
        response_encryption(client_metadata)
    return client_metadata


def _verifier_info_of(said: _RequestClaims, query: DcqlQuery) -> tuple[VerifierInfo, ...]:
    infos = said.verifier_info or ()
    if any(name not in query.ids for info in infos for name in info.credential_ids or ()):
        raise InvalidRequest("verifier_info names a query that was not asked")
    return infos


def invocation_url(endpoint: str, *, client_id: str, request_uri: str, method: str = "post") -> str:
    """The link that brings the citizen's browser to the wallet (5.1; HAIP 1.0, 5.1)."""
    parameters = {"client_id": client_id, "request_uri": request_uri, "request_uri_method": method}
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(parameters)}"


class Invocation(Message):
    """The three parameters outside the request object; nothing else outside it counts (5.10.1)."""

    client_id: ShortText
    request_uri: Url
    request_uri_method: Annotated[str, Field(max_length=16)] = "get"

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "Invocation":
        """Read the parameters of the link; InvalidRequest, InvalidRequestUriMethod."""
        if "request" in query:
            raise InvalidRequest("a request by value is not taken here")
        invocation = read_message(cls, dict(query), refusal=InvalidRequest)
        if invocation.request_uri_method not in ("get", "post"):
            raise InvalidRequestUriMethod("request_uri_method must be get or post")
        return invocation
