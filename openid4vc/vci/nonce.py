"""What the nonce endpoint answers (OpenID4VCI 1.0, 7.2)."""

from typing import Annotated

from pydantic import Field

from openid4vc.errors import Malformed
from openid4vc.messages import Message, parse_message


class NonceResponse(Message):
    """A fresh challenge to put into key proofs."""

    c_nonce: Annotated[str, Field(min_length=1, max_length=2048)]

    @classmethod
    def parse(cls, body: bytes) -> "NonceResponse":
        """Read what the nonce endpoint answered; Malformed."""
        return parse_message(cls, body, refusal=Malformed)
