"""Steps 1 to 3: make an offer for somebody who signed in, show it, and hand it out by reference."""

from dataclasses import dataclass
from datetime import datetime

from chassis.audit import audit
from chassis.tokens import new_token, token_hash
from issuer.domain.offer import OFFER_LIFE, TX_CODE_LENGTH, Flow, Offer, OfferId
from issuer.domain.offer_secrets import issuer_state, offer_code, pre_authorized_code, tx_code
from issuer.domain.organisation import Configuration, Organisation
from issuer.ports import Ports
from issuer.usecases.refusals import (
    NothingChosen,
    NothingDeferrable,
    NothingOnRecord,
    SeveralOrganisations,
    TooManyGuesses,
    UnknownConfiguration,
    UnknownOffer,
    UnknownPersona,
)
from openid4vc.vci.offer import (
    OFFER_ENDPOINT,
    AuthorizationCodeGrant,
    CredentialOffer,
    Grants,
    OfferReference,
    PreAuthorizedCodeGrant,
    TxCode,
    offer_uri,
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to collect, and how the offer shall travel."""

    persona: str
    configuration_ids: tuple[str, ...]
    by_reference: bool = True
    with_tx_code: bool = True
    flow: Flow = "pre"
    deferred: bool = False


@dataclass(frozen=True, slots=True)
class OfferView:
    """An open offer with its links; `tx_code` never travels inside them (OpenID4VCI 1.0, 13.6).

    `login` is who has to sign in on the way; None where nobody has to.
    """

    id: OfferId
    organisation: str
    configuration_ids: tuple[str, ...]
    link: str
    wallet_link: str
    tx_code: str | None
    login: str | None
    expires_at: datetime


def offer_credential(wish: Wish, *, ports: Ports) -> OfferView:
    """One organisation, one person, at least one credential; the code is good for ten minutes, once."""
    organisation = _organisation_of(wish.configuration_ids, ports=ports)
    _require_on_record(wish, ports=ports)
    if wish.deferred and not any(each.deferrable for each in _chosen(wish, organisation)):
        raise NothingDeferrable
    offer = Offer(
        id=OfferId(new_token(16)),
        organisation=organisation.path,
        persona=wish.persona,
        configuration_ids=wish.configuration_ids,
        needs_tx_code=wish.with_tx_code and wish.flow == "pre",
        expires_at=ports.clock() + OFFER_LIFE,
        flow=wish.flow,
        deferred=wish.deferred,
    )
    ports.store.offers.add(offer, code_hash=token_hash(offer_code(ports.secret, offer)))
    audit("offer_made", organisation=organisation.path, configurations=len(offer.configuration_ids))
    return _view(offer, by_reference=wish.by_reference, ports=ports)


def show_offer(offer_id: str, *, persona: str, organisation: Organisation, ports: Ports) -> OfferView:
    """Again, for the person it was made for, as long as it is open."""
    offer = _open(offer_id, organisation=organisation, ports=ports)
    if offer.persona != persona:
        raise UnknownOffer
    return _view(offer, by_reference=True, ports=ports)


def fetch_offer(offer_id: str, *, asker: str, organisation: Organisation, ports: Ports) -> CredentialOffer:
    """What the wallet fetches; never existed, expired and used look alike (OpenID4VCI 1.0, 4.1.3)."""
    if ports.guesses.too_many(asker, now=ports.clock()):
        raise TooManyGuesses
    try:
        return _message(_open(offer_id, organisation=organisation, ports=ports), ports=ports)
    except UnknownOffer:
        ports.guesses.count(asker, now=ports.clock())
        raise


def _open(offer_id: str, *, organisation: Organisation, ports: Ports) -> Offer:
    offer = ports.store.offers.open_offer(offer_id, organisation=organisation.path, now=ports.clock())
    if offer is None:
        raise UnknownOffer
    return offer


def _organisation_of(configuration_ids: tuple[str, ...], *, ports: Ports) -> Organisation:
    if not configuration_ids:
        raise NothingChosen
    organisations = [ports.organisations.offering(each) for each in configuration_ids]
    first = organisations[0]
    if first is None or None in organisations or len(set(configuration_ids)) != len(configuration_ids):
        raise UnknownConfiguration
    if any(each != first for each in organisations):
        raise SeveralOrganisations
    return first


def _require_on_record(wish: Wish, *, ports: Ports) -> None:
    persona = ports.personas.get(wish.persona)
    if persona is None:
        raise UnknownPersona
    if not set(wish.configuration_ids) <= set(persona.records):
        raise NothingOnRecord


def _chosen(wish: Wish, organisation: Organisation) -> tuple[Configuration, ...]:
    return tuple(each for each in organisation.configurations if each.id in wish.configuration_ids)


def _message(offer: Offer, *, ports: Ports) -> CredentialOffer:
    """No personal data: identifiers and random codes only (OpenID4VCI 1.0, 13.5)."""
    return CredentialOffer(
        credential_issuer=ports.addresses(offer.organisation).credential_issuer,
        credential_configuration_ids=offer.configuration_ids,
        grants=_grants(offer, ports=ports),
    )


def _grants(offer: Offer, *, ports: Ports) -> Grants:
    if offer.flow == "code":
        return Grants(
            authorization_code=AuthorizationCodeGrant(issuer_state=issuer_state(ports.secret, offer.id))
        )
    expected = TxCode(input_mode="numeric", length=TX_CODE_LENGTH) if offer.needs_tx_code else None
    code = pre_authorized_code(ports.secret, offer.id)
    return Grants(pre_authorized_code=PreAuthorizedCodeGrant(pre_authorized_code=code, tx_code=expected))


def _view(offer: Offer, *, by_reference: bool, ports: Ports) -> OfferView:
    addresses = ports.addresses(offer.organisation)
    carried = OfferReference(addresses.offer(offer.id)) if by_reference else _message(offer, ports=ports)
    return OfferView(
        id=offer.id,
        organisation=offer.organisation,
        configuration_ids=offer.configuration_ids,
        link=offer_uri(carried, OFFER_ENDPOINT),
        wallet_link=offer_uri(carried, f"{ports.wallet_url}/offer"),
        tx_code=tx_code(ports.secret, offer.id) if offer.needs_tx_code else None,
        login=offer.persona if offer.flow == "code" else None,
        expires_at=offer.expires_at,
    )
