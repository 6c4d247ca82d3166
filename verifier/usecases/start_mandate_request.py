"""Start a request for a mandate: its text is fixed before anything is shown."""

from dataclasses import replace
from datetime import datetime

from chassis.tokens import token_hash
from consent.mandate import Mandate, Organisation, Parties, propose_mandate
from consent.plain_text import Lang
from openid4vc.dcql.query import DcqlQuery
from verifier.domain.mandate import MandateId, Proposed
from verifier.domain.order import AS_REGISTERED, MandateOrder
from verifier.domain.presentation import Manner
from verifier.domain.refusals import TooManyOpen, UnknownService
from verifier.ports import Ports
from verifier.usecases.lint_question import require_within_purpose
from verifier.usecases.start_presentation import Started, new_request, started


def start_mandate_request(
    service: str, *, lang: Lang, ports: Ports, order: MandateOrder = AS_REGISTERED
) -> Started:
    """Steps 1 to 4 of docs/flows/mandate.md (OpenID4VP 1.0, 13.3); ExceedsPurpose before anything exists."""
    now = ports.clock()
    mandate = mandate_of(service, lang=lang, now=now, ports=ports)
    query = order.query or question_of(service, ports=ports)
    require_within_purpose(mandate, query, service=service, ports=ports)
    manner = order.manner or Manner(response_mode=ports.policy.response_mode)
    requested = replace(
        new_request(query, manner, service=service, ports=ports, now=now),
        mandate_id=MandateId(mandate.mandate_id),
        transaction_data=mandate.encode(),
    )
    transaction = ports.new_token(32)
    proposed = Proposed(MandateId(mandate.mandate_id), requested.expires_at, mandate.ends())
    kept = ports.store.presentations.propose(requested, proposed, transaction_hash=token_hash(transaction))
    if not kept:
        raise TooManyOpen
    ports.audit("mandate_proposed", mandate=mandate.mandate_id, service=service)
    return started(requested, transaction, order.method, ports=ports)


def mandate_of(service: str, *, lang: Lang, now: datetime, ports: Ports) -> Mandate:
    """The mandate that this service needs, with an id of its own; UnknownService."""
    offer = ports.town.offers.get(service)
    if offer is None:
        raise UnknownService
    mandate_id = ports.new_token(16)
    desk, addressee = ports.town.desk, ports.town.authorities[offer.authority]
    return propose_mandate(
        ports.purposes[service],
        Parties(Organisation(id=desk.id, name=desk.name), Organisation(id=addressee.id, name=addressee.name)),
        mandate_id=mandate_id,
        revocation_uri=f"{ports.addresses.own}/mandates/{mandate_id}/revoke",
        not_before=now,
        text_lang=lang,
    )


def question_of(service: str, *, ports: Ports) -> DcqlQuery:
    """What the purpose of this service asks, and never more."""
    purpose = ports.purposes[service]
    return purpose.dcql(lambda template: template.replace("{issuer}", ports.addresses.issuer))
