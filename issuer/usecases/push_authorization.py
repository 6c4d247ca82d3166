"""Take a pushed authorization request: all is said and checked before a browser is involved."""

from collections.abc import Mapping

from chassis.audit import audit
from chassis.tokens import new_token, token_hash
from issuer.domain.authorization import PUSHED_LIFE, Asked, AuthorizationId, is_plain_address
from issuer.domain.caller import Caller, Known, Need
from issuer.domain.offer import Offer
from issuer.domain.organisation import Organisation
from issuer.ports import Ports
from issuer.usecases.authenticate_caller import authenticate_caller
from issuer.usecases.wanted_configurations import in_details, in_scopes, limit_to_offer
from openid4vc.errors import (
    InvalidClient,
    InvalidDpopProof,
    InvalidRequest,
    InvalidScope,
    TemporarilyUnavailable,
)
from openid4vc.oauth.par import REQUEST_URI_PREFIX, PushedRequest, PushedResponse


def push_authorization(
    form: Mapping[str, str], caller: Caller, *, organisation: Organisation, ports: Ports
) -> PushedResponse:
    """A reference for this client, good for one browser within a minute (RFC 9126, 2.2)."""
    request = PushedRequest.from_form(form)
    need = Need(attestation=ports.wallets.attestation_required, dpop=False)
    known = _authenticated(request, caller, need, organisation=organisation, ports=ports)
    _check_addresses(request, organisation=organisation, ports=ports)
    now, reference = ports.clock(), new_token()
    kept = ports.store.authorizations.push(
        AuthorizationId(new_token(16)),
        _asked(request, known, organisation=organisation, ports=ports),
        request_hash=token_hash(reference),
        expires_at=now + PUSHED_LIFE,
        now=now,
    )
    if not kept:
        raise TemporarilyUnavailable("too many authorizations at once, try again in a minute")
    audit("authorization_pushed", organisation=organisation.path)
    return PushedResponse(
        request_uri=f"{REQUEST_URI_PREFIX}{reference}", expires_in=int(PUSHED_LIFE.total_seconds())
    )


def _authenticated(
    request: PushedRequest, caller: Caller, need: Need, *, organisation: Organisation, ports: Ports
) -> Known:
    """A wallet that we know or that is vouched for, and one key (RFC 9449, 10.1; RFC 9126, 2.4)."""
    if not ports.wallets.unregistered and not ports.wallets.clients.knows(request.client_id):
        raise InvalidClient("this client is not known here")
    known = authenticate_caller(
        caller, need, client_id=request.client_id, organisation=organisation, ports=ports
    )
    if known.client_id is None and not ports.wallets.clients.knows(request.client_id):
        raise InvalidClient("nobody vouches for this client")
    if known.dpop is not None and request.dpop_jkt not in (None, known.dpop):
        raise InvalidDpopProof("dpop_jkt names another key than the DPoP proof")
    return known


def _check_addresses(request: PushedRequest, *, organisation: Organisation, ports: Ports) -> None:
    clients = ports.wallets.clients
    if clients.knows(request.client_id):
        allowed = clients.may_return_to(request.client_id, request.redirect_uri)
    else:
        allowed = is_plain_address(request.redirect_uri, loopback=ports.demo)
    if not allowed:
        raise InvalidRequest("this redirect_uri is not registered for this client")
    if request.resource not in (None, ports.addresses(organisation.path).credential_issuer):
        raise InvalidRequest("the resource is another issuer")


def _asked(request: PushedRequest, known: Known, *, organisation: Organisation, ports: Ports) -> Asked:
    offer = _offer_behind(request, organisation=organisation, ports=ports)
    details = in_details(request.authorization_details, organisation=organisation, ports=ports)
    scoped = in_scopes(request.scopes, organisation=organisation)
    wanted = limit_to_offer(details, scoped, offer=offer)
    if not wanted:
        raise InvalidScope("nothing of this can be asked for here")
    return Asked(
        organisation=organisation.path,
        client_id=request.client_id,
        redirect_uri=request.redirect_uri,
        code_challenge=request.code_challenge,
        state=request.state,
        configuration_ids=wanted,
        by_identifier=request.authorization_details is not None,
        deferred=offer is not None and offer.deferred,
        offer_id=offer.id if offer else None,
        expected_persona=offer.persona if offer else None,
        instance=known.instance,
        dpop=known.dpop or request.dpop_jkt,
    )


def _offer_behind(request: PushedRequest, *, organisation: Organisation, ports: Ports) -> Offer | None:
    """An issuer_state that is not of an open offer is refused: it would tie two people together (5.1.3)."""
    if request.issuer_state is None:
        return None
    offer = ports.store.offers.open_offer_by_code(
        token_hash(request.issuer_state), flow="code", organisation=organisation.path, now=ports.clock()
    )
    if offer is None:
        raise InvalidRequest("the issuer_state is unknown, used or expired")
    return offer
