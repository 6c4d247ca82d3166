"""Step 8: check the access token of a credential or notification request."""

from chassis.tokens import token_hash
from issuer.domain.offer import Grant
from issuer.domain.organisation import Organisation
from issuer.ports import Ports
from openid4vc.errors import InvalidToken


def check_access_token(access_token: str, *, organisation: Organisation, ports: Ports) -> Grant:
    """One refusal for missing, unknown, expired and of another tenant (RFC 6750, 3.1)."""
    grant = ports.store.offers.live_grant(
        token_hash(access_token), organisation=organisation.path, now=ports.clock()
    )
    if not access_token or grant is None:
        raise InvalidToken("the access token is missing, unknown or expired")
    return grant
