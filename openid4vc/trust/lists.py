"""Lists of trusted entities: an authority says, signed and for a while, whom to believe (ETSI TS 119 602)."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cryptography import x509

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose import base64url, strict_json
from openid4vc.jose.jws import UnverifiedJws, sign_jws, verify_jws
from openid4vc.jose.keys import ES256, PublicKey, SigningKey
from openid4vc.jose.numeric_date import CLOCK_TOLERANCE, check_times, to_numeric_date
from openid4vc.jose.x5c import encode_x5c, parse_x5c, verify_x5c
from openid4vc.messages import FilledArray, Message, ShortText, read_message
from openid4vc.trust.anchors import TrustedIssuer, TrustedIssuers, is_authority
from openid4vc.trust.certificates import has_purpose
from openid4vc.trust.list_kinds import ListKind
from openid4vc.trust.listing import ISSUANCE_EXTENSION, TrustList
from openid4vc.trust.lote import (
    ListDocument,
    LoTE,
    ServiceInformation,
    TrustedEntity,
    TrustedEntityInformation,
    moment,
)
from openid4vc.trust.texts import in_language
from openid4vc.urls import Identifier

LIST_TYP = "JOSE"
LIST_SIGNING = "0.4.0.2231.3.0"
MAX_LIST = 2 << 20
_TYPES = (None, LIST_TYP, "JWT")
_EXTENSIONS = frozenset({"crit", "b64", "zip"})
_IN_FORCE = ("/notified", "/granted")
_REGISTERED = re.compile(r"[A-Z]{5}-\S+")


class IssuanceExtension(Message):
    """Which types a service issues, and as which credential issuer."""

    type: Literal["urn:eenmalig:lote:issuance:1"]
    issuer: Identifier
    vcts: FilledArray[ShortText]


@dataclass(frozen=True, slots=True)
class ListedService:
    """A service that was in force when the list was verified, and the organisation that runs it."""

    organisation: TrustedEntityInformation
    information: ServiceInformation
    issuances: tuple[IssuanceExtension, ...]


@dataclass(frozen=True, slots=True)
class VerifiedTrustList:
    """A list by a pinned signer; of no use from `next_update` on."""

    kind: ListKind
    sequence: int
    next_update: datetime
    services: tuple[ListedService, ...]

    def anchors(self) -> tuple[x509.Certificate, ...]:
        """The authorities of the services that issue."""
        return _authorities(self._of_type(self.kind.issuance))

    def revocation_anchors(self) -> tuple[x509.Certificate, ...]:
        """The authorities of the services that tell what is revoked: never those that issue (T-22)."""
        return _authorities(self._of_type(self.kind.revocation))

    def identifiers(self) -> frozenset[str]:
        """The numbers under which the organisations are registered, e.g. NTRNL-00000001."""
        found = (_identifier(service.organisation) for service in self._of_type(self.kind.issuance))
        return frozenset(found) - {""}

    def issuers(self) -> TrustedIssuers:
        """Everybody on the list who says what it issues, with its own authorities for its own types."""
        services = self._of_type(self.kind.issuance)
        found = (_issuer(service, said) for service in services for said in service.issuances)
        return TrustedIssuers(tuple(issuer for issuer in found if issuer.anchors))

    def _of_type(self, service_type: str) -> tuple[ListedService, ...]:
        return tuple(one for one in self.services if one.information.service_type == service_type)


def sign_list(trust_list: TrustList, *, key: SigningKey, chain: Sequence[x509.Certificate]) -> str:
    """Sign as the keeper of the list (JAdES baseline B: certificate and time in the header).

    ValueError for a certificate of another key and for a list that is over before it begins.
    """
    if PublicKey.from_certificate(chain[0]).thumbprint() != key.public.thumbprint():
        raise ValueError("the key is not the one of the certificate")
    if trust_list.next_update <= trust_list.issued_at:
        raise ValueError("the next update lies before this one")
    header = {"x5c": encode_x5c(chain), "iat": to_numeric_date(trust_list.issued_at)}
    return sign_jws(trust_list.document(), typ=LIST_TYP, key=key, header=header)


def verify_list(
    compact: str,
    *,
    kind: ListKind,
    signers: Sequence[x509.Certificate],
    now: datetime,
    last_sequence: int | None,
) -> VerifiedTrustList:
    """Verify a list of this kind against the pinned `signers` (T-22); `last_sequence` is the last one seen.

    A pin is the signer's own certificate, or an authority above one whose purpose is list signing.
    CheckFailed: list_alg, list_extension, list_typ, list_no_signers, list_signer, list_purpose,
    list_signature, list_kind, list_outdated, list_rolled_back, issued_in_future and those of x5c; Malformed.
    """
    unverified = _parse(compact)
    verified = verify_jws(unverified, key=_signer_key(unverified, signers, now), check="list_signature")
    lote = read_message(ListDocument, verified.claims, refusal=Malformed).lote
    if lote.scheme.list_type != kind.list_type:
        raise CheckFailed("list_kind", "a list about something else")
    check_times({"iat": verified.header["iat"]} if "iat" in verified.header else {}, now=now)
    _check_age(lote, last_sequence, now)
    services = tuple(service for entity in lote.entities for service in _in_force(entity, now))
    return VerifiedTrustList(kind, lote.scheme.sequence_number, moment(lote.scheme.next_update), services)


def issuers_of(lists: Iterable[VerifiedTrustList]) -> TrustedIssuers:
    """Several lists as one; an issuer on two of them keeps, per type, the authorities of that list."""
    return TrustedIssuers(tuple(issuer for one in lists for issuer in one.issuers().issuers))


def _parse(compact: str) -> UnverifiedJws:
    """Lists go without a type of their own; that the signer is pinned for lists takes its place."""
    parts = compact.split(".") if len(compact) <= MAX_LIST else []
    if len(parts) != 3:
        raise Malformed("not a compact JWS")
    header = strict_json.loads_object(base64url.decode(parts[0]))
    if header.get("alg") != ES256:
        raise CheckFailed("list_alg", "the algorithm is not ES256")
    if not _EXTENSIONS.isdisjoint(header):
        raise CheckFailed("list_extension", "crit, b64 and zip are not supported")
    if header.get("typ") not in _TYPES:
        raise CheckFailed("list_typ", "not the type of a list")
    signing_input = f"{parts[0]}.{parts[1]}".encode("ascii")
    return UnverifiedJws(header, base64url.decode(parts[1]), signing_input, base64url.decode(parts[2]))


def _signer_key(unverified: UnverifiedJws, signers: Sequence[x509.Certificate], now: datetime) -> PublicKey:
    if not signers:
        raise CheckFailed("list_no_signers", "nobody is trusted to keep lists")
    pinned = _pinned(unverified, signers)
    if pinned is not None:
        if not pinned.not_valid_before_utc <= now <= pinned.not_valid_after_utc:
            raise CheckFailed("list_signer", "the certificate of the signer is not valid now")
        return PublicKey.from_certificate(pinned)
    chain = verify_x5c(parse_x5c(unverified.header), anchors=signers, now=now)
    if not has_purpose(chain.leaf, LIST_SIGNING):
        raise CheckFailed("list_purpose", "a certificate that is not for signing lists")
    return chain.key


def _pinned(unverified: UnverifiedJws, signers: Sequence[x509.Certificate]) -> x509.Certificate | None:
    """The pin that is, byte for byte, the first certificate of the header."""
    match unverified.header.get("x5c"):
        case [first, *_]:
            return next((one for one in signers if encode_x5c([one]) == [first]), None)
    return None


def _check_age(lote: LoTE, last_sequence: int | None, now: datetime) -> None:
    if moment(lote.scheme.issued) > now + CLOCK_TOLERANCE:
        raise CheckFailed("issued_in_future", "a list of the future")
    if moment(lote.scheme.next_update) <= now:
        raise CheckFailed("list_outdated", "a newer list should be there by now")
    if last_sequence is not None and lote.scheme.sequence_number < last_sequence:
        raise CheckFailed("list_rolled_back", "an older list than the last one seen")


def _in_force(entity: TrustedEntity, now: datetime) -> Iterator[ListedService]:
    """Without a status the list itself is the status; any status but the good ones is withdrawn."""
    for service in entity.services:
        information = service.information
        since = information.status_since
        good = information.status is None or information.status.endswith(_IN_FORCE)
        if good and (since is None or moment(since) <= now):
            yield ListedService(entity.information, information, tuple(_issuances(information)))


def _issuances(service: ServiceInformation) -> Iterator[IssuanceExtension]:
    for extension in service.extensions:
        if isinstance(extension, dict) and extension.get("type") == ISSUANCE_EXTENSION:
            yield read_message(IssuanceExtension, extension, refusal=Malformed)


def _authorities(services: Iterable[ListedService]) -> tuple[x509.Certificate, ...]:
    certificates = (one for service in services for one in service.information.identity.readable())
    return tuple(dict.fromkeys(one for one in certificates if is_authority(one)))


def _issuer(service: ListedService, said: IssuanceExtension) -> TrustedIssuer:
    return TrustedIssuer(
        id=said.issuer,
        name=in_language(service.organisation.name, "nl"),
        name_en=in_language(service.organisation.name, "en"),
        vcts=frozenset(said.vcts),
        anchors=_authorities([service]),
    )


def _identifier(organisation: TrustedEntityInformation) -> str:
    """A trade name in the form of a registration number is one (EN 319 412-1, 5.1.4)."""
    names = (text.value for text in organisation.trade_name)
    return next((name for name in names if _REGISTERED.fullmatch(name)), "")
