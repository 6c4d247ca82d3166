"""What a citizen may ask of who got data: erasure, or that an authority looks (AVG 12, 17, 77)."""

from typing import Annotated, Final, Literal, TypeAlias, TypeVar
from urllib.parse import quote

from pydantic import Field, ValidationError, model_validator

from consent.legal_clock import LegalClock
from consent.mandate_document import Code, Digest, MandateId, Second
from consent.plain_text import FrozenModel, LocalText, Sentence
from consent.transaction_log import (
    ClaimInfo,
    DataDeletionRequest,
    DpaReport,
    Identifier,
    MultiLangString,
    Transaction,
    wire_time,
)
from openid4vc.errors import Malformed
from openid4vc.jose import strict_json
from openid4vc.jose.numeric_date import from_numeric_date

Channel: TypeAlias = Literal["web", "mail", "phone"]
RequestId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{16,86}\z")]
PartyName = Annotated[str, Field(min_length=1, max_length=300)]
_CHANNELS: Final[dict[str, Channel]] = {"http": "web", "https": "web", "mailto": "mail", "tel": "phone"}


class RightsModel(FrozenModel):
    """A message of or to a citizen, kept as JSON."""

    def to_json(self) -> bytes:
        """Compact JSON, under the standard's names where it has them."""
        return strict_json.dumps(self.model_dump(mode="json", by_alias=True, exclude_none=True))


Model = TypeVar("Model", bound=RightsModel)


class DeletionRequest(RightsModel):
    """Erase these fields, or everything where none is named (EUDI TS7, DATA_DLT_06, DATA_DLT_09)."""

    type: Literal["urn:eenmalig:deletion-request:1"] = "urn:eenmalig:deletion-request:1"
    request_id: RequestId
    requested_at: Second
    party_identifier: Identifier
    party_name: PartyName
    claims: Annotated[tuple[ClaimInfo, ...], Field(min_length=1)]
    everything: bool = False
    mandate_id: MandateId | None = None

    def clock(self) -> LegalClock:
        """From the moment of asking the organisation has a month."""
        return LegalClock(from_numeric_date(self.requested_at))

    def subject(self) -> str:
        """The subject of a mail; it must say what it is about (DATA_DLT_08)."""
        return "Request for erasure of personal data (Article 17 GDPR) / Verzoek om gegevens te wissen"

    def body(self) -> str:
        """The body of a mail: names of fields, never a value (DATA_DLT_09)."""
        fields = [f"- {one.credential_identifier}: {', '.join(one.claims)}" for one in self.claims]
        asked = ["Alle gegevens die ik deelde. / All data that I shared."] if self.everything else []
        mandate = [f"Machtiging / mandate: {self.mandate_id}"] if self.mandate_id else []
        return "\n".join([f"Aan / to: {self.party_name}", f"Kenmerk / reference: {self.request_id}"]) + (
            "\n" + "\n".join([*mandate, "Wis deze gegevens. / Please erase these data.", *asked, *fields])
        )

    def transaction(self) -> Transaction:
        """The line in the history of the wallet (DATA_DLT_05)."""
        return Transaction(
            data_deletion_request=DataDeletionRequest(
                interacting_party_identifier=self.party_identifier,
                interacting_party_name=MultiLangString(lang="nl", content=self.party_name),
                list_of_claims=self.claims,
            ),
            transaction_identifier=self.request_id,
            time=wire_time(from_numeric_date(self.requested_at)),
            transaction_type="DataDeletionRequest",
            transaction_result="Completed",
        )

    @classmethod
    def from_json(cls, data: bytes | str) -> "DeletionRequest":
        """Read what came in; anything else is Malformed."""
        return _read(cls, data)


FieldName = Annotated[str, Field(min_length=1, max_length=256)]


class ErasedItem(RightsModel):
    """Fields of which the values are gone, and the hash of what held them where it was still there."""

    what: Annotated[str, Field(min_length=1, max_length=128)]
    fields: Annotated[tuple[FieldName, ...], Field(min_length=1)]
    sha256: Digest | None = None
    earlier: Literal[True] | None = None


class KeptItem(RightsModel):
    """What is still there, by which rule, why, and until when where that is known."""

    what: Annotated[str, Field(min_length=1, max_length=128)]
    rule: Sentence
    why: LocalText
    until: Second | None = None
    fields: tuple[FieldName, ...] | None = None


class ErasureCertificate(RightsModel):
    """The answer to a deletion request: what was erased, what was kept and why, by names only."""

    type: Literal["urn:eenmalig:erasure-certificate:1"] = "urn:eenmalig:erasure-certificate:1"
    request_id: RequestId
    decided_at: Second
    decision: Literal["granted", "partly", "refused"]
    erased: tuple[ErasedItem, ...]
    kept: tuple[KeptItem, ...]
    reason: LocalText | None = None
    ground: Code | None = None
    mandate_id: MandateId | None = None
    party_identifier: Identifier | None = None
    party_name: PartyName | None = None
    received_at: Second | None = None
    due: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\z")] | None = None
    late: Literal[True] | None = None
    ledger_seq: Annotated[int, Field(ge=1)] | None = None
    ledger_hash: Digest | None = None

    @model_validator(mode="after")
    def _coherent(self) -> "ErasureCertificate":
        if self.decision == "refused" and (self.erased or self.reason is None):
            raise ValueError("a refusal erases nothing and says why")
        if self.decision != "refused" and not self.erased:
            raise ValueError("what was granted names what was erased")
        if self.decision == "partly" and not self.kept:
            raise ValueError("what was granted in part names what was kept")
        if (self.ledger_seq is None) != (self.ledger_hash is None):
            raise ValueError("a line of the ledger has a number and a hash")
        return self

    @classmethod
    def from_json(cls, data: bytes | str) -> "ErasureCertificate":
        """Read what `to_json` wrote; anything else is Malformed."""
        return _read(cls, data)


class ReportToAuthority(RightsModel):
    """A request that looked unlawful: who sent it, what it asked, and what was wrong with it (EUDI TS8)."""

    type: Literal["urn:eenmalig:dpa-report:1"] = "urn:eenmalig:dpa-report:1"
    report_id: RequestId
    reported_at: Second
    common_name: PartyName
    party_identifier: Identifier
    intermediary_name: PartyName | None = None
    intermediary_identifier: Identifier | None = None
    dpa_name: PartyName
    dpa_country: Annotated[str, Field(pattern=r"^[A-Z]{2}\z")]
    channel: Channel
    claims: tuple[ClaimInfo, ...]
    concerns: Annotated[tuple[Code, ...], Field(max_length=20)] = ()
    words: Annotated[str, Field(max_length=2000)] = ""
    request_object: Annotated[str, Field(min_length=1, max_length=1 << 18, repr=False)]

    @model_validator(mode="after")
    def _coherent(self) -> "ReportToAuthority":
        if (self.intermediary_name is None) != (self.intermediary_identifier is None):
            raise ValueError("an intermediary has a name and a number")
        return self

    def subject(self) -> str:
        """The subject that the standard recommends, with any intermediary (RPT_DPA_07a, RPT_DPA_08)."""
        via = f" via {self.intermediary_name}" if self.intermediary_name else ""
        return f"Reporting an allegedly unlawful or suspicious request received from {self.common_name}{via}"

    def body(self) -> str:
        """Who it is about, what was asked, what the wallet found; the request goes as attachment."""
        lines = [
            f"Organisatie / organisation: {self.common_name} ({self.party_identifier.identifier})",
            *([f"Via: {self.intermediary_name}"] if self.intermediary_name else []),
            f"Kenmerk / reference: {self.report_id}",
            "Gevraagd / asked:",
            *(f"- {one.credential_identifier}: {', '.join(one.claims)}" for one in self.claims),
            *([f"Bevinding / finding: {', '.join(self.concerns)}"] if self.concerns else []),
            *([self.words] if self.words else []),
        ]
        return "\n".join(lines)

    def transaction(self) -> Transaction:
        """The line in the history of the wallet (RPT_DPA_05)."""
        return Transaction(
            dpa_report=DpaReport(
                dpa_name=MultiLangString(lang="nl", content=self.dpa_name),
                dpa_country=MultiLangString(lang="en", content=self.dpa_country),
            ),
            transaction_identifier=self.report_id,
            time=wire_time(from_numeric_date(self.reported_at)),
            transaction_type="DPAReport",
            transaction_result="Completed",
        )

    @classmethod
    def from_json(cls, data: bytes | str) -> "ReportToAuthority":
        """Read what came in; anything else is Malformed."""
        return _read(cls, data)


def channel_of(contact: str) -> Channel:
    """How a contact is reached, by the form of its address (TS7, 3.2); Malformed for any other form."""
    channel = _CHANNELS.get(contact.partition(":")[0].lower())
    if channel is None or not contact.partition(":")[2]:
        raise Malformed("not a web address, mail address or telephone number")
    return channel


def mail_link(contact: str, message: DeletionRequest | ReportToAuthority) -> str:
    """A `mailto:` address with subject and body filled in (RFC 6068); Malformed for other contacts."""
    if channel_of(contact) != "mail" or "?" in contact:
        raise Malformed("not a mail address")
    return f"{contact}?subject={quote(message.subject(), safe='')}&body={_mail_text(message.body())}"


def _mail_text(text: str) -> str:
    return quote(text.replace("\n", "\r\n"), safe="")


def _read(model: type[Model], data: bytes | str) -> Model:
    if "type" not in strict_json.loads_object(data):
        raise Malformed("a message that does not say what it is")
    try:
        return model.model_validate_json(data)
    except ValidationError as cause:
        raise Malformed("not a message about the rights of a citizen") from cause
