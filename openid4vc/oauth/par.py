"""Pushed authorization requests: everything is said behind the browser's back (RFC 9126; HAIP 1.0, 4.3)."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from pydantic import Field

from openid4vc.errors import InvalidRequest, InvalidScope, Malformed, UnsupportedResponseType
from openid4vc.messages import Message, parse_message, read_message
from openid4vc.oauth.authorization_details import (
    AuthorizationDetail,
    AuthorizationDetails,
    authorization_details_text,
    parse_authorization_details,
)
from openid4vc.oauth.pkce import CodeChallenge
from openid4vc.urls import Identifier, Url

REQUEST_URI_PREFIX = "urn:ietf:params:oauth:request_uri:"
DETAILS = "authorization_details"
_NOT_HERE = ("request_uri", "request")

ClientId = Annotated[str, Field(pattern=r"\A[\x21-\x7E]+\z", max_length=2048)]
Opaque = Annotated[str, Field(pattern=r"\A[\x20-\x7E]+\z", max_length=2048)]
ScopeText = Annotated[
    str, Field(pattern=r"\A[\x21\x23-\x5B\x5D-\x7E]+( [\x21\x23-\x5B\x5D-\x7E]+)*\z", max_length=2048)
]
Thumbprint = Annotated[str, Field(pattern=r"\A[A-Za-z0-9_-]{43}\z")]
RequestUri = Annotated[str, Field(pattern=r"\A[\x21-\x7E]+\z", max_length=512)]


class PushedRequest(Message):
    """What a wallet asks for before it sends its citizen to us (OpenID4VCI 1.0, 5.1; RFC 7636, 4.3).

    Whether the redirect URI, scopes and resource are known is the caller's affair; nothing here is
    authenticated yet.
    """

    response_type: Literal["code"] = "code"
    client_id: ClientId
    redirect_uri: Url
    code_challenge: CodeChallenge
    code_challenge_method: Literal["S256"]
    response_mode: Literal["query"] | None = None
    state: Opaque | None = None
    scope: ScopeText | None = None
    authorization_details: AuthorizationDetails | None = None
    issuer_state: Opaque | None = None
    resource: Identifier | None = None
    dpop_jkt: Thumbprint | None = None

    @classmethod
    def from_form(cls, form: Mapping[str, str]) -> "PushedRequest":
        """Read the form fields (RFC 9126, 2.1).

        InvalidRequest; UnsupportedResponseType; InvalidScope where nothing is asked for;
        InvalidAuthorizationDetails.
        """
        if any(name in form for name in _NOT_HERE):
            raise InvalidRequest("the parameters themselves must be pushed")
        if form.get("response_type", "code") != "code":
            raise UnsupportedResponseType("only the response type code is offered here")
        if "response_type" not in form:
            raise InvalidRequest("response_type is missing")
        if not form.get("scope") and DETAILS not in form:
            raise InvalidScope("scope or authorization_details must say what is asked for")
        return read_message(cls, _with_details(form), refusal=InvalidRequest)

    def to_form(self) -> dict[str, str]:
        """The fields as the wallet sends them."""
        fields: dict[str, Any] = self.to_json()
        if self.authorization_details is not None:
            fields[DETAILS] = authorization_details_text(self.authorization_details)
        return fields

    @property
    def scopes(self) -> tuple[str, ...]:
        """Each scope value once, in the order given; unknown ones are the caller's to ignore (5.1.2)."""
        return tuple(dict.fromkeys((self.scope or "").split()))


class PushedResponse(Message):
    """The reference that stands for the pushed request; `expires_in` in seconds (RFC 9126, 2.2)."""

    request_uri: RequestUri
    expires_in: Annotated[int, Field(gt=0)]

    @classmethod
    def parse(cls, body: bytes) -> "PushedResponse":
        """Read what the endpoint answered with 201; Malformed."""
        return parse_message(cls, body, refusal=Malformed)


class AuthorizationReference(Message):
    """All that the browser carries: who asks, and the reference to what was pushed (RFC 9126, 4)."""

    client_id: ClientId
    request_uri: Annotated[str, Field(pattern=rf"\A{REQUEST_URI_PREFIX}[\x21-\x7E]+\z", max_length=512)]

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "AuthorizationReference":
        """Read the query; a request that was not pushed is InvalidRequest (RFC 9126, 5)."""
        return read_message(cls, dict(query), refusal=InvalidRequest)


def authorization_url(endpoint: str, *, client_id: str, request_uri: str) -> str:
    """Where the wallet sends the browser: only these two parameters are added (RFC 9126, 4)."""
    query = urlencode({"client_id": client_id, "request_uri": request_uri})
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{query}"


def _with_details(form: Mapping[str, str]) -> dict[str, str | tuple[AuthorizationDetail, ...]]:
    fields: dict[str, str | tuple[AuthorizationDetail, ...]] = dict(form)
    if DETAILS in form:
        fields[DETAILS] = parse_authorization_details(form[DETAILS])
    return fields
