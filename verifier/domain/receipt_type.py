"""What a receipt is called, and each of its claims: type metadata and metadata of the issuer alike."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from consent.wording import Bilingual
from openid4vc.dcql.path import ClaimPath
from openid4vc.jose import strict_json

LANGUAGES: Final = ("nl", "en")
TITLE: Final = Bilingual("Ontvangstbewijs van een machtiging", "Receipt of a mandate")
DESCRIPTION: Final = Bilingual(
    "Wat u hebt toegestaan, aan wie, en tot wanneer.", "What you allowed, to whom, and until when."
)
CLAIMS: Final[Mapping[ClaimPath, Bilingual]] = {
    ("mandatary", "name"): Bilingual("Wie voor u handelt", "Who acts for you"),
    ("mandatary", "id"): Bilingual("Nummer van wie voor u handelt", "Number of who acts for you"),
    ("addressee", "name"): Bilingual("Wie beslist", "Who decides"),
    ("addressee", "id"): Bilingual("Nummer van wie beslist", "Number of who decides"),
    ("purpose",): Bilingual("Waarvoor", "What for"),
    ("actions",): Bilingual("Wat mag", "What is allowed"),
    ("not_before",): Bilingual("Geldig vanaf", "Valid from"),
    ("expires_at",): Bilingual("Geldig tot", "Valid until"),
    ("granted_at",): Bilingual("Gegeven op", "Given on"),
    ("mandate_id",): Bilingual("Kenmerk", "Reference"),
    ("text_sha256",): Bilingual("Vingerafdruk van de tekst", "Fingerprint of the text"),
    ("helped_by", "name"): Bilingual("Wie hielp", "Who helped"),
    ("helped_by", "organisation"): Bilingual("Organisatie van wie hielp", "Organisation of who helped"),
    ("helped_by", "relation"): Bilingual("Wat die voor u is", "What they are to you"),
    ("helped_by", "place"): Bilingual("Waar u het gaf", "Where you gave it"),
    ("helped_by", "helper_sha256"): Bilingual("Vingerafdruk van wie hielp", "Fingerprint of who helped"),
    ("type",): Bilingual("Soort document", "Kind of document"),
}


def type_document(vct: str) -> bytes:
    """Always the same bytes, because every receipt pins their hash; nothing of it can be hidden."""
    return strict_json.dumps(
        {
            "vct": vct,
            "name": TITLE.en,
            "description": DESCRIPTION.en,
            "display": [
                {"locale": language, "name": name, "description": getattr(DESCRIPTION, language)}
                for language, name in in_languages(TITLE, LANGUAGES)
            ],
            "claims": [_claim(path, label) for path, label in CLAIMS.items()],
        }
    )


def in_languages(text: Bilingual, languages: Sequence[str]) -> list[tuple[str, str]]:
    """Each language with the text in it."""
    return [(language, getattr(text, language)) for language in languages]


def _claim(path: ClaimPath, label: Bilingual) -> dict[str, Any]:
    display = [{"locale": language, "label": name} for language, name in in_languages(label, LANGUAGES)]
    return {"path": list(path), "display": display, "sd": "never"}
