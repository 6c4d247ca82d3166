"""For wallets that do not know mandates: the text is confirmed on our own page, a weaker grant (THREATS C6).

The wallet gives a plain presentation. That nobody signed the text stands in register, receipt and evidence.
"""

from dataclasses import replace

from chassis.tokens import token_hash
from consent.mandate import decode_mandate
from consent.plain_text import Lang
from openid4vc.errors import InvalidTransactionData
from verifier.domain.mandate import Declined, MandateId, Proposed
from verifier.domain.presentation import ANSWER_WITHIN, Manner
from verifier.domain.records import RegisterEntry
from verifier.domain.refusals import ConfirmationNotOffered, TooManyOpen
from verifier.ports import Ports
from verifier.usecases.find_mandate import find_mandate
from verifier.usecases.start_mandate_request import mandate_of, question_of
from verifier.usecases.start_presentation import Started, new_request, started

UNKNOWN_TO_WALLET = InvalidTransactionData.error


def may_confirm_instead(entry: RegisterEntry) -> bool:
    """Only where a wallet said that it does not know such a mandate, never as the easy way."""
    return isinstance(entry.mandate, Declined) and entry.signed and entry.ended_reason == UNKNOWN_TO_WALLET


def propose_text(refused_id: str, *, lang: Lang, ports: Ports) -> MandateId:
    """Steps 1 to 3 of the second way in docs/flows/mandate.md: a new mandate to be read here."""
    now = ports.clock()
    refused = find_mandate(refused_id, now=now, ports=ports)
    if not may_confirm_instead(refused):
        raise ConfirmationNotOffered
    mandate_id = propose_text_for(refused.service, lang=lang, ports=ports)
    ports.audit("mandate_shown_at_desk", mandate=mandate_id, instead_of=refused_id)
    return mandate_id


def propose_text_for(service: str, *, lang: Lang, ports: Ports) -> MandateId:
    """A new mandate of the weaker kind, stored before anybody reads it; TooManyOpen."""
    now = ports.clock()
    mandate = mandate_of(service, lang=lang, now=now, ports=ports)
    mandate_id = MandateId(mandate.mandate_id)
    proposed = Proposed(mandate_id, now + ANSWER_WITHIN, mandate.ends())
    text = mandate.encode()
    if not ports.store.presentations.propose_text(proposed, text=text, service=service, at=now):
        raise TooManyOpen
    return mandate_id


def confirm_for_caller(refused_id: MandateId | None, *, lang: Lang, ports: Ports) -> Started:
    """The same for a developer's script, which plays the citizen at the desk: read and confirmed at once."""
    if refused_id is None:
        raise ConfirmationNotOffered
    return confirm_text(propose_text(refused_id, lang=lang, ports=ports), ports=ports)


def confirm_text(mandate_id: MandateId, *, ports: Ports) -> Started:
    """Steps 4 and 5: this very text is confirmed, once, and the wallet is asked for the same data."""
    now = ports.clock()
    entry = find_mandate(mandate_id, now=now, ports=ports)
    decode_mandate(entry.transaction_data)
    manner = Manner(response_mode=ports.policy.response_mode)
    query = question_of(entry.service, ports=ports)
    requested = replace(
        new_request(query, manner, service=entry.service, ports=ports, now=now), mandate_id=mandate_id
    )
    transaction = ports.new_token(32)
    if not ports.store.presentations.confirm(requested, transaction_hash=token_hash(transaction)):
        raise ConfirmationNotOffered
    ports.audit("mandate_confirmed_at_desk", mandate=mandate_id, request=requested.id)
    return started(requested, transaction, "post", ports=ports)
