"""Put an offer and what its issuer publishes into the words of the wallet."""

from datetime import datetime

from openid4vc import urls
from openid4vc.errors import CheckFailed
from openid4vc.oauth.metadata import AuthorizationServerMetadata
from openid4vc.trust.anchors import TrustedIssuer, TrustedIssuers
from openid4vc.vci.credential import JWT_PROOF
from openid4vc.vci.metadata import ClaimDescription, CredentialConfiguration, IssuerMetadata, check_offer
from openid4vc.vci.offer import CredentialOffer, OfferReference, TxCode
from wallet.domain.card import CardField, Organisation, path_text
from wallet.domain.offer import OFFER_LIFE, CodeField, Endpoints, Offer, OfferedCard, OfferId
from wallet.domain.refusals import IssuerNotTrusted, OfferUnusable
from wallet.domain.words import Words, plain, words


def trusted_issuer(issuer_id: str, trusted: TrustedIssuers) -> TrustedIssuer:
    """Return the entry of the trust list; IssuerNotTrusted for anybody else."""
    for issuer in trusted.issuers:
        if issuer.id == issuer_id:
            return issuer
    raise IssuerNotTrusted(host=urls.split_url(issuer_id).netloc)


def require_trusted_place(reference: OfferReference, trusted: TrustedIssuers) -> None:
    """An offer is fetched only at the origin of an issuer that we trust; before any request leaves."""
    if urls.origin(reference.uri) not in {urls.origin(issuer.id) for issuer in trusted.issuers}:
        raise IssuerNotTrusted(host=urls.split_url(reference.uri).netloc)


def organisation(issuer: TrustedIssuer) -> Organisation:
    """Return the issuer under the name that our trust list gives it, never under its own."""
    return Organisation(issuer.id, Words(nl=issuer.name_in("nl"), en=issuer.name_in("en")))


def authorization_server(offer: CredentialOffer, metadata: IssuerMetadata) -> str:
    """Return where the code is exchanged: at the origin of the issuer, or nowhere."""
    grant = offer.pre_authorized
    if grant is None:
        raise OfferUnusable
    server = grant.authorization_server or metadata.authorization_server
    if urls.origin(server) != urls.origin(metadata.credential_issuer):
        raise CheckFailed("authorization_server_origin", "the authorization server is somewhere else")
    return server


def describe_offer(
    offer: CredentialOffer,
    *,
    issuer: TrustedIssuer,
    metadata: IssuerMetadata,
    server: AuthorizationServerMetadata,
    id: OfferId,
    now: datetime,
) -> Offer:
    """Check offer, metadata and trust list against each other; CheckFailed or OfferUnusable otherwise."""
    check_offer(offer, metadata=metadata)
    grant = offer.pre_authorized
    if grant is None or not server.takes_pre_authorized_code:
        raise OfferUnusable
    if metadata.requires_encryption or metadata.nonce_endpoint is None:
        raise CheckFailed("issuer_profile", "encryption is demanded, or there is no nonce endpoint")
    cards = tuple(
        _offered_card(configuration_id, metadata.configuration(configuration_id), issuer)
        for configuration_id in offer.credential_configuration_ids
    )
    return Offer(
        id=id,
        issuer=organisation(issuer),
        cards=cards,
        pre_authorized_code=grant.pre_authorized_code,
        code_field=_code_field(grant.tx_code),
        endpoints=Endpoints(
            token=server.token_endpoint,
            credential=metadata.credential_endpoint,
            nonce=metadata.nonce_endpoint,
            notification=metadata.notification_endpoint,
        ),
        batch_size=metadata.batch_size,
        expires_at=now + OFFER_LIFE,
    )


def _offered_card(
    configuration_id: str, configuration: CredentialConfiguration, issuer: TrustedIssuer
) -> OfferedCard:
    vct = configuration.vct or ""
    if vct not in issuer.vcts:
        raise CheckFailed("issuer_entitlement", "the issuer may not issue this type")
    proof = (configuration.proof_types_supported or {}).get(JWT_PROOF)
    if proof is None or "ES256" not in proof.proof_signing_alg_values_supported:
        raise CheckFailed("proof_type", "the issuer takes no jwt proof with ES256")
    metadata = configuration.credential_metadata
    names = {language: configuration.name(language) or "" for language in ("nl", "en")}
    return OfferedCard(
        configuration_id=configuration_id,
        vct=vct,
        name=words(names, otherwise=configuration_id),
        fields=tuple(_field(claim) for claim in (metadata.claims if metadata else None) or ()),
    )


def _field(claim: ClaimDescription) -> CardField:
    labels = {language: claim.label(language) or "" for language in ("nl", "en")}
    return CardField(claim.path, words(labels, otherwise=path_text(claim.path)))


def _code_field(tx_code: TxCode | None) -> CodeField | None:
    if tx_code is None:
        return None
    return CodeField(tx_code.input_mode, tx_code.length, plain(tx_code.description or ""))
