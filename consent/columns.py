"""Every field of every card held in exactly one of three columns: shared, worked out, not shared."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from consent.card_fields import Place, is_visible, leaves
from consent.inference import Conclusion, Fact, Followed, conclusions, facts_of, followed
from consent.judging import Judge
from consent.screen_parts import CardWords, HeldCard, NotShared, Row, SharedCard, WorkedOut, words_for
from openid4vc.dcql.match import Selection

Used = Sequence[tuple[str, Selection]]


@dataclass(frozen=True, slots=True)
class Columns:
    """The three columns, and what follows from the first beyond any card."""

    shared: tuple[SharedCard, ...]
    worked_out: tuple[WorkedOut, ...]
    not_shared: tuple[NotShared, ...]
    conclusions: tuple[Conclusion, ...]


def columns(
    used: Used, cards: Sequence[HeldCard], *, words: Mapping[str, CardWords], judge: Judge
) -> Columns:
    """Lay out the cards held against the selections that would be sent."""
    opened = [fact for card in cards for fact in _facts(card) if _is_sent(fact, card, used)]
    kept = [fact for card in cards for fact in _facts(card) if not _is_sent(fact, card, used)]
    worked_out = followed(opened, kept)
    gone = {(one.fact.card_id, one.fact.path) for one in worked_out}
    return Columns(
        shared=tuple(_shared_card(query, one, cards, words, judge) for query, one in used),
        worked_out=tuple(_worked_out(one, words) for one in worked_out),
        not_shared=tuple(_kept(fact, words) for fact in kept if (fact.card_id, fact.path) not in gone),
        conclusions=conclusions(opened),
    )


def _facts(card: HeldCard) -> Iterator[Fact]:
    return facts_of(card.id, card.vct, card.claims)


def _is_sent(fact: Fact, card: HeldCard, used: Used) -> bool:
    """Whether some query opens it; of one card in two queries both count."""
    return any(one.candidate_id == card.id and _opens(one, card.disclosable, fact.path) for _, one in used)


def _opens(selection: Selection, disclosable: Collection[tuple[str | int | None, ...]], place: Place) -> bool:
    return is_visible(place, disclosable, selection.paths)


def _shared_card(
    query_id: str,
    selection: Selection,
    cards: Sequence[HeldCard],
    words: Mapping[str, CardWords],
    judge: Judge,
) -> SharedCard:
    card = next(one for one in cards if one.id == selection.candidate_id)
    named = words_for(card.id, card.vct, words)
    rows = tuple(
        Row(place, named.label(place), value, judge.of(place, query_id=query_id, vct=card.vct))
        for place, value in leaves(card.claims)
        if _opens(selection, card.disclosable, place)
    )
    return SharedCard(query_id, card.id, card.vct, named.name, rows)


def _kept(fact: Fact, words: Mapping[str, CardWords]) -> NotShared:
    named = words_for(fact.card_id, fact.vct, words)
    return NotShared(fact.card_id, fact.vct, named.name, fact.path, named.label(fact.path))


def _worked_out(one: Followed, words: Mapping[str, CardWords]) -> WorkedOut:
    fact, named = one.fact, words_for(one.fact.card_id, one.fact.vct, words)
    return WorkedOut(
        fact.card_id, fact.vct, named.name, fact.path, named.label(fact.path), one.rule, one.reason
    )
