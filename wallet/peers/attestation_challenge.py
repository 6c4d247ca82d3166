"""What a challenge endpoint answers (attestation-based client authentication, 8)."""

from openid4vc.errors import Malformed
from openid4vc.messages import Message, ShortText, parse_message


class ChallengeResponse(Message):
    """A challenge to put into the next proof of possession."""

    attestation_challenge: ShortText


def parse_challenge(body: bytes) -> str:
    """Read the answer; Malformed."""
    return parse_message(ChallengeResponse, body, refusal=Malformed).attestation_challenge
