"""How the wallet speaks to an issuer (OpenID4VCI 1.0); nothing is decided here."""

from dataclasses import dataclass

from chassis.outbound import Outbound
from openid4vc.oauth.token import TokenRequest, TokenResponse
from openid4vc.vci.credential import CredentialRequest, CredentialResponse
from openid4vc.vci.nonce import NonceResponse
from openid4vc.vci.notification import NotificationRequest
from wallet.peers.door import JSON, ask, ask_for, read


@dataclass(frozen=True, slots=True)
class IssuerPeer:
    """Every method raises PeerSilent, PeerRefused or PeerNonsense of wallet.domain.peer."""

    outbound: Outbound

    def document(self, url: str, *, accept: str = JSON) -> bytes:
        """Fetch an offer, metadata or a status list token: a 200 of exactly this content type."""
        return ask_for(url, accept, lambda: self.outbound.get(url, accept=accept))

    def token(self, endpoint: str, request: TokenRequest) -> TokenResponse:
        """Exchange the pre-authorized code (6)."""
        form = request.to_form()
        body = ask_for(endpoint, JSON, lambda: self.outbound.post_form(endpoint, form, accept=JSON))
        return read(endpoint, TokenResponse.parse, body)

    def nonce(self, endpoint: str) -> str:
        """Ask for a fresh nonce (7)."""
        body = ask_for(endpoint, JSON, lambda: self.outbound.post_form(endpoint, {}, accept=JSON))
        return read(endpoint, NonceResponse.parse, body).c_nonce

    def credential(
        self, endpoint: str, request: CredentialRequest, *, token: TokenResponse
    ) -> CredentialResponse:
        """Ask for the copies of one card (8)."""
        message = request.to_json()
        body = ask_for(
            endpoint, JSON, lambda: self.outbound.post_json(endpoint, message, headers=_bearer(token))
        )
        return read(endpoint, CredentialResponse.parse, body)

    def notify(self, endpoint: str, request: NotificationRequest, *, token: TokenResponse) -> None:
        """Tell how it went (11); the answer does not matter."""
        ask(
            endpoint,
            lambda: self.outbound.post_json(endpoint, request.to_json(), headers=_bearer(token)),
        )


def _bearer(token: TokenResponse) -> dict[str, str]:
    return {"Authorization": f"Bearer {token.access_token}"}
