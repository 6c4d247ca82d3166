"""Ask the organisation that acted on a mandate to erase what it got: signed by the key that gave it (TS7)."""

from dataclasses import dataclass, replace
from datetime import datetime

from consent.erasure import sign_deletion_request
from consent.mandate import Mandate
from consent.rights import Channel, DeletionRequest, channel_of, mail_link
from consent.transaction_log import NATIONAL_NUMBER, ClaimInfo, Identifier
from consent.wording import path_name
from openid4vc.errors import Malformed
from openid4vc.jose import strict_json
from openid4vc.jose.numeric_date import to_numeric_date
from wallet.domain.history import Happening, HistoryKind, HistoryNote
from wallet.domain.mandate import GrantedMandate, MandateId, MandateState
from wallet.domain.refusals import NotFound
from wallet.domain.rights import (
    Dossier,
    RightsId,
    RightsKind,
    RightsState,
    SealedRights,
    subject_of,
)
from wallet.domain.rights_refusals import AlreadyAsked, NobodyToAsk
from wallet.domain.sealing import Viewer
from wallet.domain.words import Words
from wallet.ports import Ports
from wallet.usecases.chance import new_id
from wallet.usecases.give_pin import give_pin
from wallet.usecases.keep_rights import begin_rights
from wallet.usecases.rights_party import Party, party_of
from wallet.usecases.send_rights import seal_rights, send_rights
from wallet.usecases.view_mandate import find_mandate, refresh_mandate

NEVER_GIVEN = {MandateState.DECLINED}


@dataclass(frozen=True, slots=True)
class ErasureOffer:
    """What would be asked of whom, and by which road; `open_id` is the same question if it waits."""

    mandate_id: MandateId
    who: Words
    purpose: Words
    address: str
    channel: Channel | None
    active: bool
    claims: tuple[ClaimInfo, ...]
    open_id: RightsId | None
    mail: str = ""


def offer_erasure(id: MandateId, *, viewer: Viewer, ports: Ports) -> ErasureOffer:
    """Prepare the question; only the register is asked, whether the mandate is still active."""
    refresh_mandate(id, viewer=viewer, ports=ports)
    sealed, granted = find_mandate(id, viewer=viewer, ports=ports)
    if sealed.state in NEVER_GIVEN:
        raise NotFound
    mandate, party = _document(granted), party_of(granted.request_id, viewer=viewer, ports=ports)
    subject = subject_of(RightsKind.DELETION, id)
    known = ports.stores.rights.open_about(subject, account_id=viewer.account_id)
    address = party.support if party else ""
    offer = ErasureOffer(
        mandate_id=id,
        who=Words(granted.asker, granted.asker),
        purpose=Words(mandate.purpose.text.nl, mandate.purpose.text.en),
        address=address,
        channel=_channel(address),
        active=sealed.state.may_withdraw and sealed.expires_at > ports.clock(),
        claims=_claims(mandate, party),
        open_id=known.id if known else None,
    )
    if offer.channel != "mail":
        return offer
    request = _request(offer, mandate, ports.clock(), ports)
    return replace(offer, mail=mail_link(address, request))


def ask_erasure(id: MandateId, *, pin: str, viewer: Viewer, ports: Ports) -> RightsId:
    """Sign, write the intent down, then send; what came of it is read with read_rights."""
    offer = offer_erasure(id, viewer=viewer, ports=ports)
    if offer.open_id is not None:
        raise AlreadyAsked(id=offer.open_id)
    if offer.channel != "web":
        raise NobodyToAsk
    sealed, granted = find_mandate(id, viewer=viewer, ports=ports)
    signer, now = give_pin(viewer, pin, ports=ports), ports.clock()
    request = _request(offer, _document(granted), now, ports)
    key = signer.unseal_key(sealed.sealed_key, id=f"mandate/{id}")
    statement = sign_deletion_request(request, audience=offer.address, key=key)
    rights = _sealed(offer, request, viewer, now)
    note = HistoryNote(
        who=offer.who, who_id=_document(granted).mandatary.id, purpose=offer.purpose, mandate_id=id
    )
    happening = Happening(HistoryKind.ERASURE_ASKED, RightsState.NOT_CERTAIN, rights.id)
    begin_rights(rights, note, happening, viewer=viewer, ports=ports)
    send_rights(rights, lambda: ports.rights.erasure(offer.address, statement), viewer=viewer, ports=ports)
    return rights.id


def _request(offer: ErasureOffer, mandate: Mandate, now: datetime, ports: Ports) -> DeletionRequest:
    return DeletionRequest(
        request_id=new_id(ports),
        requested_at=to_numeric_date(now),
        party_identifier=Identifier(type=NATIONAL_NUMBER, identifier=mandate.mandatary.id),
        party_name=mandate.mandatary.name,
        claims=offer.claims,
        everything=True,
        mandate_id=mandate.mandate_id,
    )


def _sealed(offer: ErasureOffer, request: DeletionRequest, viewer: Viewer, now: datetime) -> SealedRights:
    dossier = Dossier(
        who=offer.who,
        address=offer.address,
        message=strict_json.loads_object(request.to_json()),
        mandate_id=offer.mandate_id,
        purpose=offer.purpose,
    )
    return seal_rights(
        dossier,
        kind=RightsKind.DELETION,
        id=request.request_id,
        about=offer.mandate_id,
        viewer=viewer,
        now=now,
    )


def _document(granted: GrantedMandate) -> Mandate:
    return Mandate.model_validate_json(strict_json.dumps(granted.document))


def _claims(mandate: Mandate, party: Party | None) -> tuple[ClaimInfo, ...]:
    """Kinds of card as the request named them; without it the names that the mandate gives them."""
    if party is not None and party.asked:
        return party.asked
    return tuple(
        ClaimInfo.named(scope.query, (path_name(path) for path in scope.paths)) for scope in mandate.data
    )


def _channel(address: str) -> Channel | None:
    try:
        return channel_of(address) if address else None
    except Malformed:
        return None
