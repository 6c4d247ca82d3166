"""What the citizen may still choose: the least is the rule, and everything beside it is asked for apart."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from consent.options import Groups, Option, compulsory_sets, options_of, told_by
from openid4vc.dcql.match import Candidate, Selection, match
from openid4vc.dcql.path import ClaimPath
from openid4vc.dcql.query import ClaimsQuery, CredentialQuery, CredentialSetQuery, DcqlQuery


@dataclass(frozen=True, slots=True)
class Choice:
    """Which card for which query, which set of its claims, which option of which compulsory set (by its
    position), which optional cards; none of it is the least."""

    cards: Mapping[str, str] = field(default_factory=dict)
    sets: Mapping[str, int] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()
    options: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SetOfClaims:
    """One set that would do for a query (OpenID4VP 1.0, 6.4.1); `more` is what it shows beyond the least."""

    index: int
    paths: tuple[ClaimPath, ...]
    more: tuple[ClaimPath, ...]
    chosen: bool


@dataclass(frozen=True, slots=True)
class Extra:
    """Cards that may be added (OpenID4VP 1.0, 6.2, `required` false), each in a presentation of its own."""

    query_ids: tuple[str, ...]
    chosen: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """The question as it will be answered, and what can still be chosen in it."""

    answered: DcqlQuery
    sets: Mapping[str, tuple[SetOfClaims, ...]]
    extras: tuple[Extra, ...]
    options: Mapping[str, tuple[Option, ...]]


def choices(
    query: DcqlQuery, candidates: Iterable[Candidate], choice: Choice, *, signed: Groups = ()
) -> Choices:
    """Narrow a question to the least that answers it, widened by what the citizen chose and nothing else.

    `signed` are the queries of each entry of transaction data: one of them always goes along.
    """
    held = tuple(candidates)
    sets = {wanted.id: _sets_of(wanted, held, choice) for wanted in query.credentials}
    narrowed = tuple(_with_one_set(wanted, sets[wanted.id]) for wanted in query.credentials)
    told = told_by({wanted.id: fitting(wanted, held) for wanted in narrowed}, held)
    compulsory = compulsory_sets(query, set(told), signed)
    options = {place: options_of(one, told, choice.options.get(place)) for place, one in compulsory.items()}
    free = _free(query, compulsory.values(), set(told))
    extras = tuple(Extra(option, choice.optional.issuperset(option)) for option in free)
    added = (CredentialSetQuery(options=(one.query_ids,), required=False) for one in extras if one.chosen)
    asked = (_with_one_option(one, options[place]) for place, one in compulsory.items())
    return Choices(
        answered=DcqlQuery(credentials=narrowed, credential_sets=(*asked, *added)),
        sets={name: found for name, found in sets.items() if len(found) > 1},
        extras=extras,
        options={place: found for place, found in options.items() if len(found) > 1},
    )


def _with_one_option(wanted: CredentialSetQuery, options: tuple[Option, ...]) -> CredentialSetQuery:
    chosen = tuple(one.query_ids for one in options if one.chosen)
    return wanted.model_copy(update={"options": chosen or wanted.options})


def _free(
    query: DcqlQuery, compulsory: Iterable[CredentialSetQuery], able: set[str]
) -> tuple[tuple[str, ...], ...]:
    """Combinations that may be answered beside what must be, in the order asked."""
    bound = {name for one in compulsory for option in one.options for name in option}
    offered = (option for one in query.sets() if not one.required for option in one.options)
    free = (option for option in offered if able.issuperset(option) and not bound.issuperset(option))
    return tuple(dict.fromkeys(free))


def _sets_of(wanted: CredentialQuery, held: tuple[Candidate, ...], choice: Choice) -> tuple[SetOfClaims, ...]:
    """The sets that the cards held can answer, the least first; one is chosen."""
    able = [
        (index, claims) for index, claims in enumerate(wanted.alternatives()) if _able(wanted, claims, held)
    ]
    if not able:
        return ()
    least = _least(able)
    base = {claim.path for claim in least[1]}
    wished = choice.sets.get(wanted.id)
    chosen = wished if any(index == wished for index, _ in able) else least[0]
    ordered = [least, *(one for one in able if one[0] != least[0])]
    return tuple(_set(index, claims, base, index == chosen) for index, claims in ordered)


def _set(index: int, claims: tuple[ClaimsQuery, ...], base: set[ClaimPath], chosen: bool) -> SetOfClaims:
    paths = tuple(claim.path for claim in claims)
    return SetOfClaims(index, paths, tuple(path for path in paths if path not in base), chosen)


def _least(able: list[tuple[int, tuple[ClaimsQuery, ...]]]) -> tuple[int, tuple[ClaimsQuery, ...]]:
    """The verifier's first wish, unless a smaller part of it would do too (6.4.1: the wallet may choose)."""
    first = {claim.path for claim in able[0][1]}
    within = [one for one in able if {claim.path for claim in one[1]} <= first]
    return min(within, key=lambda one: len(one[1]))


def _able(wanted: CredentialQuery, claims: tuple[ClaimsQuery, ...], held: tuple[Candidate, ...]) -> bool:
    return _can_answer(_of_one_set(wanted, claims), held)


def fitting(wanted: CredentialQuery, held: Iterable[Candidate]) -> tuple[Selection, ...]:
    """The cards that answer one query, in the order held."""
    return match(DcqlQuery(credentials=(wanted,)), held).by_query.get(wanted.id, ())


def _can_answer(wanted: CredentialQuery, held: tuple[Candidate, ...]) -> bool:
    return bool(fitting(wanted, held))


def _with_one_set(wanted: CredentialQuery, sets: tuple[SetOfClaims, ...]) -> CredentialQuery:
    if wanted.claim_sets is None or not sets:
        return wanted
    chosen = next(one for one in sets if one.chosen)
    return _of_one_set(wanted, wanted.alternatives()[chosen.index])


def _of_one_set(wanted: CredentialQuery, claims: tuple[ClaimsQuery, ...]) -> CredentialQuery:
    if wanted.claim_sets is None:
        return wanted
    return wanted.model_copy(update={"claims": claims, "claim_sets": None})
