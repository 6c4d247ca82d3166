"""Get access at an issuer: a code of an offer, a code of a sign-in, or an older token becomes a token."""

from openid4vc.oauth.token import AnyTokenRequest, CodeTokenRequest, RefreshTokenRequest, TokenRequest
from wallet.domain.access import Access, AccessId, ClientKeys, Errand, SealedAccess
from wallet.domain.documents import dump, load
from wallet.domain.offer import Offer
from wallet.domain.refusals import NotFound, Refusal, RenewalOver
from wallet.domain.sealing import Viewer
from wallet.domain.source import Source
from wallet.ports import Ports
from wallet.usecases.peer_trouble import issuer_trouble
from wallet.usecases.prove_client import ClientProofs, begin_dealing

KIND = "access"


def redeem_offer(offer: Offer, code: str | None, *, ports: Ports) -> Access:
    """Redeem the pre-authorized code; nameless where the server takes that (OpenID4VCI 1.0, 6.1)."""
    named = not offer.source.server.anonymous and offer.source.server.attestation
    request = TokenRequest(
        pre_authorized_code=offer.pre_authorized_code or "",
        tx_code=code,
        client_id=ports.client.id if named else None,
    )
    return _token(request, offer.source, ClientKeys.generate(), named=named, ports=ports)


def redeem_code(code: str, errand: Errand, *, offer: Offer, ports: Ports) -> Access:
    """Redeem the code of a sign-in, with the keys that asked for it (RFC 7636, 4.5; RFC 9449, 10)."""
    request = CodeTokenRequest(
        code=code,
        redirect_uri=ports.client.redirect_uri,
        code_verifier=errand.code_verifier,
        client_id=ports.client.id,
    )
    return _token(request, offer.source, errand.keys, named=True, ports=ports)


def open_access(id: AccessId, *, viewer: Viewer, ports: Ports) -> Access:
    """Return kept access of this citizen."""
    sealed = ports.stores.accesses.find(id, account_id=viewer.account_id)
    if sealed is None:
        raise NotFound
    return load(Access, viewer.unseal(sealed.sealed, kind=KIND, id=id))


def fresh_access(id: AccessId, source: Source, *, viewer: Viewer, ports: Ports, new: bool = False) -> Access:
    """Kept access with a token that is still good; an older one is renewed and kept before it is used.

    RenewalOver when the issuer wants the citizen to sign in again.
    """
    access = open_access(id, viewer=viewer, ports=ports)
    if access.fresh(ports.clock()) and not new:
        return access
    if access.token.refresh_token is None:
        raise RenewalOver
    try:
        renewed = _refreshed(access, access.token.refresh_token, source, ports)
    except Refusal as refusal:
        if refusal.names.get("error") != "invalid_grant":
            raise
        ports.stores.accesses.end(id, account_id=viewer.account_id)
        raise RenewalOver from refusal
    ports.stores.accesses.replace(sealed_access(id, renewed, viewer=viewer, ports=ports))
    return renewed


def sealed_access(id: AccessId, access: Access, *, viewer: Viewer, ports: Ports) -> SealedAccess:
    """Seal access for keeping."""
    sealed = viewer.seal(dump(access), kind=KIND, id=id)
    return SealedAccess(id, viewer.account_id, sealed, ports.clock())


def proofs_of(access: Access, source: Source, *, ports: Ports) -> ClientProofs:
    """Proofs that go with this token."""
    return ClientProofs(source, access.keys, ports, access.named).with_token(access.token)


def _refreshed(access: Access, refresh_token: str, source: Source, ports: Ports) -> Access:
    """A server that gives no new refresh token means the old one to last (RFC 6749, 6)."""
    request = RefreshTokenRequest(
        refresh_token=refresh_token, client_id=ports.client.id if access.named else None
    )
    renewed = _token(request, source, access.keys, named=access.named, ports=ports)
    kept = {
        "refresh_token": renewed.token.refresh_token or refresh_token,
        "authorization_details": renewed.token.authorization_details or access.token.authorization_details,
    }
    token = renewed.token.model_copy(update=kept)
    return Access(renewed.issuer_id, token, renewed.keys, renewed.named, renewed.expires_at)


def _token(
    request: AnyTokenRequest, source: Source, keys: ClientKeys, *, named: bool, ports: Ports
) -> Access:
    with issuer_trouble(ports):
        proofs = begin_dealing(source, keys, named=named, ports=ports)
        token = ports.issuers.token(source.endpoints.token, request, proofs=proofs)
    return Access.given(token, issuer_id=source.issuer.id, keys=keys, named=named, now=ports.clock())
