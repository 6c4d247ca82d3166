"""What a wallet posts to the response_uri (OpenID4VP 1.0, 8.1 to 8.3, 8.5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from openid4vc.errors import CheckFailed, InvalidRequest, Malformed, ProtocolError
from openid4vc.jose import strict_json
from openid4vc.jose.jwe import DecryptionKey, decrypt_jwe, encrypt_jwe, unverified_kid
from openid4vc.messages import Message, PrintableText, read_message
from openid4vc.oauth.token import ErrorResponse
from openid4vc.vp.client_metadata import ResponseEncryption
from openid4vc.vp.request import AuthorizationRequest

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

    def form_for(self, request: AuthorizationRequest) -> dict[str, str]:
        """The form fields in the way that the request demands; encrypted, or nothing at all (8.3)."""
        encryption = request.encryption()
        return self.to_form() if encryption is None else self.to_encrypted_form(encryption)

    def to_encrypted_form(self, encryption: ResponseEncryption) -> dict[str, str]:
        """The one form field of direct_post.jwt: a JWE with everything in it (8.3.1)."""
        members = {"vp_token": self.unverified_vp_token, "state": self.state}
        said = {name: value for name, value in members.items() if value is not None}
        plaintext = strict_json.dumps(said)
        return {"response": encrypt_jwe(plaintext, recipient=encryption.recipient, enc=encryption.enc)}

    @classmethod
    def from_encrypted_form(
        cls, form: Mapping[str, str], *, key: DecryptionKey, expected_kid: str, expected_state: str | None
    ) -> "AuthorizationResponse":
        """Where the key is known beforehand; refusals of `EncryptedResponse` (8.3.1)."""
        encrypted = EncryptedResponse.from_form(form)
        return encrypted.opened(key=key, expected_kid=expected_kid, expected_state=expected_state)

    def to_form(self) -> dict[str, str]:
        """The form fields to post."""
        vp_token = strict_json.dumps(self.unverified_vp_token).decode("utf-8")
        return {"vp_token": vp_token, **({} if self.state is None else {"state": self.state})}


@dataclass(frozen=True, slots=True)
class EncryptedResponse:
    """An answer for the owner of one key; which one is only said, to find the request by it (8.3)."""

    compact: str
    unverified_kid: str
    unverified_state: str | None

    @classmethod
    def from_form(cls, form: Mapping[str, str]) -> "EncryptedResponse":
        """Read the form field `response` and the name of its key; InvalidRequest (8.3.1)."""
        if {"vp_token", "error", "response"} & form.keys() != {"response"}:
            raise InvalidRequest("an encrypted response and nothing beside it is needed")
        try:
            kid = unverified_kid(form["response"])
        except Malformed as cause:
            raise InvalidRequest("response is not a JWE") from cause
        if not kid:
            raise InvalidRequest("response names no key")
        return cls(form["response"], kid, _state_of(form))

    def opened(
        self, *, key: DecryptionKey, expected_kid: str, expected_state: str | None
    ) -> AuthorizationResponse:
        """Decrypt with the key of one request, whose `state` must be inside (8.3).

        CheckFailed: those of `decrypt_jwe`, response_error, response_state; Malformed. All of them are
        one and the same refusal to the sender.
        """
        said = strict_json.loads_object(decrypt_jwe(self.compact, key=key, expected_kid=expected_kid))
        if "error" in said:
            raise CheckFailed("response_error", "a refusal is never encrypted")
        if not isinstance(said.get("vp_token"), dict):
            raise Malformed("an encrypted response without a vp_token")
        outside = expected_state if self.unverified_state is None else self.unverified_state
        if said.get("state") != expected_state or outside != expected_state:
            raise CheckFailed("response_state", "the answer to another request")
        return AuthorizationResponse(said["vp_token"], expected_state)


AnyResponse: TypeAlias = AuthorizationResponse | EncryptedResponse | AuthorizationErrorResponse


def read_response(form: Mapping[str, str]) -> AnyResponse:
    """Whatever was posted: exactly one of `vp_token`, `response` and `error`; InvalidRequest (8.2, 8.3.1).

    Whether it may come in the clear is for the request to say, not for the answer.
    """
    return (EncryptedResponse if "response" in form else AuthorizationResponse).from_form(form)


class _State(Message):
    state: PrintableText | None = None


def _state_of(form: Mapping[str, str]) -> str | None:
    return read_message(_State, dict(form), refusal=InvalidRequest).state


def _error_of(form: Mapping[str, str]) -> AuthorizationErrorResponse:
    said = read_message(ErrorResponse, dict(form), refusal=InvalidRequest)
    return AuthorizationErrorResponse(said.error, said.error_description or "", _state_of(form))
