"""A card: what one organisation said about the citizen, and the copies of it that can each be shown once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NewType

from openid4vc.dcql.path import ClaimPath
from wallet.domain.access import AccessId
from wallet.domain.account import AccountId
from wallet.domain.card_look import CardLook
from wallet.domain.history import SealedLine
from wallet.domain.standing import CardCheck, Standing
from wallet.domain.words import Words

CardId = NewType("CardId", str)
CopyId = NewType("CopyId", str)

COPIES_PER_CARD = 3


@dataclass(frozen=True, slots=True)
class Organisation:
    """Who issues cards: its identifier (OpenID4VCI 1.0, 12.2.1) and the name on our trust list."""

    id: str
    name: Words


@dataclass(frozen=True, slots=True)
class CardField:
    """One kind of fact on a card, with the label that its issuer gave it."""

    path: ClaimPath
    label: Words


@dataclass(frozen=True, slots=True)
class Card:
    """What the citizen sees as one card; every copy says the same."""

    id: CardId
    issuer: Organisation
    vct: str
    configuration_id: str
    name: Words
    fields: tuple[CardField, ...]
    claims: Mapping[str, Any]
    disclosable: tuple[ClaimPath, ...]
    authority_key_ids: frozenset[str]
    collected_at: datetime
    expires_at: datetime | None
    has_holder_key: bool = True
    look: CardLook | None = None

    def expired(self, now: datetime) -> bool:
        """A card without an end does not expire."""
        return self.expires_at is not None and now >= self.expires_at


@dataclass(frozen=True, slots=True)
class HeldCard:
    """A card with the number of copies that nobody saw yet, and the access that fetches new ones."""

    card: Card
    copies_left: int
    access_id: AccessId | None = None
    check: CardCheck | None = None

    @property
    def standing(self) -> Standing:
        """How the card stood when the wallet last looked."""
        return self.check.standing if self.check else Standing.NEVER_CHECKED

    @property
    def withdrawn(self) -> bool:
        """Whether its issuer took the card back, or put it on hold."""
        return self.standing in {Standing.REVOKED, Standing.SUSPENDED}

    def wants_copies(self, now: datetime) -> bool:
        """Whether new copies are worth fetching, and can be."""
        few = self.copies_left <= 1 or self.card.expired(now) or self.withdrawn
        return self.access_id is not None and few

    def usable(self, now: datetime) -> bool:
        """Only a card in date, with a fresh copy and not taken back, can answer a request."""
        return self.copies_left > 0 and not self.card.expired(now) and not self.withdrawn


@dataclass(frozen=True, slots=True, repr=False)
class SealedCard:
    """A card as the store knows it."""

    id: CardId
    account_id: AccountId
    sealed: bytes
    created_at: datetime
    copies_left: int = 0
    access_id: AccessId | None = None


@dataclass(frozen=True, slots=True, repr=False)
class SealedCopy:
    """One single-use copy: the issuer's bytes under the view key, its holder key under the sign key."""

    id: CopyId
    card_id: CardId
    account_id: AccountId
    sealed_sd_jwt: bytes
    sealed_key: bytes


def path_text(path: ClaimPath) -> str:
    """Write a claim path the way our own API does: parts joined by dots, `*` for each element of a list."""
    return ".".join("*" if part is None else str(part) for part in path)


@dataclass(frozen=True, slots=True, repr=False)
class Renewal:
    """New copies of a card, and what the card says now; unused old copies go."""

    card: SealedCard
    copies: tuple[SealedCopy, ...]
    line: SealedLine
