"""Why a request cannot be answered yet, said per card so that the citizen can do something about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from openid4vc.dcql.match import match
from openid4vc.dcql.path import ClaimPath
from openid4vc.dcql.query import CredentialQuery, DcqlQuery
from openid4vc.trust.anchors import TrustedIssuers
from wallet.domain.card import HeldCard, Organisation
from wallet.domain.offering import organisation


class Why(StrEnum):
    """What is the matter with a card that is asked for."""

    ABSENT = "absent"
    OTHER = "other"
    EXPIRED = "expired"
    USED_UP = "used_up"
    WITHDRAWN = "withdrawn"
    UNKNOWN_KIND = "unknown_kind"


@dataclass(frozen=True, slots=True)
class WantedValue:
    """A value that the asker insists on, such as the year of an assessment."""

    path: ClaimPath
    values: tuple[str | int | bool, ...]


@dataclass(frozen=True, slots=True)
class MissingCard:
    """One card that the citizen would need, and who gives it."""

    query_id: str
    vct: str
    why: Why
    wanted: tuple[WantedValue, ...]
    issuers: tuple[Organisation, ...]


def missing_cards(
    names: Sequence[str],
    query: DcqlQuery,
    held: Sequence[HeldCard],
    *,
    trusted: TrustedIssuers,
    now: datetime,
) -> tuple[MissingCard, ...]:
    """Explain each query that nothing usable answers."""
    wanted = [one for one in query.credentials if one.id in names]
    return tuple(_missing(one, held, trusted, now) for one in wanted)


def _missing(
    query: CredentialQuery, held: Sequence[HeldCard], trusted: TrustedIssuers, now: datetime
) -> MissingCard:
    vct = next(iter(query.vct_values), "")
    issuers = tuple(
        organisation(one) for vct in query.vct_values for one in trusted.for_vct(vct) if not one.is_open
    )
    return MissingCard(
        query_id=query.id,
        vct=vct,
        why=_why(query, held, now) if issuers else Why.UNKNOWN_KIND,
        wanted=tuple(WantedValue(one.path, one.values) for one in query.claims or () if one.values),
        issuers=issuers,
    )


def _why(query: CredentialQuery, held: Sequence[HeldCard], now: datetime) -> Why:
    fitting = [one for one in held if match(DcqlQuery(credentials=(query,)), [one.card]).complete]
    if fitting and all(one.withdrawn for one in fitting):
        return Why.WITHDRAWN
    if fitting:
        return Why.EXPIRED if all(one.card.expired(now) for one in fitting) else Why.USED_UP
    return Why.OTHER if any(one.card.vct in query.vct_values for one in held) else Why.ABSENT
