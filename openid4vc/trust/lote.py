"""What is read of a list of trusted entities, under the names of the standard (ETSI TS 119 602)."""

import binascii
from datetime import datetime
from typing import Annotated, Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from pydantic import AfterValidator, Field

from openid4vc.messages import Array, FilledArray, Message, ShortText
from openid4vc.trust.texts import Text

MAX_SEQUENCE = (1 << 53) - 1


def moment(text: str) -> datetime:
    """A moment in UTC as RFC 3339 with Z; anything else is a ValueError."""
    if not text.endswith("Z") or "T" not in text:
        raise ValueError("not a moment in UTC")
    return datetime.fromisoformat(text)


def _moment(text: str) -> str:
    moment(text)
    return text


Moment = Annotated[str, AfterValidator(_moment)]


class WebAddress(Message):
    """An address in one language."""

    lang: ShortText
    uri_value: ShortText = Field(alias="uriValue")


class ListAndSchemeInformation(Message):
    """Which list this is and how long it counts."""

    version: int = Field(default=1, alias="LoTEVersionIdentifier")
    sequence_number: Annotated[int, Field(ge=0, le=MAX_SEQUENCE)] = Field(alias="LoTESequenceNumber")
    list_type: ShortText = Field(alias="LoTEType")
    operator_name: FilledArray[Text] = Field(alias="SchemeOperatorName")
    issued: Moment = Field(alias="ListIssueDateTime")
    next_update: Moment = Field(alias="NextUpdate")


class PkiObject(Message):
    """A certificate as standard base64 of its DER."""

    val: Annotated[str, Field(max_length=16384)]


class ServiceDigitalIdentity(Message):
    """By which certificates a service is known; other kinds of identity are not read."""

    certificates: Array[PkiObject] = Field(default=(), alias="X509Certificates")

    def readable(self) -> tuple[x509.Certificate, ...]:
        """The certificates; one that cannot be read makes nobody trusted and harms nobody else."""
        return tuple(found for one in self.certificates if (found := _certificate(one.val)) is not None)


class ServiceInformation(Message):
    """One service; extensions of unknown form are kept and mean nothing."""

    service_type: ShortText | None = Field(default=None, alias="ServiceTypeIdentifier")
    name: FilledArray[Text] = Field(alias="ServiceName")
    identity: ServiceDigitalIdentity = Field(alias="ServiceDigitalIdentity")
    status: ShortText | None = Field(default=None, alias="ServiceStatus")
    status_since: Moment | None = Field(default=None, alias="StatusStartingTime")
    extensions: Array[Any] = Field(default=(), alias="ServiceInformationExtensions")


class TrustedEntityService(Message):
    """A service without its history."""

    information: ServiceInformation = Field(alias="ServiceInformation")


class TrustedEntityInformation(Message):
    """Who it is; a trade name may also be the number in a register."""

    name: FilledArray[Text] = Field(alias="TEName")
    trade_name: Array[Text] = Field(default=(), alias="TETradeName")
    information_uri: Array[WebAddress] = Field(default=(), alias="TEInformationURI")


class TrustedEntity(Message):
    """An organisation and its services."""

    information: TrustedEntityInformation = Field(alias="TrustedEntityInformation")
    services: FilledArray[TrustedEntityService] = Field(alias="TrustedEntityServices")


class LoTE(Message):
    """The list itself."""

    scheme: ListAndSchemeInformation = Field(alias="ListAndSchemeInformation")
    entities: Array[TrustedEntity] = Field(default=(), alias="TrustedEntitiesList")


class ListDocument(Message):
    """What is signed."""

    lote: LoTE = Field(alias="LoTE")


def _certificate(value: str) -> x509.Certificate | None:
    try:
        found = x509.load_der_x509_certificate(binascii.a2b_base64(value.encode("ascii"), strict_mode=True))
        # The library reads lazily; what cannot be read must fail here and nowhere else.
        _ = (found.subject, found.issuer, found.public_key())
        return found
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
