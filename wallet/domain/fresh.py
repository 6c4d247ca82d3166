"""Cards that just arrived: nothing is kept before every check said yes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from openid4vc.dcql.authority import authority_key_ids
from openid4vc.dcql.path import ClaimPath, covers
from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose.keys import PublicKey
from openid4vc.jose.x5c import VerifiedChain
from openid4vc.sdjwt.present import HeldSdJwt
from openid4vc.sdjwt.vc import StatusReference, VerifiedCredential, verify_issued
from openid4vc.trust.anchors import TrustedIssuers
from wallet.domain.card import Card, CardField, CardId, CopyId, Organisation, path_text
from wallet.domain.source import OfferedCard
from wallet.domain.words import Words

MAX_CREDENTIALS = 100
NOT_ABOUT_PEOPLE = frozenset(
    {"iss", "iat", "nbf", "exp", "jti", "vct", "vct#integrity", "aka_vcts", "cnf", "status", "_sd_alg"}
)


@dataclass(frozen=True, slots=True, repr=False)
class HolderKey:
    """A key for one copy: its public half to check with, its private half sealed under the PIN."""

    copy_id: CopyId
    public: PublicKey
    sealed: bytes


@dataclass(frozen=True, slots=True, repr=False)
class FreshCopy:
    """One copy that passed, with the key it is bound to."""

    sd_jwt: str
    key: HolderKey
    verified: VerifiedCredential


def bound_copies(
    credentials: Sequence[str],
    keys: Sequence[HolderKey],
    *,
    issuer_id: str,
    card: OfferedCard,
    trusted: TrustedIssuers,
    now: datetime,
) -> tuple[FreshCopy, ...]:
    """Find each copy's key through its own cnf and verify it; surplus is left (OpenID4VCI 1.0, 8.3).

    What is bound to no key of ours, or to one that has its copy, is surplus.
    """
    waiting = {key.public.thumbprint(): key for key in keys}
    copies: list[FreshCopy] = []
    for credential in credentials[:MAX_CREDENTIALS]:
        key = waiting.pop(_thumbprint(credential), None)
        if key is None:
            continue
        verified = verify_issued(
            credential, trusted=trusted, expected_vct=card.vct, expected_holder=key.public, now=now
        )
        copies.append(FreshCopy(credential, key, verified))
    _require_alike(copies, issuer_id)
    return tuple(copies)


def _thumbprint(credential: str) -> str:
    cnf = HeldSdJwt(credential).payload.get("cnf")
    if not isinstance(cnf, Mapping) or not isinstance(cnf.get("jwk"), Mapping):
        raise Malformed("a copy without a holder key")
    return PublicKey.from_jwk(cnf["jwk"]).thumbprint()


def _require_alike(copies: Sequence[FreshCopy], issuer_id: str) -> None:
    """All copies are of the issuer that offered, and say the same about the citizen."""
    if not copies:
        raise CheckFailed("no_copies", "no credential came that is bound to a key of ours")
    if any(copy.verified.issuer.id != issuer_id for copy in copies):
        raise CheckFailed("issuer", "the credential is of another issuer than the offer")
    first = about_the_citizen(copies[0].verified.claims)
    if any(about_the_citizen(copy.verified.claims) != first for copy in copies):
        raise CheckFailed("copies_differ", "two copies of one card say different things")


def about_the_citizen(claims: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a person would call the content of a card."""
    return {name: value for name, value in claims.items() if name not in NOT_ABOUT_PEOPLE}


def references(copies: Sequence[FreshCopy]) -> dict[str, tuple[VerifiedChain, list[StatusReference]]]:
    """Return which places of which status lists these copies point at."""
    wanted: dict[str, tuple[VerifiedChain, list[StatusReference]]] = {}
    for copy in copies:
        if copy.verified.status is not None:
            _, places = wanted.setdefault(copy.verified.status.uri, (copy.verified.chain, []))
            places.append(copy.verified.status)
    return wanted


def card_of(
    copies: Sequence[FreshCopy], *, id: CardId, issuer: Organisation, card: OfferedCard, now: datetime
) -> Card:
    """Return the card that these copies are copies of."""
    verified = copies[0].verified
    claims = _in_order(verified.claims, card.fields)
    ends = [copy.verified.expires_at for copy in copies if copy.verified.expires_at is not None]
    return Card(
        id=id,
        issuer=issuer,
        vct=verified.vct,
        configuration_id=card.configuration_id,
        name=card.name,
        fields=_labelled(leaves(about_the_citizen(claims)), card.fields),
        claims=claims,
        disclosable=tuple(verified.disclosed),
        authority_key_ids=authority_key_ids(verified.chain.certificates),
        collected_at=now,
        expires_at=min(ends) if ends else None,
        look=card.look,
    )


def _in_order(
    claims: Mapping[str, Any], described: Sequence[CardField], place: ClaimPath = ()
) -> dict[str, Any]:
    """Put fields in the order that the issuer describes: disclosures come shuffled."""
    rank = {field.path: number for number, field in enumerate(described)}
    last = len(rank)

    def position(name: str) -> int:
        here = (*place, name)
        return min((number for path, number in rank.items() if path[: len(here)] == here), default=last)

    return {
        name: _in_order(claims[name], described, (*place, name))
        if isinstance(claims[name], Mapping)
        else claims[name]
        for name in sorted(claims, key=position)
    }


def leaves(value: Any, place: ClaimPath = ()) -> tuple[ClaimPath, ...]:
    """Return every place that holds one value, in the order of the card."""
    if isinstance(value, Mapping) and value:
        return tuple(leaf for name, member in value.items() for leaf in leaves(member, (*place, name)))
    if isinstance(value, list | tuple) and value:
        return tuple(leaf for index, member in enumerate(value) for leaf in leaves(member, (*place, index)))
    return (place,)


def _labelled(places: Sequence[ClaimPath], described: Sequence[CardField]) -> tuple[CardField, ...]:
    """First in the order that the issuer describes, then the rest under their own names."""
    named = [
        CardField(place, field.label) for field in described for place in places if _names(field.path, place)
    ]
    known = {field.path for field in named}
    rest = [place for place in places if place not in known]
    return (*named, *(CardField(place, _own_name(place)) for place in rest))


def _names(path: ClaimPath, place: ClaimPath) -> bool:
    """The label of a list is also the label of what stands in it."""
    return covers(path, place) or (bool(place) and isinstance(place[-1], int) and covers(path, place[:-1]))


def _own_name(place: ClaimPath) -> Words:
    name = path_text(place).replace("_", " ")
    return Words(nl=name, en=name)
