"""The mandate as a document: the transaction data that the citizen's key signs (OpenID4VP 1.0, 8.4)."""

from collections.abc import Collection, Hashable
from datetime import UTC, datetime
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from consent.constraints import (
    Act,
    ActionIs,
    AddresseeIs,
    Constraint,
    InForce,
    MandataryIs,
    NotPermitted,
    Permitted,
    YearsAre,
    judge,
)
from consent.plain_text import FrozenModel, Lang, LocalText, Name, Sentence
from openid4vc.jose import base64url

MANDATE_TYPE: Final = "urn:eenmalig:mandate:1"
LONGEST_VALIDITY_SECONDS: Final = 30 * 24 * 3600
RECEIVE_DECISION: Final = "receive-decision"


def distinct(values: tuple[Hashable, ...]) -> tuple[Hashable, ...]:
    """The values themselves when none occurs twice; ValueError otherwise."""
    if len(set(values)) != len(values):
        raise ValueError("a value occurs twice")
    return values


def _ascending(values: tuple[int, ...]) -> tuple[int, ...]:
    if list(values) != sorted(set(values)):
        raise ValueError("years must ascend")
    return values


def _text_of(pattern: str, longest: int) -> StringConstraints:
    return StringConstraints(pattern=pattern, max_length=longest)


Identifier = Annotated[str, _text_of(r"^[A-Za-z0-9][A-Za-z0-9:._-]*\z", 64)]
Code = Annotated[str, _text_of(r"^[A-Za-z0-9][A-Za-z0-9_-]*\z", 64)]
QueryId = Annotated[str, _text_of(r"^[A-Za-z0-9_-]+\z", 64)]
MandateId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+\z", min_length=16, max_length=86)]
Digest = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}\z")]
Retention = Annotated[str, _text_of(r"^P[1-9][0-9]{0,3}D\z", 6)]
WebAddress = Annotated[str, _text_of(r"^https?://[A-Za-z0-9.\[\]:-]+/[A-Za-z0-9._~/-]*\z", 512)]
Second = Annotated[int, Field(ge=0, le=253402300799)]
TaxYear = Annotated[int, Field(ge=1900, le=2999)]
TaxYears = Annotated[tuple[TaxYear, ...], Field(min_length=1, max_length=10), AfterValidator(_ascending)]
MemberName = Annotated[str, _text_of(r"^[A-Za-z0-9_:#-]+\z", 64)]
PathPart: TypeAlias = MemberName | Annotated[int, Field(ge=0, le=9999)] | None
DataPath = Annotated[tuple[PathPart, ...], Field(min_length=1, max_length=8)]
Codes = Annotated[tuple[Code, ...], Field(min_length=1, max_length=20), AfterValidator(distinct)]


class Organisation(FrozenModel):
    """A public body by number and by name."""

    id: Identifier
    name: Name


class MandatePurpose(FrozenModel):
    """The act for which the mandate is given, as a code and in words."""

    code: Code
    text: LocalText


class DataScope(FrozenModel):
    """Which data of one card go along, and how long the mandatary may keep them after the end."""

    query: QueryId
    paths: Annotated[tuple[DataPath, ...], Field(min_length=1, max_length=60), AfterValidator(distinct)]
    retention: Retention


class Mandate(FrozenModel):
    """One act, by one organisation, before one authority, once; every member is shown to the citizen."""

    type: Literal["urn:eenmalig:mandate:1"]
    credential_ids: tuple[Literal["identity"]]
    transaction_data_hashes_alg: tuple[Literal["sha-256"]]
    mandate_id: MandateId
    mandatary: Organisation
    addressee: Organisation
    purpose: MandatePurpose
    legal_basis: Sentence
    actions: Codes
    tax_years: TaxYears
    excludes: Codes
    data: Annotated[tuple[DataScope, ...], Field(min_length=1, max_length=20)]
    not_before: Second
    expires_at: Second
    max_uses: Annotated[int, Field(ge=1, le=1)]
    receives_decision: bool
    revocation_uri: WebAddress
    text_sha256: Digest
    text_lang: Lang

    @model_validator(mode="after")
    def _coherent(self) -> "Mandate":
        if not 0 < self.expires_at - self.not_before <= LONGEST_VALIDITY_SECONDS:
            raise ValueError("a mandate lasts at most 30 days")
        if self.receives_decision != (RECEIVE_DECISION in self.actions):
            raise ValueError("receives_decision and actions contradict each other")
        if self.mandatary.id == self.addressee.id:
            raise ValueError("the mandatary may not decide on its own request (BW 3:68)")
        distinct(tuple(scope.query for scope in self.data))
        return self

    def encode(self) -> str:
        """The transaction data string: base64url of compact JSON; these very characters are hashed."""
        return base64url.encode(self.model_dump_json().encode("utf-8"))

    def starts(self) -> datetime:
        """The first moment at which the mandatary may act."""
        return datetime.fromtimestamp(self.not_before, UTC)

    def ends(self) -> datetime:
        """The first moment at which the mandatary may no longer act."""
        return datetime.fromtimestamp(self.expires_at, UTC)

    def constraints(self) -> tuple[Constraint, ...]:
        """Every limit of this mandate as a value that can be judged."""
        return (
            ActionIs(frozenset(self.actions)),
            YearsAre(frozenset(self.tax_years)),
            MandataryIs(self.mandatary.id),
            AddresseeIs(self.addressee.id),
            InForce(self.starts(), self.ends()),
        )

    def permits(
        self, *, action: str, years: Collection[int], mandatary: str, addressee: str, at: datetime
    ) -> Permitted | NotPermitted:
        """Whether this act, by and before these organisation ids, falls inside the mandate at this moment."""
        return judge(self.constraints(), Act(action, frozenset(years), mandatary, addressee, at))
