"""The query a verifier writes and a wallet reads (OpenID4VP 1.0, 6)."""

from collections.abc import Sequence
from typing import Annotated, Any, TypeVar

from pydantic import Field, model_validator

from openid4vc.dcql.path import ClaimPath
from openid4vc.errors import InvalidRequest
from openid4vc.jose.strict_json import Json
from openid4vc.messages import FilledArray, Message, ShortText, read_message

SD_JWT_VC = "dc+sd-jwt"
NEVER_DISCLOSABLE = frozenset({"iss", "nbf", "exp", "cnf", "vct", "status"})
MAX_QUERIES = 32
MAX_CLAIMS = 128
MAX_INDEX = 65535

QueryId = Annotated[str, Field(pattern=r"\A[A-Za-z0-9_-]{1,128}\z")]
Component = Annotated[str, Field(max_length=256)] | Annotated[int, Field(ge=0, le=MAX_INDEX)] | None
Path = Annotated[tuple[Component, ...], Field(strict=False, min_length=1, max_length=16)]
Value = Annotated[str, Field(max_length=2048)] | int | bool
Item = TypeVar("Item")
Few = Annotated[tuple[Item, ...], Field(strict=False, min_length=1, max_length=MAX_QUERIES)]
Many = Annotated[tuple[Item, ...], Field(strict=False, min_length=1, max_length=MAX_CLAIMS)]


class TrustedAuthority(Message):
    """One way to say whose credentials are wanted (6.1.1)."""

    type: ShortText
    values: FilledArray[ShortText]


class Meta(Message):
    """What the credential must be, in the words of its format (6.1; App. B.2.3, B.3.5)."""

    vct_values: Few[ShortText] | None = None
    doctype_value: ShortText | None = None


class ClaimsQuery(Message):
    """One wanted claim and, if given, the values that would do (6.3)."""

    id: QueryId | None = None
    path: Path
    values: Many[Value] | None = None


class CredentialQuery(Message):
    """One wanted credential (6.1); formats other than SD-JWT VC are read, but cannot be answered."""

    id: QueryId
    format: ShortText
    meta: Meta
    multiple: bool = False
    require_cryptographic_holder_binding: bool = True
    trusted_authorities: Few[TrustedAuthority] | None = None
    claims: Many[ClaimsQuery] | None = None
    claim_sets: Few[Many[QueryId]] | None = None

    @property
    def answerable(self) -> bool:
        """Whether the format is one that this package knows."""
        return self.format == SD_JWT_VC

    @property
    def vct_values(self) -> tuple[str, ...]:
        """The credential types that would do; empty for formats that have none."""
        return self.meta.vct_values or ()

    def alternatives(self) -> tuple[tuple[ClaimsQuery, ...], ...]:
        """The sets of claims that would do, the preferred one first (6.4.1)."""
        claims = self.claims or ()
        if self.claim_sets is None:
            return (claims,)
        by_id = {claim.id: claim for claim in claims}
        return tuple(tuple(by_id[name] for name in names) for names in self.claim_sets)

    @model_validator(mode="after")
    def _coherent(self) -> "CredentialQuery":
        if self.answerable and self.meta.vct_values is None:
            raise ValueError("meta without vct_values")
        names = [claim.id for claim in self.claims or () if claim.id is not None]
        _require_distinct(names, "two claims with one id")
        if self.claim_sets is not None:
            if self.claims is None or len(names) != len(self.claims):
                raise ValueError("claim_sets needs claims that all have an id")
            _require_known(self.claim_sets, names, "claim_sets names an unknown claim")
        return self


class CredentialSetQuery(Message):
    """Combinations of credential queries, any one of which would do (6.2)."""

    options: Few[Few[QueryId]]
    required: bool = True


class DcqlQuery(Message):
    """The whole question (6)."""

    credentials: Few[CredentialQuery]
    credential_sets: Few[CredentialSetQuery] | None = None

    def query(self, query_id: str) -> CredentialQuery | None:
        """The credential query with this id, None if there is none."""
        return next((query for query in self.credentials if query.id == query_id), None)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all credential queries, in the order asked."""
        return tuple(query.id for query in self.credentials)

    @property
    def answerable(self) -> bool:
        """Whether at least one credential is asked in a format that this package knows."""
        return any(query.answerable for query in self.credentials)

    def sets(self) -> tuple[CredentialSetQuery, ...]:
        """The sets to answer; without `credential_sets` every query is compulsory (6.4.2)."""
        return self.credential_sets or tuple(CredentialSetQuery(options=((name,),)) for name in self.ids)

    def to_json(self) -> dict[str, Any]:
        """The query as a JSON object, without members that hold their default."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @model_validator(mode="after")
    def _coherent(self) -> "DcqlQuery":
        _require_distinct(self.ids, "two queries with one id")
        for wanted in self.credential_sets or ():
            _require_known(wanted.options, self.ids, "an option names an unknown query")
        return self


def parse_dcql(value: Json) -> DcqlQuery:
    """Read the `dcql_query` of a request, already parsed as JSON; InvalidRequest on anything off (6)."""
    return read_message(DcqlQuery, value, refusal=InvalidRequest)


def check_own_query(query: DcqlQuery) -> None:
    """ValueError for what a verifier must not ask: doubles, never-hidden claims, unknown formats (6.3)."""
    for wanted in query.credentials:
        paths: list[ClaimPath] = [claim.path for claim in wanted.claims or ()]
        _require_distinct(paths, "a claim asked twice")
        if not wanted.answerable:
            raise ValueError("a credential format that we cannot verify")
        if any(path[0] in NEVER_DISCLOSABLE for path in paths):
            raise ValueError("a claim that is never selectively disclosable")


def _require_distinct(names: Sequence[object], reason: str) -> None:
    if len(set(names)) != len(names):
        raise ValueError(reason)


def _require_known(groups: Sequence[Sequence[str]], known: Sequence[str], reason: str) -> None:
    if any(name not in known for group in groups for name in group):
        raise ValueError(reason)
