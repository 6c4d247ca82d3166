"""Read what was asked of others, after asking them how far it is; a certificate is kept once it holds."""

from dataclasses import replace
from typing import Any

from consent.erasure import CERTIFICATE_TYP, verify_erasure_certificate
from consent.rights import DeletionRequest, ErasureCertificate
from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose import strict_json
from openid4vc.jose.jws import parse_jws
from wallet.domain.history import Happening, HistoryKind, HistoryNote
from wallet.domain.peer import PeerNonsense, PeerSilent
from wallet.domain.refusals import NotFound
from wallet.domain.rights import (
    SURELY_LOST,
    Heard,
    RightsId,
    RightsKind,
    RightsState,
    SealedRights,
    Standing,
    heard_deletion,
    heard_report,
)
from wallet.domain.sealing import Viewer
from wallet.ports import Ports
from wallet.usecases.keep_rights import RightsView, note_heard, open_rights
from wallet.usecases.write_history import sealed_line

MOST_ASKED = 5
UNKNOWN = 404
_MEMBER = {RightsKind.DELETION: ("request", heard_deletion), RightsKind.REPORT: ("report", heard_report)}


def read_all_rights(*, viewer: Viewer, ports: Ports) -> tuple[RightsView, ...]:
    """Everything that was asked, as last known, newest first; asks nobody."""
    return tuple(
        open_rights(one, viewer=viewer) for one in ports.stores.rights.all(account_id=viewer.account_id)
    )


def refreshed_rights(*, viewer: Viewer, ports: Ports) -> tuple[RightsView, ...]:
    """The same after asking about the newest few that are open."""
    waiting = [one for one in ports.stores.rights.all(account_id=viewer.account_id) if one.state.is_open]
    for one in waiting[:MOST_ASKED]:
        _refresh(one, viewer, ports)
    return read_all_rights(viewer=viewer, ports=ports)


def read_rights(id: RightsId, *, viewer: Viewer, ports: Ports) -> RightsView:
    """One request, after asking how far it is while it is open."""
    sealed = _find(id, viewer, ports)
    if sealed.state.is_open:
        _refresh(sealed, viewer, ports)
    return open_rights(_find(id, viewer, ports), viewer=viewer)


def certificate_in(view: RightsView) -> ErasureCertificate | None:
    """What the kept certificate says; it was verified when it came."""
    if view.standing.certificate is None or view.standing.doubt:
        return None
    signed = parse_jws(view.standing.certificate, expected_typ=CERTIFICATE_TYP)
    return ErasureCertificate.from_json(signed.payload)


def _find(id: RightsId, viewer: Viewer, ports: Ports) -> SealedRights:
    sealed = ports.stores.rights.find(id, account_id=viewer.account_id)
    if sealed is None:
        raise NotFound
    return sealed


def _refresh(sealed: SealedRights, viewer: Viewer, ports: Ports) -> None:
    """Silence changes nothing; unknown on the other side means that it never arrived, after a while."""
    view = open_rights(sealed, viewer=viewer)
    try:
        answer = ports.rights.status(f"{view.dossier.address}/requests/{sealed.id}")
    except (PeerSilent, PeerNonsense):
        ports.audit("rights_unheard", request=sealed.id)
        return
    name, read = _MEMBER[sealed.kind]
    member = answer.body.get(name)
    if answer.status == UNKNOWN and sealed.state is RightsState.NOT_CERTAIN:
        if sealed.created_at + SURELY_LOST <= ports.clock():
            note_heard(sealed, Heard(RightsState.NOT_TAKEN, Standing()), viewer=viewer, ports=ports)
        return
    heard = read(member) if answer.status == 200 and isinstance(member, dict) else None
    if heard is not None:
        _take_over(view, sealed, heard, viewer, ports)


def _take_over(view: RightsView, sealed: SealedRights, heard: Heard, viewer: Viewer, ports: Ports) -> None:
    """An answer to a request for erasure counts only with a certificate that holds."""
    if sealed.kind is RightsKind.DELETION and not heard.state.is_open:
        doubt = _doubt(view.dossier.message, heard, ports)
        if doubt:
            ports.audit("certificate_doubted", request=sealed.id, check=doubt)
            heard = Heard(sealed.state, replace(view.standing, doubt=doubt))
    if note_heard(sealed, heard, viewer=viewer, ports=ports) and not heard.state.is_open:
        note = HistoryNote(
            who=view.dossier.who, who_id="", purpose=view.dossier.purpose, mandate_id=view.dossier.mandate_id
        )
        kind = HistoryKind.ERASURE_ANSWER if sealed.kind is RightsKind.DELETION else HistoryKind.REPORT_ANSWER
        happening = Happening(kind, heard.state, None)
        line = sealed_line(note, happening, viewer=viewer, at=ports.clock(), ports=ports)
        ports.stores.history.add(line)


def _doubt(message: dict[str, Any], heard: Heard, ports: Ports) -> str:
    """The check that the certificate failed, by name; nothing when it holds."""
    try:
        verified = verify_erasure_certificate(
            heard.standing.certificate or "",
            anchors=ports.trust.senders.access_anchors,
            expected_request=DeletionRequest.from_json(strict_json.dumps(message)),
            now=ports.clock(),
        )
    except CheckFailed as failed:
        return failed.check
    except Malformed:
        return "certificate_form"
    return "" if verified.certificate.decision == heard.state else "certificate_state"
