"""The verifier's own look at an answer: a wallet's matching is best effort (OpenID4VP 1.0, 6.4, 14.9)."""

from collections.abc import Mapping, Sequence
from typing import Any

from openid4vc.dcql.match import is_allowed
from openid4vc.dcql.path import ClaimPath, PathError
from openid4vc.dcql.query import ClaimsQuery, CredentialQuery, DcqlQuery
from openid4vc.errors import CheckFailed
from openid4vc.jose.strict_json import Json


def check_shape(query: DcqlQuery, answered: Mapping[str, Sequence[object]]) -> None:
    """Known queries, one presentation each unless `multiple`, every compulsory set answered (6.4.2, 8.1).

    CheckFailed: dcql_unknown_query, dcql_count, dcql_missing, dcql_surplus.
    """
    for query_id, presentations in answered.items():
        wanted = query.query(query_id)
        if wanted is None:
            raise CheckFailed("dcql_unknown_query", "an answer to a query that was not asked")
        if len(presentations) == 0 or (len(presentations) > 1 and not wanted.multiple):
            raise CheckFailed("dcql_count", f"{len(presentations)} presentations for one query")
    _check_sets(query, frozenset(answered))


def check_answer(query: DcqlQuery, verified: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Judge the disclosed claims of verified credentials, by query id, against the whole query (6.4).

    Takes processed payloads with only what was disclosed. CheckFailed: those of `check_shape`,
    dcql_format, dcql_vct, dcql_claims.
    """
    check_shape(query, verified)
    for wanted in query.credentials:
        for claims in verified.get(wanted.id, ()):
            _check_credential(wanted, claims)


def _check_sets(query: DcqlQuery, answered: frozenset[str]) -> None:
    complete: set[str] = set()
    for wanted in query.sets():
        options = [option for option in wanted.options if answered.issuperset(option)]
        if wanted.required and not options:
            raise CheckFailed("dcql_missing", "a compulsory part is not answered")
        complete.update(name for option in options for name in option)
    if not answered:
        raise CheckFailed("dcql_missing", "nothing is answered")
    if not answered <= complete:
        raise CheckFailed("dcql_surplus", "a presentation that belongs to no complete option")


def _check_credential(wanted: CredentialQuery, claims: Mapping[str, Any]) -> None:
    if not wanted.answerable:
        raise CheckFailed("dcql_format", "a credential in a format that we cannot verify")
    if claims.get("vct") not in wanted.vct_values:
        raise CheckFailed("dcql_vct", "a credential of a type that was not asked")
    if not any(all(_is_met(claim, claims) for claim in claims_set) for claims_set in wanted.alternatives()):
        raise CheckFailed("dcql_claims", "an asked claim is absent or has another value")


def _is_met(claim: ClaimsQuery, claims: Mapping[str, Any]) -> bool:
    try:
        values = _values_at(claims, claim.path)
    except PathError:
        return False
    return any(is_allowed(value, claim.values) for value in values)


def _values_at(value: Json, path: ClaimPath) -> list[Json]:
    """Like `select`, but an index stands for any element: hidden elements are gone from a processed
    array, so the position in the issuer's array cannot be known (RFC 9901, 7.1)."""
    if not path:
        return [value]
    component, rest = path[0], path[1:]
    if isinstance(component, str):
        if not isinstance(value, dict):
            raise PathError("a member name on something that is no object")
        return _values_at(value[component], rest) if component in value else []
    if not isinstance(value, list):
        raise PathError("an index or null on something that is no array")
    if component is None:
        return [found for element in value for found in _values_at(element, rest)]
    return [found for element in value for found in _values_or_none(element, rest)]


def _values_or_none(value: Json, path: ClaimPath) -> list[Json]:
    try:
        return _values_at(value, path)
    except PathError:
        return []
