"""Start: everything that will be compared later is stored before anything is shown."""

from dataclasses import dataclass, field
from datetime import datetime

from chassis.tokens import token_hash
from openid4vc.dcql.query import DcqlQuery
from openid4vc.jose import strict_json
from openid4vc.jose.jwe import DecryptionKey
from openid4vc.vp.request import invocation_url
from verifier.domain.mandate import MandateId
from verifier.domain.order import Method, PresentationOrder
from verifier.domain.presentation import PLAIN, Manner, PresentationId, ReplyKey, Requested
from verifier.domain.refusals import PrefixNotAvailable, TooManyOpen
from verifier.ports import Ports
from verifier.usecases.choose_purpose import choose_purpose

ANY_WALLET = "openid4vp://"


@dataclass(frozen=True, slots=True)
class Started:
    """What the caller needs: where to go, and a secret to claim the result with."""

    id: PresentationId
    transaction: str = field(repr=False)
    uri: str
    wallet_url: str
    expires_at: datetime
    mandate_id: MandateId | None = None
    purpose: str | None = None


def start_presentation(order: PresentationOrder, query: DcqlQuery, *, ports: Ports) -> Started:
    """Steps 1 to 3 of docs/flows/presentation.md (OpenID4VP 1.0, 13.3); ExceedsPurpose too."""
    now = ports.clock()
    purpose = choose_purpose(query, stated=order.purpose, ports=ports)
    requested = new_request(query, order.manner, service=PLAIN, ports=ports, now=now, purpose=purpose)
    transaction = ports.new_token(32)
    ports.store.retention.erase_past(now)
    if not ports.store.presentations.ask(requested, transaction_hash=token_hash(transaction)):
        raise TooManyOpen
    ports.audit("presentation_started", request=requested.id, same_device=order.manner.same_device)
    return started(requested, transaction, order.method, ports=ports)


def new_request(
    query: DcqlQuery, manner: Manner, *, service: str, ports: Ports, now: datetime, purpose: str | None = None
) -> Requested:
    """Fresh secrets, and a fresh key when the answer must be encrypted (V-01; HAIP 1.0, 5).

    The purpose is that of the service, unless it is a plain question, which has one of its own.
    """
    if manner.prefix not in ports.access.client_ids:
        raise PrefixNotAvailable
    key = ReplyKey(ports.new_token(16), DecryptionKey.generate()) if manner.encrypted else None
    return Requested(
        id=PresentationId(ports.new_token(16)),
        service=service,
        purpose=purpose or service,
        state=ports.new_token(32),
        nonce=ports.new_token(32),
        dcql_query=strict_json.dumps(query.to_json()).decode(),
        issued_at=now,
        expires_at=now + manner.answer_within,
        manner=manner,
        reply_key=key,
    )


@dataclass(frozen=True, slots=True)
class Links:
    """The way to any wallet, and to the wallet of this town (HAIP 1.0, 5.1)."""

    uri: str
    wallet_url: str


def link_of(request_id: PresentationId, manner: Manner, *, ports: Ports, method: Method = "post") -> Links:
    """The three parameters and never the request itself (V-02)."""
    parameters = {
        "client_id": ports.access.client_ids[manner.prefix],
        "request_uri": f"{ports.addresses.own}/oid4vp/request/{request_id}",
        "method": method,
    }
    return Links(
        invocation_url(ANY_WALLET, **parameters),
        invocation_url(f"{ports.addresses.wallet}/authorize", **parameters),
    )


def started(requested: Requested, transaction: str, method: Method, *, ports: Ports) -> Started:
    """What the caller is told of a request that was stored."""
    links = link_of(requested.id, requested.manner, ports=ports, method=method)
    return Started(
        id=requested.id,
        transaction=transaction,
        uri=links.uri,
        wallet_url=links.wallet_url,
        expires_at=requested.expires_at,
        mandate_id=requested.mandate_id,
        purpose=requested.purpose,
    )
