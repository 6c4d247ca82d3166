"""Receive what the browser brings back from the issuer, once, and redeem it before it spoils."""

from collections.abc import Mapping

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.oauth.authorization import CodeResponse, read_authorization_response
from wallet.domain.access import Access, Errand
from wallet.domain.documents import dump, load
from wallet.domain.offer import Offer, OfferId, SealedOffer
from wallet.domain.refusals import AuthorizationDeclined, Refusal, SignInAgain
from wallet.domain.sealing import Viewer
from wallet.ports import Ports
from wallet.usecases.authorize_offer import ERRAND, state_hash
from wallet.usecases.get_access import redeem_code
from wallet.usecases.receive_offer import read_offer

ACCESS = "offer-access"


def receive_code(
    query: Mapping[str, str], *, session: str, viewer: Viewer, ports: Ports, id: OfferId | None = None
) -> OfferId:
    """Only for a state that this very session sent out, and only once; then the code becomes a token.

    SignInAgain when nothing here waits for this answer: then no request leaves. `id` is the offer that
    the caller means, if it means one.
    """
    sealed = ports.stores.offers.come_back(
        state_hash(query.get("state", "")), session=session, account_id=viewer.account_id, now=ports.clock()
    )
    if sealed is None:
        raise SignInAgain
    offer = read_offer(sealed, viewer=viewer)
    try:
        if id not in (None, offer.id):
            raise SignInAgain
        access = _redeemed(query, offer, _errand(sealed, viewer), ports)
    except Refusal:
        ports.stores.offers.forget_errand(offer.id, account_id=viewer.account_id)
        raise
    kept = viewer.seal(dump(access), kind=ACCESS, id=offer.id)
    ports.stores.offers.keep_access(offer.id, kept, account_id=viewer.account_id)
    return offer.id


def kept_access(sealed: SealedOffer, *, viewer: Viewer) -> Access | None:
    """Return the access that waits for the citizen's PIN."""
    if sealed.sealed_access is None:
        return None
    return load(Access, viewer.unseal(sealed.sealed_access, kind=ACCESS, id=sealed.id))


def _errand(sealed: SealedOffer, viewer: Viewer) -> Errand:
    if sealed.sealed_errand is None:
        raise SignInAgain
    return load(Errand, viewer.unseal(sealed.sealed_errand, kind=ERRAND, id=sealed.id))


def _redeemed(query: Mapping[str, str], offer: Offer, errand: Errand, ports: Ports) -> Access:
    server = offer.source.server
    try:
        answer = read_authorization_response(
            query,
            expected_state=errand.state,
            expected_issuer=server.id,
            iss_required=server.names_itself,
        )
    except (CheckFailed, Malformed) as cause:
        ports.audit("authorization_refused", check=getattr(cause, "check", "malformed"))
        raise SignInAgain from cause
    if not isinstance(answer, CodeResponse):
        raise AuthorizationDeclined(error=answer.error)
    return redeem_code(answer.code, errand, offer=offer, ports=ports)
