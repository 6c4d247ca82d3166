"""Steps 8 to 10: issue one credential per proven key."""

from chassis.audit import audit
from chassis.tokens import new_token, token_hash
from issuer.domain.credential import Envelope, StatusPlace, disclosable_in, payload
from issuer.domain.issuance import Intent
from issuer.domain.offer import BATCH_SIZE, Grant
from issuer.domain.organisation import Configuration, Organisation
from issuer.domain.proof_nonce import unverified_nonce
from issuer.domain.type_document import type_document
from issuer.ports import Ports
from issuer.usecases.check_access_token import check_access_token
from openid4vc.errors import (
    CredentialRequestDenied,
    InsufficientScope,
    InvalidNonce,
    InvalidProof,
    UnknownCredentialConfiguration,
    UnknownCredentialIdentifier,
)
from openid4vc.jose.keys import PublicKey
from openid4vc.sdjwt.issue import issue_sd_jwt_vc
from openid4vc.sdjwt.type_metadata import integrity
from openid4vc.vci.credential import CredentialRequest, CredentialResponse, IssuedCredential
from openid4vc.vci.proof import verify_key_proof


class SigningSuspended(CredentialRequestDenied):
    """Our own certificate is not valid now: nothing that nobody could verify is signed."""

    status = 503


def issue_credential(
    body: bytes, *, access_token: str, organisation: Organisation, ports: Ports
) -> CredentialResponse:
    """All keys of a request get a credential, or none does; the intent is kept before anything is signed."""
    grant = check_access_token(access_token, organisation=organisation, ports=ports)
    request = CredentialRequest.parse(body, batch_size=BATCH_SIZE)
    configuration = _asked_for(request, grant=grant, organisation=organisation)
    _require_signer(organisation, ports=ports)
    keys = _proven_keys(request, organisation=organisation, ports=ports)
    notification_id = new_token(16)
    intent = Intent(
        id=new_token(16),
        token_id=grant.token_id,
        organisation=organisation.path,
        persona=grant.persona,
        configuration_id=configuration.id,
        notification_hash=token_hash(notification_id),
        key_thumbprints=tuple(key.thumbprint() for key in keys),
    )
    places = ports.store.issuances.intend(intent, draw=ports.draw, now=ports.clock())
    credentials = tuple(
        IssuedCredential(credential=_sign(configuration, key, place, intent=intent, ports=ports))
        for key, place in zip(keys, places, strict=True)
    )
    ports.store.issuances.conclude(intent.id, now=ports.clock())
    audit(
        "credential_issued",
        organisation=organisation.path,
        configuration=configuration.id,
        copies=len(credentials),
    )
    return CredentialResponse(credentials=credentials, notification_id=notification_id)


def _asked_for(request: CredentialRequest, *, grant: Grant, organisation: Organisation) -> Configuration:
    """Tokens of this service carry no credential identifiers, so only a configuration can be named (8.2)."""
    if request.credential_identifier is not None:
        raise UnknownCredentialIdentifier("no credential has this identifier")
    configuration = organisation.configuration(request.credential_configuration_id or "")
    if configuration is None:
        raise UnknownCredentialConfiguration("no credential configuration has this id")
    if configuration.id not in grant.configuration_ids:
        raise InsufficientScope("the access token does not cover this credential configuration")
    return configuration


def _require_signer(organisation: Organisation, *, ports: Ports) -> None:
    if not ports.signers[organisation.path].valid_at(ports.clock()):
        audit("signing_suspended", organisation=organisation.path)
        raise SigningSuspended("this issuer cannot sign at the moment")


def _proven_keys(
    request: CredentialRequest, *, organisation: Organisation, ports: Ports
) -> tuple[PublicKey, ...]:
    """The nonce is spent first and once, also when a proof then fails (OpenID4VCI 1.0, App. F.4)."""
    now = ports.clock()
    nonce = unverified_nonce(request.proofs)
    if not ports.store.nonces.consume(token_hash(nonce), organisation=organisation.path, now=now):
        raise InvalidNonce("the c_nonce is unknown, used or expired")
    audience = ports.addresses(organisation.path).credential_issuer
    proofs = [verify_key_proof(jwt, expected_audience=audience, now=now) for jwt in request.proofs]
    if any(proof.nonce != nonce for proof in proofs):
        raise InvalidNonce("all key proofs of a request carry the same c_nonce")
    if len({proof.key.thumbprint() for proof in proofs}) != len(proofs):
        raise InvalidProof("each key proof of a request is for another key")
    return tuple(proof.key for proof in proofs)


def _sign(
    configuration: Configuration, key: PublicKey, place: StatusPlace, *, intent: Intent, ports: Ports
) -> str:
    signer = ports.signers[intent.organisation]
    addresses = ports.addresses(intent.organisation)
    record = ports.record(intent.persona, configuration.id)
    envelope = Envelope(key.jwk(), place, integrity(type_document(configuration.type, addresses=addresses)))
    return issue_sd_jwt_vc(
        payload(configuration.type, record, addresses=addresses, envelope=envelope, now=ports.clock()),
        disclosable=disclosable_in(configuration.type, record),
        key=signer.key,
        chain=signer.chain,
        random_bytes=ports.random_bytes,
    )
