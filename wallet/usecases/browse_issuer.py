"""Ask for a card without an offer: the citizen picks the organisation, and signs in there (W-01)."""

from dataclasses import dataclass

from consent.grant_receipt import receipt_vct
from openid4vc.errors import CheckFailed
from openid4vc.vci.metadata import IssuerMetadata
from openid4vc.vci.offer import CredentialOffer
from wallet.domain.card import Organisation
from wallet.domain.offer import Offer
from wallet.domain.offering import offered_card, organisation, trusted_issuer
from wallet.domain.refusals import OfferUnusable, WalletUnsuitable
from wallet.domain.sealing import Viewer
from wallet.domain.source import OfferedCard
from wallet.ports import Ports
from wallet.usecases.look_up_issuer import LookedUp, look_up_issuer
from wallet.usecases.receive_offer import open_new_offer
from wallet.usecases.trusted_issuers import trusted_issuers


@dataclass(frozen=True, slots=True)
class Range:
    """The cards that an organisation gives to who signs in there."""

    issuer: Organisation
    cards: tuple[OfferedCard, ...]


def known_organisations(*, ports: Ports) -> tuple[Organisation, ...]:
    """Everybody who gives cards to who signs in; nobody is asked for it but the list of trust.

    Who gives receipts of mandates only is left out: those come with a mandate, and never this way.
    """
    named = (issuer for issuer in trusted_issuers(ports=ports).issuers if not issuer.is_open)
    receipt = receipt_vct("")
    return tuple(
        organisation(issuer) for issuer in named if not all(vct.endswith(receipt) for vct in issuer.vcts)
    )


def browse_issuer(issuer_id: str, *, ports: Ports) -> Range:
    """Fetch what an organisation publishes; OfferUnusable when it gives nothing without an offer."""
    issuer = trusted_issuer(issuer_id, trusted_issuers(ports=ports))
    offer = CredentialOffer(credential_issuer=issuer.id, credential_configuration_ids=("-",))
    found = look_up_issuer(offer, ports=ports)
    cards = _usable(found, found.metadata) if found.server.takes_authorization_code else ()
    if not cards:
        raise OfferUnusable
    return Range(organisation(found.issuer), cards)


def ask_for_card(issuer_id: str, configuration_id: str, *, viewer: Viewer, ports: Ports) -> Offer:
    """Open an offer as if the organisation had made it, without any grant in it (4.1.1)."""
    issuer = trusted_issuer(issuer_id, trusted_issuers(ports=ports))
    if not 1 <= len(configuration_id) <= 256:
        raise OfferUnusable
    offer = CredentialOffer(credential_issuer=issuer.id, credential_configuration_ids=(configuration_id,))
    return open_new_offer(offer, viewer=viewer, ports=ports)


def _usable(found: LookedUp, metadata: IssuerMetadata) -> tuple[OfferedCard, ...]:
    cards = []
    for id, configuration in metadata.credential_configurations_supported.items():
        try:
            cards.append(offered_card(id, configuration, found.issuer))
        except (CheckFailed, WalletUnsuitable):
            continue
    return tuple(cards)
