"""The receipt of a use: for whoever granted, and for the browser that owns the case."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from consent.mandate import decode_mandate
from consent.receipts import RecordEvent, consent_record
from verifier.domain.mandate import Expired, MandateId, state_name
from verifier.domain.records import RegisterEntry
from verifier.domain.refusals import ReceiptNotThere
from verifier.ports import Ports
from verifier.usecases.find_mandate import find_mandate
from verifier.usecases.hear_grantor import hear_reader

SEPARATOR = "~"
DATED = ("granted", "used", "revoked", "declined")


@dataclass(frozen=True, slots=True)
class Receipt:
    """The signed text, and whether both organisations signed it."""

    text: str

    @property
    def countersigned(self) -> bool:
        """Whether the authority signed too."""
        return SEPARATOR in self.text


def read_receipt_by_statement(mandate_id: str, statement: str, *, ports: Ports) -> Receipt:
    """For the statement that reads the decision: who may read that may have the receipt."""
    hear_reader(mandate_id, statement, now=ports.clock(), ports=ports)
    return read_receipt(mandate_id, ports=ports)


def read_receipt(mandate_id: str, *, ports: Ports) -> Receipt:
    """For a caller whose right was checked before; ReceiptNotThere until the mandate was used."""
    text = ports.store.register.receipt_of(MandateId(mandate_id))
    if text is None:
        raise ReceiptNotThere
    return Receipt(text)


def record_of(mandate_id: str, *, ports: Ports) -> dict[str, Any]:
    """The mandate as JSON-LD, after ISO/IEC TS 27560; no values."""
    entry = find_mandate(mandate_id, now=ports.clock(), ports=ports)
    return consent_record(
        decode_mandate(entry.transaction_data), record_id=mandate_id, events=tuple(_events(entry))
    )


def _events(entry: RegisterEntry) -> Iterator[RecordEvent]:
    if entry.proposed_at is not None:
        yield RecordEvent("proposed", entry.proposed_at)
    for state in DATED:
        at = getattr(entry.mandate, f"{state}_at", None)
        if at is not None:
            yield RecordEvent(state, at)
    if isinstance(entry.mandate, Expired):
        yield RecordEvent(state_name(entry.mandate), entry.mandate.expires_at)
