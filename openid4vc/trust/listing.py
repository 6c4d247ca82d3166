"""What the keeper of a list of trusted entities writes down (ETSI TS 119 602)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography import x509

from openid4vc.jose.x5c import encode_x5c
from openid4vc.trust.list_kinds import ListKind

ISSUANCE_EXTENSION = "urn:eenmalig:lote:issuance:1"


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who keeps a list, and how to reach them."""

    name: str
    street: str
    website: str
    country: str = "NL"


@dataclass(frozen=True, slots=True)
class ListedEntity:
    """An organisation with the authorities that sign for it; `issuer` and `vcts` only where it issues.

    `certificates` are of the service that issues, `revocation` of the one that tells who is revoked.
    """

    name: str
    name_en: str
    identifier: str
    website: str
    certificates: tuple[x509.Certificate, ...]
    revocation: tuple[x509.Certificate, ...] = ()
    street: str = "-"
    country: str = "NL"
    issuer: str | None = None
    vcts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TrustList:
    """One issue of one list; `sequence` goes up with every issue, moments are aware."""

    kind: ListKind
    keeper: Keeper
    sequence: int
    issued_at: datetime
    next_update: datetime
    entities: tuple[ListedEntity, ...]

    def document(self) -> dict[str, Any]:
        """The JSON to sign; a list of nobody has no list of entities."""
        entities = [_entity(one, self.kind) for one in self.entities]
        listed = {"TrustedEntitiesList": entities} if entities else {}
        return {"LoTE": {"ListAndSchemeInformation": self._scheme(), **listed}}

    def _scheme(self) -> dict[str, Any]:
        address = _address(self.keeper.street, self.keeper.country, self.keeper.website)
        return {
            "LoTEVersionIdentifier": 1,
            "LoTESequenceNumber": self.sequence,
            "LoTEType": self.kind.list_type,
            "SchemeOperatorName": [_text("nl", self.keeper.name)],
            "SchemeOperatorAddress": {f"SchemeOperator{kind}": value for kind, value in address.items()},
            "SchemeTerritory": self.keeper.country,
            "ListIssueDateTime": _moment(self.issued_at),
            "NextUpdate": _moment(self.next_update),
        }


def _entity(entity: ListedEntity, kind: ListKind) -> dict[str, Any]:
    address = _address(entity.street, entity.country, entity.website)
    services = [_service(kind.issuance, entity, entity.certificates, _extension(entity))]
    if entity.revocation:
        services.append(_service(kind.revocation, entity, entity.revocation, {}))
    return {
        "TrustedEntityInformation": {
            "TEName": [_text("nl", entity.name), _text("en", entity.name_en)],
            "TETradeName": [_text("en", entity.identifier)],
            "TEAddress": {f"TE{kind}": value for kind, value in address.items()},
            "TEInformationURI": [{"lang": "nl", "uriValue": entity.website}],
        },
        "TrustedEntityServices": services,
    }


def _service(
    service_type: str,
    entity: ListedEntity,
    certificates: Sequence[x509.Certificate],
    extension: dict[str, Any],
) -> dict[str, Any]:
    information = {
        "ServiceTypeIdentifier": service_type,
        "ServiceName": [_text("nl", entity.name), _text("en", entity.name_en)],
        "ServiceDigitalIdentity": {"X509Certificates": [{"val": val} for val in encode_x5c(certificates)]},
        **extension,
    }
    return {"ServiceInformation": information}


def _extension(entity: ListedEntity) -> dict[str, Any]:
    """Which types an issuer may issue, and under which name: the standard has no place for it (SDVC, 7.7)."""
    if entity.issuer is None:
        return {}
    said = {"type": ISSUANCE_EXTENSION, "issuer": entity.issuer, "vcts": sorted(entity.vcts)}
    return {"ServiceInformationExtensions": [said]}


def _address(street: str, country: str, website: str) -> dict[str, Any]:
    return {
        "PostalAddress": [{"lang": "nl", "StreetAddress": street, "Country": country}],
        "ElectronicAddress": [{"lang": "nl", "uriValue": website}],
    }


def _text(language: str, value: str) -> dict[str, str]:
    return {"lang": language, "value": value}


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
