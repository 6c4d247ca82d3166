"""Hand out what must come back in proofs: a challenge for attestations, a nonce for DPoP."""

from issuer.domain.fresh_values import RANDOM_BYTES
from issuer.domain.organisation import Organisation
from issuer.ports import Ports


def hand_out_challenge(organisation: Organisation, *, ports: Ports) -> str:
    """For the next client attestation at this tenant; five minutes, nothing is stored."""
    return ports.challenges(organisation.path).make(ports.random_bytes(RANDOM_BYTES))


def hand_out_dpop_nonce(organisation: Organisation, *, ports: Ports) -> str:
    """For the next DPoP proofs at this tenant (RFC 9449, 8); five minutes, nothing is stored."""
    return ports.dpop_nonces(organisation.path).make(ports.random_bytes(RANDOM_BYTES))
