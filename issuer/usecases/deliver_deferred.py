"""Keep a promise: the credentials that were not ready when they were asked for (OpenID4VCI 1.0, 9)."""

from chassis.tokens import new_token, token_hash
from issuer.domain.caller import Presented
from issuer.domain.grant import Grant
from issuer.domain.issuance import DEFERRED_INTERVAL, Deferral
from issuer.domain.organisation import Organisation
from issuer.ports import Ports
from issuer.usecases.check_access_token import check_access_token
from issuer.usecases.open_message import Posted, Reply, open_message
from issuer.usecases.sign_credentials import Order, read_record, require_signer, sign_credentials
from openid4vc.errors import InvalidTransactionId, UnknownCredentialConfiguration
from openid4vc.jose.keys import PublicKey
from openid4vc.vci.credential import CredentialResponse
from openid4vc.vci.deferred import DeferredRequest
from openid4vc.vci.encryption import WantedEncryption

REFUSED = "this transaction is unknown, delivered or of another wallet"


def deliver_deferred(
    posted: Posted, *, presented: Presented, organisation: Organisation, ports: Ports
) -> Reply:
    """The same promise until the clerk is done, then the credentials, once; no notification follows."""
    grant = check_access_token(presented, organisation=organisation, ports=ports)
    request = DeferredRequest.parse(open_message(posted, ports=ports), encrypted=posted.encrypted)
    wanted = request.credential_response_encryption
    deferral = _promised(request.transaction_id, grant, wanted, ports=ports)
    if not deferral.ready(ports.clock()):
        return Reply(_not_yet(request.transaction_id), wanted)
    require_signer(organisation.path, ports=ports)
    order = _order(deferral, grant, organisation=organisation, ports=ports)
    intent = order.intent(new_token(16))
    places = ports.store.issuances.intend_deferred(deferral, intent, draw=ports.draw, now=ports.clock())
    if places is None:
        raise InvalidTransactionId(REFUSED)
    credentials = sign_credentials(order, intent, places, ports=ports)
    return Reply(CredentialResponse(credentials=credentials), wanted)


def _promised(
    transaction_id: str, grant: Grant, wanted: WantedEncryption | None, *, ports: Ports
) -> Deferral:
    """The answer follows this request (9.1), but a token that is bound to no key cannot change the key."""
    deferral = ports.store.issuances.deferral(token_hash(transaction_id), token_id=grant.token_id)
    if deferral is None:
        raise InvalidTransactionId(REFUSED)
    key = wanted.recipient.public.thumbprint() if wanted else None
    if not grant.holder.bound and deferral.reply_key not in (None, key):
        raise InvalidTransactionId(REFUSED)
    return deferral


def _order(deferral: Deferral, grant: Grant, *, organisation: Organisation, ports: Ports) -> Order:
    configuration = organisation.configuration(deferral.configuration_id)
    if configuration is None:
        raise UnknownCredentialConfiguration("this credential configuration is no longer offered")
    keys = tuple(PublicKey.from_jwk(jwk) for jwk in deferral.keys)
    return Order(grant, configuration, read_record(grant.persona, configuration, ports=ports), keys)


def _not_yet(transaction_id: str) -> CredentialResponse:
    return CredentialResponse(transaction_id=transaction_id, interval=int(DEFERRED_INTERVAL.total_seconds()))
