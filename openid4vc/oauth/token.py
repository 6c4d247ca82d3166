"""Token request and response (RFC 6749, 4.1.3, 5, 6; RFC 9396, 7; OpenID4VCI 1.0, 6)."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias

from pydantic import Field

from openid4vc.errors import (
    InvalidAuthorizationDetails,
    InvalidRequest,
    Malformed,
    UnsupportedGrantType,
)
from openid4vc.jose.strict_json import Json
from openid4vc.messages import Message, PrintableText, parse_message, read_message
from openid4vc.oauth.authorization_details import (
    AuthorizationDetails,
    authorization_details_text,
    parse_authorization_details,
)
from openid4vc.oauth.pkce import CodeVerifier
from openid4vc.urls import Url

PRE_AUTHORIZED = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
AUTHORIZATION_CODE = "authorization_code"
REFRESH_TOKEN = "refresh_token"  # noqa: S105 - the word of RFC 6749, 6, not a secret
DETAILS = "authorization_details"

Secret = Annotated[str, Field(pattern=r"^[\x21-\x7E]+$", max_length=512)]
Words = Annotated[str, Field(pattern=r"^[\x20-\x7E]+$", max_length=2048)]
RefreshToken = Annotated[str, Field(pattern=r"^[\x20-\x7E]+$", max_length=8192)]
ClientId = Annotated[str, Field(pattern=r"^[\x21-\x7E]+$", max_length=2048)]


class TokenRequest(Message):
    """A request for an access token with a code that an offer carried (OpenID4VCI 1.0, 6.1)."""

    pre_authorized_code: Annotated[Secret, Field(alias="pre-authorized_code")]
    tx_code: Annotated[str, Field(pattern=r"^[\x20-\x7E]+$", max_length=64)] | None = None
    client_id: ClientId | None = None
    authorization_details: AuthorizationDetails | None = None

    @classmethod
    def from_form(cls, form: Mapping[str, str]) -> "TokenRequest":
        """Read the form of a server that knows no other grant and no authorization details.

        InvalidRequest, UnsupportedGrantType, InvalidAuthorizationDetails.
        """
        if _grant_type(form) != PRE_AUTHORIZED:
            raise UnsupportedGrantType("only the pre-authorized code grant is offered here")
        if DETAILS in form:
            raise InvalidAuthorizationDetails("authorization_details are not offered here")
        return read_message(cls, dict(form), refusal=InvalidRequest)

    def to_form(self) -> dict[str, str]:
        """The fields as the wallet sends them."""
        return _form(PRE_AUTHORIZED, self)


class CodeTokenRequest(Message):
    """A request for an access token with the code that the browser brought (RFC 6749, 4.1.3)."""

    code: Words
    redirect_uri: Url
    code_verifier: CodeVerifier
    client_id: ClientId | None = None
    authorization_details: AuthorizationDetails | None = None

    def to_form(self) -> dict[str, str]:
        """The fields as the wallet sends them."""
        return _form(AUTHORIZATION_CODE, self)


class RefreshTokenRequest(Message):
    """A request for a new access token within an older grant (RFC 6749, 6)."""

    refresh_token: RefreshToken
    scope: Words | None = None
    client_id: ClientId | None = None
    authorization_details: AuthorizationDetails | None = None

    def to_form(self) -> dict[str, str]:
        """The fields as the wallet sends them."""
        return _form(REFRESH_TOKEN, self)


AnyTokenRequest: TypeAlias = TokenRequest | CodeTokenRequest | RefreshTokenRequest
_GRANTS: dict[str, type[AnyTokenRequest]] = {
    PRE_AUTHORIZED: TokenRequest,
    AUTHORIZATION_CODE: CodeTokenRequest,
    REFRESH_TOKEN: RefreshTokenRequest,
}


def parse_token_request(form: Mapping[str, str]) -> AnyTokenRequest:
    """Read the form of any of the three grants; which one may be used is the caller's affair.

    InvalidRequest, UnsupportedGrantType, InvalidAuthorizationDetails (RFC 6749, 5.2; RFC 9396, 6).
    """
    model = _GRANTS.get(_grant_type(form))
    if model is None:
        raise UnsupportedGrantType("this grant type is not offered here")
    fields: dict[str, Json] = dict(form)
    if DETAILS in form:
        fields[DETAILS] = parse_authorization_details(form[DETAILS])
    return read_message(model, fields, refusal=InvalidRequest)


class TokenResponse(Message):
    """An access token and how to use it (RFC 6749, 5.1); `expires_in` in seconds."""

    access_token: Annotated[str, Field(pattern=r"^[\x21-\x7E]+$", max_length=8192)]
    token_type: Annotated[str, Field(pattern=r"^(?i:bearer|dpop)$")]
    expires_in: Annotated[int, Field(ge=0)] | None = None
    refresh_token: RefreshToken | None = None
    scope: str | None = None
    authorization_details: AuthorizationDetails | None = None

    @classmethod
    def parse(cls, body: bytes) -> "TokenResponse":
        """Read what the token endpoint answered; Malformed."""
        return parse_message(cls, body, refusal=Malformed)

    @property
    def bound(self) -> bool:
        """Whether the token is used with a DPoP proof (RFC 9449, 5)."""
        return self.token_type.lower() == "dpop"

    def identifiers(self, configuration_id: str) -> tuple[str, ...]:
        """How a credential of this configuration must be asked for; empty: by configuration (6.2, 8.2)."""
        return tuple(
            identifier
            for detail in self.authorization_details or ()
            if detail.credential_configuration_id == configuration_id
            for identifier in detail.credential_identifiers or ()
        )


class ErrorResponse(Message):
    """A refusal that a peer answered with (RFC 6749, 5.2)."""

    error: Annotated[PrintableText, Field(min_length=1, max_length=64)]
    error_description: PrintableText | None = None

    @classmethod
    def parse(cls, body: bytes) -> "ErrorResponse":
        """Read an error body; Malformed."""
        return parse_message(cls, body, refusal=Malformed)


def _grant_type(form: Mapping[str, str]) -> str:
    grant_type = form.get("grant_type")
    if not grant_type:
        raise InvalidRequest("grant_type is missing")
    return grant_type


def _form(grant_type: str, request: AnyTokenRequest) -> dict[str, str]:
    fields: dict[str, Any] = {"grant_type": grant_type, **request.to_json()}
    if request.authorization_details is not None:
        fields[DETAILS] = authorization_details_text(request.authorization_details)
    return fields
