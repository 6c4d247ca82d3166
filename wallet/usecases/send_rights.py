"""Send a request about rights: a clear no closes it, silence leaves it uncertain and it is asked later."""

from collections.abc import Callable
from datetime import datetime

from wallet.domain.documents import dump
from wallet.domain.peer import PeerNonsense, PeerSilent, RegisterAnswer
from wallet.domain.refusals import CouldNotReach
from wallet.domain.rights import (
    Dossier,
    Heard,
    RightsId,
    RightsKind,
    RightsState,
    SealedRights,
    Standing,
    heard_deletion,
    heard_report,
    subject_of,
)
from wallet.domain.rights_refusals import NotTaken
from wallet.domain.sealing import Viewer
from wallet.ports import Ports
from wallet.usecases.keep_rights import note_heard

TAKEN = 201


def seal_rights(
    dossier: Dossier, *, kind: RightsKind, id: str, about: str, viewer: Viewer, now: datetime
) -> SealedRights:
    """What is kept before anything leaves: nobody is certain of it yet."""
    return SealedRights(
        id=RightsId(id),
        account_id=viewer.account_id,
        kind=kind,
        subject=subject_of(kind, about),
        state=RightsState.NOT_CERTAIN,
        sealed=viewer.seal(dump(dossier), kind=kind, id=id),
        created_at=now,
    )


def send_rights(
    rights: SealedRights, send: Callable[[], RegisterAnswer], *, viewer: Viewer, ports: Ports
) -> None:
    """Note what the other side says; CouldNotReach when nothing left, NotTaken when it was not accepted."""
    try:
        answer = send()
    except (PeerSilent, PeerNonsense) as cause:
        ports.audit(f"{rights.kind}_unheard", request=rights.id)
        if isinstance(cause, PeerSilent) and cause.sent:
            return
        note_heard(rights, Heard(RightsState.NOT_TAKEN, Standing()), viewer=viewer, ports=ports)
        raise CouldNotReach(host=cause.host) from cause
    heard = _heard(rights.kind, answer)
    if heard is None:
        refused = Heard(RightsState.NOT_TAKEN, Standing(doubt=answer.code))
        note_heard(rights, refused, viewer=viewer, ports=ports)
        raise NotTaken(error=answer.code)
    note_heard(rights, heard, viewer=viewer, ports=ports)
    ports.audit(f"{rights.kind}_sent", request=rights.id)


def _heard(kind: RightsKind, answer: RegisterAnswer) -> Heard | None:
    name, read = ("report", heard_report) if kind is RightsKind.REPORT else ("request", heard_deletion)
    member = answer.body.get(name)
    return read(member) if answer.status == TAKEN and isinstance(member, dict) else None
