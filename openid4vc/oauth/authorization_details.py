"""Asking for a credential by its configuration instead of a scope (RFC 9396; OpenID4VCI 1.0, 5.1.1, 6.2)."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, model_validator

from openid4vc.dcql.query import Path
from openid4vc.errors import InvalidAuthorizationDetails, Malformed
from openid4vc.jose import strict_json
from openid4vc.jose.strict_json import Json
from openid4vc.messages import Array, FilledArray, Message, ShortText, read_message
from openid4vc.urls import Identifier

OPENID_CREDENTIAL: Literal["openid_credential"] = "openid_credential"
MAX_DETAILS = 32
MAX_TEXT = 64 * 1024


class WantedClaim(Message):
    """A claim that the wallet would like in the credential (App. B)."""

    path: Path
    mandatory: bool = False


class AuthorizationDetail(Message):
    """One credential that is asked for or was granted; identifiers only in the token response (6.2)."""

    type: Literal["openid_credential"]
    credential_configuration_id: ShortText
    locations: FilledArray[Identifier] | None = None
    claims: Array[WantedClaim] | None = None
    credential_identifiers: FilledArray[ShortText] | None = None


AuthorizationDetails = Annotated[
    tuple[AuthorizationDetail, ...], Field(strict=False, min_length=1, max_length=MAX_DETAILS)
]


class _Asked(Message):
    authorization_details: AuthorizationDetails

    @model_validator(mode="after")
    def _without_identifiers(self) -> "_Asked":
        if any(detail.credential_identifiers is not None for detail in self.authorization_details):
            raise ValueError("credential_identifiers are the issuer's to give")
        return self


def parse_authorization_details(text: str) -> tuple[AuthorizationDetail, ...]:
    """Read the form parameter; an unknown type, a doubtful shape or an empty list is refused (RFC 9396, 5).

    InvalidAuthorizationDetails. Whether the configurations exist is the caller's affair.
    """
    try:
        value: Json = strict_json.loads(text, max_bytes=MAX_TEXT)
    except Malformed as cause:
        raise InvalidAuthorizationDetails("authorization_details is not well-formed JSON") from cause
    asked = read_message(_Asked, {"authorization_details": value}, refusal=InvalidAuthorizationDetails)
    return asked.authorization_details


def authorization_details_text(details: Sequence[AuthorizationDetail]) -> str:
    """The form parameter as a wallet sends it."""
    return strict_json.dumps([detail.to_json() for detail in details]).decode("utf-8")
