"""Whom we believe for which kind of credential: anchors per issuer, an issuer per vct (SD-JWT VC, 7.7)."""

from dataclasses import dataclass, replace
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from openid4vc.errors import Malformed
from openid4vc.jose import strict_json

ANY_ISSUER = "urn:eenmalig:any-issuer"
ANY_TYPE = "*"


@dataclass(frozen=True, slots=True)
class TrustedIssuer:
    """An organisation that may issue these types; `id` is its issuer identifier, `name` its Dutch name.

    The id ANY_ISSUER stands for whoever the anchors certify: for trying out the software of strangers.
    """

    id: str
    name: str
    vcts: frozenset[str]
    anchors: tuple[x509.Certificate, ...]
    name_en: str = ""

    def name_in(self, language: str) -> str:
        """The name in this language; Dutch where there is no other."""
        return self.name_en if language == "en" and self.name_en else self.name

    @property
    def is_open(self) -> bool:
        """Whether this entry stands for anybody below its anchors."""
        return self.id == ANY_ISSUER

    def called(self, identifier: str, name: str) -> "TrustedIssuer":
        """An open entry, once it is known who is meant."""
        return replace(self, id=identifier, name=name, name_en="")


@dataclass(frozen=True, slots=True)
class TrustedIssuers:
    """The whole list; who is not on it is not believed."""

    issuers: tuple[TrustedIssuer, ...]

    def for_vct(self, vct: str) -> tuple[TrustedIssuer, ...]:
        """Everyone who may issue this type, possibly nobody."""
        return tuple([issuer for issuer in self.issuers if vct in issuer.vcts or ANY_TYPE in issuer.vcts])

    @classmethod
    def from_json(cls, data: bytes) -> "TrustedIssuers":
        """Read the list; an empty one, and an issuer without types or anchors, is Malformed."""
        entries = strict_json.loads_object(data).get("issuers")
        if not isinstance(entries, list) or not entries:
            raise Malformed("a trust list names at least one issuer")
        issuers = tuple(_issuer(entry) for entry in entries)
        if len({issuer.id for issuer in issuers}) != len(issuers):
            raise Malformed("an issuer is on the trust list twice")
        return cls(issuers)

    def to_json(self) -> bytes:
        """The list in the form that from_json reads."""
        return strict_json.dumps({"issuers": [_entry(issuer) for issuer in self.issuers]})


def load_anchors(pem: bytes) -> tuple[x509.Certificate, ...]:
    """Trust anchors from PEM; none at all, or a certificate that is no CA, is Malformed."""
    try:
        anchors = tuple(x509.load_pem_x509_certificates(pem))
    except ValueError as cause:
        raise Malformed("no certificates in PEM") from cause
    if not anchors or not all(is_authority(anchor) for anchor in anchors):
        raise Malformed("a trust anchor must be a CA certificate")
    return anchors


def is_authority(certificate: x509.Certificate) -> bool:
    """Whether a certificate may sign others, which is what makes it fit to be an anchor."""
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False


def _issuer(entry: Any) -> TrustedIssuer:
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), dict):
        raise Malformed("an entry of the trust list is not an issuer with names")
    names = entry["name"]
    return TrustedIssuer(
        id=_text(entry.get("id")),
        name=_text(names.get("nl")),
        name_en=_text(names.get("en")),
        vcts=frozenset(_texts(entry.get("vcts"))),
        anchors=tuple(
            anchor for pem in _texts(entry.get("anchors")) for anchor in load_anchors(pem.encode("utf-8"))
        ),
    )


def _entry(issuer: TrustedIssuer) -> dict[str, Any]:
    return {
        "id": issuer.id,
        "name": {"nl": issuer.name, "en": issuer.name_in("en")},
        "vcts": sorted(issuer.vcts),
        "anchors": [anchor.public_bytes(Encoding.PEM).decode("ascii") for anchor in issuer.anchors],
    }


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise Malformed("the trust list misses a text")
    return value


def _texts(value: Any) -> list[str]:
    if not isinstance(value, list) or not value:
        raise Malformed("the trust list misses a list of texts")
    return [_text(member) for member in value]
