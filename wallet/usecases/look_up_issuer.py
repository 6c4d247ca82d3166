"""Look an issuer up: what it publishes about itself, held against the list of trust and against itself."""

from dataclasses import dataclass

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.oauth.metadata import AuthorizationServerMetadata, parse_authorization_server_metadata
from openid4vc.oauth.metadata import well_known_url as server_url
from openid4vc.trust.anchors import TrustedIssuer
from openid4vc.vci.metadata import IssuerMetadata, parse_issuer_metadata
from openid4vc.vci.metadata import well_known_url as issuer_url
from openid4vc.vci.offer import CredentialOffer
from openid4vc.vci.signed_metadata import SIGNED_METADATA_MEDIA_TYPE, verify_signed_metadata
from wallet.domain.offering import authorization_server, offered_card, source_of, trusted_issuer
from wallet.domain.peer import Message
from wallet.domain.source import OfferedCard, Source
from wallet.ports import Ports
from wallet.usecases.peer_trouble import issuer_trouble
from wallet.usecases.trusted_issuers import trusted_issuers


@dataclass(frozen=True, slots=True)
class LookedUp:
    """An issuer of the list of trust with the documents that it and its authorization server publish."""

    issuer: TrustedIssuer
    metadata: IssuerMetadata
    server: AuthorizationServerMetadata


def look_up_issuer(offer: CredentialOffer, *, ports: Ports) -> LookedUp:
    """Fetch what the issuer of an offer publishes; nothing leaves for one that is not on the list."""
    issuer = trusted_issuer(offer.credential_issuer, trusted_issuers(ports=ports))
    with issuer_trouble(ports):
        metadata = read_metadata(issuer, ports=ports)
        server_id = authorization_server(offer, metadata)
        body = ports.issuers.document(server_url(server_id))
        return LookedUp(
            issuer, metadata, parse_authorization_server_metadata(body, expected_issuer=server_id)
        )


def look_up_again(issuer_id: str, configuration_id: str, *, ports: Ports) -> tuple[Source, OfferedCard]:
    """The issuer of a card as it is today, for new copies and for what it promised."""
    offer = CredentialOffer(credential_issuer=issuer_id, credential_configuration_ids=(configuration_id,))
    found = look_up_issuer(offer, ports=ports)
    with issuer_trouble(ports):
        configuration = found.metadata.configuration(configuration_id)
        card = offered_card(configuration_id, configuration, found.issuer)
        return source_of(found.issuer, found.metadata, found.server), card


def read_metadata(issuer: TrustedIssuer, *, ports: Ports) -> IssuerMetadata:
    """Signed metadata count when we know whose signature it is; else the form without one is asked (W-03)."""
    url = issuer_url(issuer.id)
    said = ports.issuers.metadata(url)
    if said.content_type == SIGNED_METADATA_MEDIA_TYPE:
        signed = _signed(said, issuer, ports)
        if signed is not None:
            return signed
        said = Message(ports.issuers.document(url), "application/json")
    return parse_issuer_metadata(said.body, expected_issuer=issuer.id)


def _signed(said: Message, issuer: TrustedIssuer, ports: Ports) -> IssuerMetadata | None:
    try:
        return verify_signed_metadata(
            said.body.decode("ascii", errors="replace").strip(),
            expected_issuer=issuer.id,
            anchors=(*ports.trust.senders.access_anchors, *issuer.anchors),
            now=ports.clock(),
        ).metadata
    except (CheckFailed, Malformed) as cause:
        ports.audit("signed_metadata_refused", check=getattr(cause, "check", "malformed"))
        return None
