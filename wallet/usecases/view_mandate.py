"""View a mandate: what was given, how it stands at the register, and the decision once there is one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from openid4vc.errors import Malformed
from openid4vc.jose import strict_json
from openid4vc.jose.numeric_date import from_numeric_date
from wallet.domain.documents import load
from wallet.domain.mandate import (
    MANDATE,
    GrantedMandate,
    MandateId,
    MandateState,
    RegisterEntry,
    SealedMandate,
    after,
)
from wallet.domain.peer import PeerNonsense, PeerRefused, PeerSilent
from wallet.domain.refusals import NotFound
from wallet.domain.request import RequestId
from wallet.domain.sealing import Viewer
from wallet.ports import Ports
from wallet.usecases.read_receipts import Receipts, fetch_use_receipt, read_receipts

DECISION = "decision"
MOST_ASKED = 5


@dataclass(frozen=True, slots=True)
class MandateView:
    """A mandate as its grantor sees it; `fresh` says whether the register was asked just now."""

    id: MandateId
    state: MandateState
    granted: GrantedMandate
    used_at: datetime | None
    checked_at: datetime | None
    decision: Mapping[str, Any] | None
    fresh: bool
    receipts: Receipts


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What the register said, if it said anything."""

    state: MandateState
    heard: bool

    @property
    def granted(self) -> bool:
        """Whether the register has, or had, this grant."""
        return self.heard and self.state in {
            MandateState.GRANTED,
            MandateState.USED,
            MandateState.REVOKED,
        }


def find_mandate(id: MandateId, *, viewer: Viewer, ports: Ports) -> tuple[SealedMandate, GrantedMandate]:
    """Return a mandate of this citizen; NotFound for any other."""
    sealed = ports.stores.mandates.find(id, account_id=viewer.account_id)
    if sealed is None:
        raise NotFound
    return sealed, load(GrantedMandate, viewer.unseal(sealed.sealed, kind=MANDATE, id=id))


def mandate_of_request(id: RequestId, *, viewer: Viewer, ports: Ports) -> SealedMandate | None:
    """Return the mandate that this request asked for, if it was given."""
    mandates = ports.stores.mandates.all(account_id=viewer.account_id)
    return next((mandate for mandate in mandates if mandate.request_id == id), None)


def read_mandates(*, viewer: Viewer, ports: Ports) -> tuple[MandateView, ...]:
    """Return all mandates as last known, newest first; asks nobody."""
    return tuple(
        _view(sealed, viewer, ports, fresh=False)
        for sealed in ports.stores.mandates.all(account_id=viewer.account_id)
    )


def refreshed_mandates(*, viewer: Viewer, ports: Ports) -> tuple[MandateView, ...]:
    """The same list after asking the registers about the newest few that may have ended meanwhile.

    A register that was silent once is not asked again for this list.
    """
    silent: set[str] = set()
    asked = [
        view
        for view in read_mandates(viewer=viewer, ports=ports)
        if view.state is MandateState.GRANTED or view.state is MandateState.NOT_CERTAIN
    ]
    for view in asked[:MOST_ASKED]:
        home = view.granted.state_uri.split("/mandates/")[0]
        if home not in silent and not refresh_mandate(view.id, viewer=viewer, ports=ports).heard:
            silent.add(home)
    return read_mandates(viewer=viewer, ports=ports)


def view_mandate(id: MandateId, *, viewer: Viewer, ports: Ports) -> MandateView:
    """Ask the register, fetch the decision if it is there, and return what is known."""
    refreshed = refresh_mandate(id, viewer=viewer, ports=ports)
    sealed, granted = find_mandate(id, viewer=viewer, ports=ports)
    if sealed.state is MandateState.USED and sealed.sealed_decision is None:
        _fetch_decision(granted, viewer, ports)
    fault = fetch_use_receipt(sealed, granted, viewer=viewer, ports=ports)
    sealed, _ = find_mandate(id, viewer=viewer, ports=ports)
    return _view(sealed, viewer, ports, fresh=refreshed.heard, fault=fault)


def refresh_mandate(id: MandateId, *, viewer: Viewer, ports: Ports) -> Refreshed:
    """Take over the state that the register tells; a mandate that ended here stays ended."""
    sealed, granted = find_mandate(id, viewer=viewer, ports=ports)
    if not sealed.state.may_withdraw:
        return Refreshed(sealed.state, heard=True)
    try:
        told = ports.verifiers.mandate_state(granted.state_uri)
        entry = _entry(told, sealed.state)
    except (PeerSilent, PeerRefused, PeerNonsense, Malformed) as cause:
        ports.audit("register_unheard", mandate=id, kind=type(cause).__name__)
        return Refreshed(sealed.state, heard=False)
    ports.stores.mandates.note_state(id, entry, account_id=viewer.account_id, now=ports.clock())
    return Refreshed(after(sealed.state, entry.state), heard=True)


def _entry(told: Mapping[str, Any], known: MandateState) -> RegisterEntry:
    """A state that the wallet does not know, such as `proposed`, changes nothing."""
    words = {state.value: state for state in MandateState if state is not MandateState.NOT_CERTAIN}
    used_at = told.get("used_at")
    return RegisterEntry(
        state=words.get(str(told.get("state")), known),
        used_at=None if used_at is None else from_numeric_date(used_at),
    )


def _fetch_decision(granted: GrantedMandate, viewer: Viewer, ports: Ports) -> None:
    """Show the statement that was signed at the grant; silence only means that we ask again next time."""
    try:
        answer = ports.verifiers.statement(granted.decision_uri, granted.read_statement)
    except (PeerSilent, PeerNonsense) as cause:
        ports.audit("decision_unheard", mandate=granted.id, kind=type(cause).__name__)
        return
    if answer.status == 200:
        sealed = viewer.seal(strict_json.dumps(dict(answer.body)), kind=DECISION, id=granted.id)
        ports.stores.mandates.note_decision(granted.id, sealed, account_id=viewer.account_id)


def _view(
    sealed: SealedMandate, viewer: Viewer, ports: Ports, *, fresh: bool, fault: str = ""
) -> MandateView:
    granted = load(GrantedMandate, viewer.unseal(sealed.sealed, kind=MANDATE, id=sealed.id))
    decision = None
    if sealed.sealed_decision is not None:
        decision = strict_json.loads_object(
            viewer.unseal(sealed.sealed_decision, kind=DECISION, id=sealed.id)
        )
    over = sealed.state is MandateState.GRANTED and sealed.expires_at <= ports.clock()
    return MandateView(
        id=sealed.id,
        state=MandateState.EXPIRED if over else sealed.state,
        granted=granted,
        used_at=sealed.used_at,
        checked_at=sealed.checked_at,
        decision=decision,
        fresh=fresh,
        receipts=read_receipts(sealed, viewer=viewer, fault=fault),
    )
