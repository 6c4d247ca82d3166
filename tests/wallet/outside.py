"""Everybody outside the wallet: one wire, one issuer, one verifier; tests turn their knobs."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from chassis.outbound import Answer, PeerRefused, PeerUnreachable
from consent.mandate import DataScope, LocalText, Mandate, MandatePurpose, Organisation, text_digest
from openid4vc.dcql.query import parse_dcql
from openid4vc.jose import base64url, strict_json
from openid4vc.jose.jwe import DecryptionKey
from openid4vc.jose.jws import parse_jws, sign_jws, verify_jws
from openid4vc.jose.keys import PublicKey, SigningKey
from openid4vc.jose.x5c import encode_x5c
from openid4vc.sdjwt.issue import issue_sd_jwt_vc
from openid4vc.sdjwt.present import present
from openid4vc.sdjwt.vc import KeyBinding
from openid4vc.status.status_list import StatusList
from openid4vc.status.token import sign_status_list_token
from openid4vc.trust.anchors import TrustedIssuer, TrustedIssuers
from openid4vc.trust.certificates import LeafSubject, make_leaf, make_root
from openid4vc.vci.proof import verify_key_proof
from openid4vc.vp.client_id import x509_hash_client_id
from openid4vc.vp.client_metadata import encrypting_client_metadata
from openid4vc.vp.request import AuthorizationRequest
from openid4vc.vp.request_object import REQUEST_OBJECT_TYP
from openid4vc.vp.response import AuthorizationErrorResponse, AuthorizationResponse
from openid4vc.vp.vp_token import VerifiedVpToken, verify_vp_token

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ISSUER, WALLET, DESK = "http://localhost:8001", "http://localhost:8002", "http://localhost:8003"
TOWN = f"{ISSUER}/municipality"
VCT = f"{TOWN}/vct/identity/1"
PERSON = {"given_name": "Noor", "family_name": "de Vries", "personal_administrative_number": "999990019"}
CODE = "493027"


@dataclass
class Clock:
    """Stands still until it is moved."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **amount: float) -> None:
        self.now += timedelta(**amount)


def json_answer(body: Any, status: int = 200, kind: str = "application/json") -> Answer:
    return Answer(status, kind, {}, strict_json.dumps(body))


@dataclass
class Wire:
    """Carries what the wallet sends; knows who lives where."""

    homes: dict[str, Callable[[str, str, Any], Answer]] = field(default_factory=dict)
    sent: list[tuple[str, str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    down: set[str] = field(default_factory=set)
    guarded: set[str] = field(default_factory=set)

    def get(self, url: str, *, accept: str = "*/*", headers: Any = None, **_: Any) -> Answer:
        return self._call("GET", url, None, {**(headers or {}), "Accept": accept})

    def post_form(self, url: str, fields: Mapping[str, str], *, headers: Any = None, **_: Any) -> Answer:
        return self._call("POST", url, dict(fields), headers)

    def post_json(self, url: str, obj: Any, *, headers: Any = None, **_: Any) -> Answer:
        return self._call("POST", url, obj, headers)

    def post(self, url: str, body: bytes, *, content_type: str, headers: Any = None, **_: Any) -> Answer:
        said = strict_json.loads(body) if content_type == "application/json" else body
        return self._call("POST", url, said, headers)

    def _call(self, method: str, url: str, body: Any, headers: Any) -> Answer:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin in self.guarded:
            raise PeerRefused(parts.netloc, "the address guard said no")
        self.sent.append((method, url, body))
        self.headers.append(dict(headers or {}))
        if url in self.down or origin not in self.homes:
            raise PeerUnreachable(parts.netloc, "no answer")
        return self.homes[origin](method, parts.path, body)

    def urls(self) -> list[str]:
        return [url for _, url, _ in self.sent]


@dataclass
class Authority:
    """A root and one leaf below it."""

    name: str
    identifier: str
    uris: tuple[str, ...] = ()
    dns: tuple[str, ...] = ()
    key: SigningKey = field(default_factory=SigningKey.generate)

    def __post_init__(self) -> None:
        root_key, start = SigningKey.generate(), NOON - timedelta(days=30)
        self.root = make_root(key=root_key, name=f"Root {self.name}", serial=1, now=start, days=3650)
        leaf = make_leaf(
            subject=LeafSubject(self.name, self.name, self.identifier, uris=self.uris, dns=self.dns),
            public=self.key.public,
            issuer=self.root,
            issuer_key=root_key,
            serial=2,
            now=start,
            days=825,
        )
        self.chain = (leaf,)


@dataclass
class Issuer:
    """A municipality that issues identity cards; each attribute that starts small is a knob."""

    authority: Authority = field(
        default_factory=lambda: Authority("Gemeente Voorbeeldstad", "NTRNL-00000003", (TOWN,))
    )
    now: Callable[[], datetime] = lambda: NOON
    credential_issuer: str = TOWN
    endpoint_origin: str = ISSUER
    tx_code: str | None = CODE
    vct: str = VCT
    notified: list[str] = field(default_factory=list)
    tokens: int = 0
    revoked: bool = False
    stale_nonces: int = 0
    change: Callable[[str, SigningKey], str] = lambda credential, key: credential
    reverse: bool = False
    holder: PublicKey | None = None
    claims: dict[str, Any] = field(default_factory=lambda: dict(PERSON))
    visible: dict[str, Any] = field(default_factory=dict)

    def trusted(self) -> TrustedIssuer:
        return TrustedIssuer(
            id=TOWN,
            name="Gemeente Voorbeeldstad",
            name_en="Municipality of Voorbeeldstad",
            vcts=frozenset({VCT}),
            anchors=(self.authority.root,),
        )

    def offer(self, **changes: Any) -> dict[str, Any]:
        grant: dict[str, Any] = {"pre-authorized_code": "a-code"}
        if self.tx_code:
            grant["tx_code"] = {"input_mode": "numeric", "length": 6, "description": "Sent by letter"}
        return {
            "credential_issuer": TOWN,
            "credential_configuration_ids": ["identity"],
            "grants": {"urn:ietf:params:oauth:grant-type:pre-authorized_code": grant},
        } | changes

    def link(self, **changes: Any) -> str:
        offer = strict_json.dumps(self.offer(**changes)).decode()
        return "openid-credential-offer://?" + urlencode({"credential_offer": offer})

    def __call__(self, method: str, path: str, body: Any) -> Answer:
        answers: dict[str, Callable[[Any], Answer]] = {
            "/municipality/offers/1": lambda _: json_answer(self.offer()),
            "/.well-known/openid-credential-issuer/municipality": lambda _: self.metadata_answer(),
            "/.well-known/oauth-authorization-server/municipality": lambda _: json_answer(self._server()),
            "/municipality/token": self._token,
            "/municipality/nonce": lambda _: json_answer({"c_nonce": "n-1"}),
            "/municipality/credential": self._credential,
            "/municipality/notification": self._notification,
            "/municipality/statuslists/1": lambda _: self._statuses(),
        }
        return answers[path](body) if path in answers else json_answer({"error": "invalid_request"}, 404)

    def metadata_answer(self) -> Answer:
        return json_answer(self._metadata())

    def _metadata(self) -> dict[str, Any]:
        at = f"{self.endpoint_origin}/municipality"
        claims = [
            {"path": [name], "display": [{"name": nl, "locale": "nl"}, {"name": en, "locale": "en"}]}
            for name, nl, en in (
                ("given_name", "Voornamen", "Given names"),
                ("family_name", "Achternaam", "Family name"),
            )
        ]
        return {
            "credential_issuer": self.credential_issuer,
            "credential_endpoint": f"{at}/credential",
            "nonce_endpoint": f"{at}/nonce",
            "notification_endpoint": f"{at}/notification",
            "batch_credential_issuance": {"batch_size": 10},
            "credential_configurations_supported": {
                "identity": {
                    "format": "dc+sd-jwt",
                    "vct": self.vct,
                    "cryptographic_binding_methods_supported": ["jwk"],
                    "proof_types_supported": {"jwt": {"proof_signing_alg_values_supported": ["ES256"]}},
                    "credential_metadata": {
                        "display": [
                            {"name": "Identiteit", "locale": "nl", "background_color": "#0E4F50"},
                            {"name": "Identity", "locale": "en"},
                        ],
                        "claims": claims,
                    },
                }
            },
        }

    def _server(self) -> dict[str, Any]:
        return {
            "issuer": TOWN,
            "token_endpoint": f"{TOWN}/token",
            "grant_types_supported": ["urn:ietf:params:oauth:grant-type:pre-authorized_code"],
        }

    def _token(self, form: dict[str, str]) -> Answer:
        if form.get("tx_code") != self.tx_code:
            return json_answer({"error": "invalid_grant"}, 400)
        self.tokens += 1
        return json_answer({"access_token": "t-1", "token_type": "Bearer", "expires_in": 300})

    def _credential(self, body: dict[str, Any]) -> Answer:
        if self.stale_nonces:
            self.stale_nonces -= 1
            return json_answer({"error": "invalid_nonce"}, 400)
        proofs = [
            verify_key_proof(proof, expected_audience=TOWN, now=self.now()) for proof in body["proofs"]["jwt"]
        ]
        made = [self._issue(self.holder or proof.key, index) for index, proof in enumerate(proofs)]
        credentials = [{"credential": one} for one in (reversed(made) if self.reverse else made)]
        return json_answer({"credentials": credentials, "notification_id": "note-1"})

    def _issue(self, holder: PublicKey, index: int) -> str:
        claims = {
            **self.claims,
            "iss": TOWN,
            "vct": VCT,
            "iat": int((self.now() - timedelta(hours=1)).timestamp()),
            "exp": int((self.now() + timedelta(days=90)).timestamp()),
            "cnf": {"jwk": holder.jwk()},
            "status": {"status_list": {"uri": f"{TOWN}/statuslists/1", "idx": index}},
            **self.visible,
        }
        credential = issue_sd_jwt_vc(
            claims,
            disclosable=[(name,) for name in self.claims],
            key=self.authority.key,
            chain=self.authority.chain,
            random_bytes=os.urandom,
        )
        return self.change(credential, self.authority.key)

    def _notification(self, body: dict[str, str]) -> Answer:
        self.notified.append(body["event"])
        return Answer(204, "", {}, b"")

    def _statuses(self) -> Answer:
        statuses = StatusList.empty(1, 64)
        if self.revoked:
            statuses.set(0, 1)
        token = sign_status_list_token(
            statuses,
            uri=f"{TOWN}/statuslists/1",
            key=self.authority.key,
            chain=self.authority.chain,
            iat=self.now(),
            exp=self.now() + timedelta(hours=1),
            ttl=300,
        )
        return Answer(200, "application/statuslist+jwt", {}, token.encode())


@dataclass
class Verifier:
    """A desk that asks for a mandate, with its register; `claims` and `accept` are the knobs."""

    trusted: Callable[[], TrustedIssuers]
    now: Callable[[], datetime] = lambda: NOON
    authority: Authority = field(
        default_factory=lambda: Authority(
            "Geldloket Voorbeeldstad", "NTRNL-00000001", (DESK,), ("localhost",)
        )
    )
    mandate_id: str = "m-0123456789abcdefghij"
    with_mandate: bool = True
    wanted: tuple[str, ...] = ("given_name", "family_name")
    values: Mapping[str, list[Any]] = field(default_factory=dict)
    nonce: str = "n-0123456789"
    claims: dict[str, Any] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    transaction_data: list[str] | None = None
    typ: str = REQUEST_OBJECT_TYP
    compact: Callable[[str], str] = lambda compact: compact
    response: Answer | None = None
    received: list[dict[str, str]] = field(default_factory=list)
    answers: list[VerifiedVpToken] = field(default_factory=list)
    state: str = "granted"
    refuse_with: str = ""
    statements: list[tuple[str, str]] = field(default_factory=list)
    looks: list[dict[str, Any]] = field(default_factory=list)
    opt_outs: list[dict[str, Any]] = field(default_factory=list)
    query: dict[str, Any] | None = None
    named: str = ""
    key: DecryptionKey = field(default_factory=DecryptionKey.generate)
    media_type: str = "application/oauth-authz-req+jwt"
    seal: Callable[[dict[str, Any], SigningKey, dict[str, Any]], str] | None = None

    @property
    def client_id(self) -> str:
        return self.named or x509_hash_client_id(self.authority.chain[0])

    def encrypts(self, **changes: Any) -> None:
        """Ask for an encrypted answer."""
        self.claims |= {
            "response_mode": "direct_post.jwt",
            "client_metadata": encrypting_client_metadata([self.key.jwk("k-1")]) | changes,
        }

    @property
    def revocation_uri(self) -> str:
        return f"{DESK}/mandates/{self.mandate_id}/revoke"

    def link(self, *, method: str = "post", **changes: str) -> str:
        wanted = {"client_id": self.client_id, "request_uri": f"{DESK}/oid4vp/request/1"}
        return f"{WALLET}/authorize?" + urlencode(wanted | {"request_uri_method": method} | changes)

    def mandate(self, **changes: Any) -> Mandate:
        start = int(self.now().timestamp())
        draft = Mandate(
            type="urn:eenmalig:mandate:1",
            credential_ids=("identity",),
            transaction_data_hashes_alg=("sha-256",),
            mandate_id=self.mandate_id,
            mandatary=Organisation(id="NTRNL-00000001", name="Geldloket Voorbeeldstad"),
            addressee=Organisation(id="NTRNL-00000002", name="Belastingdienst (voorbeeld)"),
            purpose=MandatePurpose(
                code="income-averaging", text=LocalText(nl="Eén verzoek doen.", en="Make one request.")
            ),
            legal_basis="Wet IB 2001, 3.154",
            actions=("request", "receive-decision"),
            tax_years=(2022, 2023, 2024),
            excludes=("objection",),
            data=(
                DataScope(query="identity", paths=tuple((name,) for name in self.wanted), retention="P30D"),
            ),
            not_before=start,
            expires_at=start + 14 * 24 * 3600,
            max_uses=1,
            receives_decision=True,
            revocation_uri=self.revocation_uri,
            text_sha256="A" * 43,
            text_lang="nl",
        ).model_copy(update=changes)
        return draft.model_copy(update={"text_sha256": text_digest(draft)})

    def request(self, wallet_nonce: str | None) -> str:
        claims = [
            {"path": [name]} | ({"values": self.values[name]} if name in self.values else {})
            for name in self.wanted
        ]
        query = {"id": "identity", "format": "dc+sd-jwt", "meta": {"vct_values": [VCT]}, "claims": claims}
        entries = self.transaction_data
        if entries is None:
            entries = [self.mandate().encode()] if self.with_mandate else []
        request = AuthorizationRequest(
            client_id=self.client_id,
            response_uri=f"{DESK}/oid4vp/response",
            nonce=self.nonce,
            dcql_query=parse_dcql(self.query or {"credentials": [query]}),
            issued_at=self.now(),
            expires_at=self.now() + timedelta(minutes=10),
            state="s-1",
            transaction_data=tuple(entries),
            wallet_nonce=wallet_nonce,
        )
        said = {**request.claims(), **self.claims}
        said = {name: value for name, value in said.items() if name not in self.without}
        header = {"x5c": encode_x5c(self.authority.chain)}
        if self.seal is not None:
            return self.compact(self.seal(said, self.authority.key, header))
        return self.compact(sign_jws(said, typ=self.typ, key=self.authority.key, header=header))

    def __call__(self, method: str, path: str, body: Any) -> Answer:
        if path == "/oid4vp/request/1":
            compact = self.request((body or {}).get("wallet_nonce"))
            return Answer(200, self.media_type, {}, compact.encode())
        if path == "/oid4vp/response":
            return self._receive(body)
        if path.endswith("/revoke"):
            return self._withdraw(body["statement"])
        if path.endswith(("/opt-out", "/approaches")):
            return self._approached(path, body["statement"])
        if path.endswith("/decision"):
            self.statements.append(("eenmalig-read+jwt", body["statement"]))
            return json_answer({"refund_eur": 2809, "steps": [{"nl": "Zo.", "en": "So."}]})
        seconds = int(self.now().timestamp())
        used_at = seconds if self.state == "used" else None
        return json_answer(
            {"id": self.mandate_id, "state": self.state, "used_at": used_at, "expires_at": seconds + 9}
        )

    def _receive(self, form: dict[str, str]) -> Answer:
        self.received.append(form)
        answer = self._opened(form)
        if self.response is not None:
            return self.response
        if isinstance(answer, AuthorizationErrorResponse):
            return json_answer({"redirect_uri": f"{DESK}/return?response_code=no"})
        part = self.request(None).split(".")[1]
        query = parse_dcql(strict_json.loads_object(base64url.decode(part))["dcql_query"])
        mandate = self.mandate().encode()
        self.answers.append(
            verify_vp_token(
                answer.unverified_vp_token,
                query=query,
                expected_binding={
                    id: KeyBinding(
                        expected_audience=self.client_id,
                        expected_nonce=self.nonce,
                        expected_transaction_data=(mandate,) if self.with_mandate else (),
                        not_before=self.now() - timedelta(minutes=1),
                        not_after=self.now() + timedelta(minutes=1),
                    )
                    for id in query.ids
                },
                trusted=self.trusted(),
                now=self.now(),
            )
        )
        return json_answer({"redirect_uri": f"{DESK}/return?response_code=yes"})

    def _opened(self, form: dict[str, str]) -> AuthorizationResponse | AuthorizationErrorResponse:
        if "response" not in form:
            return AuthorizationResponse.from_form(form)
        return AuthorizationResponse.from_encrypted_form(
            form, key=self.key, expected_kid="k-1", expected_state="s-1"
        )

    def _approached(self, path: str, statement: str) -> Answer:
        grantor = self.answers[-1].credentials["identity"][0].holder_key
        assert grantor is not None
        if path.endswith("/approaches"):
            verify_jws(parse_jws(statement, expected_typ="eenmalig-read+jwt"), key=grantor)
            return json_answer({"approaches": self.looks})
        if self.refuse_with:
            return json_answer({"code": self.refuse_with}, 409, "application/problem+json")
        claims = verify_jws(parse_jws(statement, expected_typ="eenmalig-opt-out+jwt"), key=grantor).claims
        assert claims["aud"] == f"{DESK}{path}"
        self.opt_outs.append({name: claims[name] for name in ("mandate_id", "about", "channels")})
        return json_answer({"opt_out": {"about": claims["about"], "channels": claims["channels"]}})

    def _withdraw(self, statement: str) -> Answer:
        grantor = self.answers[-1].credentials["identity"][0].holder_key
        assert grantor is not None
        unverified = parse_jws(statement, expected_typ="eenmalig-revocation+jwt")
        claims = verify_jws(unverified, key=grantor).claims
        assert (claims["aud"], claims["mandate_id"]) == (self.revocation_uri, self.mandate_id)
        if self.refuse_with:
            return json_answer({"code": self.refuse_with}, 409, "application/problem+json")
        self.state = "revoked"
        return json_answer({"mandate": {"id": self.mandate_id, "state": "revoked"}})


def with_key_binding(credential: str, key: SigningKey) -> str:
    """What no issuer may send: a credential that was already presented."""
    return present(credential, key=key, audience="x", nonce="y", iat=NOON)


def with_alg_none(credential: str, _key: SigningKey) -> str:
    """The same claims under a header that asks for no signature."""
    jwt, _, rest = credential.partition("~")
    header = strict_json.loads(base64url.decode(jwt.split(".")[0])) | {"alg": "none"}
    return f"{base64url.encode(strict_json.dumps(header))}.{jwt.split('.')[1]}.~{rest}"


def query_of(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
