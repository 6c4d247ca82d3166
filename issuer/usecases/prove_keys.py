"""Step 9: the keys that credentials shall be bound to, each proven or vouched for."""

from issuer.domain.grant import Grant
from issuer.domain.offer import BATCH_SIZE
from issuer.domain.organisation import Organisation
from issuer.ports import Ports
from openid4vc.errors import InvalidNonce, InvalidProof
from openid4vc.jose.keys import PublicKey
from openid4vc.vci.credential import ATTESTATION_PROOF, JWT_PROOF, CredentialRequest
from openid4vc.vci.proof import VerifiedProof, verify_attestation_proof, verify_key_proof


def proof_types(*, ports: Ports) -> tuple[str, ...]:
    """Attestations only where somebody is trusted to give them."""
    return (JWT_PROOF, ATTESTATION_PROOF) if ports.wallets.anchors else (JWT_PROOF,)


def prove_keys(
    request: CredentialRequest, nonce: str, *, grant: Grant, organisation: Organisation, ports: Ports
) -> tuple[PublicKey, ...]:
    """Every proof carries this nonce; whether that is one of ours is asked when it is spent."""
    if request.proof_type == ATTESTATION_PROOF:
        return _attested_keys(request, nonce, ports=ports)
    audience = ports.addresses(organisation.path).credential_issuer
    proofs = [_verified(jwt, grant, audience=audience, ports=ports) for jwt in request.proofs]
    if any(proof.nonce != nonce for proof in proofs):
        raise InvalidNonce("all key proofs of a request carry the same c_nonce")
    if len({proof.key.thumbprint() for proof in proofs}) != len(proofs):
        raise InvalidProof("each key proof of a request is for another key")
    keys = {key.thumbprint(): key for proof in proofs for key in proof.keys}
    return tuple(keys.values())[:BATCH_SIZE]


def _attested_keys(request: CredentialRequest, nonce: str, *, ports: Ports) -> tuple[PublicKey, ...]:
    """One attestation stands for all its keys; no more of them than a batch has (F.3)."""
    attestation = verify_attestation_proof(
        request.proofs[0], attesters=ports.wallets.anchors, now=ports.clock()
    )
    if attestation.nonce != nonce:
        raise InvalidNonce("the key attestation is for another c_nonce")
    return attestation.keys[:BATCH_SIZE]


def _verified(jwt: str, grant: Grant, *, audience: str, ports: Ports) -> VerifiedProof:
    """A wallet that gave its name may repeat it, an anonymous one may not (F.1)."""
    return verify_key_proof(
        jwt,
        expected_audience=audience,
        now=ports.clock(),
        allow_iss=grant.holder.client_id is not None,
        expected_client_id=grant.holder.client_id,
        attesters=ports.wallets.anchors,
    )
