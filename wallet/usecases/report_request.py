"""Report a request to the supervisor, with the signed request as evidence and no value (TS8)."""

from dataclasses import dataclass
from datetime import datetime

from consent.rights import ReportToAuthority
from consent.transaction_log import NATIONAL_NUMBER, ClaimInfo, Identifier
from openid4vc.jose import strict_json
from openid4vc.jose.numeric_date import to_numeric_date
from wallet.domain.history import Happening, HistoryKind, HistoryNote
from wallet.domain.rights import (
    Dossier,
    RightsId,
    RightsKind,
    RightsState,
    SealedRights,
    subject_of,
)
from wallet.domain.rights_refusals import AlreadyAsked, NobodyToAsk, NothingToProve
from wallet.domain.sealing import Viewer
from wallet.domain.words import Words, plain
from wallet.ports import Ports
from wallet.usecases.chance import new_id
from wallet.usecases.keep_rights import begin_rights
from wallet.usecases.read_entry import read_entry
from wallet.usecases.read_history import HistoryLine
from wallet.usecases.rights_party import party_of
from wallet.usecases.send_rights import seal_rights, send_rights

COUNTRY = "NL"
MOST_WORDS = 2000
NOBODY = "unknown"


@dataclass(frozen=True, slots=True)
class ReportOffer:
    """What would be reported to whom: who asked, what, and what this wallet found wrong with it."""

    entry_id: str
    who: Words
    identifier: str
    address: str
    asked: tuple[ClaimInfo, ...]
    concerns: tuple[str, ...]
    request_object: str
    open_id: RightsId | None


def offer_report(entry_id: str, *, viewer: Viewer, ports: Ports) -> ReportOffer:
    """Prepare the report of one line of the history; NothingToProve when no request is kept of it."""
    line = read_entry(entry_id, viewer=viewer, ports=ports)
    found = _from_request(line, viewer, ports) or _from_note(line)
    if found is None:
        raise NothingToProve
    known = ports.stores.rights.open_about(
        subject_of(RightsKind.REPORT, entry_id), account_id=viewer.account_id
    )
    who, identifier, address, asked, concerns, request_object = found
    return ReportOffer(
        entry_id=entry_id,
        who=who,
        identifier=identifier,
        address=address or ports.supervisor,
        asked=asked,
        concerns=concerns,
        request_object=request_object,
        open_id=known.id if known else None,
    )


def report_request(entry_id: str, *, words: str, unwanted: bool, viewer: Viewer, ports: Ports) -> RightsId:
    """Write the intent down, then send; the supervisor gives a reference."""
    offer = offer_report(entry_id, viewer=viewer, ports=ports)
    if offer.open_id is not None:
        raise AlreadyAsked(id=offer.open_id)
    if not offer.address:
        raise NobodyToAsk
    now = ports.clock()
    report = _report(offer, plain_words(words), unwanted, now, ports)
    rights = _sealed(offer, report, viewer, now)
    note = HistoryNote(who=offer.who, who_id=offer.identifier)
    happening = Happening(HistoryKind.REPORTED, RightsState.NOT_CERTAIN, rights.id)
    begin_rights(rights, note, happening, viewer=viewer, ports=ports)
    send_rights(
        rights, lambda: ports.rights.report(offer.address, report.to_json()), viewer=viewer, ports=ports
    )
    return rights.id


def plain_words(text: str) -> str:
    """What the citizen writes, on one line and without marks that hide; cut where the form says so."""
    parts = [plain(line) for line in text[:MOST_WORDS].splitlines()]
    return " ".join(part for part in parts if part)[:MOST_WORDS]


_Found = tuple[Words, str, str, tuple[ClaimInfo, ...], tuple[str, ...], str]


def _from_request(line: HistoryLine, viewer: Viewer, ports: Ports) -> _Found | None:
    """A request that could be judged: it was answered, declined, or failed while being answered."""
    party = party_of(line.request_id, viewer=viewer, ports=ports) if line.request_id else None
    if party is None:
        return None
    name = party.asker.organisation
    return (
        Words(name, name),
        party.asker.identifier or party.asker.answers_to,
        party.supervisor,
        party.asked,
        party.concerns,
        party.compact,
    )


def _from_note(line: HistoryLine) -> _Found | None:
    """A request that this wallet turned away at the door: only its bytes were kept, with the reason."""
    if line.note.request_object is None:
        return None
    reason = (line.note.reason,) if line.note.reason else ()
    return (line.note.who, line.note.who_id or NOBODY, "", (), reason, line.note.request_object)


def _report(offer: ReportOffer, words: str, unwanted: bool, now: datetime, ports: Ports) -> ReportToAuthority:
    return ReportToAuthority(
        report_id=new_id(ports),
        reported_at=to_numeric_date(now),
        common_name=offer.who.nl[:300] or NOBODY,
        party_identifier=Identifier(type=NATIONAL_NUMBER, identifier=offer.identifier),
        dpa_name=ports.supervisor_name,
        dpa_country=COUNTRY,
        channel="web",
        claims=offer.asked,
        concerns=(*offer.concerns, *(("unwanted",) if unwanted else ())),
        words=words,
        request_object=offer.request_object,
    )


def _sealed(offer: ReportOffer, report: ReportToAuthority, viewer: Viewer, now: datetime) -> SealedRights:
    dossier = Dossier(
        who=offer.who,
        address=offer.address,
        message=strict_json.loads_object(report.to_json()),
        entry_id=offer.entry_id,
    )
    return seal_rights(
        dossier,
        kind=RightsKind.REPORT,
        id=report.report_id,
        about=offer.entry_id,
        viewer=viewer,
        now=now,
    )
