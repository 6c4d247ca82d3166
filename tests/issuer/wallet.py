"""A wallet as the issuer sees it: attested, with a DPoP key, and with a citizen in a browser."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from openid4vc.jose.keys import SigningKey
from openid4vc.oauth.attestation import (
    ATTESTATION_HEADER,
    POP_HEADER,
    make_attestation_pop,
    make_client_attestation,
)
from openid4vc.oauth.authorization_details import AuthorizationDetail, authorization_details_text
from openid4vc.oauth.dpop import make_dpop_proof
from openid4vc.oauth.par import authorization_url
from openid4vc.oauth.pkce import code_challenge
from openid4vc.vci.proof import make_key_proof
from tests.issuer.place import BACK, CLIENT, PUBLIC, Place

SCOPES = {
    "municipality": "nl.eenmalig.identity",
    "tax-authority": "nl.eenmalig.income-assessment.2024",
    "bank": "nl.eenmalig.account-holder",
}
VERIFIER = "v" * 43
_NUMBERS = count(1)


def form_field(page: Any, name: str) -> str:
    """The value of a hidden field."""
    return re.search(rf'name="{name}" value="([^"]*)"', page.text).group(1)


@dataclass
class Wallet:
    """Good by default; each step takes what shall be different about it."""

    place: Place
    tenant: str = "municipality"
    client_id: str = CLIENT
    redirect_uri: str = BACK
    persona: str = "noor"
    instance: SigningKey = field(default_factory=SigningKey.generate)
    dpop_key: SigningKey = field(default_factory=SigningKey.generate)
    browser: Any = None

    def __post_init__(self) -> None:
        self.browser = self.browser or self.place.app.test_client()

    def other(self, **changes: Any) -> Wallet:
        """The same wallet with something else about it, in the same browser."""
        return replace(self, **changes)

    @property
    def issuer(self) -> str:
        return f"{PUBLIC}/{self.tenant}"

    def attestation(self, **changes: Any) -> str:
        """What the wallet provider says about this instance."""
        keys, now = self.place.keys, self.place.clock()
        said = {"key": keys.provider, "chain": keys.provider_chain, "exp": now + timedelta(hours=12)}
        return make_client_attestation(self.instance.public, client_id=self.client_id, **said | changes)

    def pop(self, **changes: Any) -> str:
        """The proof of possession beside it, with a fresh challenge."""
        said = {"client_id": self.client_id, "audience": self.issuer, "iat": self.place.clock()}
        said |= {"jti": f"pop-{next(_NUMBERS)}", "challenge": self.challenge()}
        return make_attestation_pop(changes.pop("key", self.instance), **said | changes)

    def challenge(self) -> str:
        return self.place.open("POST", f"/{self.tenant}/challenge").json["attestation_challenge"]

    def attested(self, attestation: str | None = None, pop: str | None = None) -> dict[str, str]:
        """Both headers."""
        return {ATTESTATION_HEADER: attestation or self.attestation(), POP_HEADER: pop or self.pop()}

    def dpop(self, endpoint: str, *, token: str | None = None, **changes: Any) -> dict[str, str]:
        """A fresh proof for this endpoint, with a nonce of the issuer."""
        said = {"method": "POST", "url": f"{self.issuer}/{endpoint}", "iat": self.place.clock()}
        said |= {"jti": f"jti-{next(_NUMBERS)}", "access_token": token}
        if "nonce" not in changes:
            said["nonce"] = self.dpop_nonce()
        return {"DPoP": make_dpop_proof(changes.pop("key", self.dpop_key), **said | changes)}

    def dpop_nonce(self) -> str:
        return self.place.open("POST", f"/{self.tenant}/nonce").headers["DPoP-Nonce"]

    def post(self, endpoint: str, headers: dict[str, str] | None = None, **options: Any) -> Any:
        return self.place.open("POST", f"/{self.tenant}/{endpoint}", headers=headers or {}, **options)

    def pushed_form(self, **changes: str | None) -> dict[str, str]:
        """A good request for one credential by scope."""
        form: dict[str, str | None] = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "code_challenge": code_challenge(VERIFIER),
            "code_challenge_method": "S256",
            "state": "state-1",
            "scope": SCOPES[self.tenant],
        }
        return {name: value for name, value in (form | changes).items() if value is not None}

    def push(self, headers: dict[str, str] | None = None, **changes: str | None) -> Any:
        """What the endpoint says to a pushed request."""
        headers = self.attested() if headers is None else headers
        return self.post("par", headers, data=self.pushed_form(**changes))

    def visit(self, request_uri: str, **options: Any) -> Any:
        """The browser at the authorization endpoint."""
        url = authorization_url(f"{self.issuer}/authorize", client_id=self.client_id, request_uri=request_uri)
        return self.browser.get(url.removeprefix(PUBLIC), base_url=PUBLIC, **options)

    def sign_in(self) -> Any:
        """The mock sign-in, on the way back to the question."""
        page = self.browser.get("/sign-in", base_url=PUBLIC)
        fields = {"persona": self.persona, "to": f"{self.tenant}/consent"}
        fields["csrf_token"] = form_field(page, "csrf_token")
        return self.browser.post("/sign-in", base_url=PUBLIC, data=fields)

    def decide(self, choice: str = "yes") -> Any:
        """The answer to the question."""
        page = self.browser.get(f"/{self.tenant}/consent", base_url=PUBLIC)
        if page.status_code != 200:
            return page
        fields = {"choice": choice, "csrf_token": form_field(page, "csrf_token")}
        return self.browser.post(f"/{self.tenant}/consent", base_url=PUBLIC, data=fields)

    def code(self, **changes: str | None) -> str:
        """From pushing to the code that the browser brings back."""
        self.visit(self.push(**changes).json["request_uri"])
        self.sign_in()
        return returned(self.decide())["code"]

    def redeem(self, code: str, headers: dict[str, str] | None = None, **changes: str | None) -> Any:
        """What the token endpoint says to this code."""
        form: dict[str, str | None] = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": VERIFIER,
            "client_id": self.client_id,
        }
        headers = self.attested() | self.dpop("token") if headers is None else headers
        fields = {name: value for name, value in (form | changes).items() if value is not None}
        return self.post("token", headers, data=fields)

    def refresh(self, token: str, headers: dict[str, str] | None = None, **changes: str) -> Any:
        """What the token endpoint says to this refresh token."""
        headers = self.attested() | self.dpop("token") if headers is None else headers
        return self.post(
            "token", headers, data={"grant_type": "refresh_token", "refresh_token": token} | changes
        )

    def tokens(self, **changes: str | None) -> dict[str, Any]:
        """The whole way to tokens."""
        answer = self.redeem(self.code(**changes))
        assert answer.status_code == 200, answer.text
        return answer.json

    def with_token(self, token: str, endpoint: str = "credential", **changes: Any) -> dict[str, str]:
        """The headers of a request with a bound token."""
        return {"Authorization": f"DPoP {token}"} | self.dpop(endpoint, token=token, **changes)

    def proof(self, nonce: str | None = None, **changes: Any) -> str:
        """A key proof that names the client."""
        said = {"audience": self.issuer, "iat": self.place.clock(), "client_id": self.client_id}
        said["nonce"] = nonce or self.place.nonce(self.tenant)
        return make_key_proof(changes.pop("key", None) or SigningKey.generate(), **said | changes)

    def ask(self, token: str, *proofs: str, **body: Any) -> Any:
        """One credential request with a bound token."""
        asked = {"proofs": {"jwt": list(proofs or [self.proof()])}} | (
            body or {"credential_configuration_id": "identity"}
        )
        return self.post("credential", self.with_token(token), json=asked)

    def details(self, *configurations: str, **members: Any) -> str:
        """Authorization details that ask for these configurations."""
        return authorization_details_text(
            [
                AuthorizationDetail(type="openid_credential", credential_configuration_id=each, **members)
                for each in configurations
            ]
        )


def returned(answer: Any) -> dict[str, str]:
    """What the browser is sent back to the wallet with."""
    assert answer.status_code == 303, answer.text
    return dict(parse_qsl(urlsplit(answer.location).query))
