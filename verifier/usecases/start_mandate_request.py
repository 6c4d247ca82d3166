"""Start: everything that will be compared later is stored before anything is shown."""

from dataclasses import dataclass

from chassis.tokens import token_hash
from consent.mandate import Organisation, Parties, propose_mandate
from consent.plain_text import Lang
from openid4vc.jose import strict_json
from openid4vc.vp.request import invocation_url
from verifier.domain.mandate import MandateId, Proposed
from verifier.domain.presentation import ANSWER_WITHIN, PresentationId, Requested
from verifier.domain.refusals import UnknownService
from verifier.ports import Ports


@dataclass(frozen=True, slots=True)
class Started:
    """What the caller needs: the wallet's address to go to, and a secret to claim the result with."""

    id: PresentationId
    mandate_id: MandateId
    transaction: str
    wallet_url: str


def start_mandate_request(service: str, *, lang: Lang, ports: Ports) -> Started:
    """Steps 1 to 4 of docs/flows/mandate.md (OpenID4VP 1.0, 13.3)."""
    now = ports.clock()
    offer = ports.town.offers.get(service)
    if offer is None:
        raise UnknownService
    purpose = ports.purposes[service]
    mandate_id = MandateId(ports.new_token(16))
    addressee = ports.town.authorities[offer.authority]
    mandate = propose_mandate(
        purpose,
        Parties(
            Organisation(id=ports.town.desk.id, name=ports.town.desk.name),
            Organisation(id=addressee.id, name=addressee.name),
        ),
        mandate_id=mandate_id,
        revocation_uri=f"{ports.addresses.own}/mandates/{mandate_id}/revoke",
        not_before=now,
        text_lang=lang,
    )
    query = purpose.dcql(lambda template: template.replace("{issuer}", ports.addresses.issuer))
    requested = Requested(
        id=PresentationId(ports.new_token(16)),
        mandate_id=mandate_id,
        service=service,
        state=ports.new_token(32),
        nonce=ports.new_token(32),
        dcql_query=strict_json.dumps(query.to_json()).decode(),
        transaction_data=mandate.encode(),
        issued_at=now,
        expires_at=now + ANSWER_WITHIN,
    )
    transaction = ports.new_token(32)
    proposed = Proposed(mandate_id, requested.expires_at, mandate.ends())
    ports.store.presentations.propose(requested, proposed, transaction_hash=token_hash(transaction))
    ports.audit("mandate_proposed", mandate=mandate_id, service=service)
    return Started(requested.id, mandate_id, transaction, _wallet_url(requested.id, ports))


def _wallet_url(request_id: PresentationId, ports: Ports) -> str:
    """Same device: the wallet's own https endpoint, with the request by reference (HAIP 1.0, 5.1)."""
    return invocation_url(
        f"{ports.addresses.wallet}/authorize",
        client_id=ports.access.client_id,
        request_uri=f"{ports.addresses.own}/oid4vp/request/{request_id}",
        method="post",
    )
