"""What comes back through the browser: a code or a refusal, and from whom (RFC 6749, 4.1.2; RFC 9207)."""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from pydantic import Field

from openid4vc.errors import CheckFailed, Malformed, ProtocolError
from openid4vc.messages import Message, PrintableText, read_message
from openid4vc.oauth.par import Opaque
from openid4vc.urls import Identifier

Code = Annotated[str, Field(pattern=r"\A[\x20-\x7E]+\z", max_length=2048)]


class CodeResponse(Message):
    """A code for the one who asked, under the name of the server that gave it (RFC 9207, 2)."""

    code: Code
    state: Opaque | None = None
    iss: Identifier | None = None

    def redirect(self, redirect_uri: str) -> str:
        """The checked `redirect_uri` with this answer in its query."""
        return _redirect(redirect_uri, self)


class CodeRefusal(Message):
    """No code, and why (RFC 6749, 4.1.2.1)."""

    error: Annotated[PrintableText, Field(min_length=1, max_length=64)]
    error_description: PrintableText | None = None
    state: Opaque | None = None
    iss: Identifier | None = None

    @classmethod
    def of(cls, refusal: ProtocolError, *, state: str | None, issuer: str) -> "CodeRefusal":
        """The refusal under its wire code; never for a redirect URI that was not checked."""
        description = refusal.public or None
        return cls(error=refusal.error, error_description=description, state=state, iss=issuer)

    def redirect(self, redirect_uri: str) -> str:
        """The checked `redirect_uri` with this answer in its query."""
        return _redirect(redirect_uri, self)


def read_authorization_response(
    query: Mapping[str, str], *, expected_state: str, expected_issuer: str, iss_required: bool = True
) -> CodeResponse | CodeRefusal:
    """Read what the browser brought and hold it against what was sent out (RFC 9207, 2.4).

    Refusals: CheckFailed authorization_state, authorization_issuer; Malformed. `iss_required` follows
    the server's authorization_response_iss_parameter_supported; a wrong `iss` is always refused.
    """
    answer = _read(query)
    if answer.state != expected_state:
        raise CheckFailed("authorization_state", "the answer to another question")
    if answer.iss != expected_issuer and (iss_required or answer.iss is not None):
        raise CheckFailed("authorization_issuer", "the answer of another authorization server")
    return answer


def _read(query: Mapping[str, str]) -> CodeResponse | CodeRefusal:
    if "error" not in query:
        return read_message(CodeResponse, dict(query), refusal=Malformed)
    if "code" in query:
        raise Malformed("an answer that gives a code and refuses it")
    return read_message(CodeRefusal, dict(query), refusal=Malformed)


def _redirect(redirect_uri: str, answer: Message) -> str:
    return f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{urlencode(answer.to_json())}"
