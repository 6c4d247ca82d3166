"""Make the tokens of a grant, and the answer that carries them."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.tokens import new_token, token_hash
from issuer.domain.grant import REFRESH_LIFE, TOKEN_LIFE, Grant, TokenHashes
from issuer.domain.organisation import Organisation
from issuer.ports import Ports
from issuer.usecases.wanted_configurations import granted_details
from openid4vc.oauth.dpop import TOKEN_TYPE
from openid4vc.oauth.token import TokenResponse

BEARER = "Bearer"


@dataclass(frozen=True, slots=True)
class FreshTokens:
    """The tokens themselves; only their hashes are kept."""

    access: str
    refresh: str | None
    hashes: TokenHashes


def fresh_tokens(grant: Grant, *, ports: Ports) -> FreshTokens:
    """A refresh token only for a grant that is bound to a key (RFC 9449, 5)."""
    access, refresh = new_token(), new_token() if grant.holder.bound else None
    hashes = TokenHashes(
        access=token_hash(access),
        refresh=token_hash(refresh) if refresh else None,
        refresh_until=ports.clock() + REFRESH_LIFE,
    )
    return FreshTokens(access, refresh, hashes)


def token_response(
    grant: Grant, tokens: FreshTokens, *, organisation: Organisation, ports: Ports
) -> TokenResponse:
    """Five minutes, bound or not (OpenID4VCI 1.0, 13.10); says with which scopes (RFC 6749, 5.1)."""
    ports.store.tokens.remember(tokens.hashes.access, grant)
    return TokenResponse(
        access_token=tokens.access,
        token_type=TOKEN_TYPE if grant.holder.bound else BEARER,
        expires_in=int(TOKEN_LIFE.total_seconds()),
        refresh_token=tokens.refresh,
        scope=_scopes(grant.configuration_ids, organisation=organisation),
        authorization_details=granted_details(grant, ports=ports),
    )


def _scopes(configuration_ids: Sequence[str], *, organisation: Organisation) -> str:
    return " ".join(each.scope for each in organisation.configurations if each.id in configuration_ids)
