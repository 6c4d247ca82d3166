"""Step 8: check the access token of a credential, deferred or notification request."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from chassis.tokens import token_hash
from issuer.domain.caller import Presented
from issuer.domain.grant import Grant
from issuer.domain.issuance import TokenGone, Uses
from issuer.domain.organisation import Organisation
from issuer.ports import Ports
from issuer.usecases.authenticate_caller import (
    DPOP_PROOF_LIFE,
    dpop_mark,
    full_store_refused,
    spend_dpop_proof,
)
from openid4vc.errors import ProtocolError
from openid4vc.oauth.dpop import VerifiedDpop, verify_dpop_proof


def check_access_token(presented: Presented, *, organisation: Organisation, ports: Ports) -> Grant:
    """For a request that uses up nothing of it but the DPoP proof, which is spent here."""
    grant = ports.store.tokens.live_grant(
        token_hash(presented.token.token), organisation=organisation.path, now=ports.clock()
    )
    if grant is None:
        raise TokenGone
    proof = _bound_proof(presented, grant, ports=ports)
    if proof is not None:
        spend_dpop_proof(proof, ports=ports)
    return grant


@dataclass(slots=True)
class Access:
    """What the token was given for, and what the request is going to use up."""

    grant: Grant
    uses: Uses

    def use_nonce(self, nonce: str) -> None:
        """From here on a refusal spends this nonce too (OpenID4VCI 1.0, App. F.4)."""
        self.uses = replace(self.uses, nonce_hash=token_hash(nonce))


@contextmanager
def opened_access(presented: Presented, *, organisation: Organisation, ports: Ports) -> Iterator[Access]:
    """For a credential request: the block uses up all in one transaction, or refuses and forfeits it here.

    Whether the token still lives is asked in that transaction; here it may be known from before.
    """
    access_hash = token_hash(presented.token.token)
    grant = ports.store.tokens.known_grant(access_hash, organisation=organisation.path, now=ports.clock())
    if grant is None:
        raise TokenGone
    proof = _bound_proof(presented, grant, ports=ports)
    access = Access(grant, Uses(access_hash, organisation.path))
    if proof is not None:
        until = ports.clock() + DPOP_PROOF_LIFE
        access.uses = replace(access.uses, mark=dpop_mark(proof), mark_until=until)
    with full_store_refused():
        try:
            yield access
        except ProtocolError:
            if access.uses.mark is not None or access.uses.nonce_hash is not None:
                ports.store.issuances.forfeit(access.uses, now=ports.clock())
            raise


def _bound_proof(presented: Presented, grant: Grant, *, ports: Ports) -> VerifiedDpop | None:
    """The holder of the key that the token is bound to made this very request (RFC 9449, 7.1)."""
    presented.token.check_bound(grant.holder.dpop)
    if not grant.holder.bound:
        return None
    return verify_dpop_proof(
        presented.dpop_proofs,
        method="POST",
        url=presented.endpoint,
        now=ports.clock(),
        accepted_nonces=ports.dpop_nonces(grant.organisation),
        access_token=presented.token.token,
        expected_thumbprint=grant.holder.dpop,
    )
