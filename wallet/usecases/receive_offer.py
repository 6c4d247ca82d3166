"""Receive an offer: know who offers and what would be kept, before anything is collected."""

from dataclasses import dataclass

from openid4vc import urls
from openid4vc.errors import InvalidRequest
from openid4vc.oauth.metadata import parse_authorization_server_metadata
from openid4vc.oauth.metadata import well_known_url as server_url
from openid4vc.vci.metadata import parse_issuer_metadata
from openid4vc.vci.metadata import well_known_url as issuer_url
from openid4vc.vci.offer import CredentialOffer, OfferReference, parse_offer, parse_offer_url
from wallet.domain.card import Organisation
from wallet.domain.documents import dump, load
from wallet.domain.offer import Offer, OfferId, OfferState, SealedOffer
from wallet.domain.offering import (
    authorization_server,
    describe_offer,
    organisation,
    require_trusted_place,
    trusted_issuer,
)
from wallet.domain.refusals import NotFound, OfferUnusable
from wallet.domain.sealing import Viewer
from wallet.ports import Ports
from wallet.usecases.chance import new_id
from wallet.usecases.peer_trouble import issuer_trouble

KIND = "offer"


@dataclass(frozen=True, slots=True)
class OfferPreview:
    """What a link alone tells: where it leads, and who that is if the link says so."""

    host: str
    issuer: Organisation | None


def preview_offer(link: str, *, ports: Ports) -> OfferPreview:
    """Judge a link without a single request leaving: that waits for the citizen's own click."""
    offer = _read(link)
    if isinstance(offer, OfferReference):
        require_trusted_place(offer, ports.trust.issuers)
        return OfferPreview(urls.split_url(offer.uri).netloc, None)
    issuer = trusted_issuer(offer.credential_issuer, ports.trust.issuers)
    return OfferPreview(urls.split_url(issuer.id).netloc, organisation(issuer))


def receive_offer(link: str, *, viewer: Viewer, ports: Ports) -> Offer:
    """Read the offer, look its issuer up, fetch what the issuer publishes, and keep the offer open."""
    now = ports.clock()
    offer = _fetch(_read(link), ports)
    issuer = trusted_issuer(offer.credential_issuer, ports.trust.issuers)
    with issuer_trouble(ports):
        body = ports.issuers.document(issuer_url(issuer.id))
        metadata = parse_issuer_metadata(body, expected_issuer=issuer.id)
        server_id = authorization_server(offer, metadata)
        body = ports.issuers.document(server_url(server_id))
        server = parse_authorization_server_metadata(body, expected_issuer=server_id)
        id = OfferId(new_id(ports))
        described = describe_offer(offer, issuer=issuer, metadata=metadata, server=server, id=id, now=now)
    ports.stores.offers.keep(
        SealedOffer(
            id=id,
            account_id=viewer.account_id,
            state=OfferState.OPEN,
            sealed=viewer.seal(dump(described), kind=KIND, id=id),
            created_at=now,
            expires_at=described.expires_at,
        )
    )
    return described


def open_offer(id: OfferId, *, viewer: Viewer, ports: Ports) -> tuple[SealedOffer, Offer]:
    """Return an offer of this citizen with its state; NotFound for any other."""
    sealed = ports.stores.offers.find(id, account_id=viewer.account_id)
    if sealed is None:
        raise NotFound
    return sealed, load(Offer, viewer.unseal(sealed.sealed, kind=KIND, id=id))


def _read(link: str) -> CredentialOffer | OfferReference:
    try:
        return parse_offer_url(link)
    except InvalidRequest as cause:
        raise OfferUnusable from cause


def _fetch(offer: CredentialOffer | OfferReference, ports: Ports) -> CredentialOffer:
    if isinstance(offer, CredentialOffer):
        return offer
    require_trusted_place(offer, ports.trust.issuers)
    with issuer_trouble(ports):
        body = ports.issuers.document(offer.uri)
    try:
        return parse_offer(body)
    except InvalidRequest as cause:
        raise OfferUnusable from cause
