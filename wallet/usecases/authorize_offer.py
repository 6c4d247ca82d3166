"""Send the citizen to the issuer to sign in: everything is said behind the browser's back (RFC 9126)."""

from hashlib import sha256

from openid4vc.errors import CheckFailed
from openid4vc.oauth.authorization_details import OPENID_CREDENTIAL, AuthorizationDetail
from openid4vc.oauth.par import PushedRequest, authorization_url
from openid4vc.oauth.pkce import code_challenge, make_code_verifier
from wallet.domain.access import ClientKeys, Errand
from wallet.domain.documents import dump
from wallet.domain.offer import Grant, Offer, OfferId, SealedErrand
from wallet.domain.refusals import OfferGone, OfferUnusable
from wallet.domain.sealing import Viewer
from wallet.ports import Ports
from wallet.usecases.chance import new_secret
from wallet.usecases.peer_trouble import issuer_trouble
from wallet.usecases.prove_client import begin_dealing
from wallet.usecases.receive_offer import open_offer

ERRAND = "errand"


def authorize_offer(id: OfferId, *, session: str, viewer: Viewer, ports: Ports) -> str:
    """Push the request and return where the browser goes; only this session can take the answer."""
    _, offer = open_offer(id, viewer=viewer, ports=ports)
    if offer.grant is not Grant.CODE:
        raise OfferUnusable
    errand = Errand(
        state=new_secret(ports),
        code_verifier=make_code_verifier(ports.random_bytes(48)),
        keys=ClientKeys.generate(),
    )
    kept = SealedErrand(
        state_hash=state_hash(errand.state),
        session=session,
        sealed=viewer.seal(dump(errand), kind=ERRAND, id=id),
    )
    if not ports.stores.offers.send_out(id, kept, account_id=viewer.account_id, now=ports.clock()):
        raise OfferGone
    return _push(offer, errand, ports)


def state_hash(state: str) -> str:
    """Return how the store finds an errand, without knowing its state."""
    return sha256(state.encode()).hexdigest()


def _push(offer: Offer, errand: Errand, ports: Ports) -> str:
    endpoints = offer.source.endpoints
    with issuer_trouble(ports):
        if endpoints.push is None or endpoints.authorization is None:
            raise CheckFailed("authorization_endpoints", "nowhere to push to, or to send the citizen")
        proofs = begin_dealing(offer.source, errand.keys, named=True, ports=ports)
        pushed = ports.issuers.push(endpoints.push, _request(offer, errand, ports), proofs=proofs)
    return authorization_url(
        endpoints.authorization, client_id=ports.client.id, request_uri=pushed.request_uri
    )


def _request(offer: Offer, errand: Errand, ports: Ports) -> PushedRequest:
    """By scope, as HAIP wants it; by details for a card that has no scope (OpenID4VCI 1.0, 5.1)."""
    scopes = dict.fromkeys(card.scope for card in offer.cards if card.scope)
    resource = offer.source.resource
    details = tuple(
        AuthorizationDetail(
            type=OPENID_CREDENTIAL,
            credential_configuration_id=card.configuration_id,
            locations=(resource,) if resource else None,
        )
        for card in offer.cards
        if not card.scope
    )
    return PushedRequest(
        client_id=ports.client.id,
        redirect_uri=ports.client.redirect_uri,
        code_challenge=code_challenge(errand.code_verifier),
        code_challenge_method="S256",
        state=errand.state,
        scope=" ".join(scopes) or None,
        authorization_details=details or None,
        issuer_state=offer.issuer_state,
        resource=resource,
    )
