"""The citizen reads the decision, from the wallet or in the browser that started it."""

from datetime import datetime

from verifier.domain.decision import Decision
from verifier.domain.mandate import MandateId
from verifier.domain.refusals import DecisionNotThere
from verifier.ports import Ports
from verifier.usecases.hear_grantor import hear_reader


def read_decision_by_statement(mandate_id: str, statement: str, *, ports: Ports) -> Decision:
    """For whoever holds a statement that the grantor signed for this address."""
    now = ports.clock()
    hear_reader(mandate_id, statement, now=now, ports=ports)
    return _hand_out(mandate_id, to="wallet", now=now, ports=ports)


def read_decision(mandate_id: str, *, ports: Ports) -> Decision:
    """For a caller whose right was checked before: the browser session that owns the transaction."""
    return _hand_out(mandate_id, to="browser", now=ports.clock(), ports=ports)


def _hand_out(mandate_id: str, *, to: str, now: datetime, ports: Ports) -> Decision:
    decision = ports.store.register.hand_out_decision(MandateId(mandate_id), to=to, now=now)
    if decision is None:
        raise DecisionNotThere
    return decision
