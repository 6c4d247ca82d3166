"""Keep what was asked and what came of it, sealed, with its line in the history."""

from dataclasses import dataclass
from datetime import datetime

from wallet.domain.documents import dump, load
from wallet.domain.history import Happening, HistoryNote
from wallet.domain.rights import Dossier, Heard, RightsId, RightsKind, RightsState, SealedRights, Standing
from wallet.domain.rights_refusals import AlreadyAsked
from wallet.domain.sealing import Viewer
from wallet.ports import Ports
from wallet.usecases.write_history import sealed_line

ANSWER = "rights-answer"


@dataclass(frozen=True, slots=True)
class RightsView:
    """One request, opened."""

    id: RightsId
    kind: RightsKind
    state: RightsState
    asked_at: datetime
    checked_at: datetime | None
    dossier: Dossier
    standing: Standing


def begin_rights(
    rights: SealedRights, note: HistoryNote, happening: Happening, *, viewer: Viewer, ports: Ports
) -> None:
    """Write the intent before anything leaves; AlreadyAsked when the same is open."""
    line = sealed_line(note, happening, viewer=viewer, at=rights.created_at, ports=ports)
    if ports.stores.rights.begin(rights, line):
        return
    known = ports.stores.rights.open_about(rights.subject, account_id=viewer.account_id)
    raise AlreadyAsked(id=known.id if known else "")


def note_heard(rights: SealedRights, heard: Heard, *, viewer: Viewer, ports: Ports) -> bool:
    """Take over what the other side says; False when it was answered before."""
    sealed = viewer.seal(dump(heard.standing), kind=ANSWER, id=rights.id)
    return ports.stores.rights.note(
        rights.id, heard.state, sealed, account_id=viewer.account_id, now=ports.clock()
    )


def open_rights(sealed: SealedRights, *, viewer: Viewer) -> RightsView:
    """Open what is kept of one request."""
    standing = Standing()
    if sealed.sealed_answer is not None:
        standing = load(Standing, viewer.unseal(sealed.sealed_answer, kind=ANSWER, id=sealed.id))
    return RightsView(
        id=sealed.id,
        kind=sealed.kind,
        state=sealed.state,
        asked_at=sealed.created_at,
        checked_at=sealed.checked_at,
        dossier=load(Dossier, viewer.unseal(sealed.sealed, kind=sealed.kind, id=sealed.id)),
        standing=standing,
    )
