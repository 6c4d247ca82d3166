"""Answer a token request with the use case of its grant (RFC 6749, 3.2)."""

from issuer.domain.caller import Caller
from issuer.domain.organisation import Organisation
from issuer.ports import Ports
from issuer.usecases.redeem_authorization_code import redeem_authorization_code
from issuer.usecases.redeem_pre_authorized_code import redeem_pre_authorized_code
from issuer.usecases.refresh_tokens import refresh_tokens
from openid4vc.oauth.token import AnyTokenRequest, CodeTokenRequest, RefreshTokenRequest, TokenResponse


def give_access(
    request: AnyTokenRequest, caller: Caller, *, organisation: Organisation, ports: Ports
) -> TokenResponse:
    """One of three ways to the same kind of token."""
    if isinstance(request, CodeTokenRequest):
        return redeem_authorization_code(request, caller, organisation=organisation, ports=ports)
    if isinstance(request, RefreshTokenRequest):
        return refresh_tokens(request, caller, organisation=organisation, ports=ports)
    return redeem_pre_authorized_code(request, caller, organisation=organisation, ports=ports)
