"""Ask for advice: the least is enough, and the question travels where the wallet signs its own answer."""

from dataclasses import replace

from chassis.tokens import token_hash
from consent.advice import AdviceQuestion
from verifier.domain.advising import ADVICE, THRESHOLD_EUR
from verifier.domain.presentation import Manner
from verifier.domain.refusals import TooManyOpen
from verifier.ports import Ports
from verifier.usecases.start_presentation import Started, new_request, started


def start_advice(*, ports: Ports) -> Started:
    """Steps 1 to 3 of docs/flows/presentation.md, with transaction data that is no mandate."""
    now = ports.clock()
    query = ports.questions[ADVICE]
    question = AdviceQuestion(credential_ids=query.ids, threshold_eur=THRESHOLD_EUR)
    manner = Manner(response_mode=ports.policy.response_mode)
    requested = replace(
        new_request(query, manner, service=ADVICE, ports=ports, now=now), transaction_data=question.encode()
    )
    transaction = ports.new_token(32)
    ports.store.retention.erase_past(now)
    if not ports.store.presentations.ask(requested, transaction_hash=token_hash(transaction)):
        raise TooManyOpen
    ports.audit("advice_started", request=requested.id)
    return started(requested, transaction, "post", ports=ports)
