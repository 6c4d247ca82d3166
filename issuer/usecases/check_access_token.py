"""Step 8: check the access token of a credential, deferred or notification request."""

from chassis.tokens import token_hash
from issuer.domain.caller import Presented
from issuer.domain.grant import Grant
from issuer.domain.organisation import Organisation
from issuer.ports import Ports
from issuer.usecases.authenticate_caller import spend_dpop_proof
from openid4vc.errors import InvalidToken
from openid4vc.oauth.dpop import verify_dpop_proof


def check_access_token(presented: Presented, *, organisation: Organisation, ports: Ports) -> Grant:
    """One refusal for missing, unknown, expired, revoked and of another tenant (RFC 6750, 3.1)."""
    grant = ports.store.tokens.live_grant(
        token_hash(presented.token.token), organisation=organisation.path, now=ports.clock()
    )
    if grant is None:
        raise InvalidToken("the access token is missing, unknown or expired")
    presented.token.check_bound(grant.holder.dpop)
    if grant.holder.bound:
        _check_proof(presented, grant, ports=ports)
    return grant


def _check_proof(presented: Presented, grant: Grant, *, ports: Ports) -> None:
    """The holder of the key that the token is bound to made this very request (RFC 9449, 7.1)."""
    proof = verify_dpop_proof(
        presented.dpop_proofs,
        method="POST",
        url=presented.endpoint,
        now=ports.clock(),
        accepted_nonces=ports.dpop_nonces(grant.organisation),
        access_token=presented.token.token,
        expected_thumbprint=grant.holder.dpop,
    )
    spend_dpop_proof(proof, ports=ports)
