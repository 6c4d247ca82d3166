"""What the grantor of a mandate signed for this desk: it holds, or it is refused and written down."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from openid4vc.errors import CheckFailed, Malformed
from verifier.domain.records import RegisterEntry
from verifier.domain.refusals import StatementRefused
from verifier.domain.statement import verify_read
from verifier.ports import Ports
from verifier.usecases.find_mandate import find_mandate, grantor_of

DECISION, RECEIPT_OFFER = "decision", "receipt-offer"


@contextmanager
def refusing(event: str, mandate_id: str, *, ports: Ports) -> Iterator[None]:
    """The caller hears only that the statement is refused; the audit line names the check that said no."""
    try:
        yield
    except (CheckFailed, Malformed) as cause:
        ports.audit(event, mandate=mandate_id, check=getattr(cause, "check", "malformed"))
        raise StatementRefused from cause


def hear_reader(
    mandate_id: str, statement: str, *, address: str = DECISION, now: datetime, ports: Ports
) -> RegisterEntry:
    """The entry, for who holds a statement that its grantor signed for reading at this address."""
    entry = find_mandate(mandate_id, now=now, ports=ports)
    with refusing("reading_refused", mandate_id, ports=ports):
        verify_read(
            statement,
            grantor=grantor_of(entry),
            expected_audience=f"{ports.addresses.own}/mandates/{mandate_id}/{address}",
            expected_mandate=mandate_id,
            now=now,
        )
    return entry
