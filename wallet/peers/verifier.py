"""How the wallet speaks to a verifier and its register of mandates; nothing is decided here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chassis.outbound import Answer, Outbound
from openid4vc.errors import Malformed
from openid4vc.jose import strict_json
from openid4vc.vp.client_id import CERTIFICATE_PREFIXES
from openid4vc.vp.wallet_metadata import own_wallet_metadata
from wallet.domain.peer import MOST_EVIDENCE, Delivery, PeerSilent, RegisterAnswer
from wallet.peers.door import JSON, ask, ask_for, host_of, media_type, read

REQUEST_OBJECT = "application/oauth-authz-req+jwt"


@dataclass(frozen=True, slots=True)
class VerifierPeer:
    """The methods raise PeerSilent, PeerRefused or PeerNonsense of wallet.domain.peer."""

    outbound: Outbound
    prefixes: tuple[str, ...] = CERTIFICATE_PREFIXES

    def request_object(self, uri: str, *, wallet_nonce: str | None) -> str:
        """Fetch the signed request: by POST with our nonce, or by GET without one (OpenID4VP 1.0, 5.10)."""
        if wallet_nonce is None:
            body = ask_for(uri, REQUEST_OBJECT, lambda: self.outbound.get(uri, accept=REQUEST_OBJECT))
        else:
            form = {"wallet_metadata": self._metadata(), "wallet_nonce": wallet_nonce}
            body = ask_for(
                uri, REQUEST_OBJECT, lambda: self.outbound.post_form(uri, form, accept=REQUEST_OBJECT)
            )
        return read(uri, _evidence, body)

    def _metadata(self) -> str:
        """What this wallet can, and no word about who it is (15.8)."""
        return strict_json.dumps(own_wallet_metadata(prefixes=self.prefixes)).decode()

    def answer(self, response_uri: str, form: Mapping[str, str]) -> Delivery:
        """Post an answer or a refusal (8.2): 200 took it, a 4xx did not, everything else is silence."""
        answer = ask(response_uri, lambda: self.outbound.post_form(response_uri, form, accept=JSON))
        if answer.status == 200:
            return Delivery(True, _said(answer, "redirect_uri"), _said(answer, "receipt_offer_uri"))
        if 400 <= answer.status < 500:
            return Delivery(accepted=False, redirect_uri=None)
        raise PeerSilent(host_of(response_uri), sent=True)

    def mandate_state(self, uri: str) -> Mapping[str, Any]:
        """Ask the register how a mandate stands."""
        return read(
            uri, strict_json.loads_object, ask_for(uri, JSON, lambda: self.outbound.get(uri, accept=JSON))
        )

    def statement(self, uri: str, statement: str) -> RegisterAnswer:
        """Hand a signed statement to the register: a withdrawal, or the wish to read the decision."""
        return self._post(uri, {"statement": statement})

    def present_receipt(self, uri: str, presentation: str) -> RegisterAnswer:
        """Show the receipt of a mandate at its revocation address."""
        return self._post(uri, {"presentation": presentation})

    def withdrawal_nonce(self, uri: str) -> str | None:
        """A fresh nonce to show the receipt with; none where the register gives none, whatever the reason."""
        address = f"{uri}/nonce"
        answer = ask(address, lambda: self.outbound.post_form(address, {}, accept=JSON))
        return _said(answer, "nonce") or None if answer.status == 200 else None

    def _post(self, uri: str, form: Mapping[str, str]) -> RegisterAnswer:
        answer = ask(uri, lambda: self.outbound.post_form(uri, form, accept=JSON))
        if answer.status >= 500 or not media_type(answer).endswith("json"):
            raise PeerSilent(host_of(uri), sent=True)
        return RegisterAnswer(answer.status, read(uri, strict_json.loads_object, answer.body))


def _evidence(body: bytes) -> str:
    if len(body) > MOST_EVIDENCE:
        raise Malformed("a request that is too large to report")
    return _text(body)


def _text(body: bytes) -> str:
    try:
        return body.decode("ascii").strip()
    except UnicodeDecodeError as cause:
        raise Malformed("a JWT is ASCII") from cause


def _said(answer: Answer, name: str) -> str | None:
    """A 200 without readable JSON was still a 200; it says nothing."""
    try:
        body = strict_json.loads_object(answer.body) if answer.body else {}
    except Malformed:
        return None
    value = body.get(name)
    return value if isinstance(value, str) else None
