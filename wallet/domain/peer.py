"""How the outside world can disappoint the wallet, and what it may answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

MOST_EVIDENCE: Final = 1 << 18
"""What a report to a supervisor takes along: a larger request could never be evidence (TS8)."""


class PeerSilent(Exception):
    """No usable answer; `sent` tells whether our bytes may have arrived all the same."""

    def __init__(self, host: str, *, sent: bool) -> None:
        super().__init__(host)
        self.host = host
        self.sent = sent


class PeerRefused(Exception):
    """A well-formed error of the peer's protocol; `error` is its code."""

    def __init__(self, host: str, error: str) -> None:
        super().__init__(f"{host}: {error}")
        self.host = host
        self.error = error


class PeerNonsense(Exception):
    """An answer that is not what its protocol allows."""

    def __init__(self, host: str) -> None:
        super().__init__(host)
        self.host = host


@dataclass(frozen=True, slots=True)
class Fresh:
    """What a server wants to see in the next proof: its newest nonce and its newest challenge."""

    nonce: str | None = None
    challenge: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A body with its content type, as it is sent and as it comes."""

    body: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a response endpoint answered: taken or not, and where the browser goes on (OpenID4VP 1.0, 8.2)."""

    accepted: bool
    redirect_uri: str | None
    receipt_offer_uri: str | None = None


@dataclass(frozen=True, slots=True)
class RegisterAnswer:
    """What the register of mandates answered to a signed statement."""

    status: int
    body: Mapping[str, Any]

    @property
    def code(self) -> str:
        """The stable code of a refusal, or nothing."""
        code = self.body.get("code", "")
        return code if isinstance(code, str) else ""
