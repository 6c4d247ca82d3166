"""The citizen takes the mandate back; the database decides between this and a use."""

from datetime import datetime

from verifier.domain.mandate import Granted, MandateState, Revoked, require_granted
from verifier.domain.records import RegisterEntry
from verifier.domain.refusals import MandateAlreadyUsed, StatementRefused, TooLateToWithdraw
from verifier.domain.statement import verify_revocation
from verifier.ports import Ports
from verifier.usecases.find_mandate import find_mandate, grantor_of
from verifier.usecases.hear_grantor import refusing


def revoke_mandate(mandate_id: str, statement: str, *, ports: Ports) -> MandateState:
    """Steps 12 and 13 of docs/flows/mandate.md; a repeated withdrawal gets the same answer."""
    now = ports.clock()
    entry = find_mandate(mandate_id, now=now, ports=ports)
    with refusing("revocation_refused", mandate_id, ports=ports):
        verify_revocation(
            statement,
            grantor=grantor_of(entry),
            expected_audience=f"{ports.addresses.own}/mandates/{mandate_id}/revoke",
            expected_mandate=mandate_id,
            now=now,
        )
    return revoke_entry(entry, reason="grantor", now=now, ports=ports)


def withdraw_at_desk(mandate_id: str, *, ports: Ports) -> MandateState:
    """For the browser in which the text was confirmed; a signed mandate is withdrawn with its own key."""
    now = ports.clock()
    entry = find_mandate(mandate_id, now=now, ports=ports)
    if entry.signed:
        raise StatementRefused
    return revoke_entry(entry, reason="grantor_at_desk", now=now, ports=ports)


def revoke_entry(entry: RegisterEntry, *, reason: str, now: datetime, ports: Ports) -> MandateState:
    """One statement decides between this and a use; a repeated withdrawal gets the same answer."""
    if isinstance(entry.mandate, Revoked):
        return entry.mandate
    revoked = _require_in_time(entry.mandate).revoked(at=now, reason=reason)
    if ports.store.register.revoke(revoked):
        ports.audit("mandate_revoked", mandate=revoked.id, reason=reason)
        return revoked
    after = find_mandate(revoked.id, now=now, ports=ports).mandate
    return after if isinstance(after, Revoked) else _require_in_time(after)


def _require_in_time(mandate: MandateState) -> Granted:
    """After the use the refusal says what can no longer be undone."""
    try:
        return require_granted(mandate)
    except MandateAlreadyUsed as cause:
        raise TooLateToWithdraw from cause
