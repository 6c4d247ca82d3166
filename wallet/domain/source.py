"""An issuer as the wallet may use it: where it listens, what it demands, and how it proves to be safe."""

from dataclasses import dataclass

from openid4vc.vci.encryption import RequestEncryption, ResponseEncryption
from wallet.domain.card import COPIES_PER_CARD, CardField, Organisation
from wallet.domain.card_look import CardLook
from wallet.domain.words import Words


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where the organisation hands out cards; all at its own origin."""

    token: str
    credential: str
    nonce: str
    notification: str | None
    deferred: str | None = None
    push: str | None = None
    authorization: str | None = None
    challenge: str | None = None


@dataclass(frozen=True, slots=True)
class Server:
    """What the authorization server wants to see of a client."""

    id: str
    dpop: bool
    attestation: bool
    anonymous: bool
    names_itself: bool


@dataclass(frozen=True, slots=True)
class Encryption:
    """How messages to and from the issuer are encrypted on top of TLS, where it offers that (10)."""

    request: RequestEncryption | None = None
    response: ResponseEncryption | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """What one organisation published, read and checked."""

    issuer: Organisation
    endpoints: Endpoints
    server: Server
    encryption: Encryption
    batch_size: int
    resource: str | None

    @property
    def copies(self) -> int:
        """As many copies as we want and the organisation gives (OpenID4VCI 1.0, 3.3)."""
        return min(self.batch_size, COPIES_PER_CARD)


@dataclass(frozen=True, slots=True)
class OfferedCard:
    """One card on offer: its kind, the labels of what would be kept, and how its keys are proven."""

    configuration_id: str
    vct: str
    name: Words
    fields: tuple[CardField, ...]
    scope: str | None = None
    proof_type: str = "jwt"
    attested_keys: bool = False
    look: CardLook | None = None
