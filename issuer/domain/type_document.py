"""The document behind a vct: what a credential type is called, and each of its claims (SD-JWT VC, 5)."""

from typing import Any

from issuer.domain.addresses import Addresses
from issuer.domain.organisation import ClaimName, CredentialType
from issuer.domain.text import Text
from openid4vc.jose import strict_json


def type_document(kind: CredentialType, *, addresses: Addresses) -> bytes:
    """Always the same bytes for the same data, because every credential pins their hash."""
    return strict_json.dumps(
        {
            "vct": addresses.vct(kind.name),
            "name": kind.title.en,
            "description": kind.description.en,
            "display": [
                {"locale": locale, "name": name, "description": kind.description.in_language(locale)}
                for locale, name in kind.title.by_locale()
            ],
            "claims": [_claim(claim) for claim in kind.claims],
        }
    )


def _claim(claim: ClaimName) -> dict[str, Any]:
    return {
        "path": list(claim.path),
        "display": _labels(claim.label),
        "sd": "always" if claim.disclosable else "never",
    }


def _labels(label: Text) -> list[dict[str, str]]:
    return [{"locale": locale, "label": text} for locale, text in label.by_locale()]
