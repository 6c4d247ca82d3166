"""Know who calls the authorization server, before anything of what it asks is looked at."""

from collections.abc import Iterator
from contextlib import contextmanager

from chassis.audit import audit
from chassis.tokens import token_hash
from issuer.domain.caller import Caller, Known, Need
from issuer.domain.issuance import DpopProofUsed
from issuer.domain.organisation import Organisation
from issuer.ports import Ports
from openid4vc.errors import (
    InvalidClient,
    TemporarilyUnavailable,
    UseAttestationChallenge,
)
from openid4vc.oauth.attestation import ClientAttestation, VerifiedClient, verify_client_attestation
from openid4vc.oauth.dpop import MAX_AGE, MAX_AHEAD, VerifiedDpop, verify_dpop_proof

DPOP_PROOF_LIFE = MAX_AGE + MAX_AHEAD


def authenticate_caller(
    caller: Caller, need: Need, *, client_id: str | None, organisation: Organisation, ports: Ports
) -> Known:
    """Check all that was brought, then spend it: a refusal asks for another proof and spends nothing."""
    client = _attested(caller, need, client_id=client_id, organisation=organisation, ports=ports)
    proof = _proven(caller, need, organisation=organisation, ports=ports)
    if client is not None:
        _spend_attestation(client, endpoint=caller.endpoint, ports=ports)
    if proof is not None:
        spend_dpop_proof(proof, ports=ports)
    return Known(
        client_id=client.client_id if client else None,
        instance=client.thumbprint if client else None,
        dpop=proof.thumbprint if proof else None,
    )


def spend_dpop_proof(proof: VerifiedDpop, *, ports: Ports) -> None:
    """A proof is good for one request, as long as it would be good at all (RFC 9449, 11.1)."""
    if _spent(dpop_mark(proof), ports=ports):
        raise DpopProofUsed


def dpop_mark(proof: VerifiedDpop) -> str:
    """Under which it is remembered as used."""
    return token_hash(f"dpop {proof.thumbprint} {proof.jti}")


def _attested(
    caller: Caller, need: Need, *, client_id: str | None, organisation: Organisation, ports: Ports
) -> VerifiedClient | None:
    """Who brings an attestation without need is held to it all the same."""
    if not need.attestation and not caller.attestations and not caller.attestation_pops:
        return None
    client = verify_client_attestation(
        ClientAttestation.from_headers(caller.attestations, caller.attestation_pops),
        expected_audience=ports.addresses(organisation.path).credential_issuer,
        anchors=ports.wallets.anchors,
        now=ports.clock(),
        expected_client_id=client_id,
    )
    _check_challenge(client.challenge, organisation=organisation, ports=ports)
    return client


def _check_challenge(challenge: str | None, *, organisation: Organisation, ports: Ports) -> None:
    """One that we did not give is refused; none at all is, where the settings say so."""
    missing = challenge is None and ports.wallets.challenge_required
    if missing or (challenge is not None and challenge not in ports.challenges(organisation.path)):
        raise UseAttestationChallenge("the attestation must carry the challenge in this answer")


def _proven(caller: Caller, need: Need, *, organisation: Organisation, ports: Ports) -> VerifiedDpop | None:
    if not need.dpop and not caller.dpop_proofs:
        return None
    return verify_dpop_proof(
        caller.dpop_proofs,
        method="POST",
        url=caller.endpoint,
        now=ports.clock(),
        accepted_nonces=ports.dpop_nonces(organisation.path),
    )


def _spend_attestation(client: VerifiedClient, *, endpoint: str, ports: Ports) -> None:
    """Neither the proof nor, at one endpoint, the challenge in it serves twice."""
    marks = [token_hash(f"pop {client.thumbprint} {client.jti}")]
    if client.challenge is not None:
        marks.append(token_hash(f"challenge {endpoint} {client.challenge}"))
    if _spent(*marks, ports=ports):
        raise InvalidClient("this client attestation proof was used before")


def _spent(*marks: str, ports: Ports) -> bool:
    now = ports.clock()
    with full_store_refused():
        return ports.store.spent.spend(marks, expires_at=now + DPOP_PROOF_LIFE, now=now) is not None


@contextmanager
def full_store_refused() -> Iterator[None]:
    """A flood of proofs is told to wait; nothing was spent of this one."""
    try:
        yield
    except OverflowError as cause:
        audit("proof_refused", reason="too many")
        raise TemporarilyUnavailable("too many requests, try again in a minute") from cause
