"""Token request and response for the pre-authorized code grant (RFC 6749, 5; OpenID4VCI 1.0, 6)."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from openid4vc.errors import (
    InvalidAuthorizationDetails,
    InvalidRequest,
    Malformed,
    UnsupportedGrantType,
)
from openid4vc.messages import Message, PrintableText, parse_message, read_message

PRE_AUTHORIZED = "urn:ietf:params:oauth:grant-type:pre-authorized_code"

Secret = Annotated[str, Field(pattern=r"^[\x21-\x7E]+$", max_length=512)]


class TokenRequest(Message):
    """A request for an access token with a code that an offer carried (OpenID4VCI 1.0, 6.1)."""

    pre_authorized_code: Annotated[Secret, Field(alias="pre-authorized_code")]
    tx_code: Annotated[str, Field(pattern=r"^[\x20-\x7E]+$", max_length=64)] | None = None
    client_id: Annotated[str, Field(pattern=r"^[\x21-\x7E]+$", max_length=2048)] | None = None

    @classmethod
    def from_form(cls, form: Mapping[str, str]) -> "TokenRequest":
        """Read the form fields; InvalidRequest, UnsupportedGrantType, InvalidAuthorizationDetails."""
        grant_type = form.get("grant_type")
        if not grant_type:
            raise InvalidRequest("grant_type is missing")
        if grant_type != PRE_AUTHORIZED:
            raise UnsupportedGrantType("only the pre-authorized code grant is offered here")
        if "authorization_details" in form:
            raise InvalidAuthorizationDetails("authorization_details are not offered here")
        return read_message(cls, dict(form), refusal=InvalidRequest)

    def to_form(self) -> dict[str, str]:
        """The fields as the wallet sends them."""
        return {"grant_type": PRE_AUTHORIZED, **self.to_json()}


class TokenResponse(Message):
    """An access token and how to use it (RFC 6749, 5.1); `expires_in` in seconds."""

    access_token: Annotated[str, Field(pattern=r"^[\x21-\x7E]+$", max_length=8192)]
    token_type: Annotated[str, Field(pattern=r"^(?i:bearer|dpop)$")]
    expires_in: Annotated[int, Field(ge=0)] | None = None
    scope: str | None = None

    @classmethod
    def parse(cls, body: bytes) -> "TokenResponse":
        """Read what the token endpoint answered; Malformed."""
        return parse_message(cls, body, refusal=Malformed)


class ErrorResponse(Message):
    """A refusal that a peer answered with (RFC 6749, 5.2)."""

    error: Annotated[PrintableText, Field(min_length=1, max_length=64)]
    error_description: PrintableText | None = None

    @classmethod
    def parse(cls, body: bytes) -> "ErrorResponse":
        """Read an error body; Malformed."""
        return parse_message(cls, body, refusal=Malformed)
