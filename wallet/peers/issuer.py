"""How the wallet speaks to an issuer and its authorization server; nothing is decided here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chassis.outbound import Answer, Outbound
from openid4vc.oauth.attestation import CHALLENGE_HEADER
from openid4vc.oauth.dpop import NONCE_HEADER
from openid4vc.oauth.par import PushedRequest, PushedResponse
from openid4vc.oauth.token import AnyTokenRequest, TokenResponse
from openid4vc.vci.encryption import ENCRYPTED_MEDIA_TYPE
from openid4vc.vci.nonce import NonceResponse
from openid4vc.vci.notification import NotificationRequest
from wallet.domain.peer import Fresh, Message
from wallet.peers.attestation_challenge import parse_challenge
from wallet.peers.door import JSON, ask, ask_for, body_of, error_of, media_type, read, refusal_of
from wallet.ports import Proofs

CHALLENGES = ("use_dpop_nonce", "use_attestation_challenge")
ISSUED, PROMISED, PUSHED = 200, 202, 201
SIGNED_OR_PLAIN = f"{ENCRYPTED_MEDIA_TYPE}, {JSON};q=0.9"


@dataclass(frozen=True, slots=True)
class IssuerPeer:
    """Every method raises PeerSilent, PeerRefused or PeerNonsense of wallet.domain.peer."""

    outbound: Outbound

    def document(self, url: str, *, accept: str = JSON) -> bytes:
        """Fetch an offer, metadata or a status list token: a 200 of exactly this content type."""
        return ask_for(url, accept, lambda: self.outbound.get(url, accept=accept))

    def metadata(self, url: str) -> Message:
        """Fetch issuer metadata, signed where the issuer signs them (OpenID4VCI 1.0, 12.2.2)."""
        answer = ask(url, lambda: self.outbound.get(url, accept=SIGNED_OR_PLAIN))
        kind = media_type(answer)
        if answer.status == ISSUED and kind in (JSON, ENCRYPTED_MEDIA_TYPE):
            return Message(answer.body, kind)
        raise refusal_of(url, answer)

    def challenge(self, endpoint: str) -> str:
        """Ask for a challenge for the next attestation (attestation-based client authentication, 8)."""
        body = ask_for(endpoint, JSON, lambda: self.outbound.post_form(endpoint, {}, accept=JSON))
        return read(endpoint, parse_challenge, body)

    def push(self, endpoint: str, request: PushedRequest, *, proofs: Proofs) -> PushedResponse:
        """Push an authorization request (RFC 9126, 2)."""
        answer = self._form(endpoint, request.to_form(), proofs)
        return read(endpoint, PushedResponse.parse, body_of(endpoint, answer, JSON, status=PUSHED))

    def token(self, endpoint: str, request: AnyTokenRequest, *, proofs: Proofs) -> TokenResponse:
        """Exchange a code or a refresh token (OpenID4VCI 1.0, 6)."""
        answer = self._form(endpoint, request.to_form(), proofs)
        return read(endpoint, TokenResponse.parse, body_of(endpoint, answer, JSON))

    def nonce(self, endpoint: str, *, proofs: Proofs) -> str:
        """Ask for a fresh nonce (7); a nonce for DPoP may come along (HAIP 1.0, 4)."""
        answer = ask(endpoint, lambda: self.outbound.post_form(endpoint, {}, accept=JSON))
        proofs.heard(endpoint, _fresh(answer))
        return read(endpoint, NonceResponse.parse, body_of(endpoint, answer, JSON)).c_nonce

    def credential(self, endpoint: str, message: Message, *, proofs: Proofs) -> Message:
        """Ask for the copies of one card, or for what was promised (8, 9)."""
        answer = self._message(endpoint, message, proofs)
        if answer.status in (ISSUED, PROMISED) and media_type(answer) in (JSON, ENCRYPTED_MEDIA_TYPE):
            return Message(answer.body, media_type(answer))
        raise refusal_of(endpoint, answer)

    def notify(self, endpoint: str, request: NotificationRequest, *, proofs: Proofs) -> None:
        """Tell how it went (11); the answer does not matter."""
        self._proven(
            endpoint,
            lambda headers: self.outbound.post_json(endpoint, request.to_json(), headers=headers),
            proofs,
        )

    def _form(self, endpoint: str, form: Mapping[str, str], proofs: Proofs) -> Answer:
        return self._proven(
            endpoint,
            lambda headers: self.outbound.post_form(endpoint, form, accept=JSON, headers=headers),
            proofs,
        )

    def _message(self, endpoint: str, message: Message, proofs: Proofs) -> Answer:
        return self._proven(
            endpoint,
            lambda headers: self.outbound.post(
                endpoint, message.body, content_type=message.content_type, headers=headers
            ),
            proofs,
        )

    def _proven(self, url: str, call: Callable[[Mapping[str, str]], Answer], proofs: Proofs) -> Answer:
        """Ask with proofs; once more for each thing the server wants in them (RFC 9449, 8; -07, 8)."""
        wanted = set(CHALLENGES)
        while True:
            headers = proofs.headers(url)
            answer = ask(url, lambda: call(headers))  # noqa: B023  (called at once)
            proofs.heard(url, _fresh(answer))
            error = error_of(answer)
            if error not in wanted:
                return answer
            wanted.discard(error)


def _fresh(answer: Answer) -> Fresh:
    return Fresh(answer.header(NONCE_HEADER) or None, answer.header(CHALLENGE_HEADER) or None)
