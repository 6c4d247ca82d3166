"""Approve a request: sign exactly what was on the screen, write the intent down, then send."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from consent.mandate import Mandate
from consent.receipt import ConsentReceipt
from consent.screen import ConsentScreen
from openid4vc.jose.jws import sign_jws
from openid4vc.jose.keys import SigningKey
from openid4vc.jose.numeric_date import to_numeric_date
from openid4vc.sdjwt.present import HeldSdJwt, present
from openid4vc.vp.response import AuthorizationResponse
from openid4vc.vp.transaction_data import decode_transaction_data, entries_for
from wallet.domain.card import CardId, SealedCopy
from wallet.domain.consent_refusals import ForbiddenAsked
from wallet.domain.documents import dump
from wallet.domain.history import Happening, HistoryKind, SealedLine
from wallet.domain.mandate import (
    MANDATE,
    READ_AFTER_END,
    GrantedMandate,
    MandateId,
    MandateState,
    SealedMandate,
    decision_uri,
    state_uri,
)
from wallet.domain.refusals import CardsMissing, RequestClosed, ScreenChanged, SurplusNotAccepted
from wallet.domain.request import Answer, RequestId, RequestState, Result, Sending
from wallet.domain.sealing import Signer, Viewer
from wallet.ports import Ports
from wallet.usecases.answer_threshold import answer_threshold
from wallet.usecases.chance import new_id
from wallet.usecases.collect_receipt import collect_after_grant
from wallet.usecases.give_pin import give_pin
from wallet.usecases.judge_by_settings import require_rung
from wallet.usecases.keep_cards import COPY
from wallet.usecases.note_shared import note_of
from wallet.usecases.opt_out_jointly import tell_after_grant
from wallet.usecases.send_answer import ANSWER, send_answer
from wallet.usecases.show_request import OpenRequest, show_request
from wallet.usecases.state_advice import parameters_for
from wallet.usecases.write_history import sealed_line

Sent: TypeAlias = tuple[str, str]
HASHES_ALG = "transaction_data_hashes_alg"
READ_TYP = "eenmalig-read+jwt"


@dataclass(frozen=True, slots=True)
class Approved:
    """How it ended, and which mandate it gave."""

    outcome: RequestState
    result: Result
    mandate_id: MandateId | None


@dataclass(frozen=True, slots=True, repr=False)
class Approval:
    """The citizen's yes: to this very screen, and by itself to what goes beyond the registration."""

    digest: str
    pin: str
    surplus: bool = False


def approve_request(id: RequestId, approval: Approval, *, viewer: Viewer, ports: Ports) -> Approved:
    """The steps of docs/flows/consent.md from the citizen's yes onward."""
    shown = show_request(id, viewer=viewer, ports=ports)
    require_rung(shown.verified, now=ports.clock(), viewer=viewer, ports=ports)
    if shown.screen is None:
        raise CardsMissing
    if not hmac.compare_digest(approval.digest.encode(), shown.screen.digest().encode()):
        raise ScreenChanged
    if shown.screen.forbidden:
        raise ForbiddenAsked
    if shown.screen.surplus and not approval.surplus:
        raise SurplusNotAccepted
    signer = give_pin(viewer, approval.pin, ports=ports)
    now = ports.clock()
    if shown.advice is not None and shown.screen.statement is not None:
        answer_threshold(shown.advice, shown.asker, now=now, viewer=viewer, ports=ports)
    copies = _fresh_copies(shown.screen, viewer, ports)
    presentations = _present(shown, shown.screen, copies, signer, now, ports)
    answer = _answer(shown, presentations)
    mandate = _mandate(shown.screen, shown.id, copies, signer, now)
    sending = Sending(
        request_id=id,
        account_id=viewer.account_id,
        copies=tuple({copy.id: None for copy in copies.values()}),
        sealed_answer=viewer.seal(dump(answer), kind=ANSWER, id=id),
        at=now,
    )
    line = _line(shown.screen, id, presentations, viewer, now, ports)
    if not ports.stores.requests.begin_sending(sending, line, mandate):
        raise RequestClosed(id=id)
    outcome, result = send_answer(id, answer, viewer=viewer, ports=ports)
    if mandate is not None and outcome is RequestState.SHARED:
        collect_after_grant(mandate.id, signer=signer, ports=ports)
        tell_after_grant(mandate.id, signer=signer, ports=ports)
    return Approved(outcome, result, mandate.id if mandate else None)


def _fresh_copies(screen: ConsentScreen, viewer: Viewer, ports: Ports) -> Mapping[CardId, SealedCopy]:
    ids = [CardId(card.card_id) for card in screen.shared]
    copies = ports.stores.cards.fresh_copies(ids, account_id=viewer.account_id)
    if set(ids) - set(copies):
        raise CardsMissing
    return copies


def _present(
    shown: OpenRequest,
    screen: ConsentScreen,
    copies: Mapping[CardId, SealedCopy],
    signer: Signer,
    now: datetime,
    ports: Ports,
) -> dict[Sent, str]:
    """One presentation per query and card; what would be sent is held against the rows that were shown."""
    request = shown.verified.request
    presentations: dict[Sent, str] = {}
    for card in screen.shared:
        copy = copies[CardId(card.card_id)]
        selected = next(
            one for one in shown.match.by_query[card.query_id] if one.candidate_id == card.card_id
        )
        held = HeldSdJwt(signer.viewer.unseal(copy.sealed_sd_jwt, kind=COPY, id=copy.id).decode())
        selection = held.select(selected.paths)
        screen.check_selection(card.query_id, selection, card_id=card.card_id)
        entries = entries_for(card.query_id, request.transaction_data)
        presentations[card.query_id, card.card_id] = present(
            selection,
            key=signer.unseal_key(copy.sealed_key, id=copy.id),
            audience=request.client_id,
            nonce=request.nonce,
            iat=now,
            transaction_data=entries,
            jti=new_id(ports) if entries else None,
            send_alg=any(HASHES_ALG in decode_transaction_data(entry) for entry in entries),
            parameters=parameters_for(card.query_id, shown.advice, screen.statement),
        )
    return presentations


def _answer(shown: OpenRequest, presentations: Mapping[Sent, str]) -> Answer:
    request = shown.verified.request
    vp_token: dict[str, list[str]] = {}
    for (query_id, _), presentation in presentations.items():
        vp_token.setdefault(query_id, []).append(presentation)
    return Answer(request.response_uri, AuthorizationResponse(vp_token, request.state).form_for(request))


def _mandate(
    screen: ConsentScreen,
    request_id: RequestId,
    copies: Mapping[CardId, SealedCopy],
    signer: Signer,
    now: datetime,
) -> SealedMandate | None:
    """Keep the key that signs the grant apart, so that it can withdraw when the card is long gone."""
    if screen.mandate is None or screen.mandate_text is None:
        return None
    mandate, id = screen.mandate, MandateId(screen.mandate.mandate_id)
    card = next(card for card in screen.shared if card.query_id == mandate.credential_ids[0])
    copy = copies[CardId(card.card_id)]
    key = signer.unseal_key(copy.sealed_key, id=copy.id)
    granted = GrantedMandate(
        id=id,
        request_id=request_id,
        document=mandate.model_dump(mode="json"),
        text={"nl": screen.mandate_text.nl, "en": screen.mandate_text.en},
        asker=screen.asker.organisation,
        state_uri=state_uri(mandate.revocation_uri),
        revocation_uri=mandate.revocation_uri,
        decision_uri=decision_uri(mandate.revocation_uri),
        read_statement=_read_statement(mandate, key, now),
        granted_at=now,
        expires_at=mandate.ends(),
    )
    return SealedMandate(
        id=id,
        account_id=signer.viewer.account_id,
        request_id=request_id,
        state=MandateState.NOT_CERTAIN,
        sealed=signer.viewer.seal(dump(granted), kind=MANDATE, id=id),
        sealed_key=signer.seal_key(key, id=f"mandate/{id}"),
        granted_at=now,
        expires_at=mandate.ends(),
    )


def _read_statement(mandate: Mandate, key: SigningKey, now: datetime) -> str:
    """Sign now, while the PIN is given, the wish to read the decision later without it."""
    claims = {
        "aud": decision_uri(mandate.revocation_uri),
        "mandate_id": mandate.mandate_id,
        "iat": to_numeric_date(now),
        "exp": to_numeric_date(mandate.ends() + READ_AFTER_END),
    }
    return sign_jws(claims, typ=READ_TYP, key=key)


def _line(
    screen: ConsentScreen,
    id: RequestId,
    presentations: Mapping[Sent, str],
    viewer: Viewer,
    now: datetime,
    ports: Ports,
) -> SealedLine:
    """The intent, written before anything leaves: `not certain` until we know better."""
    receipt = ConsentReceipt.of(screen, receipt_id=new_id(ports), at=now, presentations=presentations)
    note = note_of(screen, receipt)
    happening = Happening(HistoryKind.REQUEST, RequestState.NOT_CERTAIN, id)
    return sealed_line(note, happening, viewer=viewer, at=now, ports=ports)
