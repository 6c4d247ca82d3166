"""A citizen opts out with the key that granted; the desk looks at that before it comes to anybody unasked."""

from verifier.domain.approach_refusals import ApproachUnusable, OptedOut, StatementTooOld
from verifier.domain.opt_out import Approach, Approached, Channel, OptOut
from verifier.domain.refusals import UnknownService
from verifier.domain.statement import VerifiedOptOut, verify_opt_out
from verifier.ports import Ports
from verifier.usecases.find_mandate import find_mandate, grantor_of
from verifier.usecases.hear_grantor import hear_reader, refusing

CHECKED = "approach_checked"


def state_opt_out(mandate_id: str, statement: str, *, ports: Ports) -> OptOut:
    """Keep what the grantor of this mandate says; it counts until a newer statement comes."""
    now = ports.clock()
    verified = _verified(mandate_id, statement, ports)
    stated_at = verified.statement.issued_at
    if not ports.store.opt_outs.state(mandate_id, verified.opt_out, stated_at=stated_at, now=now):
        raise StatementTooOld
    ports.audit("opt_out_stated", mandate=mandate_id, channels=len(verified.opt_out.channels))
    return verified.opt_out


def _verified(mandate_id: str, statement: str, ports: Ports) -> VerifiedOptOut:
    now = ports.clock()
    entry = find_mandate(mandate_id, now=now, ports=ports)
    with refusing("opt_out_refused", mandate_id, ports=ports):
        return verify_opt_out(
            statement,
            grantor=grantor_of(entry),
            expected_audience=f"{ports.addresses.own}/mandates/{mandate_id}/opt-out",
            expected_mandate=mandate_id,
            now=now,
        )


def approach_citizen(mandate_id: str, service: str, channel: str, *, ports: Ports) -> Approach:
    """Look at the register, write down that it was looked at, and only then say yes; else OptedOut."""
    now = ports.clock()
    entry = find_mandate(mandate_id, now=now, ports=ports)
    if service not in ports.town.offers:
        raise UnknownService
    try:
        approach = Approach(mandate_id, service, Channel(channel))
    except ValueError as cause:
        raise ApproachUnusable from cause
    if not ports.store.opt_outs.check(approach, service=entry.service, now=now):
        raise OptedOut
    return approach


def checks_made(mandate_id: str, *, ports: Ports) -> tuple[Approached, ...]:
    """What the ledger says about approaching the grantor, oldest first; for who may read it."""
    return tuple(
        Approached(
            at=line.at,
            service=line.details["service"],
            channel=line.details["channel"],
            allowed=line.details["outcome"] == "allowed",
        )
        for line in ports.store.ledger.of(mandate_id)
        if line.event == CHECKED
    )


def checks_by_statement(mandate_id: str, statement: str, *, ports: Ports) -> tuple[Approached, ...]:
    """For whoever holds the statement that the grantor signed to read about this mandate."""
    hear_reader(mandate_id, statement, now=ports.clock(), ports=ports)
    return checks_made(mandate_id, ports=ports)
