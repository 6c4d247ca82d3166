"""Withdraw a mandate: with its receipt, or signed by the key that gave it; decided by the register."""

from datetime import datetime

from openid4vc.jose.jws import sign_jws
from openid4vc.jose.numeric_date import to_numeric_date
from wallet.domain.history import Happening, HistoryKind, HistoryNote, SealedLine
from wallet.domain.mandate import GrantedMandate, MandateId, MandateState, RegisterEntry, SealedMandate
from wallet.domain.peer import PeerNonsense, PeerSilent, RegisterAnswer
from wallet.domain.refusals import CouldNotReach, MandateAlreadyUsed, MandateNotActive, WithdrawalRefused
from wallet.domain.sealing import Signer, Viewer
from wallet.domain.words import Words
from wallet.ports import Ports
from wallet.usecases.chance import new_id
from wallet.usecases.give_pin import give_pin
from wallet.usecases.view_mandate import find_mandate
from wallet.usecases.withdraw_with_receipt import withdraw_with_receipt
from wallet.usecases.write_history import sealed_line

REVOCATION_TYP = "eenmalig-revocation+jwt"


def withdraw_mandate(id: MandateId, *, pin: str, viewer: Viewer, ports: Ports) -> None:
    """Show the receipt, or sign the withdrawal; the register decides between this and a use."""
    sealed, granted = find_mandate(id, viewer=viewer, ports=ports)
    if not sealed.state.may_withdraw:
        raise MandateAlreadyUsed if sealed.state is MandateState.USED else MandateNotActive
    signer = give_pin(viewer, pin, ports=ports)
    now = ports.clock()
    try:
        answer = withdraw_with_receipt(sealed, granted, signer=signer, ports=ports) or _by_statement(
            sealed, granted, signer, now, ports
        )
    except (PeerSilent, PeerNonsense) as cause:
        raise CouldNotReach(host=cause.host) from cause
    if answer.status != 200:
        _refuse(id, answer, viewer, ports)
    ports.stores.mandates.revoke(id, _line(granted, viewer, now, ports))
    ports.audit("mandate_withdrawn", mandate=id)


def _by_statement(
    sealed: SealedMandate, granted: GrantedMandate, signer: Signer, now: datetime, ports: Ports
) -> RegisterAnswer:
    """Where the receipt never came, was deleted or is not taken: who wants to stop must be able to."""
    claims = {
        "aud": granted.revocation_uri,
        "mandate_id": granted.id,
        "iat": to_numeric_date(now),
        "jti": new_id(ports),
    }
    key = signer.unseal_key(sealed.sealed_key, id=f"mandate/{granted.id}")
    statement = sign_jws(claims, typ=REVOCATION_TYP, key=key)
    return ports.verifiers.statement(granted.revocation_uri, statement)


def _refuse(id: MandateId, answer: RegisterAnswer, viewer: Viewer, ports: Ports) -> None:
    """Take over what the register says instead, and tell the citizen."""
    ended = {
        "mandate_already_used": MandateState.USED,
        "mandate_expired": MandateState.EXPIRED,
        "mandate_declined": MandateState.DECLINED,
    }.get(answer.code)
    if ended is None and answer.code != "mandate_not_granted":
        raise WithdrawalRefused(error=answer.code)
    if ended is not None:
        entry = RegisterEntry(ended, None)
        ports.stores.mandates.note_state(id, entry, account_id=viewer.account_id, now=ports.clock())
    raise MandateAlreadyUsed if ended is MandateState.USED else MandateNotActive


def _line(granted: GrantedMandate, viewer: Viewer, now: datetime, ports: Ports) -> SealedLine:
    note = HistoryNote(who=Words(granted.asker, granted.asker), who_id=granted.asker, mandate_id=granted.id)
    happening = Happening(HistoryKind.WITHDRAWN, MandateState.REVOKED)
    return sealed_line(note, happening, viewer=viewer, at=now, ports=ports)
