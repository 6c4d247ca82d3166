"""Receive an offer: know who offers and what would be kept, before anything is collected."""

from dataclasses import dataclass

from openid4vc import urls
from openid4vc.errors import InvalidRequest
from openid4vc.vci.offer import CredentialOffer, OfferReference, parse_offer, parse_offer_url
from wallet.domain.card import Organisation
from wallet.domain.documents import dump, load
from wallet.domain.offer import Offer, OfferId, OfferState, SealedOffer
from wallet.domain.offering import describe_offer, organisation, require_trusted_place, trusted_issuer
from wallet.domain.refusals import NotFound, OfferUnusable, WalletUnsuitable
from wallet.domain.sealing import Viewer
from wallet.ports import Ports
from wallet.usecases.chance import new_id
from wallet.usecases.look_up_issuer import look_up_issuer
from wallet.usecases.peer_trouble import issuer_trouble
from wallet.usecases.trusted_issuers import trusted_issuers

KIND = "offer"


@dataclass(frozen=True, slots=True)
class OfferPreview:
    """What a link alone tells: where it leads, and who that is if the link says so."""

    host: str
    issuer: Organisation | None


def preview_offer(link: str, *, ports: Ports) -> OfferPreview:
    """Judge a link before a request leaves for it: that waits for the citizen's own click."""
    offer = _read(link)
    if isinstance(offer, OfferReference):
        require_trusted_place(offer, trusted_issuers(ports=ports))
        return OfferPreview(urls.split_url(offer.uri).netloc, None)
    issuer = trusted_issuer(offer.credential_issuer, trusted_issuers(ports=ports))
    return OfferPreview(urls.split_url(issuer.id).netloc, organisation(issuer))


def receive_offer(link: str, *, viewer: Viewer, ports: Ports) -> Offer:
    """Read the offer, look its issuer up, fetch what the issuer publishes, and keep the offer open."""
    return open_new_offer(_fetch(_read(link), ports), viewer=viewer, ports=ports)


def open_new_offer(offer: CredentialOffer, *, viewer: Viewer, ports: Ports) -> Offer:
    """The same for an offer that the wallet made itself, because its citizen asked for a card (W-01)."""
    now = ports.clock()
    found = look_up_issuer(offer, ports=ports)
    with issuer_trouble(ports):
        described = describe_offer(
            offer,
            issuer=found.issuer,
            metadata=found.metadata,
            server=found.server,
            id=OfferId(new_id(ports)),
            now=now,
        )
    if ports.client.provider is None and any(card.attested_keys for card in described.cards):
        raise WalletUnsuitable
    ports.stores.offers.keep(
        SealedOffer(
            id=described.id,
            account_id=viewer.account_id,
            state=OfferState.OPEN,
            sealed=viewer.seal(dump(described), kind=KIND, id=described.id),
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
    return sealed, read_offer(sealed, viewer=viewer)


def read_offer(sealed: SealedOffer, *, viewer: Viewer) -> Offer:
    """Unseal an offer."""
    return load(Offer, viewer.unseal(sealed.sealed, kind=KIND, id=sealed.id))


def _read(link: str) -> CredentialOffer | OfferReference:
    try:
        return parse_offer_url(link)
    except InvalidRequest as cause:
        raise OfferUnusable from cause


def _fetch(offer: CredentialOffer | OfferReference, ports: Ports) -> CredentialOffer:
    if isinstance(offer, CredentialOffer):
        return offer
    require_trusted_place(offer, trusted_issuers(ports=ports))
    with issuer_trouble(ports):
        body = ports.issuers.document(offer.uri)
    try:
        return parse_offer(body)
    except InvalidRequest as cause:
        raise OfferUnusable from cause
