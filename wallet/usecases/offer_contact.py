"""How to reach an organisation about data without a mandate: there is no key to ask with (TS7, 3.2)."""

from dataclasses import dataclass

from consent.rights import Channel, DeletionRequest, channel_of, mail_link
from consent.transaction_log import NATIONAL_NUMBER, ClaimInfo, Identifier
from openid4vc.errors import Malformed
from openid4vc.jose.numeric_date import to_numeric_date
from wallet.domain.refusals import NotFound
from wallet.domain.sealing import Viewer
from wallet.domain.words import Words
from wallet.ports import Ports
from wallet.usecases.chance import new_id
from wallet.usecases.read_entry import read_entry
from wallet.usecases.rights_party import party_of


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to turn to, by which road, and what was shared."""

    who: Words
    address: str
    channel: Channel | None
    mail: str
    claims: tuple[ClaimInfo, ...]


def offer_contact(entry_id: str, *, viewer: Viewer, ports: Ports) -> Contact:
    """The address in the registration, with a letter ready to send where that is a mail address."""
    line = read_entry(entry_id, viewer=viewer, ports=ports)
    if line.note.receipt is None:
        raise NotFound
    party = party_of(line.request_id or "", viewer=viewer, ports=ports)
    claims = tuple(
        ClaimInfo.named(card["vct"], (field["path"] for field in card["fields"]))
        for card in line.note.receipt["cards"]
        if card["fields"]
    )
    address = party.support if party else ""
    channel = _channel(address)
    mail = ""
    if channel == "mail" and claims:
        request = DeletionRequest(
            request_id=new_id(ports),
            requested_at=to_numeric_date(ports.clock()),
            party_identifier=Identifier(type=NATIONAL_NUMBER, identifier=line.note.who_id),
            party_name=line.note.who.nl,
            claims=claims,
            everything=True,
        )
        mail = mail_link(address, request)
    return Contact(line.note.who, address, channel, mail, claims)


def _channel(address: str) -> Channel | None:
    try:
        return channel_of(address) if address else None
    except Malformed:
        return None
