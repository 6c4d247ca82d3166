"""The document behind a vct: what a credential type is called, and each of its claims (SD-JWT VC, 5)."""

from functools import lru_cache
from typing import Any

from issuer.domain.addresses import Addresses
from issuer.domain.organisation import ClaimName, CredentialType
from issuer.domain.text import Text
from openid4vc.jose import strict_json
from openid4vc.sdjwt.type_metadata import integrity


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


@lru_cache(maxsize=256)
def type_integrity(kind: CredentialType, addresses: Addresses) -> str:
    """`vct#integrity`: the hash of that document, taken once for each type (SD-JWT VC, 7)."""
    return integrity(type_document(kind, addresses=addresses))


def _claim(claim: ClaimName) -> dict[str, Any]:
    return {
        "path": list(claim.path),
        "display": _labels(claim.label),
        "sd": "always" if claim.disclosable else "never",
    }


def _labels(label: Text) -> list[dict[str, str]]:
    return [{"locale": locale, "label": text} for locale, text in label.by_locale()]
