"""Put an offer and what its issuer publishes into the words of the wallet."""

from datetime import datetime
from urllib.parse import urlsplit

from openid4vc import urls
from openid4vc.errors import CheckFailed
from openid4vc.jose.keys import ES256
from openid4vc.oauth.metadata import AuthorizationServerMetadata
from openid4vc.trust.anchors import TrustedIssuer, TrustedIssuers
from openid4vc.vci.credential import ATTESTATION_PROOF, JWT_PROOF
from openid4vc.vci.key_attestation import KeyAttestationsRequired
from openid4vc.vci.metadata import ClaimDescription, CredentialConfiguration, IssuerMetadata, check_offer
from openid4vc.vci.offer import AuthorizationCodeGrant, CredentialOffer, OfferReference, TxCode
from wallet.domain.card import CardField, Organisation, path_text
from wallet.domain.card_look import card_look
from wallet.domain.offer import OFFER_LIFE, CodeField, Grant, Offer, OfferId
from wallet.domain.provider import can_attest
from wallet.domain.refusals import IssuerNotTrusted, OfferUnusable, WalletUnsuitable
from wallet.domain.source import Encryption, Endpoints, OfferedCard, Server, Source
from wallet.domain.words import Words, plain, words


def trusted_issuer(issuer_id: str, trusted: TrustedIssuers) -> TrustedIssuer:
    """Return the entry of the trust list, an open one under the host's name; else IssuerNotTrusted."""
    for issuer in trusted.issuers:
        if issuer.id == issuer_id:
            return issuer
    for issuer in trusted.issuers:
        if issuer.is_open:
            return issuer.called(issuer_id, urlsplit(issuer_id).netloc)
    raise IssuerNotTrusted(host=urlsplit(issuer_id).netloc)


def require_trusted_place(reference: OfferReference, trusted: TrustedIssuers) -> None:
    """An offer is fetched only at the origin of an issuer that we trust; before any request leaves."""
    named = {urls.origin(issuer.id) for issuer in trusted.issuers if not issuer.is_open}
    if urls.origin(reference.uri) not in named and not any(issuer.is_open for issuer in trusted.issuers):
        raise IssuerNotTrusted(host=urls.split_url(reference.uri).netloc)


def organisation(issuer: TrustedIssuer) -> Organisation:
    """Return the issuer under the name that our trust list gives it, never under its own."""
    return Organisation(issuer.id, Words(nl=issuer.name_in("nl"), en=issuer.name_in("en")))


def authorization_server(offer: CredentialOffer, metadata: IssuerMetadata) -> str:
    """Return where tokens come from: at the origin of the issuer, or nowhere."""
    named = offer.authorization_servers
    server = named[0] if named else metadata.authorization_server
    if urls.origin(server) != urls.origin(metadata.credential_issuer):
        raise CheckFailed("authorization_server_origin", "the authorization server is somewhere else")
    return server


def source_of(issuer: TrustedIssuer, metadata: IssuerMetadata, server: AuthorizationServerMetadata) -> Source:
    """Return the issuer as the wallet may use it; CheckFailed for one that we cannot speak to."""
    if metadata.nonce_endpoint is None:
        raise CheckFailed("issuer_profile", "there is no nonce endpoint")
    encryption = Encryption(metadata.credential_request_encryption, metadata.credential_response_encryption)
    return Source(
        issuer=organisation(issuer),
        endpoints=Endpoints(
            token=server.token_endpoint,
            credential=metadata.credential_endpoint,
            nonce=metadata.nonce_endpoint,
            notification=metadata.notification_endpoint,
            deferred=metadata.deferred_credential_endpoint,
            push=server.pushed_authorization_request_endpoint,
            authorization=server.authorization_endpoint,
            challenge=server.challenge_endpoint,
        ),
        server=Server(
            id=server.issuer,
            dpop=server.takes_dpop,
            attestation=server.takes_attestation,
            anonymous=server.pre_authorized_anonymous,
            names_itself=bool(server.authorization_response_iss_parameter_supported),
        ),
        encryption=encryption,
        batch_size=metadata.batch_size,
        resource=metadata.credential_issuer if metadata.authorization_servers else None,
    )


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
    pre = offer.pre_authorized if server.takes_pre_authorized_code else None
    code = offer.grants.authorization_code if offer.grants else AuthorizationCodeGrant()
    if pre is None and (code is None or not server.takes_authorization_code):
        raise OfferUnusable
    cards = tuple(
        offered_card(configuration_id, metadata.configuration(configuration_id), issuer)
        for configuration_id in offer.credential_configuration_ids
    )
    return Offer(
        id=id,
        source=source_of(issuer, metadata, server),
        cards=cards,
        grant=Grant.CODE if pre is None else Grant.PRE,
        pre_authorized_code=None if pre is None else pre.pre_authorized_code,
        issuer_state=code.issuer_state if code else None,
        code_field=None if pre is None else _code_field(pre.tx_code),
        expires_at=now + OFFER_LIFE,
    )


def offered_card(
    configuration_id: str, configuration: CredentialConfiguration, issuer: TrustedIssuer
) -> OfferedCard:
    """Return a card that this issuer may give and whose keys we can prove; CheckFailed otherwise."""
    vct = configuration.vct or ""
    if vct not in issuer.vcts:
        raise CheckFailed("issuer_entitlement", "the issuer may not issue this type")
    proof_type, required = _proof_type(configuration)
    if required is not None and not can_attest(required):
        raise WalletUnsuitable
    metadata = configuration.credential_metadata
    names = {language: configuration.name(language) or "" for language in ("nl", "en")}
    return OfferedCard(
        configuration_id=configuration_id,
        vct=vct,
        name=words(names, otherwise=configuration_id),
        fields=tuple(_field(claim) for claim in (metadata.claims if metadata else None) or ()),
        scope=configuration.scope,
        proof_type=proof_type,
        attested_keys=required is not None or proof_type == ATTESTATION_PROOF,
        look=card_look((metadata.display if metadata else None) or ()),
    )


def _proof_type(configuration: CredentialConfiguration) -> tuple[str, KeyAttestationsRequired | None]:
    """The proofs that we make, those without an attestation alone first (OpenID4VCI 1.0, App. F)."""
    for name in (JWT_PROOF, ATTESTATION_PROOF):
        proof = (configuration.proof_types_supported or {}).get(name)
        if proof is not None and ES256 in proof.proof_signing_alg_values_supported:
            return name, proof.key_attestations_required
    raise CheckFailed("proof_type", "the issuer takes no proof that we can make with ES256")


def _field(claim: ClaimDescription) -> CardField:
    labels = {language: claim.label(language) or "" for language in ("nl", "en")}
    return CardField(claim.path, words(labels, otherwise=path_text(claim.path)))


def _code_field(tx_code: TxCode | None) -> CodeField | None:
    if tx_code is None:
        return None
    return CodeField(tx_code.input_mode, tx_code.length, plain(tx_code.description or ""))
