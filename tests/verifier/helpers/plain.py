"""One plain question about the identity, and presentations forged part by part to answer it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from openid4vc.jose import base64url, strict_json
from openid4vc.jose.jws import parse_jws
from openid4vc.jose.keys import SigningKey
from openid4vc.jose.x5c import encode_x5c
from openid4vc.sdjwt.disclosure import digest, make_disclosure
from openid4vc.vp.request_object import REQUEST_OBJECT_TYP
from tests.verifier.helpers.cards import Card
from tests.verifier.helpers.desk import Desk
from tests.verifier.helpers.form import form_of
from tests.verifier.helpers.pki import ISSUER, NOON, Party
from tests.verifier.helpers.watch import watching

IDENTITY_VCT = f"{ISSUER}/municipality/vct/identity/1"
DAY = 86400
NOW = int(NOON.timestamp())
Signer = Callable[[bytes], bytes]


def identity_query(**claim: Any) -> dict[str, Any]:
    """Given and family name of one identity card; a keyword adds to the first claim."""
    return {
        "credentials": [
            {
                "id": "identity",
                "format": "dc+sd-jwt",
                "meta": {"vct_values": [IDENTITY_VCT]},
                "claims": [{"path": ["given_name"], **claim}, {"path": ["family_name"]}],
            }
        ]
    }


@dataclass
class Question:
    """A request of the API, as its caller and as a wallet sees it."""

    desk: Desk
    secret: str
    request: dict[str, Any]
    request_path: str

    @classmethod
    def asked(cls, desk: Desk, **order: Any) -> "Question":
        order = order if order.get("mandate") else {"query": identity_query()} | order
        said = desk.client().post("/api/v1/presentations", json=order)
        assert said.status_code == 201, said.data
        request_id = said.json["wallet_url"].partition("request%2F")[2].partition("&")[0]
        path = f"/oid4vp/request/{request_id}"
        fetched = desk.client().post(path)
        assert fetched.status_code == 200, fetched.data
        request = parse_jws(fetched.text, expected_typ=REQUEST_OBJECT_TYP).claims()
        return cls(desk, said.json["id"], request, path)

    def result(self, code: str | None = None) -> Any:
        suffix = "" if code is None else f"?response_code={code}"
        return self.desk.client().get(f"/api/v1/presentations/{self.secret}{suffix}")

    def present(self, issued: str, key: SigningKey, **changed: Any) -> str:
        """Bind with our key; `header`, `claims` and `sign` change the key-binding JWT."""
        claims = {
            "iat": NOW,
            "aud": self.request["client_id"],
            "nonce": self.request["nonce"],
            "sd_hash": base64url.encode(sha256(issued.encode()).digest()),
        }
        header = {"alg": "ES256", "typ": "kb+jwt"}
        return issued + jws(
            merged(header, changed.get("header")),
            merged(claims, changed.get("claims")),
            changed.get("sign", key.sign),
        )

    def answer(self, *presentations: Any) -> Any:
        return self.desk.answer(self.fields(*presentations))

    def fields(self, *presentations: Any) -> dict[str, str]:
        """The form of a wallet, encrypted where the question wants it."""
        said = {"vp_token": {"identity": list(presentations)}, "state": self.request["state"]}
        return form_of(said, self.request)

    def refuses(self, *presentations: Any, fields: Mapping[str, str] | None = None) -> str:
        """The one shape of a refused answer; gives the check that said no."""
        with watching(self.desk) as seen:
            said = self.answer(*presentations) if fields is None else self.desk.answer(fields)
        assert said.status_code == 400, said.data
        assert said.json == {"error": "invalid_request", "error_description": "the response was not accepted"}
        assert said.headers["Cache-Control"] == "no-store"
        assert not seen.changed
        (line,) = seen.refused()
        return str(line["check"])


def merged(base: Mapping[str, Any], changed: Mapping[str, Any] | None) -> dict[str, Any]:
    """None takes a member away."""
    both = {**base, **(changed or {})}
    return {name: value for name, value in both.items() if value is not None}


def jws(header: Any, payload: Any, sign: Signer) -> str:
    """Any header and payload, as JSON or as bytes, under any signature."""
    parts = [part if isinstance(part, bytes) else strict_json.dumps(part) for part in (header, payload)]
    signed = ".".join(map(base64url.encode, parts))
    return f"{signed}.{base64url.encode(sign(signed.encode()))}"


@dataclass
class Forge:
    """Makes identity cards the way an issuer does, but for what a test changes."""

    by: Party
    holder: SigningKey

    def payload(self, disclosures: Sequence[str]) -> dict[str, Any]:
        return {
            "iss": f"{ISSUER}/municipality",
            "vct": IDENTITY_VCT,
            "iat": NOW - DAY,
            "exp": NOW + 90 * DAY,
            "cnf": {"jwk": self.holder.public.jwk()},
            "status": {"status_list": {"idx": 1, "uri": f"{ISSUER}/municipality/statuslists/1"}},
            "_sd_alg": "sha-256",
            "_sd": sorted(digest(one) for one in disclosures),
        }

    def card(
        self, *, disclosures: Sequence[str] | None = None, shown: Sequence[str] | None = None, **changed: Any
    ) -> str:
        """`<jwt>~d~…~`; `header`, `claims` and `sign` change the issuer-signed JWT."""
        disclosures = names() if disclosures is None else disclosures
        header = {"alg": "ES256", "typ": "dc+sd-jwt", "x5c": encode_x5c(self.by.chain)}
        claims = changed.get("claims")
        payload = claims if isinstance(claims, bytes) else merged(self.payload(disclosures), claims)
        header_bytes = changed.get("header")
        whole = header_bytes if isinstance(header_bytes, bytes) else merged(header, header_bytes)
        compact = jws(whole, payload, changed.get("sign", self.by.key.sign))
        return "~".join([compact, *(disclosures if shown is None else shown), ""])

    def as_card(self, issued: str) -> Card:
        return Card(issued, self.holder)


def names() -> list[str]:
    """The two claims that are asked."""
    return [
        make_disclosure("salt-1-long-enough", "given_name", "Noor"),
        make_disclosure("salt-2-long-enough", "family_name", "de Vries"),
    ]
