"""The citizen takes the mandate back; the database decides between this and a use."""

from openid4vc.errors import CheckFailed, Malformed
from verifier.domain.mandate import MandateState, Revoked, require_granted
from verifier.domain.refusals import StatementRefused
from verifier.domain.statement import verify_revocation
from verifier.ports import Ports
from verifier.usecases.find_mandate import find_mandate, grantor_of


def revoke_mandate(mandate_id: str, statement: str, *, ports: Ports) -> MandateState:
    """Steps 12 and 13 of docs/flows/mandate.md; a repeated withdrawal gets the same answer."""
    now = ports.clock()
    entry = find_mandate(mandate_id, now=now, ports=ports)
    try:
        verify_revocation(
            statement,
            grantor=grantor_of(entry),
            expected_audience=f"{ports.addresses.own}/mandates/{mandate_id}/revoke",
            expected_mandate=mandate_id,
            now=now,
        )
    except (CheckFailed, Malformed) as cause:
        ports.audit("revocation_refused", mandate=mandate_id, check=getattr(cause, "check", "malformed"))
        raise StatementRefused from cause
    if isinstance(entry.mandate, Revoked):
        return entry.mandate
    revoked = require_granted(entry.mandate).revoked(at=now, reason="grantor")
    if ports.store.register.revoke(revoked):
        ports.audit("mandate_revoked", mandate=mandate_id)
        return revoked
    after = find_mandate(mandate_id, now=now, ports=ports).mandate
    return after if isinstance(after, Revoked) else require_granted(after)
