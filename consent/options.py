"""Which combination of cards answers a compulsory set: what the citizen chose, else the least."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from consent.card_fields import Place, is_visible, leaves
from openid4vc.dcql.match import Candidate, Selection
from openid4vc.dcql.query import CredentialSetQuery, DcqlQuery

Told: TypeAlias = frozenset[tuple[str, Place]]
Groups: TypeAlias = Sequence[frozenset[str]]


@dataclass(frozen=True, slots=True)
class Option:
    """One combination of queries that would do for a set (OpenID4VP 1.0, 6.2)."""

    index: int
    query_ids: tuple[str, ...]
    chosen: bool


def compulsory_sets(query: DcqlQuery, able: set[str], signed: Groups) -> dict[str, CredentialSetQuery]:
    """What must be answered, by its position; where nothing must, the first set that can be.

    A set with a card that signs transaction data is compulsory too, and of it only the options that do
    sign: without them nothing would be signed (8.4).
    """
    places = {str(number): one for number, one in enumerate(query.sets())}
    required = {place: one for place, one in places.items() if one.required or _signs(one, signed)}
    if not required:
        possible = [place for place, one in places.items() if any(map(able.issuperset, one.options))]
        first = (possible or list(places))[0]
        required = {first: places[first]}
    return {place: CredentialSetQuery(options=_open(one, signed)) for place, one in required.items()}


def _open(wanted: CredentialSetQuery, signed: Groups) -> tuple[tuple[str, ...], ...]:
    signing = tuple(option for option in wanted.options if _signs_all(option, wanted, signed))
    return signing or wanted.options


def options_of(
    wanted: CredentialSetQuery, told: Mapping[str, Told], wished: int | None
) -> tuple[Option, ...]:
    """The options that the cards held can answer, the least first; one is chosen.

    `told` has the queries that can be answered, and no other.
    """
    able = [(index, option) for index, option in enumerate(wanted.options) if told.keys() >= set(option)]
    if not able:
        return ()
    least = _least(able, told)
    chosen = wished if any(index == wished for index, _ in able) else least
    ordered = sorted(able, key=lambda one: one[0] != least)
    return tuple(Option(index, option, index == chosen) for index, option in ordered)


def told_by(found: Mapping[str, Sequence[Selection]], held: Iterable[Candidate]) -> dict[str, Told]:
    """What the newest fitting card of each able query would show: kind of card and place."""
    cards = {card.id: card for card in held}
    return {query: _told(fits[0], cards[fits[0].candidate_id]) for query, fits in found.items() if fits}


def _told(one: Selection, card: Candidate) -> Told:
    places = (place for place, _ in leaves(card.claims))
    return frozenset((card.vct, place) for place in places if is_visible(place, card.disclosable, one.paths))


def _least(able: Sequence[tuple[int, Sequence[str]]], told: Mapping[str, Told]) -> int:
    """The verifier's first wish, unless another option shows a smaller part of the same."""
    shown = {index: frozenset().union(*(told[query] for query in option)) for index, option in able}
    within = [index for index in shown if shown[index] <= shown[able[0][0]]]
    return min(within, key=lambda index: len(shown[index]))


def _signs(wanted: CredentialSetQuery, signed: Groups) -> bool:
    return any(not group.isdisjoint(option) for group in signed for option in wanted.options)


def _signs_all(option: Sequence[str], wanted: CredentialSetQuery, signed: Groups) -> bool:
    """Whether it signs every entry that some option of the same set would sign."""
    return all(not group.isdisjoint(option) for group in signed if _signs(wanted, (group,)))
