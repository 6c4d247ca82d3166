"""Steps 4 to 6: exchange a pre-authorized code for an access token."""

from dataclasses import replace

from chassis.audit import audit
from chassis.tokens import new_token, token_hash
from issuer.domain.caller import Caller, Known, Need
from issuer.domain.grant import Grant, TokenId
from issuer.domain.offer import Offer
from issuer.domain.offer_secrets import is_tx_code
from issuer.domain.organisation import Organisation
from issuer.ports import Ports
from issuer.usecases.authenticate_caller import authenticate_caller
from issuer.usecases.give_tokens import fresh_tokens, token_response
from issuer.usecases.wanted_configurations import in_details, narrow_to
from openid4vc.errors import InvalidGrant, InvalidRequest
from openid4vc.oauth.token import TokenRequest, TokenResponse

CODE_REFUSED = "the code is unknown, used or expired, or the transaction code is wrong"
NOTHING_NEEDED = Need(attestation=False, dpop=False)


def redeem_pre_authorized_code(
    request: TokenRequest, caller: Caller, *, organisation: Organisation, ports: Ports
) -> TokenResponse:
    """Exactly one request per code gets a token; five wrong transaction codes kill the code."""
    now = ports.clock()
    known = authenticate_caller(
        caller, NOTHING_NEEDED, client_id=request.client_id, organisation=organisation, ports=ports
    )
    offer = ports.store.offers.open_offer_by_code(
        token_hash(request.pre_authorized_code), flow="pre", organisation=organisation.path, now=now
    )
    if offer is None:
        raise InvalidGrant(CODE_REFUSED)
    _check_tx_code(request.tx_code, offer, ports=ports)
    grant = _grant(request, offer, known, organisation=organisation, ports=ports)
    tokens = fresh_tokens(grant, ports=ports)
    if not ports.store.offers.redeem(offer.id, grant, hashes=tokens.hashes, now=now):
        raise InvalidGrant(CODE_REFUSED)
    audit("code_redeemed", organisation=organisation.path, configurations=len(grant.configuration_ids))
    return token_response(grant, tokens, organisation=organisation, ports=ports)


def _grant(
    request: TokenRequest, offer: Offer, known: Known, *, organisation: Organisation, ports: Ports
) -> Grant:
    """A wallet that only says its name is noted by it, for its key proofs (OpenID4VCI 1.0, App. F.1)."""
    details = in_details(request.authorization_details, organisation=organisation, ports=ports)
    holder = replace(known, client_id=known.client_id or request.client_id)
    grant = Grant.from_offer(offer, token_id=TokenId(new_token(16)), now=ports.clock(), holder=holder)
    return replace(
        grant,
        configuration_ids=narrow_to(details, granted=offer.configuration_ids),
        by_identifier=bool(details),
    )


def _check_tx_code(given: str | None, offer: Offer, *, ports: Ports) -> None:
    """Sent although not expected or the other way round costs no try (OpenID4VCI 1.0, 6.3)."""
    if offer.needs_tx_code and not given:
        raise InvalidRequest("this offer needs a tx_code")
    if given and not offer.needs_tx_code:
        raise InvalidRequest("this offer has no tx_code")
    if given and not is_tx_code(given, ports.secret, offer.id):
        ports.store.offers.count_wrong_tx_code(offer.id, now=ports.clock())
        raise InvalidGrant(CODE_REFUSED)
