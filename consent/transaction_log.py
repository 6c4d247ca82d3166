"""The history of a wallet in the shape in which wallets exchange it (EUDI TS10 1.2, 3): names, no values."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import ConfigDict, Field, ValidationError, model_validator
from pydantic.alias_generators import to_camel

from consent.plain_text import FrozenModel
from openid4vc.errors import Malformed
from openid4vc.jose import strict_json

Outcome: TypeAlias = Literal["shared", "not_shared", "failed", "not_sure"]
LONGEST_TEXT: Final = 2048
Text = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
PRIVACY_STATEMENT: Final = "http://data.europa.eu/eudi/policy/privacy-policy"
NATIONAL_NUMBER: Final = "urn:eenmalig:identifier:ntr-nl"
_RESULTS: Final[dict[str, tuple[str, str | None]]] = {
    "shared": ("Completed", None),
    "not_shared": ("NotCompleted", "the user did not share"),
    "failed": ("NotCompleted", "failed, nothing was shared"),
    "not_sure": ("NotCompleted", "not certain whether it arrived"),
}


class WireModel(FrozenModel):
    """Members under the standard's own names; what is absent is left out."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, validate_by_alias=True)

    def to_wire(self) -> dict[str, Any]:
        """The JSON object as the standard writes it."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


class Identifier(WireModel):
    """A number in an official register (TS2)."""

    type: Text
    identifier: Text


class MultiLangString(WireModel):
    """A text in one language (TS5)."""

    lang: Text
    content: Text


class Policy(WireModel):
    """Where a policy can be read (TS2)."""

    type: Text = PRIVACY_STATEMENT
    policy_uri: Annotated[Text, Field(alias="policyURI")]


class ClaimInfo(WireModel):
    """Which fields of one type of card, by their paths (3.19.2)."""

    credential_identifier: Text
    claims: Annotated[tuple[Text, ...], Field(min_length=1)]

    @classmethod
    def named(cls, credential_identifier: str, claims: Iterable[str]) -> "ClaimInfo":
        """Names that others chose, cut to fit: an odd name never keeps a line out of the log."""
        names = tuple(map(_fitting, claims))
        return cls(credential_identifier=_fitting(credential_identifier), claims=names)


def _fitting(name: str) -> str:
    return name[:LONGEST_TEXT] or "-"


class Presentation(WireModel):
    """A request of somebody, and what of it was given (3.2)."""

    interacting_party_identifier: Identifier
    interacting_party_type: Literal["ServiceProvider"] = "ServiceProvider"
    interacting_party_name: MultiLangString
    interacting_party_contact: Annotated[tuple[Text, ...], Field(min_length=2)]
    is_intermediary: bool = False
    intermediary_identifier: Identifier | None = None
    intermediary_name: MultiLangString | None = None
    intermediary_contact: tuple[Text, ...] | None = None
    registrar_url: Annotated[Text, Field(alias="registrarURL")]
    purpose: Annotated[tuple[MultiLangString, ...], Field(min_length=1)]
    privacy_policy: Policy
    dpa_name: MultiLangString
    dpa_country: MultiLangString
    dpa_contact: Annotated[tuple[Text, ...], Field(min_length=1)]
    list_of_claims_requested: Annotated[tuple[ClaimInfo, ...], Field(min_length=1)]
    list_of_claims_presented: tuple[ClaimInfo, ...]
    transactional_data: dict[str, Any] | None = None
    reason_of_noncompletion: Text | None = None

    @model_validator(mode="after")
    def _coherent(self) -> "Presentation":
        named = self.intermediary_identifier or self.intermediary_name or self.intermediary_contact
        if named and not self.is_intermediary:
            raise ValueError("an intermediary is named where there is none")
        return self


class CredentialIssuance(WireModel):
    """Cards that were collected (3.5)."""

    interacting_party_identifier: Identifier
    interacting_party_type: Literal["QEAAProvider", "NonQEAAProvider", "PubEEAProvider", "PIDProvider"]
    interacting_party_name: MultiLangString
    interacting_party_contact: Annotated[tuple[Text, ...], Field(min_length=2)]
    credential_number_requested: Annotated[int, Field(ge=0)]
    credential_number_issued: Annotated[int, Field(ge=0)]
    credential_identifier: tuple[Text, ...]
    is_user_triggered: bool


class CredentialDeletion(WireModel):
    """A card that the citizen removed (3.6)."""

    credential_identifier: Text
    credential_issuer_identifier: Identifier
    credential_issuer_name: MultiLangString


class DataDeletionRequest(WireModel):
    """A request to somebody to erase what was given (3.13; DATA_DLT_06)."""

    interacting_party_identifier: Identifier
    interacting_party_name: MultiLangString
    list_of_claims: Annotated[tuple[ClaimInfo, ...], Field(min_length=1)]


class DpaReport(WireModel):
    """A report to a data-protection authority (3.14; RPT_DPA_05)."""

    dpa_name: MultiLangString
    dpa_country: MultiLangString


class OtherTransaction(WireModel):
    """Anything else, such as a mandate that was withdrawn, in words (3.15)."""

    description: Annotated[tuple[Text, ...], Field(min_length=1)]


_MEMBERS: Final = {
    "Presentation": "presentation",
    "CredentialIssuance": "credential_issuance",
    "CredentialReissuance": "credential_issuance",
    "CredentialDeletion": "credential_deletion",
    "DataDeletionRequest": "data_deletion_request",
    "DPAReport": "dpa_report",
    "OtherTransaction": "other_transaction",
}


class Transaction(WireModel):
    """One line of the history: exactly one kind, and how it ended (3.1); only kinds that we have."""

    presentation: Presentation | None = None
    credential_issuance: CredentialIssuance | None = None
    credential_deletion: CredentialDeletion | None = None
    data_deletion_request: DataDeletionRequest | None = None
    dpa_report: DpaReport | None = None
    other_transaction: OtherTransaction | None = None
    transaction_identifier: Text
    time: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\z")]
    transaction_type: Literal[
        "Presentation",
        "CredentialIssuance",
        "CredentialReissuance",
        "CredentialDeletion",
        "DataDeletionRequest",
        "DPAReport",
        "OtherTransaction",
    ]
    transaction_result: Literal["Completed", "NotCompleted"]

    @model_validator(mode="after")
    def _coherent(self) -> "Transaction":
        present = {name for name in _MEMBERS.values() if getattr(self, name) is not None}
        if present != {_MEMBERS[self.transaction_type]}:
            raise ValueError("a transaction is of exactly the kind that its type says")
        reason = self.presentation and self.presentation.reason_of_noncompletion
        if reason and self.transaction_result == "Completed":
            raise ValueError("what was completed has no reason for not being so")
        return self


class CredentialInfo(WireModel):
    """A card in the wallet, without anything that is on it (3.19.1)."""

    credential_identifier: Text
    format: Text = "dc+sd-jwt"
    issuer_identifier: tuple[Identifier, ...]
    issuer_type: Literal["QEAAProvider", "NonQEAAProvider", "PubEEAProvider", "PIDProvider"]
    issuer_name: MultiLangString
    supply_point_url: Annotated[Text, Field(alias="supplyPointURL")]


class MigrationData(WireModel):
    """What a citizen takes along to another wallet (3.18); the caller encrypts it (5)."""

    transaction_log: tuple[Transaction, ...]
    list_of_credentials: tuple[CredentialInfo, ...]
    non_device_bound_credentials: tuple[()] = ()

    @classmethod
    def from_json(cls, data: bytes | str) -> "MigrationData":
        """Read an export; anything else is Malformed."""
        strict_json.loads_object(data, max_bytes=8 << 20)
        try:
            return cls.model_validate_json(data)
        except ValidationError as cause:
            raise Malformed("not an export of a wallet") from cause


def wire_time(moment: datetime) -> str:
    """A moment as the standard writes it, in UTC and without saying so (3.1)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def result_of(outcome: Outcome) -> tuple[str, str | None]:
    """One of our four outcomes as a result of the standard, and the reason where it was not completed."""
    return _RESULTS[outcome]
