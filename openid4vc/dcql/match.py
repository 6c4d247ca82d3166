"""Which held credentials answer a query, and whether an answer answers it (OpenID4VP 1.0, 6.4)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from openid4vc.dcql.path import ClaimPath, ConcretePath, PathError, covers, select
from openid4vc.dcql.query import ClaimsQuery, CredentialQuery, CredentialSetQuery, DcqlQuery, Value
from openid4vc.jose.strict_json import Json


class Candidate(Protocol):
    """What matching must know of a held credential."""

    @property
    def id(self) -> str: ...
    @property
    def vct(self) -> str: ...
    @property
    def claims(self) -> Mapping[str, Any]: ...
    @property
    def disclosable(self) -> Collection[ClaimPath]: ...
    @property
    def has_holder_key(self) -> bool: ...
    @property
    def authority_key_ids(self) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True)
class Selection:
    """One held credential that fits: `paths` are the disclosures to open (parents implied), `requested`
    every asked place, also those that are always visible."""

    candidate_id: str
    paths: tuple[ConcretePath, ...]
    requested: tuple[ConcretePath, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """What can be answered. All or nothing: with `missing` there are no selections at all (6.4.2)."""

    by_query: Mapping[str, tuple[Selection, ...]]
    missing: tuple[str, ...]
    optional: frozenset[str]

    @property
    def complete(self) -> bool:
        """Whether every compulsory part can be answered, and anything at all."""
        return bool(self.by_query)


def match(query: DcqlQuery, candidates: Iterable[Candidate]) -> Match:
    """Find for each query the credentials that fit, in the order held, then apply the sets (6.4.1, 6.4.2).

    Of a set the first complete option is taken; queries in no chosen option are left out.
    """
    held = tuple(candidates)
    fitting = {wanted.id: _fitting(wanted, held) for wanted in query.credentials}
    chosen: dict[str, None] = {}
    compulsory: set[str] = set()
    missing: dict[str, None] = {}
    for wanted in query.sets():
        option = _first_complete(wanted, fitting)
        if option is None and wanted.required:
            missing.update(dict.fromkeys(_nearest(wanted, query, fitting)))
        chosen.update(dict.fromkeys(option or ()))
        compulsory.update(option or () if wanted.required else ())
    if missing:
        return Match({}, tuple(missing), frozenset())
    return Match({name: fitting[name] for name in chosen}, (), frozenset(chosen) - compulsory)


def _first_complete(
    wanted: CredentialSetQuery, fitting: Mapping[str, tuple[Selection, ...]]
) -> tuple[str, ...] | None:
    return next((option for option in wanted.options if all(fitting[name] for name in option)), None)


def _nearest(
    wanted: CredentialSetQuery, query: DcqlQuery, fitting: Mapping[str, tuple[Selection, ...]]
) -> tuple[str, ...]:
    """What is missing for the option that lacks least; one in a format unknown here comes last."""
    lacking = [tuple(name for name in option if not fitting[name]) for option in wanted.options]
    unknown = {one.id for one in query.credentials if not one.answerable}
    return min(lacking, key=lambda names: (not unknown.isdisjoint(names), len(names)))


def _fitting(query: CredentialQuery, held: Sequence[Candidate]) -> tuple[Selection, ...]:
    selections = (_selection(query, candidate) for candidate in held if _is_wanted(query, candidate))
    return tuple(selection for selection in selections if selection is not None)


def _is_wanted(query: CredentialQuery, candidate: Candidate) -> bool:
    return (
        query.answerable
        and candidate.vct in query.vct_values
        and (candidate.has_holder_key or not query.require_cryptographic_holder_binding)
        and is_wanted_authority(query, candidate.authority_key_ids)
    )


def is_wanted_authority(query: CredentialQuery, authority_key_ids: frozenset[str]) -> bool:
    """One entry is enough; a kind of authority we cannot check is not met (6.1.1)."""
    return query.trusted_authorities is None or any(
        wanted.type == "aki" and not authority_key_ids.isdisjoint(wanted.values)
        for wanted in query.trusted_authorities
    )


def _selection(query: CredentialQuery, candidate: Candidate) -> Selection | None:
    for alternative in query.alternatives():
        try:
            asked = [place for claim in alternative for place in _asked_places(claim, candidate.claims)]
        except PathError:
            continue
        requested = tuple(dict.fromkeys(asked))
        opened = (path for place in requested for path in _disclosures_for(place, candidate))
        return Selection(candidate.id, tuple(dict.fromkeys(opened)), requested)
    return None


def _asked_places(claim: ClaimsQuery, claims: Mapping[str, Any]) -> list[ConcretePath]:
    """The places that hold an allowed value; a claim with another value counts as absent (6.4.1)."""
    places = [place for place, value in select(claims, claim.path) if is_allowed(value, claim.values)]
    if not places:
        raise PathError("no allowed value")
    return places


def is_allowed(value: Json, values: tuple[Value, ...] | None) -> bool:
    """Type and value must both be equal to one entry: "1", 1, 1.0 and true all differ (6.3)."""
    return values is None or any(type(value) is type(wanted) and value == wanted for wanted in values)


def _disclosures_for(place: ConcretePath, candidate: Candidate) -> list[ConcretePath]:
    """The nearest disclosure that opens the place, and all that lie inside the asked value."""
    prefixes = (place[:length] for length in range(len(place), 0, -1))
    nearest = next((prefix for prefix in prefixes if _is_disclosable(prefix, candidate)), None)
    inside = [path for path in _places_within(place, candidate.claims) if _is_disclosable(path, candidate)]
    return ([nearest] if nearest is not None else []) + inside


def _is_disclosable(place: ConcretePath, candidate: Candidate) -> bool:
    return any(covers(path, place) for path in candidate.disclosable)


def _places_within(place: ConcretePath, claims: Mapping[str, Any]) -> list[ConcretePath]:
    (_, value), *_ = select(claims, place)
    return list(_descendants(place, value))


def _descendants(place: ConcretePath, value: Json) -> Iterable[ConcretePath]:
    members: Iterable[tuple[str | int, Json]] = ()
    if isinstance(value, dict):
        members = value.items()
    elif isinstance(value, list):
        members = enumerate(value)
    for name, member in members:
        yield (*place, name)
        yield from _descendants((*place, name), member)
