"""The over-ask check: each field of a question against the purpose register and the registration."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from consent.field_verdict import (
    ALLOWED,
    CHOICE,
    LEAVE_OUT,
    MINIMISATION,
    NOT_REGISTERED,
    REGISTERED,
    FieldVerdict,
    Verdict,
    fields_asked,
    too_much,
    types_asked,
)
from consent.mandate_document import Mandate
from consent.purpose import Purpose, days_of
from consent.purpose_check import ByPurpose
from openid4vc.dcql.path import ClaimPath
from openid4vc.dcql.query import CredentialQuery, DcqlQuery
from openid4vc.trust.registration import VerifiedRegistration
from openid4vc.trust.surplus import SurplusClaim

__all__ = ["ALLOWED", "FieldVerdict", "OverAskReport", "Verdict", "check_question", "mandate_excess"]


@dataclass(frozen=True, slots=True)
class OverAskReport:
    """Every asked field with its verdict, in the order asked."""

    fields: tuple[FieldVerdict, ...]

    @property
    def passed(self) -> bool:
        """Whether something is asked and nothing of it too much."""
        return bool(self.fields) and not self.too_much

    @property
    def too_much(self) -> tuple[FieldVerdict, ...]:
        """What goes beyond the purpose or the registration."""
        return tuple(field for field in self.fields if field.verdict not in ALLOWED)


def check_question(
    query: DcqlQuery,
    *,
    purpose: Purpose | None,
    registration: VerifiedRegistration | None = None,
    vct_of: Callable[[str], str] = str,
) -> OverAskReport:
    """Judge a question field by field; `vct_of` turns the register's templates into types.

    With both, a field must pass both. With neither, nothing can be known to be needed: all is surplus.
    """
    unregistered = frozenset(() if registration is None else registration.surplus(query))
    by_purpose = ByPurpose(purpose, vct_of) if purpose is not None else None
    found: list[FieldVerdict] = []
    for wanted in query.credentials:
        judged = by_purpose.judge(wanted) if by_purpose else _by_registration(wanted, query, registration)
        found.extend(_registered_too(verdict, unregistered) for verdict in judged)
    return OverAskReport(tuple(found))


def mandate_excess(mandate: Mandate, purpose: Purpose) -> tuple[str, ...]:
    """In what a mandate goes beyond its purpose, as stable codes; empty when it stays inside."""
    act = purpose.act
    if act is None:
        return ("rung",)
    checks = {
        "rung": purpose.rung != "act",
        "purpose": mandate.purpose.code != purpose.code,
        "actions": not set(mandate.actions) <= set(act.actions),
        "tax_years": not set(mandate.tax_years) <= set(act.tax_years),
        "excludes": not set(act.excludes) <= set(mandate.excludes),
        "receives_decision": mandate.receives_decision and not act.receives_decision,
        "validity": mandate.ends() - mandate.starts() > purpose.longest_validity,
        "retention": _kept_too_long(mandate, purpose),
        "data": not _fields_of(mandate) <= _fields_allowed(purpose),
    }
    return tuple(name for name, exceeded in checks.items() if exceeded)


def _kept_too_long(mandate: Mandate, purpose: Purpose) -> bool:
    longest = {card.query: days_of(card.retention or purpose.retention) for card in purpose.data}
    return any(days_of(scope.retention) > longest.get(scope.query, 0) for scope in mandate.data)


def _fields_of(mandate: Mandate) -> set[tuple[str, ClaimPath]]:
    return {(scope.query, path) for scope in mandate.data for path in scope.paths}


def _fields_allowed(purpose: Purpose) -> set[tuple[str, ClaimPath]]:
    return {(card.query, claim.path) for card in purpose.data for claim in card.claims}


def _by_registration(
    wanted: CredentialQuery, query: DcqlQuery, registration: VerifiedRegistration | None
) -> Iterator[FieldVerdict]:
    """Without a purpose the registration is all there is; what the question leaves free is optional."""
    free = any(not one.required and _names(one.options, wanted.id) for one in query.sets())
    for vct in types_asked(wanted):
        for path in fields_asked(wanted):
            if registration is None:
                yield too_much(wanted, vct, path, "surplus", None, NOT_REGISTERED)
            elif free or path in _only_alternative(wanted):
                yield FieldVerdict(wanted.id, vct, path, "optional", _basis(registration), REGISTERED, CHOICE)
            else:
                yield FieldVerdict(wanted.id, vct, path, "needed", _basis(registration), REGISTERED, None)


def _only_alternative(wanted: CredentialQuery) -> frozenset[ClaimPath]:
    """Fields that some set of claims does without (OpenID4VP 1.0, 6.4.1)."""
    sets = [{claim.path for claim in claims} for claims in wanted.alternatives()]
    every, common = set().union(*sets), set.intersection(*sets)
    return frozenset(every - common)


def _names(options: Sequence[Sequence[str]], query_id: str) -> bool:
    return any(query_id in option for option in options)


def _basis(registration: VerifiedRegistration) -> str:
    return registration.registration.purpose_in("nl")


def _registered_too(verdict: FieldVerdict, unregistered: frozenset[SurplusClaim]) -> FieldVerdict:
    """What is not registered is surplus, whatever the purpose says; what is forbidden stays forbidden."""
    surplus = SurplusClaim(verdict.query_id, verdict.vct, verdict.path)
    if verdict.verdict not in ALLOWED or surplus not in unregistered:
        return verdict
    return FieldVerdict(
        verdict.query_id,
        verdict.vct,
        verdict.path,
        "surplus",
        MINIMISATION,
        NOT_REGISTERED,
        LEAVE_OUT,
    )
