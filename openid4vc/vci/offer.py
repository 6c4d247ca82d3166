"""Credential offers, by value and by reference: unauthenticated input (OpenID4VCI 1.0, 4.1)."""

from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

from pydantic import Field, field_validator

from openid4vc.errors import InvalidRequest
from openid4vc.jose import strict_json
from openid4vc.messages import Message, ShortText, parse_message
from openid4vc.oauth.token import PRE_AUTHORIZED
from openid4vc.urls import Identifier, split_url

OFFER_ENDPOINT = "openid-credential-offer://"
MAX_OFFER = 64 * 1024
MAX_CONFIGURATIONS = 32

ConfigurationId = Annotated[str, Field(min_length=1, max_length=256)]


class TxCode(Message):
    """How the code looks that the citizen must type; an empty object still means: one is needed (4.1.1)."""

    input_mode: Literal["numeric", "text"] = "numeric"
    length: Annotated[int, Field(ge=1, le=64)] | None = None
    description: Annotated[str, Field(max_length=300)] | None = None


class PreAuthorizedCodeGrant(Message):
    """The citizen was already recognised by the issuer (4.1.1)."""

    pre_authorized_code: Annotated[str, Field(alias="pre-authorized_code", min_length=1, max_length=512)]
    tx_code: TxCode | None = None
    authorization_server: Identifier | None = None


class AuthorizationCodeGrant(Message):
    """The citizen signs in at the issuer on the way (4.1.1)."""

    issuer_state: ShortText | None = None
    authorization_server: Identifier | None = None


class Grants(Message):
    """The ways to a token that this offer opens; others are ignored (4.1.1)."""

    authorization_code: AuthorizationCodeGrant | None = None
    pre_authorized_code: Annotated[PreAuthorizedCodeGrant | None, Field(alias=PRE_AUTHORIZED)] = None


class CredentialOffer(Message):
    """Which credentials of which issuer are waiting (4.1.1)."""

    credential_issuer: Identifier
    credential_configuration_ids: Annotated[
        tuple[ConfigurationId, ...], Field(strict=False, min_length=1, max_length=MAX_CONFIGURATIONS)
    ]
    grants: Grants | None = None

    @property
    def pre_authorized(self) -> PreAuthorizedCodeGrant | None:
        """The pre-authorized code grant, if this offer has one."""
        return self.grants.pre_authorized_code if self.grants else None

    @property
    def authorization_servers(self) -> tuple[str, ...]:
        """The authorization servers that the grants name."""
        grants = (self.grants.pre_authorized_code, self.grants.authorization_code) if self.grants else ()
        return tuple(grant.authorization_server for grant in grants if grant and grant.authorization_server)

    @field_validator("credential_configuration_ids")
    @classmethod
    def _distinct(cls, ids: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(ids)) != len(ids):
            raise ValueError("a configuration is offered twice")
        return ids


@dataclass(frozen=True, slots=True)
class OfferReference:
    """Where the offer can be fetched; nothing about it is known yet (4.1.3)."""

    uri: str


def offer_uri(offer: CredentialOffer | OfferReference, endpoint: str = OFFER_ENDPOINT) -> str:
    """The link that hands the offer to a wallet (4.1); `endpoint` is a scheme or the wallet's own page."""
    if isinstance(offer, OfferReference):
        query = urlencode({"credential_offer_uri": offer.uri})
    else:
        query = urlencode({"credential_offer": strict_json.dumps(offer.to_json())})
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{query}"


def parse_offer_url(url: str) -> CredentialOffer | OfferReference:
    """Read an offer link of any scheme, a wallet's own page included; InvalidRequest (4.1)."""
    if len(url) > MAX_OFFER:
        raise InvalidRequest("the credential offer is too long")
    try:
        query = urlsplit(url).query
        parameters = parse_qsl(query, keep_blank_values=True, strict_parsing=True, max_num_fields=16)
    except ValueError as cause:
        raise InvalidRequest("not a credential offer") from cause
    offers = [
        (name, value) for name, value in parameters if name in ("credential_offer", "credential_offer_uri")
    ]
    if len(offers) != 1:
        raise InvalidRequest("exactly one of credential_offer and credential_offer_uri is needed")
    (name, value), *_ = offers
    return parse_offer(value) if name == "credential_offer" else _reference(value)


def parse_offer(body: bytes | str) -> CredentialOffer:
    """Read the offer object itself, as fetched or as carried in a link; InvalidRequest (4.1.1)."""
    return parse_message(CredentialOffer, body, refusal=InvalidRequest, max_bytes=MAX_OFFER)


def _reference(uri: str) -> OfferReference:
    try:
        split_url(uri)
    except ValueError as cause:
        raise InvalidRequest("credential_offer_uri is not a URL") from cause
    return OfferReference(uri)
