"""A purpose from the register: what may be asked at most for one act, why, and what never."""

import tomllib
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, ValidationError, model_validator

from consent.mandate_document import Code, Codes, DataPath, DataScope, QueryId, Retention, TaxYears, distinct
from consent.plain_text import FrozenModel, LocalText, Sentence
from openid4vc.dcql.query import DcqlQuery, parse_dcql
from openid4vc.errors import Malformed

Vct = Annotated[str, Field(min_length=1, max_length=256)]
ClaimValue = str | int | bool
Need: TypeAlias = Literal["needed", "optional"]
Rung: TypeAlias = Literal["inform", "advise", "act"]


class PurposeAct(FrozenModel):
    """The act that a mandate for this purpose allows."""

    actions: Codes
    tax_years: TaxYears
    excludes: Codes
    receives_decision: bool


class NeededClaim(FrozenModel):
    """One field, why it may be asked, by which rule, and what would reveal less where that exists.

    A question holds what is needed; an optional field may be asked beside it, never instead of it.
    """

    path: DataPath
    reason: LocalText
    need: Need = "needed"
    rule: Sentence | None = None
    values: tuple[ClaimValue, ...] = ()
    milder: LocalText | None = None


class NeededCard(FrozenModel):
    """The fields of one card; `vct` is a template that the service fills in, `retention` a shorter term."""

    query: QueryId
    vct: Vct
    claims: Annotated[tuple[NeededClaim, ...], Field(min_length=1)]
    retention: Retention | None = None

    @property
    def needed(self) -> tuple[NeededClaim, ...]:
        """What is asked; the optional fields left out."""
        return tuple(claim for claim in self.claims if claim.need == "needed")


class Forbidden(FrozenModel):
    """A field, or a whole card when `path` is absent, that is never asked for this purpose."""

    vct: Vct
    path: DataPath | None = None
    reason: LocalText
    rule: Sentence | None = None


class KeptByLaw(FrozenModel):
    """What is kept although its owner asks for its erasure, by which rule, and why (AVG 17(3))."""

    what: Literal["evidence", "decision"]
    rule: Sentence
    why: LocalText


class Purpose(FrozenModel):
    """An entry of the purpose register: the most that may be asked, and for how long at most.

    `rung` says how far the service may go: inform, advise, or act on a mandate; only the last needs an `act`.
    """

    code: Code
    service: Code
    rung: Rung
    title: LocalText
    text: LocalText
    legal_basis: Sentence
    act: PurposeAct | None = None
    retention: Retention
    validity_days: Annotated[int, Field(ge=1, le=30)]
    data: Annotated[tuple[NeededCard, ...], Field(min_length=1)]
    never: Annotated[tuple[Forbidden, ...], Field(min_length=1)]
    keeps: tuple[KeptByLaw, ...] = ()

    @model_validator(mode="after")
    def _coherent(self) -> "Purpose":
        distinct(tuple(card.query for card in self.data))
        distinct(tuple(duty.what for duty in self.keeps))
        if self.rung == "act" and self.act is None:
            raise ValueError("a purpose on the rung 'act' says what may be done")
        if not self.scopes():
            raise ValueError("a purpose that needs nothing needs no question")
        if any(days_of(card.retention or self.retention) > days_of(self.retention) for card in self.data):
            raise ValueError("a card is kept longer than the purpose allows")
        for card in self.data:
            if any(self.forbidden(card.vct, claim.path) for claim in card.claims):
                raise ValueError("the purpose asks for what it lists as never")
        return self

    @property
    def longest_validity(self) -> timedelta:
        """How long a mandate for this purpose may last at most."""
        return timedelta(days=self.validity_days)

    @property
    def longest_retention(self) -> timedelta:
        """How long anything asked for this purpose may be kept after the end."""
        return timedelta(days=days_of(self.retention))

    def forbidden(self, vct: str, path: DataPath) -> Forbidden | None:
        """The never-rule that this field breaks; a forbidden path covers everything below it."""
        for rule in self.never:
            if rule.vct == vct and (rule.path is None or path[: len(rule.path)] == rule.path):
                return rule
        return None

    def scopes(self) -> tuple[DataScope, ...]:
        """The data part of a mandate for this purpose: what is needed, each card with its own term."""
        return tuple(
            DataScope(
                query=card.query,
                paths=tuple(claim.path for claim in card.needed),
                retention=card.retention or self.retention,
            )
            for card in self.data
            if card.needed
        )

    def dcql(self, vct_of: Callable[[str], str]) -> DcqlQuery:
        """The question to a wallet (OpenID4VP 1.0, 6); `vct_of` turns a vct template into a vct."""
        return parse_dcql({"credentials": self._questions(vct_of)})

    def _questions(self, vct_of: Callable[[str], str]) -> list[dict[str, Any]]:
        return [_credential_query(card, vct_of(card.vct)) for card in self.data if card.needed]


def days_of(retention: str) -> int:
    """The days in a retention term such as P30D."""
    return int(retention.removeprefix("P").removesuffix("D"))


def load_purpose(toml: bytes) -> Purpose:
    """Read one register entry from TOML; Malformed when a member is missing, unknown or wrong."""
    try:
        return Purpose.model_validate(_frozen(tomllib.loads(toml.decode("utf-8"))))
    except (ValueError, ValidationError) as cause:
        raise Malformed("not a purpose") from cause


def _credential_query(card: NeededCard, vct: str) -> dict[str, Any]:
    claims = [
        {"path": list(claim.path)} | ({"values": list(claim.values)} if claim.values else {})
        for claim in card.needed
    ]
    return {"id": card.query, "format": "dc+sd-jwt", "meta": {"vct_values": [vct]}, "claims": claims}


def _frozen(value: Any) -> Any:
    """TOML arrays as tuples, because the model takes nothing else."""
    if isinstance(value, dict):
        return {name: _frozen(member) for name, member in value.items()}
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value
