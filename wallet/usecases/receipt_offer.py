"""Know where the receipt of a mandate can be collected: the desk said so, or is asked once more."""

from openid4vc.jose.jws import sign_jws
from openid4vc.jose.numeric_date import to_numeric_date
from wallet.domain.mandate import GrantedMandate, SealedMandate
from wallet.domain.peer import PeerNonsense, PeerSilent
from wallet.domain.receipt_refusals import ReceiptNotGiven
from wallet.domain.refusals import CouldNotReach
from wallet.domain.request import RequestId
from wallet.domain.sealing import Signer, Viewer
from wallet.ports import Ports

RECEIPT_OFFER = "receipt-offer"
READ_TYP = "eenmalig-read+jwt"
GOOD_FOR = 300


def note_receipt_offer(id: RequestId, uri: str, *, viewer: Viewer, ports: Ports) -> None:
    """Keep what the verifier said beside its way back; it is judged when it is used."""
    sealed = viewer.seal(uri.encode(), kind=RECEIPT_OFFER, id=id)
    ports.stores.mandates.note_receipt_offer(id, sealed, account_id=viewer.account_id)


def find_receipt_offer(
    sealed: SealedMandate, granted: GrantedMandate, *, signer: Signer, ports: Ports
) -> str:
    """The kept address, or the one that the register tells the key that granted; else ReceiptNotGiven."""
    if sealed.sealed_receipt_offer is not None:
        viewer = signer.viewer
        return viewer.unseal(sealed.sealed_receipt_offer, kind=RECEIPT_OFFER, id=sealed.request_id).decode()
    return _asked(sealed, granted, signer, ports)


def _asked(sealed: SealedMandate, granted: GrantedMandate, signer: Signer, ports: Ports) -> str:
    uri = f"{granted.state_uri}/{RECEIPT_OFFER}"
    now = to_numeric_date(ports.clock())
    claims = {"aud": uri, "mandate_id": granted.id, "iat": now, "exp": now + GOOD_FOR}
    key = signer.unseal_key(sealed.sealed_key, id=f"mandate/{granted.id}")
    try:
        answer = ports.verifiers.statement(uri, sign_jws(claims, typ=READ_TYP, key=key))
    except (PeerSilent, PeerNonsense) as cause:
        raise CouldNotReach(host=cause.host) from cause
    link = answer.body.get("receipt_offer_uri")
    if answer.status != 200 or not isinstance(link, str):
        raise ReceiptNotGiven(error=answer.code)
    return link
