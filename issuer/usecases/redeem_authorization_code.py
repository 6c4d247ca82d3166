"""Exchange the code that the browser brought for tokens (RFC 6749, 4.1.3)."""

from dataclasses import replace

from chassis.audit import audit
from chassis.tokens import new_token, token_hash
from issuer.domain.authorization import Agreed
from issuer.domain.caller import Caller, Known, Need
from issuer.domain.grant import Grant, TokenId
from issuer.domain.organisation import Organisation
from issuer.ports import Ports
from issuer.usecases.authenticate_caller import authenticate_caller
from issuer.usecases.give_tokens import fresh_tokens, token_response
from issuer.usecases.wanted_configurations import in_details, narrow_to
from openid4vc.errors import InvalidClient, InvalidGrant
from openid4vc.oauth.pkce import check_code_verifier
from openid4vc.oauth.token import CodeTokenRequest, TokenResponse

CODE_REFUSED = "the code is unknown, used, expired or of another client"


def redeem_authorization_code(
    request: CodeTokenRequest, caller: Caller, *, organisation: Organisation, ports: Ports
) -> TokenResponse:
    """Exactly one request per code gets tokens; a second one revokes them, a wrong proof burns the code."""
    need = Need(attestation=ports.wallets.attestation_required, dpop=True)
    known = authenticate_caller(
        caller, need, client_id=request.client_id, organisation=organisation, ports=ports
    )
    known = replace(known, client_id=known.client_id or request.client_id)
    if known.client_id is None:
        raise InvalidClient("client_id is missing")
    agreed = ports.store.authorizations.agreed(token_hash(request.code), organisation=organisation.path)
    if agreed is None:
        raise InvalidGrant(CODE_REFUSED)
    _require_asker(request, known, agreed, ports=ports)
    grant = _grant(request, agreed, known, organisation=organisation, ports=ports)
    tokens = fresh_tokens(grant, ports=ports)
    if not ports.store.authorizations.redeem(agreed.id, grant, hashes=tokens.hashes, now=ports.clock()):
        audit("code_refused", organisation=organisation.path)
        raise InvalidGrant(CODE_REFUSED)
    audit("code_redeemed", organisation=organisation.path, configurations=len(grant.configuration_ids))
    return token_response(grant, tokens, organisation=organisation, ports=ports)


def _require_asker(request: CodeTokenRequest, known: Known, agreed: Agreed, *, ports: Ports) -> None:
    """Client, address, keys and PKCE are those of the request that was pushed; else the code is burned."""
    asked = agreed.asked
    same = (
        known.client_id == asked.client_id
        and request.redirect_uri == asked.redirect_uri
        and known.instance == asked.instance
        and asked.dpop in (None, known.dpop)
    )
    try:
        if not same:
            raise InvalidGrant(CODE_REFUSED)
        check_code_verifier(request.code_verifier, expected_challenge=asked.code_challenge)
    except InvalidGrant:
        ports.store.authorizations.burn(agreed.id, now=ports.clock())
        raise


def _grant(
    request: CodeTokenRequest, agreed: Agreed, known: Known, *, organisation: Organisation, ports: Ports
) -> Grant:
    details = in_details(request.authorization_details, organisation=organisation, ports=ports)
    grant = Grant.from_authorization(agreed, token_id=TokenId(new_token(16)), now=ports.clock(), holder=known)
    return replace(
        grant,
        configuration_ids=narrow_to(details, granted=grant.configuration_ids),
        by_identifier=grant.by_identifier or bool(details),
    )
