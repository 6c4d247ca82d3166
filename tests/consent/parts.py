"""A small town for consent tests: keys, certificates, cards and a question, all made on the spot."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from consent.mandate import Mandate, Organisation, Parties, propose_mandate
from consent.purpose import Purpose, load_purpose
from openid4vc.dcql.match import Match, match
from openid4vc.dcql.path import ClaimPath
from openid4vc.jose.keys import SigningKey
from openid4vc.sdjwt.issue import issue_sd_jwt_vc
from openid4vc.sdjwt.present import HeldSdJwt, present
from openid4vc.trust.anchors import TrustedIssuer, TrustedIssuers
from openid4vc.trust.certificates import LeafSubject, make_leaf, make_root
from openid4vc.vp.client_id import x509_hash_client_id
from openid4vc.vp.request import AuthorizationRequest
from openid4vc.vp.request_object import VerifiedRequest, sign_request_object, verify_request_object

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
ISSUER = "http://localhost:8001"
MANDATE_ID = "m-0123456789abcdefghij"
DESK = Organisation(id="NTRNL-00000001", name="Geldloket Voorbeeldstad")
AUTHORITY = Organisation(id="NTRNL-00000002", name="Belastingdienst (voorbeeld)")
NONCE = "n-0123456789"


@cache
def purpose() -> Purpose:
    """The averaging purpose of the register."""
    return load_purpose((ROOT / "verifier/data/purposes/averaging.toml").read_bytes())


def mandate(**changes: Any) -> Mandate:
    """The flagship's mandate; `changes` go to `propose_mandate`."""
    arguments: dict[str, Any] = {
        "mandate_id": MANDATE_ID,
        "revocation_uri": f"http://localhost:8003/mandates/{MANDATE_ID}/revoke",
        "not_before": NOW,
    }
    return propose_mandate(purpose(), Parties(DESK, AUTHORITY), **(arguments | changes))


@dataclass(frozen=True)
class Authority:
    """A root and one leaf below it."""

    key: SigningKey
    chain: tuple[Any, ...]
    root: Any

    @classmethod
    def make(cls, subject: LeafSubject, *, now: datetime = NOW - timedelta(days=30)) -> "Authority":
        """Valid from a month before NOW."""
        root_key, key = SigningKey.generate(), SigningKey.generate()
        root = make_root(key=root_key, name=f"Root of {subject.organisation}", serial=1, now=now, days=3650)
        leaf = make_leaf(
            subject=subject,
            public=key.public,
            issuer=root,
            issuer_key=root_key,
            serial=2,
            now=now,
            days=825,
        )
        return cls(key, (leaf,), root)


def _organisation(name: str, identifier: str, uri: str) -> LeafSubject:
    return LeafSubject(organisation=name, common_name=name, identifier=identifier, uris=(uri,))


@cache
def desk() -> Authority:
    """The desk with its access certificate."""
    return Authority.make(_organisation(DESK.name, DESK.id, "http://localhost:8003"))


@cache
def municipality() -> Authority:
    """The issuer of identities."""
    return Authority.make(_organisation("Gemeente Voorbeeldstad", "NTRNL-00000003", f"{ISSUER}/municipality"))


IDENTITY_VCT = f"{ISSUER}/municipality/vct/identity/1"
ASSESSMENT_VCT = f"{ISSUER}/tax-authority/vct/income-assessment/1"
ACCOUNT_VCT = f"{ISSUER}/bank/vct/account-holder/1"
BALANCE_VCT = f"{ISSUER}/bank/vct/balance-statement/1"
IDENTITY = {
    "given_name": "Noor",
    "family_name": "de Vries",
    "birthdate": "1984-03-12",
    "personal_administrative_number": "999990019",
    "address": {"street_address": "Kastanjelaan", "locality": "Voorbeeldstad"},
    "nationalities": ["NL", "BE"],
}
IDENTITY_HIDDEN: tuple[ClaimPath, ...] = (
    ("given_name",),
    ("family_name",),
    ("birthdate",),
    ("personal_administrative_number",),
    ("address",),
    ("address", "street_address"),
    ("address", "locality"),
    ("nationalities",),
    ("nationalities", None),
)


def trusted() -> TrustedIssuers:
    """Only the municipality, only for identities."""
    return TrustedIssuers(
        (
            TrustedIssuer(
                id=f"{ISSUER}/municipality",
                name="Gemeente Voorbeeldstad",
                vcts=frozenset({IDENTITY_VCT}),
                anchors=(municipality().root,),
            ),
        )
    )


def identity_card(
    holder: SigningKey, claims: Mapping[str, Any] | None = None, *, issued_at: datetime = NOW
) -> HeldSdJwt:
    """An identity credential bound to this key."""
    payload = {
        "issuing_authority": "Gemeente Voorbeeldstad",
        **(IDENTITY if claims is None else claims),
        "iss": f"{ISSUER}/municipality",
        "vct": IDENTITY_VCT,
        "iat": int(issued_at.timestamp()),
        "exp": int((issued_at + timedelta(days=90)).timestamp()),
        "cnf": {"jwk": holder.public.jwk()},
        "status": {"status_list": {"idx": 7, "uri": f"{ISSUER}/municipality/statuslists/1"}},
    }
    return HeldSdJwt(
        issue_sd_jwt_vc(
            payload,
            disclosable=IDENTITY_HIDDEN,
            key=municipality().key,
            chain=municipality().chain,
            random_bytes=os.urandom,
        )
    )


def question(
    *entries: str, sender: Authority | None = None, at: datetime = NOW, **changes: Any
) -> AuthorizationRequest:
    """The flagship's request with these transaction data."""
    who = sender or desk()
    members: dict[str, Any] = {
        "client_id": x509_hash_client_id(who.chain[0]),
        "response_uri": "http://localhost:8003/oid4vp/response",
        "nonce": NONCE,
        "state": "s-0123456789",
        "dcql_query": purpose().dcql(lambda template: template.replace("{issuer}", ISSUER)),
        "transaction_data": entries,
        "issued_at": at,
        "expires_at": at + timedelta(minutes=10),
    }
    return AuthorizationRequest(**(members | changes))


def signed(request: AuthorizationRequest, *, sender: Authority | None = None) -> str:
    """The request object of the desk, or of another sender."""
    who = sender or desk()
    return sign_request_object(request, key=who.key, chain=who.chain)


def verified(request: AuthorizationRequest, *, sender: Authority | None = None) -> VerifiedRequest:
    """What the wallet has after its checks."""
    who = sender or desk()
    return verify_request_object(
        signed(request, sender=sender),
        expected_client_id=request.client_id,
        expected_wallet_nonce=None,
        anchors=[who.root],
        now=request.issued_at,
    )


def answer(
    request: AuthorizationRequest,
    *,
    holder: SigningKey,
    card: HeldSdJwt | None = None,
    at: datetime = NOW,
    **changes: Any,
) -> str:
    """The identity presentation that signs the request's transaction data."""
    held = card or identity_card(holder)
    binding: dict[str, Any] = {
        "audience": request.client_id,
        "nonce": request.nonce,
        "transaction_data": request.transaction_data,
        "jti": "jti-1",
        "send_alg": True,
    }
    selection = held.select([("given_name",), ("family_name",), ("personal_administrative_number",)])
    return present(selection, key=holder, iat=at, **(binding | changes))


@dataclass(frozen=True)
class Card:
    """A card as the wallet holds it, without its bytes."""

    id: str
    vct: str
    claims: Mapping[str, Any]
    disclosable: Sequence[ClaimPath]
    has_holder_key: bool = True
    authority_key_ids: frozenset[str] = field(default_factory=frozenset)


def card(id: str, vct: str, claims: Mapping[str, Any], hidden: Sequence[ClaimPath] | None = None) -> Card:
    """Every top-level claim hidden, unless said otherwise."""
    return Card(id, vct, claims, [(name,) for name in claims] if hidden is None else hidden)


def assessment_claims(year: int) -> dict[str, Any]:
    """An income assessment as the tax authority issues it."""
    return {
        "bsn": "999990019",
        "jaar": year,
        "dagtekening": "2025-06-20",
        "aanslagstatus": "definitief",
        "belastbaar_inkomen_werk_en_woning": 40000 + year,
        "inkomstenbelasting_box1": 5019,
        "premie_volksverzekeringen": 9808,
        "tariefsaanpassing": 0,
        "binnenlands_belastingplichtig_heel_jaar": True,
        "jaar_al_gebruikt_voor_middeling": False,
        "aow_cohort": "below_aow",
        "heffingskortingen": 5120,
        "verzamelinkomen": 40000,
    }


def wallet_of_noor() -> list[Card]:
    """Identity, three assessments, an account, and a balance that nobody asks for."""
    identity = {"issuing_authority": "Gemeente Voorbeeldstad", **IDENTITY, "vct": IDENTITY_VCT, "iat": 1}
    account = {"iban": "NL00VBLD0123456789", "tenaamstelling": "Noor de Vries", "rekeningsoort": "betaal"}
    balance = {"peildatum": "2026-11-01", "totaal_saldo": 1234, "iban": "NL00VBLD0123456789"}
    return [
        card("card-identity", IDENTITY_VCT, identity, IDENTITY_HIDDEN),
        *(card(f"card-{year}", ASSESSMENT_VCT, assessment_claims(year)) for year in (2022, 2023, 2024)),
        card("card-account", ACCOUNT_VCT, account),
        card("card-balance", BALANCE_VCT, balance),
    ]


def matched(request: AuthorizationRequest, cards: Sequence[Card]) -> Match:
    """What the wallet can answer."""
    return match(request.dcql_query, cards)
