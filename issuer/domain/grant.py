"""What a token allows, to whom, and with which keys it must be used."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NewType

from issuer.domain.authorization import Agreed
from issuer.domain.caller import Known
from issuer.domain.offer import Offer

TokenId = NewType("TokenId", str)

TOKEN_LIFE = timedelta(seconds=300)
REFRESH_LIFE = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """These configurations of this organisation, for this person; refreshing it keeps its id."""

    token_id: TokenId
    organisation: str
    persona: str
    configuration_ids: tuple[str, ...]
    expires_at: datetime
    holder: Known = field(default_factory=Known)
    by_identifier: bool = False
    deferred: bool = False

    @classmethod
    def from_offer(
        cls, offer: Offer, *, token_id: TokenId, now: datetime, holder: Known | None = None
    ) -> "Grant":
        """Never more than was offered (OpenID4VCI 1.0, 6.1), never longer than five minutes (13.10)."""
        return cls(
            token_id=token_id,
            organisation=offer.organisation,
            persona=offer.persona,
            configuration_ids=offer.configuration_ids,
            expires_at=now + TOKEN_LIFE,
            holder=holder or Known(),
            deferred=offer.deferred,
        )

    @classmethod
    def from_authorization(
        cls, agreed: Agreed, *, token_id: TokenId, now: datetime, holder: Known
    ) -> "Grant":
        """Never more than the citizen agreed to, and only for the keys that asked (RFC 6749, 4.1.3)."""
        return cls(
            token_id=token_id,
            organisation=agreed.asked.organisation,
            persona=agreed.persona,
            configuration_ids=agreed.asked.configuration_ids,
            expires_at=now + TOKEN_LIFE,
            holder=holder,
            by_identifier=agreed.asked.by_identifier,
            deferred=agreed.asked.deferred,
        )


@dataclass(frozen=True, slots=True)
class TokenHashes:
    """The tokens of a grant as the store knows them; no refresh token for one that is bound to no key."""

    access: str
    refresh: str | None = None
    refresh_until: datetime | None = None
