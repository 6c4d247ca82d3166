"""Issue the receipt of a grant to a proven key, and hear that it arrived (OpenID4VCI 1.0, 8 and 11)."""

import secrets
from datetime import datetime

from chassis.tokens import token_hash
from consent.mandate import Mandate, decode_mandate
from consent.receipts import GrantReceipt
from openid4vc.errors import (
    CredentialRequestDenied,
    InvalidCredentialRequest,
    InvalidNonce,
    InvalidNotificationId,
    InvalidProof,
    Malformed,
    UnknownCredentialConfiguration,
)
from openid4vc.jose import base64url, strict_json
from openid4vc.jose.keys import PublicKey
from openid4vc.oauth.resource import UnverifiedToken
from openid4vc.sdjwt.issue import issue_sd_jwt_vc
from openid4vc.sdjwt.type_metadata import integrity
from openid4vc.vci.credential import CredentialRequest, CredentialResponse, IssuedCredential
from openid4vc.vci.notification import NotificationRequest
from openid4vc.vci.proof import verify_key_proof
from verifier.domain.receipt import CONFIGURATION, PROOF, Issuing, KeptReceipt
from verifier.ports import Ports, ReceiptIssuer
from verifier.usecases.describe_receipts import describe_receipt_type, receipt_addresses, receipt_issuer
from verifier.usecases.find_help import help_with
from verifier.usecases.find_mandate import find_mandate
from verifier.usecases.give_receipt_token import mandate_of_token

ACCEPTED = "credential_accepted"


class SigningSuspended(CredentialRequestDenied):
    """Our own certificate is not valid now: nothing that nobody could verify is signed."""

    status = 503


def issue_receipt(body: bytes, presented: UnverifiedToken, *, ports: Ports) -> CredentialResponse:
    """Its place in the status list is kept before it is signed; until it arrived it may be made again."""
    mandate_of_token(presented, ports=ports)
    request = CredentialRequest.parse(body)
    if request.credential_identifier is not None:
        raise InvalidCredentialRequest("ask by credential_configuration_id")
    if request.credential_configuration_id != CONFIGURATION:
        raise UnknownCredentialConfiguration("no credential configuration has this id")
    now, signer = ports.clock(), receipt_issuer(ports=ports)
    if not signer.valid_at(now):
        ports.audit("signing_suspended")
        raise SigningSuspended("receipts cannot be signed at the moment")
    key = _proven_key(request.proofs[0], now=now, ports=ports)
    notification_id = ports.new_token(16)
    issuing = Issuing(token_hash(presented.token), key.thumbprint(), token_hash(notification_id))
    kept = ports.store.receipts.intend(issuing, draw=secrets.randbelow, now=now)
    if kept is None:
        raise CredentialRequestDenied("this mandate is not granted any more, or its receipt arrived")
    credential = _sign(kept, key, signer, ports=ports)
    ports.audit("receipt_issued", mandate=kept.mandate_id)
    return CredentialResponse(
        credentials=(IssuedCredential(credential=credential),), notification_id=notification_id
    )


def take_receipt_notification(body: bytes, presented: UnverifiedToken, *, ports: Ports) -> None:
    """Once it arrived no receipt is made again; any other news changes nothing (OpenID4VCI 1.0, 11)."""
    mandate_id = mandate_of_token(presented, ports=ports)
    notification = NotificationRequest.parse(body)
    told = token_hash(notification.notification_id), token_hash(presented.token)
    receipts = ports.store.receipts
    accepted = notification.event == ACCEPTED
    known = receipts.keep(*told, now=ports.clock()) if accepted else receipts.knows(*told)
    if not known:
        raise InvalidNotificationId("this notification_id is not known here")
    ports.audit("receipt_notification", mandate=mandate_id, outcome=notification.event)


def _proven_key(proof: str, *, now: datetime, ports: Ports) -> PublicKey:
    """The nonce is spent first and once, also when the proof then fails (OpenID4VCI 1.0, App. F.4)."""
    nonce = _unverified_nonce(proof)
    if not ports.store.receipt_nonces.consume(token_hash(nonce), purpose=PROOF, now=now):
        raise InvalidNonce("the c_nonce is unknown, used or expired")
    audience = receipt_addresses(ports=ports).credential_issuer
    verified = verify_key_proof(proof, expected_audience=audience, now=now)
    if verified.nonce != nonce:
        raise InvalidNonce("the key proof is for another c_nonce")
    return verified.key


def _unverified_nonce(proof: str) -> str:
    parts = proof.split(".")
    try:
        nonce = strict_json.loads_object(base64url.decode(parts[1] if len(parts) > 1 else "")).get("nonce")
    except Malformed:
        nonce = None
    if not isinstance(nonce, str) or not nonce:
        raise InvalidProof("the key proof carries no c_nonce")
    return nonce


def _sign(kept: KeptReceipt, key: PublicKey, signer: ReceiptIssuer, *, ports: Ports) -> str:
    """Nothing can be hidden, and nobody is named in it but who helped; it ends with the mandate."""
    now, addresses = ports.clock(), receipt_addresses(ports=ports)
    entry = find_mandate(kept.mandate_id, now=now, ports=ports)
    mandate: Mandate = decode_mandate(entry.transaction_data)
    granted_at, place = getattr(entry.mandate, "granted_at", None), kept.place(addresses)
    if granted_at is None or place is None:
        raise CredentialRequestDenied("this mandate is not granted any more")
    helped_by = help_with(mandate, ports=ports)
    claims = GrantReceipt.of(mandate, granted_at=granted_at, helped_by=helped_by).claims(
        issuer=addresses.credential_issuer,
        vct=addresses.vct,
        holder=key,
        status=place,
        issued_at=now,
        expires_at=mandate.ends(),
    )
    return issue_sd_jwt_vc(
        claims | {"vct#integrity": integrity(describe_receipt_type(ports=ports))},
        disclosable=(),
        key=signer.key,
        chain=signer.chain,
        random_bytes=secrets.token_bytes,
    )
