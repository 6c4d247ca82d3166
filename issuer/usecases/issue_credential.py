"""Steps 8 to 10: issue one credential per proven key, or promise them for later."""

from chassis.audit import audit
from chassis.tokens import new_token, token_hash
from issuer.domain.caller import Presented
from issuer.domain.grant import Grant
from issuer.domain.issuance import CLERK_TAKES, DEFERRED_INTERVAL, Deferral, Uses
from issuer.domain.offer import BATCH_SIZE
from issuer.domain.offer_secrets import credential_identifier
from issuer.domain.organisation import Configuration, Organisation
from issuer.domain.proof_nonce import unverified_nonce
from issuer.ports import Ports
from issuer.usecases.check_access_token import Access, opened_access
from issuer.usecases.open_message import Posted, Reply, open_message
from issuer.usecases.prove_keys import proof_types, prove_keys
from issuer.usecases.sign_credentials import Order, read_record, require_signer, sign_credentials
from openid4vc.errors import (
    InsufficientScope,
    InvalidCredentialRequest,
    UnknownCredentialConfiguration,
    UnknownCredentialIdentifier,
)
from openid4vc.vci.credential import CredentialRequest, CredentialResponse
from openid4vc.vci.encryption import WantedEncryption


def issue_credential(
    posted: Posted, *, presented: Presented, organisation: Organisation, ports: Ports
) -> Reply:
    """All keys of a request get a credential, or none does.

    One transaction uses up token, proof and nonce and keeps the intent; a refusal spends them too.
    """
    with opened_access(presented, organisation=organisation, ports=ports) as access:
        request = CredentialRequest.parse(
            open_message(posted, ports=ports),
            batch_size=BATCH_SIZE,
            proof_types=proof_types(ports=ports),
            encrypted=posted.encrypted,
        )
        order = _order(request, access, organisation=organisation, ports=ports)
        wanted = request.credential_response_encryption
        if access.grant.deferred and order.configuration.deferrable:
            return Reply(_promise(order, access.uses, wanted, ports=ports), wanted)
        return Reply(_issue(order, access.uses, ports=ports), wanted)


def _order(request: CredentialRequest, access: Access, *, organisation: Organisation, ports: Ports) -> Order:
    """What is asked for and may be given, and the keys it goes to."""
    grant = access.grant
    configuration = _asked_for(request, grant=grant, organisation=organisation, ports=ports)
    require_signer(organisation.path, ports=ports)
    record = read_record(grant.persona, configuration, ports=ports)
    nonce = unverified_nonce(request.proofs)
    access.use_nonce(nonce)
    keys = prove_keys(request, nonce, grant=grant, organisation=organisation, ports=ports)
    return Order(grant, configuration, record, keys)


def _issue(order: Order, uses: Uses, *, ports: Ports) -> CredentialResponse:
    """The intent is durable before anything is signed, and nothing is written after."""
    notification_id = new_token(16)
    intent = order.intent(notification_id)
    places = ports.store.issuances.intend(uses, intent, draw=ports.draw, now=ports.clock())
    credentials = sign_credentials(order, intent, places, ports=ports)
    return CredentialResponse(credentials=credentials, notification_id=notification_id)


def _promise(
    order: Order, uses: Uses, wanted: WantedEncryption | None, *, ports: Ports
) -> CredentialResponse:
    """A clerk has to look first: the keys are kept, and the wallet asks again (OpenID4VCI 1.0, 8.3)."""
    transaction_id = new_token()
    deferral = Deferral(
        transaction_hash=token_hash(transaction_id),
        token_id=order.grant.token_id,
        configuration_id=order.configuration.id,
        keys=tuple(key.jwk() for key in order.keys),
        reply_key=wanted.recipient.public.thumbprint() if wanted else None,
        ready_at=ports.clock() + CLERK_TAKES,
    )
    ports.store.issuances.defer(uses, deferral, intent=order.intent(transaction_id), now=ports.clock())
    audit("credential_deferred", organisation=order.grant.organisation, copies=len(order.keys))
    return CredentialResponse(transaction_id=transaction_id, interval=int(DEFERRED_INTERVAL.total_seconds()))


def _asked_for(
    request: CredentialRequest, *, grant: Grant, organisation: Organisation, ports: Ports
) -> Configuration:
    """By identifier when and only when the token response returned identifiers (OpenID4VCI 1.0, 8.2)."""
    if request.credential_identifier is not None:
        return _identified(request.credential_identifier, grant, organisation=organisation, ports=ports)
    configuration = organisation.configuration(request.credential_configuration_id or "")
    if configuration is None:
        raise UnknownCredentialConfiguration("no credential configuration has this id")
    if configuration.id not in grant.configuration_ids:
        raise InsufficientScope("the access token does not cover this credential configuration")
    if grant.by_identifier:
        raise InvalidCredentialRequest("ask by one of the identifiers of the token response")
    return configuration


def _identified(identifier: str, grant: Grant, *, organisation: Organisation, ports: Ports) -> Configuration:
    """Of somebody else, of nobody and not granted is one refusal."""
    mine = {
        credential_identifier(ports.secret, grant.persona, each): each
        for each in (grant.configuration_ids if grant.by_identifier else ())
    }
    configuration = organisation.configuration(mine.get(identifier, ""))
    if configuration is None:
        raise UnknownCredentialIdentifier("no credential has this identifier")
    return configuration
