"""Registration certificates: what a register says that a party may ask, and why (TS 119 475, 5.2)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any

from cryptography import x509
from pydantic import AfterValidator, Field, model_validator

from openid4vc.dcql.query import DcqlQuery
from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose import base64url
from openid4vc.jose.jws import UnverifiedJws, parse_jws, sign_jws, verify_jws
from openid4vc.jose.keys import SigningKey
from openid4vc.jose.numeric_date import check_times, from_numeric_date
from openid4vc.jose.x5c import VerifiedChain, encode_x5c, parse_x5c, verify_x5c
from openid4vc.messages import Array, FilledArray, Message, Seconds, ShortText, read_message
from openid4vc.sdjwt.vc import StatusReference
from openid4vc.trust.certificates import certificate_names
from openid4vc.trust.surplus import RegisteredCredential, SurplusClaim, surplus_claims
from openid4vc.trust.texts import Text, in_language
from openid4vc.urls import Url

REGISTRATION_TYP = "rc-wrp+jwt"
POLICY = "0.4.0.19475.3.1"
ENTITLEMENT = "https://uri.etsi.org/19475/Entitlement/"
SERVICE_PROVIDER = f"{ENTITLEMENT}Service_Provider"
PID_PROVIDER = f"{ENTITLEMENT}PID_Provider"
PUB_EAA_PROVIDER = f"{ENTITLEMENT}PUB_EAA_Provider"
NON_Q_EAA_PROVIDER = f"{ENTITLEMENT}Non_Q_EAA_Provider"
MAX_LIFE = timedelta(days=366)
MAX_REGISTRATION = 64 * 1024
_CONTACT = re.compile(r"(https?://|mailto:|tel:)[\x21-\x7E]{1,2000}")


def _contact(value: str) -> str:
    if not _CONTACT.fullmatch(value):
        raise ValueError("not a web address, mail address or telephone number")
    return value


Contact = Annotated[str, AfterValidator(_contact)]


class SupervisoryAuthority(Message):
    """Where a citizen complains (TS8); each of them may be absent."""

    email: ShortText | None = None
    phone: ShortText | None = None
    uri: Url | None = None


class Intermediary(Message):
    """Who asks on behalf of the registered party."""

    sub: ShortText
    sname: ShortText | None = None


class StatusEntry(Message):
    """Where the status of the certificate is kept (Token Status List, 6.2)."""

    idx: Annotated[int, Field(ge=0)]
    uri: Url


class Status(Message):
    """The one known way to say it."""

    status_list: StatusEntry


class Registration(Message):
    """What the register says about one service of a party and one intended use of it (TS 119 475, 5.2.4)."""

    name: ShortText
    sub: ShortText
    sub_ln: ShortText | None = None
    sub_gn: ShortText | None = None
    sub_fn: ShortText | None = None
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    registry_uri: Url | None = None
    info_uri: Url | None = None
    support_uri: Contact
    privacy_policy: Url
    srv_description: Array[Array[Text]] | Array[Text] = ()
    entitlements: FilledArray[ShortText]
    supervisory_authority: SupervisoryAuthority
    policy_id: FilledArray[ShortText] = (POLICY,)
    certificate_policy: Url | None = None
    iat: Seconds
    exp: Seconds | None = None
    status: Status | None = None
    credentials: Array[RegisteredCredential] = ()
    purpose: Array[Text] = ()
    intended_use_id: ShortText | None = None
    provides_attestations: Array[RegisteredCredential] = ()
    public_body: bool = False
    intermediary: Intermediary | None = None

    @model_validator(mode="after")
    def _somebody(self) -> "Registration":
        if self.sub_ln is None and (self.sub_gn is None or self.sub_fn is None):
            raise ValueError("neither the name of a legal person nor of a natural one")
        if self.credentials and not self.purpose:
            raise ValueError("credentials without a purpose")
        return self

    @property
    def legal_name(self) -> str:
        """The name in the register."""
        return self.sub_ln or f"{self.sub_gn} {self.sub_fn}"

    @property
    def asker(self) -> str:
        """The identifier that the access certificate must bear: the intermediary's where there is one."""
        return self.intermediary.sub if self.intermediary else self.sub

    def purpose_in(self, language: str) -> str:
        """Why it is asked, in this language where there is one."""
        return in_language(self.purpose, language)


@dataclass(frozen=True, slots=True)
class VerifiedRegistration:
    """A registration of the very party that asks, by a register we trust; its status is for the caller.

    `claims` are all that the register signed, private ones too (RFC 7519, 4.3).
    """

    registration: Registration
    chain: VerifiedChain
    expires_at: datetime
    claims: Mapping[str, Any] = field(default_factory=dict)

    @property
    def status(self) -> StatusReference | None:
        """The list to ask, signed by the same key as the certificate; None where it cannot be revoked."""
        status = self.registration.status
        return StatusReference(status.status_list.uri, status.status_list.idx) if status else None

    def surplus(self, query: DcqlQuery) -> tuple[SurplusClaim, ...]:
        """What this query asks beyond the registration; empty is good (RPRC_21)."""
        return surplus_claims(self.registration.credentials, query)

    def provides(self, vct: str) -> bool:
        """Whether the party is registered as an issuer of this type (RPRC_22b)."""
        return any(vct in one.types for one in self.registration.provides_attestations)


def sign_registration(
    registration: Registration,
    *,
    key: SigningKey,
    chain: Sequence[x509.Certificate],
    private: Mapping[str, Any] | None = None,
) -> str:
    """Sign as a register, the signing time in the header; ValueError without an end within a year.

    `private` claims go along, and replace none of the standard's.
    """
    if registration.exp is None or not _within_a_year(registration.iat, registration.exp):
        raise ValueError("a registration certificate ends within a year")
    header = {"x5c": encode_x5c(chain), "iat": registration.iat}
    return sign_jws(
        {**(private or {}), **registration.to_json()}, typ=REGISTRATION_TYP, key=key, header=header
    )


def verify_registration(
    data: str, *, anchors: Sequence[x509.Certificate], access_certificate: x509.Certificate, now: datetime
) -> VerifiedRegistration:
    """Verify a registration certificate for the holder of a verified access certificate (RPRC_17).

    `data` is the compact JWT or its base64url (both are in use). CheckFailed: those of jws and x5c,
    registration_signature, registration_no_exp, registration_life, registration_subject, expired,
    not_yet_valid, issued_in_future; Malformed. Status and surplus are the caller's to look at.
    """
    unverified = parse_jws(_compact(data), expected_typ=REGISTRATION_TYP)
    chain = verify_x5c(_without_anchor(unverified, anchors), anchors=anchors, now=now)
    verified = verify_jws(unverified, key=chain.key, check="registration_signature")
    registration = read_message(Registration, verified.claims, refusal=Malformed)
    expires_at = _check_life(verified.header, verified.claims, now)
    # An identifier in a registration is never empty, so a certificate without one is nobody's.
    if registration.asker != certificate_names(access_certificate).identifier:
        raise CheckFailed("registration_subject", "the registration of another party")
    return VerifiedRegistration(registration, chain, expires_at, verified.claims)


def _compact(data: str) -> str:
    """TS 119 472-2 says base64url of the certificate; everybody sends the certificate itself."""
    if len(data) > MAX_REGISTRATION:
        raise Malformed("a registration certificate that is too long")
    if "." in data:
        return data
    try:
        return base64url.decode(data).decode("ascii")
    except UnicodeDecodeError as cause:
        raise Malformed("a registration certificate that is no text") from cause


def _without_anchor(
    unverified: UnverifiedJws, anchors: Sequence[x509.Certificate]
) -> tuple[x509.Certificate, ...]:
    """The whole chain may be sent, its anchor included (TS 119 475, 5.2.2)."""
    chain = parse_x5c(unverified.header)
    return chain[:-1] if len(chain) > 1 and chain[-1] in anchors else chain


def _check_life(header: Mapping[str, Any], claims: Mapping[str, Any], now: datetime) -> datetime:
    """Signed before now, not expired, and for no more than a year."""
    check_times({"iat": header["iat"]} if "iat" in header else {}, now=now)
    expires_at = check_times(claims, now=now)
    if expires_at is None:
        raise CheckFailed("registration_no_exp", "a registration certificate without an end")
    if not _within_a_year(claims["iat"], claims["exp"]):
        raise CheckFailed("registration_life", "a registration certificate for more than a year")
    return expires_at


def _within_a_year(iat: int, exp: int) -> bool:
    return timedelta() < from_numeric_date(exp) - from_numeric_date(iat) <= MAX_LIFE
