"""Exchange a refresh token for new tokens of the same grant (RFC 6749, 6)."""

from dataclasses import replace

from chassis.audit import audit
from chassis.tokens import token_hash
from issuer.domain.caller import Caller, Known, Need
from issuer.domain.grant import TOKEN_LIFE
from issuer.domain.organisation import Organisation
from issuer.ports import Ports
from issuer.usecases.authenticate_caller import authenticate_caller
from issuer.usecases.give_tokens import fresh_tokens, token_response
from issuer.usecases.wanted_configurations import in_details, in_scopes, narrow_to
from openid4vc.errors import InvalidGrant, InvalidScope
from openid4vc.oauth.token import RefreshTokenRequest, TokenResponse

REFRESH_REFUSED = "the refresh token is unknown, used, expired or of another client"
OWN_KEY = Need(attestation=False, dpop=True)


def refresh_tokens(
    request: RefreshTokenRequest, caller: Caller, *, organisation: Organisation, ports: Ports
) -> TokenResponse:
    """Each refresh token serves once; one that comes again revokes the whole grant (RFC 9700, 4.14.2)."""
    known = authenticate_caller(
        caller, OWN_KEY, client_id=request.client_id, organisation=organisation, ports=ports
    )
    used = token_hash(request.refresh_token)
    grant = ports.store.tokens.grant_by_refresh(used, organisation=organisation.path)
    if grant is None or not _same(grant.holder, known, claimed=request.client_id):
        raise InvalidGrant(REFRESH_REFUSED)
    _check_reach(request, grant.configuration_ids, organisation=organisation, ports=ports)
    renewed = replace(grant, expires_at=ports.clock() + TOKEN_LIFE)
    tokens = fresh_tokens(renewed, ports=ports)
    if not ports.store.tokens.refresh(used, renewed, hashes=tokens.hashes, now=ports.clock()):
        audit("refresh_refused", organisation=organisation.path)
        raise InvalidGrant(REFRESH_REFUSED)
    audit("tokens_refreshed", organisation=organisation.path)
    return token_response(renewed, tokens, organisation=organisation, ports=ports)


def _same(holder: Known, known: Known, *, claimed: str | None) -> bool:
    """The same keys, and the same wallet product where one is named (RFC 6749, 10.4)."""
    keys = known.instance == holder.instance and known.dpop == holder.dpop
    return keys and (known.client_id or claimed) in (None, holder.client_id)


def _check_reach(
    request: RefreshTokenRequest, granted: tuple[str, ...], *, organisation: Organisation, ports: Ports
) -> None:
    """Nothing beyond the grant; asking for less is answered with the grant (RFC 6749, 5.1, 6)."""
    if not set(in_scopes((request.scope or "").split(), organisation=organisation)) <= set(granted):
        raise InvalidScope("the scope is more than was granted")
    details = in_details(request.authorization_details, organisation=organisation, ports=ports)
    narrow_to(details, granted=granted)
