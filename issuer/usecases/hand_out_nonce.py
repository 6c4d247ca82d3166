"""Step 7: hand out a nonce for key proofs."""

from chassis.audit import audit
from chassis.tokens import new_token, token_hash
from issuer.domain.offer import NONCE_LIFE
from issuer.domain.organisation import Organisation
from issuer.ports import Ports
from openid4vc.errors import TemporarilyUnavailable


def hand_out_nonce(organisation: Organisation, *, ports: Ports) -> str:
    """128 random bits, good for one credential request at this tenant (OpenID4VCI 1.0, 7.2)."""
    now = ports.clock()
    nonce = new_token(16)
    kept = ports.store.nonces.add(
        token_hash(nonce), organisation=organisation.path, expires_at=now + NONCE_LIFE, now=now
    )
    if not kept:
        audit("nonce_refused", organisation=organisation.path)
        raise TemporarilyUnavailable("too many open nonces, try again in a minute")
    return nonce
