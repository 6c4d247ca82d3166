"""Steps 4 to 6: exchange a pre-authorized code for an access token."""

from chassis.audit import audit
from chassis.tokens import new_token, token_hash
from issuer.domain.offer import TOKEN_LIFE, Grant, Offer, TokenId
from issuer.domain.offer_secrets import is_tx_code
from issuer.domain.organisation import Organisation
from issuer.ports import Ports
from openid4vc.errors import InvalidGrant, InvalidRequest
from openid4vc.oauth.token import TokenRequest, TokenResponse

BEARER = "Bearer"
CODE_REFUSED = "the code is unknown, used or expired, or the transaction code is wrong"


def redeem_pre_authorized_code(
    request: TokenRequest, *, organisation: Organisation, ports: Ports
) -> TokenResponse:
    """Exactly one request per code gets a token; five wrong transaction codes kill the code."""
    now = ports.clock()
    offer = ports.store.offers.open_offer_by_code(
        token_hash(request.pre_authorized_code), organisation=organisation.path, now=now
    )
    if offer is None:
        raise InvalidGrant(CODE_REFUSED)
    _check_tx_code(request.tx_code, offer, ports=ports)
    grant = Grant.from_offer(offer, token_id=TokenId(new_token(16)), now=now)
    access_token = new_token()
    if not ports.store.offers.redeem(offer.id, grant, token_hash=token_hash(access_token), now=now):
        raise InvalidGrant(CODE_REFUSED)
    audit("code_redeemed", organisation=organisation.path, configurations=len(grant.configuration_ids))
    return TokenResponse(
        access_token=access_token,
        token_type=BEARER,
        expires_in=int(TOKEN_LIFE.total_seconds()),
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
