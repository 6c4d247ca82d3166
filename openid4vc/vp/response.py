"""What a wallet posts to the response_uri (OpenID4VP 1.0, 8.1, 8.2, 8.5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openid4vc.errors import InvalidRequest, Malformed, ProtocolError
from openid4vc.jose import strict_json
from openid4vc.messages import Message, PrintableText, read_message
from openid4vc.oauth.token import ErrorResponse

MAX_VP_TOKEN = 1 << 20


@dataclass(frozen=True, slots=True)
class AuthorizationErrorResponse:
    """The wallet says no; only its `state` says to what."""

    error: str
    description: str
    state: str | None

    @classmethod
    def of(cls, refusal: ProtocolError, *, state: str | None) -> "AuthorizationErrorResponse":
        """The wire form of our own refusal (8.5)."""
        return cls(refusal.error, refusal.public, state)

    def to_form(self) -> dict[str, str]:
        """The form fields to post."""
        optional = {"error_description": self.description or None, "state": self.state}
        return {"error": self.error, **{name: value for name, value in optional.items() if value is not None}}


@dataclass(frozen=True, slots=True)
class AuthorizationResponse:
    """The wallet answers; nothing in it is verified yet."""

    unverified_vp_token: dict[str, Any]
    state: str | None

    @classmethod
    def from_form(cls, form: Mapping[str, str]) -> "AuthorizationResponse | AuthorizationErrorResponse":
        """Read the form fields: exactly one of `vp_token` and `error`; InvalidRequest (8.1, 8.2, 8.5)."""
        kinds = {"vp_token", "error", "response"} & form.keys()
        if kinds == {"error"}:
            return _error_of(form)
        if kinds != {"vp_token"}:
            raise InvalidRequest("exactly one of vp_token and error is needed")
        try:
            vp_token = strict_json.loads_object(form["vp_token"], max_bytes=MAX_VP_TOKEN)
        except Malformed as cause:
            raise InvalidRequest("vp_token is not one well-formed JSON object") from cause
        return cls(vp_token, _state_of(form))

    def to_form(self) -> dict[str, str]:
        """The form fields to post."""
        vp_token = strict_json.dumps(self.unverified_vp_token).decode("utf-8")
        return {"vp_token": vp_token, **({} if self.state is None else {"state": self.state})}


class _State(Message):
    state: PrintableText | None = None


def _state_of(form: Mapping[str, str]) -> str | None:
    return read_message(_State, dict(form), refusal=InvalidRequest).state


def _error_of(form: Mapping[str, str]) -> AuthorizationErrorResponse:
    said = read_message(ErrorResponse, dict(form), refusal=InvalidRequest)
    return AuthorizationErrorResponse(said.error, said.error_description or "", _state_of(form))
