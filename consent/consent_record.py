"""A mandate as a record for other people's software: JSON-LD after ISO/IEC TS 27560 in the words of DPV."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from consent.mandate_document import DataScope, Mandate
from consent.plain_text import LocalText
from consent.wording import Bilingual, claim_label, path_name

RECORD_MEDIA_TYPE: Final = "application/ld+json"
_CONTEXT: Final[Mapping[str, str]] = {
    "dct": "http://purl.org/dc/terms/",
    "dpv": "https://w3id.org/dpv#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "loc": "https://w3id.org/dpv/loc#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "em": "urn:eenmalig:vocabulary:1:",
}
_PROFILE: Final = "https://w3id.org/dpv/schema/dpv-27560#record"
_STATUS: Final[Mapping[str, str]] = {
    "proposed": "dpv:ConsentRequested",
    "granted": "dpv:ConsentGiven",
    "declined": "dpv:ConsentRefused",
    "revoked": "dpv:ConsentWithdrawn",
    "expired": "dpv:ConsentExpired",
    "used": "em:MandateUsed",
}
_RIGHTS: Final = ("eu-gdpr:A13", "eu-gdpr:A15", "eu-gdpr:A16", "eu-gdpr:A17", "eu-gdpr:A18", "eu-gdpr:A77")
_NOTE: Final = Bilingual(
    "Dit is een machtiging. De grondslag voor de gegevens is de wet.",
    "This is a mandate. The ground for processing the data is the law.",
)


@dataclass(frozen=True, slots=True)
class RecordEvent:
    """A state that the mandate came into, and when."""

    state: str
    at: datetime


def consent_record(mandate: Mandate, *, record_id: str, events: Sequence[RecordEvent]) -> dict[str, Any]:
    """The record of this mandate up to its last event; names of fields, no values, nobody's name.

    A ValueError for no events and for a state that a mandate does not have.
    """
    if not events or any(event.state not in _STATUS for event in events):
        raise ValueError("a record has at least one event, each a state of a mandate")
    return {
        "@context": dict(_CONTEXT),
        "@id": f"urn:eenmalig:record:{record_id}",
        "@type": ["dpv:ConsentRecord", "em:MandateRecord"],
        "dct:identifier": record_id,
        "dct:conformsTo": _PROFILE,
        "dct:description": _texts(_NOTE),
        "dct:created": _moment(events[0].at),
        "dct:modified": _moment(events[-1].at),
        "dct:language": ["nl", "en"],
        "dpv:hasDataSubject": {"@type": "dpv:DataSubject"},
        "dpv:hasDataController": _organisation(mandate, "dpv:DataController"),
        "dpv:hasJurisdiction": "loc:NL",
        "dpv:hasApplicableLaw": "eu-gdpr:GDPR",
        "dpv:hasLegalBasis": {"@id": "eu-gdpr:A6-1-e", "dct:description": mandate.legal_basis},
        "dpv:hasNotice": _notice(mandate),
        "dpv:hasProcess": [_process(mandate, scope) for scope in mandate.data],
        "dpv:hasRight": list(_RIGHTS),
        "dpv:hasConsentStatus": [_event(event) for event in events],
        "em:mandate": _mandate(mandate),
    }


def _notice(mandate: Mandate) -> dict[str, Any]:
    return {
        "@type": "dpv:ConsentNotice",
        "dct:identifier": f"urn:eenmalig:text:sha-256:{mandate.text_sha256}",
        "dct:language": mandate.text_lang,
    }


def _process(mandate: Mandate, scope: DataScope) -> dict[str, Any]:
    """What is done with the fields of one card (27560: purpose, information, storage, recipients)."""
    return {
        "@type": "dpv:Process",
        "dct:identifier": scope.query,
        "dpv:hasPurpose": {
            "@type": "dpv:PublicBenefit",
            "dct:identifier": mandate.purpose.code,
            "dct:description": _texts(mandate.purpose.text),
        },
        "dpv:hasPersonalData": list(_fields(scope)),
        "dpv:hasDataSource": {"@type": "dpv:DataSubjectDataSource"},
        "dpv:hasStorageCondition": [{"@type": "dpv:StorageDuration", "dpv:hasDuration": scope.retention}],
        "dpv:hasRecipient": {
            "@type": "dpv:Recipient",
            "dct:identifier": mandate.addressee.id,
            "dct:title": mandate.addressee.name,
        },
    }


def _fields(scope: DataScope) -> Iterator[dict[str, Any]]:
    for path in scope.paths:
        yield {
            "@type": "dpv:PersonalData",
            "dct:identifier": f"{scope.query}.{path_name(path)}",
            "dct:title": [
                {"@language": "nl", "@value": claim_label(path, "nl")},
                {"@language": "en", "@value": claim_label(path, "en")},
            ],
            "dpv:hasNecessity": "dpv:Required",
        }


def _mandate(mandate: Mandate) -> dict[str, Any]:
    """What has no word in DPV: that it is for one act, once."""
    return {
        "@type": "em:Mandate",
        "dct:identifier": mandate.mandate_id,
        "em:actions": list(mandate.actions),
        "em:excludes": list(mandate.excludes),
        "em:maxUses": mandate.max_uses,
        "em:notBefore": _moment(mandate.starts()),
        "em:expiresAt": _moment(mandate.ends()),
        "em:withdrawAt": mandate.revocation_uri,
    }


def _organisation(mandate: Mandate, kind: str) -> dict[str, Any]:
    return {"@type": kind, "dct:identifier": mandate.mandatary.id, "dct:title": mandate.mandatary.name}


def _event(event: RecordEvent) -> dict[str, Any]:
    return {"@type": _STATUS[event.state], "em:state": event.state, "dct:date": _moment(event.at)}


def _texts(text: LocalText | Bilingual) -> list[dict[str, str]]:
    return [{"@language": "nl", "@value": text.nl}, {"@language": "en", "@value": text.en}]


def _moment(moment: datetime) -> dict[str, str]:
    written = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"@type": "xsd:dateTime", "@value": written}
