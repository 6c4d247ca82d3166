"""The citizen's log in the shape in which wallets exchange it (EUDI TS10 1.2, 3)."""

from collections.abc import Iterable, Mapping
from typing import Any

from consent.rights import DeletionRequest, ReportToAuthority
from consent.transaction_log import (
    LONGEST_TEXT,
    NATIONAL_NUMBER,
    ClaimInfo,
    CredentialDeletion,
    CredentialInfo,
    CredentialIssuance,
    Identifier,
    MigrationData,
    MultiLangString,
    OtherTransaction,
    Policy,
    Presentation,
    Transaction,
    result_of,
    wire_time,
)
from openid4vc.jose import strict_json
from openid4vc.trust.registration import Registration
from openid4vc.urls import origin
from wallet.domain.card import HeldCard
from wallet.domain.history import HistoryKind
from wallet.domain.rights import RightsKind, RightsState
from wallet.domain.sealing import Viewer
from wallet.domain.words import Words
from wallet.ports import Ports
from wallet.usecases.keep_rights import RightsView
from wallet.usecases.read_history import HistoryLine
from wallet.usecases.rights_party import Party, party_of

ISSUER_ADDRESS = "urn:eenmalig:identifier:credential-issuer"
OUTCOMES = {"shared": "shared", "not_shared": "not_shared", "failed": "failed", "not_certain": "not_sure"}


def migration_data(
    lines: Iterable[HistoryLine],
    cards: Iterable[HeldCard],
    rights: Mapping[str, RightsView],
    *,
    viewer: Viewer,
    ports: Ports,
) -> MigrationData:
    """Every line and every card, without anything that stands on a card."""
    return MigrationData(
        transaction_log=tuple(_transaction(line, rights, viewer, ports) for line in lines),
        list_of_credentials=tuple(_card(held) for held in cards),
    )


def _transaction(
    line: HistoryLine, rights: Mapping[str, RightsView], viewer: Viewer, ports: Ports
) -> Transaction:
    asked = rights.get(line.request_id or "")
    if asked is not None:
        return _right(asked)
    if line.kind in (HistoryKind.COLLECTED, HistoryKind.RENEWED):
        return _collected(line)
    if line.kind is HistoryKind.CARD_DELETED:
        return _deleted(line)
    party = None
    if line.kind is HistoryKind.REQUEST and line.request_id:
        party = party_of(line.request_id, viewer=viewer, ports=ports)
    if party is not None and party.registration is not None:
        return _presentation(line, party, party.registration, ports)
    return _other(line)


def _right(view: RightsView) -> Transaction:
    message = strict_json.dumps(view.dossier.message)
    kind = DeletionRequest if view.kind is RightsKind.DELETION else ReportToAuthority
    lost = view.state in (RightsState.NOT_CERTAIN, RightsState.NOT_TAKEN)
    result = "NotCompleted" if lost else "Completed"
    return kind.from_json(message).transaction().model_copy(update={"transaction_result": result})


def _presentation(line: HistoryLine, party: Party, registration: Registration, ports: Ports) -> Transaction:
    result, reason = result_of(OUTCOMES[line.outcome])  # type: ignore[arg-type]
    purpose = line.note.purpose or Words(registration.purpose_in("nl"), registration.purpose_in("en"))
    said = Presentation(
        interacting_party_identifier=Identifier(type=NATIONAL_NUMBER, identifier=registration.sub),
        interacting_party_name=_nl(registration.legal_name),
        interacting_party_contact=(registration.support_uri, f"{origin(registration.privacy_policy)}/"),
        registrar_url=registration.registry_uri or registration.info_uri or registration.privacy_policy,
        purpose=(_nl(purpose.nl), _in("en", purpose.en)),
        privacy_policy=Policy(policy_uri=registration.privacy_policy),
        dpa_name=_nl(ports.supervisor_name or "-"),
        dpa_country=MultiLangString(lang="en", content=registration.country),
        dpa_contact=(party.supervisor or registration.support_uri,),
        list_of_claims_requested=party.asked,
        list_of_claims_presented=tuple(_presented(line)),
        reason_of_noncompletion=reason,
    )
    return _line(line, "Presentation", presentation=said, result=result)


def _presented(line: HistoryLine) -> Iterable[ClaimInfo]:
    """From the receipt: the fields that were sent, by path."""
    for card in (line.note.receipt or {}).get("cards", ()):
        fields = tuple(field["path"] for field in card["fields"])
        if fields:
            yield ClaimInfo.named(card["vct"], fields)


def _collected(line: HistoryLine) -> Transaction:
    kept = line.outcome == "kept"
    said = CredentialIssuance(
        interacting_party_identifier=_issuer(line.note.who_id),
        interacting_party_type="NonQEAAProvider",
        interacting_party_name=_nl(line.note.who.nl),
        interacting_party_contact=(line.note.who_id or "-", line.note.who_id or "-"),
        credential_number_requested=len(line.note.fields),
        credential_number_issued=len(line.note.fields) if kept else 0,
        credential_identifier=tuple(card.card.nl for card in line.note.fields),
        is_user_triggered=True,
    )
    kind = "CredentialIssuance" if line.kind is HistoryKind.COLLECTED else "CredentialReissuance"
    result = "Completed" if kept else "NotCompleted"
    return _line(line, kind, credential_issuance=said, result=result)


def _deleted(line: HistoryLine) -> Transaction:
    said = CredentialDeletion(
        credential_identifier=line.note.fields[0].card.nl if line.note.fields else "-",
        credential_issuer_identifier=_issuer(line.note.who_id),
        credential_issuer_name=_nl(line.note.who.nl),
    )
    return _line(line, "CredentialDeletion", credential_deletion=said, result="Completed")


def _other(line: HistoryLine) -> Transaction:
    """What the standard has no shape for, or of which too little is kept to fill its shape."""
    words = [f"{line.kind}: {line.outcome}", line.note.who.nl]
    words += [f"mandate {line.note.mandate_id}"] if line.note.mandate_id else []
    words += [f"reason {line.note.reason}"] if line.note.reason else []
    done = line.outcome not in ("failed", "not_certain", "not_shared", "not_taken")
    said = OtherTransaction(description=tuple(word for word in words if word))
    return _line(
        line, "OtherTransaction", other_transaction=said, result="Completed" if done else "NotCompleted"
    )


def _line(line: HistoryLine, kind: Any, *, result: Any, **said: Any) -> Transaction:
    return Transaction(
        transaction_identifier=line.id,
        time=wire_time(line.at),
        transaction_type=kind,
        transaction_result=result,
        **said,
    )


def _card(held: HeldCard) -> CredentialInfo:
    card = held.card
    return CredentialInfo(
        credential_identifier=card.vct,
        issuer_identifier=(_issuer(card.issuer.id),),
        issuer_type="NonQEAAProvider",
        issuer_name=_nl(card.issuer.name.nl),
        supply_point_url=card.issuer.id,
    )


def _issuer(id: str) -> Identifier:
    return Identifier(type=ISSUER_ADDRESS, identifier=id or "-")


def _nl(text: str) -> MultiLangString:
    return _in("nl", text)


def _in(lang: str, text: str) -> MultiLangString:
    """Others wrote it, or wrote nothing: that never keeps a line out of the log."""
    return MultiLangString(lang=lang, content=text[:LONGEST_TEXT] or "-")
