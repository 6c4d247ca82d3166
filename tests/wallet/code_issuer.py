"""An issuer on the wire that signs people in, binds tokens to keys, keeps people waiting and encrypts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from chassis.outbound import Answer
from openid4vc.errors import UseAttestationChallenge, UseDpopNonce
from openid4vc.jose import base64url, strict_json
from openid4vc.jose.jwe import DecryptionKey
from openid4vc.jose.keys import PublicKey
from openid4vc.oauth.attestation import (
    ATTESTATION_HEADER,
    POP_HEADER,
    ClientAttestation,
    VerifiedClient,
    verify_client_attestation,
)
from openid4vc.oauth.dpop import verify_dpop_proof
from openid4vc.oauth.pkce import code_challenge
from openid4vc.vci.encryption import WantedEncryption, decrypt_request
from openid4vc.vci.key_attestation import verify_key_attestation
from openid4vc.vci.metadata import parse_issuer_metadata
from openid4vc.vci.proof import verify_attestation_proof, verify_key_proof
from openid4vc.vci.signed_metadata import sign_issuer_metadata
from tests.wallet.outside import TOWN, WALLET, Authority, Issuer, Wire, json_answer

KID = "enc-1"


@dataclass
class CodeIssuer(Issuer):
    """Strict about proofs; each attribute is a knob."""

    wire: Wire = field(default_factory=Wire)
    provider: Authority = field(default_factory=lambda: Authority("Provider", "NTRNL-00000006"))
    server_issuer: str = TOWN
    grants: tuple[str, ...] = ("authorization_code", "urn:ietf:params:oauth:grant-type:pre-authorized_code")
    auth_methods: tuple[str, ...] = ("attest_jwt_client_auth",)
    dpop: bool = True
    nonces: bool = False
    challenged: bool = False
    anonymous: bool = True
    sends_iss: bool = True
    by_details: bool = False
    refresh: bool = True
    refuse_refresh: bool = False
    promises: int = 0
    deferred_error: str = ""
    interval: int = 60
    batch: int = 10
    proof_types: Mapping[str, Any] = field(
        default_factory=lambda: {"jwt": {"proof_signing_alg_values_supported": ["ES256"]}}
    )
    encryption: dict[str, Any] = field(default_factory=dict)
    in_the_clear: bool = False
    signed_by: Authority | None = None
    more_metadata: dict[str, Any] = field(default_factory=dict)
    key: DecryptionKey = field(default_factory=DecryptionKey.generate)
    pushed: list[dict[str, str]] = field(default_factory=list)
    redeemed: list[dict[str, str]] = field(default_factory=list)
    clients: list[VerifiedClient] = field(default_factory=list)
    thumbprints: set[str] = field(default_factory=set)
    seen_jti: set[str] = field(default_factory=set)
    requests: list[dict[str, Any]] = field(default_factory=list)
    envelopes: list[bool] = field(default_factory=list)
    issuers_named: list[str | None] = field(default_factory=list)
    attested_keys: list[int] = field(default_factory=list)
    current_nonce: int = 1

    def __call__(self, method: str, path: str, body: Any) -> Answer:
        answers: dict[str, Callable[[Any], Answer]] = {
            "/municipality/par": self._par,
            "/municipality/challenge": lambda _: json_answer({"attestation_challenge": "c-1"}),
            "/municipality/deferred": self._deferred,
        }
        try:
            return answers[path](body) if path in answers else super().__call__(method, path, body)
        except UseDpopNonce:
            self.current_nonce += 1
            return self._wants("use_dpop_nonce", "DPoP-Nonce", f"n-{self.current_nonce}", path)
        except UseAttestationChallenge:
            return self._wants("use_attestation_challenge", "OAuth-Client-Attestation-Challenge", "c-1", path)

    def _wants(self, error: str, header: str, value: str, path: str) -> Answer:
        if path in ("/municipality/credential", "/municipality/deferred"):
            said = {"WWW-Authenticate": f'DPoP error="{error}"', header: value}
            return Answer(401, "text/plain", said, b"")
        return Answer(400, "application/json", {header: value}, strict_json.dumps({"error": error}))

    def offer(self, **changes: Any) -> dict[str, Any]:
        return super().offer(**{"grants": {"authorization_code": {"issuer_state": "is-1"}}} | changes)

    def both(self) -> str:
        """A link with both grants."""
        pre = Issuer.offer(self)["grants"]
        return self.link(grants=pre | {"authorization_code": {"issuer_state": "is-1"}})

    def _headers(self) -> dict[str, str]:
        return self.wire.headers[-1]

    def _client(self) -> VerifiedClient | None:
        headers = self._headers()
        if ATTESTATION_HEADER not in headers:
            return None
        client = verify_client_attestation(
            ClientAttestation(headers[ATTESTATION_HEADER], headers[POP_HEADER]),
            expected_audience=TOWN,
            anchors=(self.provider.root,),
            now=self.now(),
            accepted_challenges={"c-1"} if self.challenged else None,
        )
        self.clients.append(client)
        return client

    def _dpop(self, path: str, token: str | None = None) -> None:
        if not self.dpop:
            return
        proof = verify_dpop_proof(
            [self._headers()["DPoP"]],
            method="POST",
            url=f"{TOWN}/{path}",
            now=self.now(),
            accepted_nonces={f"n-{self.current_nonce}"} if self.nonces else None,
            access_token=token,
        )
        assert proof.jti not in self.seen_jti
        self.seen_jti.add(proof.jti)
        self.thumbprints.add(proof.thumbprint)

    def _par(self, form: dict[str, str]) -> Answer:
        self._client()
        self._dpop("par")
        self.pushed.append(form)
        reference = f"urn:ietf:params:oauth:request_uri:{len(self.pushed)}"
        return json_answer({"request_uri": reference, "expires_in": 60}, 201)

    def signs_in(self, **changes: str | None) -> str:
        """Where the browser goes after the citizen said yes at the issuer."""
        said: dict[str, str | None] = {"code": "code-1", "state": self.pushed[-1]["state"]}
        said |= {"iss": TOWN} if self.sends_iss else {}
        query = {name: value for name, value in (said | changes).items() if value is not None}
        return f"{WALLET}/cb?{urlencode(query)}"

    def _token(self, form: dict[str, str]) -> Answer:
        client = self._client()
        self._dpop("token")
        self.redeemed.append(form)
        if form["grant_type"] == "authorization_code":
            assert code_challenge(form["code_verifier"]) == self.pushed[-1]["code_challenge"]
            assert client is None or client.client_id == form["client_id"]
        elif form["grant_type"] == "refresh_token":
            if self.refuse_refresh:
                return json_answer({"error": "invalid_grant"}, 400)
        elif form.get("tx_code") != self.tx_code:
            return json_answer({"error": "invalid_grant"}, 400)
        self.tokens += 1
        answer: dict[str, Any] = {"access_token": f"t-{self.tokens}", "expires_in": 300}
        answer["token_type"] = "DPoP" if self.dpop else "Bearer"
        if self.refresh:
            answer["refresh_token"] = f"r-{self.tokens}"
        if self.by_details:
            answer["authorization_details"] = [
                {
                    "type": "openid_credential",
                    "credential_configuration_id": "identity",
                    "credential_identifiers": ["id-1"],
                }
            ]
        return json_answer(answer)

    def _opened(self, body: Any) -> tuple[dict[str, Any], WantedEncryption | None]:
        encrypted = isinstance(body, bytes)
        self.envelopes.append(encrypted)
        said = strict_json.loads(decrypt_request(body.decode(), keys={KID: self.key})) if encrypted else body
        self.requests.append(said)
        wanted = said.get("credential_response_encryption")
        return said, WantedEncryption.model_validate(wanted) if wanted else None

    def _closed(self, answer: Answer, wanted: WantedEncryption | None) -> Answer:
        if wanted is None or self.in_the_clear or answer.status >= 400:
            return answer
        compact = wanted.encrypt(strict_json.loads(answer.body))
        return Answer(answer.status, "application/jwt", {}, compact.encode())

    def _credential(self, body: Any) -> Answer:
        self._dpop("credential", f"t-{self.tokens}")
        said, wanted = self._opened(body)
        if self.by_details:
            assert said["credential_identifier"] == "id-1"
        if self.stale_nonces:
            self.stale_nonces -= 1
            return json_answer({"error": "invalid_nonce"}, 400)
        self.holders = self._proven(said["proofs"])
        if self.promises:
            return self._closed(self._promise(), wanted)
        return self._closed(self._issued(), wanted)

    def _promise(self) -> Answer:
        return json_answer({"transaction_id": "tx-1", "interval": self.interval}, 202)

    def _issued(self) -> Answer:
        made = [self._issue(self.holder or key, index) for index, key in enumerate(self.holders)]
        credentials = [{"credential": one} for one in (reversed(made) if self.reverse else made)]
        return json_answer({"credentials": credentials, "notification_id": "note-1"})

    def _deferred(self, body: Any) -> Answer:
        self._dpop("deferred", f"t-{self.tokens}")
        said, wanted = self._opened(body)
        assert said["transaction_id"] == "tx-1"
        if self.deferred_error:
            return json_answer({"error": self.deferred_error}, 400)
        self.promises -= 1
        return self._closed(self._promise() if self.promises else self._issued(), wanted)

    def _proven(self, proofs: Mapping[str, Any]) -> list[PublicKey]:
        anchors = (self.provider.root,)
        if "attestation" in proofs:
            attestation = verify_attestation_proof(
                proofs["attestation"][0], attesters=anchors, now=self.now()
            )
            self.attested_keys.append(len(attestation.keys))
            return list(attestation.keys)
        found: list[PublicKey] = []
        for jwt in proofs["jwt"]:
            proof = verify_key_proof(
                jwt, expected_audience=TOWN, now=self.now(), allow_iss=True, attesters=anchors
            )
            header = strict_json.loads(base64url.decode(jwt.split(".")[0]))
            claims = strict_json.loads(base64url.decode(jwt.split(".")[1]))
            self.issuers_named.append(claims.get("iss"))
            if "key_attestation" in header:
                verify_key_attestation(header["key_attestation"], anchors=anchors, now=self.now())
                self.attested_keys.append(len(proof.keys))
            found += proof.keys
        return found

    def _metadata(self) -> dict[str, Any]:
        said = super()._metadata()
        identity = said["credential_configurations_supported"]["identity"]
        identity["proof_types_supported"] = dict(self.proof_types)
        if not self.by_details:
            identity["scope"] = "nl.example.identity"
        said["deferred_credential_endpoint"] = f"{TOWN}/deferred"
        said["batch_credential_issuance"] = {"batch_size": self.batch}
        return said | self.encryption | self.more_metadata

    def _server(self) -> dict[str, Any]:
        said = {
            "issuer": self.server_issuer,
            "token_endpoint": f"{TOWN}/token",
            "authorization_endpoint": f"{TOWN}/authorize",
            "pushed_authorization_request_endpoint": f"{TOWN}/par",
            "grant_types_supported": list(self.grants),
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": list(self.auth_methods),
            "authorization_response_iss_parameter_supported": self.sends_iss,
            "pre-authorized_grant_anonymous_access_supported": self.anonymous,
        }
        said |= {"dpop_signing_alg_values_supported": ["ES256"]} if self.dpop else {}
        return said | ({"challenge_endpoint": f"{TOWN}/challenge"} if self.challenged else {})

    def metadata_answer(self) -> Answer:
        """Signed where somebody signs, and the wallet takes that."""
        if self.signed_by is None or "application/jwt" not in self._headers().get("Accept", ""):
            return json_answer(self._metadata())
        document = strict_json.dumps(self._metadata())
        jwt = sign_issuer_metadata(
            parse_issuer_metadata(document, expected_issuer=TOWN),
            key=self.signed_by.key,
            chain=self.signed_by.chain,
            iat=self.now(),
        )
        return Answer(200, "application/jwt", {}, jwt.encode())

    def encrypts(self, *, required: bool = True, enc: str = "A256GCM") -> None:
        """Offer encryption both ways."""
        self.encryption = {
            "credential_request_encryption": {
                "jwks": {"keys": [{"kty": "AKP", "kid": "post-quantum"}, self.key.jwk(KID)]},
                "enc_values_supported": [enc],
                "encryption_required": required,
            },
            "credential_response_encryption": {
                "alg_values_supported": ["ECDH-ES"],
                "enc_values_supported": [enc],
                "encryption_required": required,
            },
        }


def state_of(redirect: str) -> dict[str, str]:
    """The parameters that the browser brings back."""
    return dict(parse_qsl(urlsplit(redirect).query))
