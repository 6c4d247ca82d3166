"""The work item: issuers, holders and presentations of a credential with ten claims, four of them shown."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from cryptography import x509

from openid4vc.dcql.path import ClaimPath
from openid4vc.jose import base64url, strict_json
from openid4vc.jose.keys import SigningKey
from openid4vc.jose.numeric_date import to_numeric_date
from openid4vc.sdjwt.issue import issue_sd_jwt_vc
from openid4vc.sdjwt.present import HeldSdJwt, present
from openid4vc.sdjwt.vc import KeyBinding
from openid4vc.status.status_list import StatusList
from openid4vc.status.token import Lifetime, sign_status_list_token
from openid4vc.trust.anchors import TrustedIssuer, TrustedIssuers
from openid4vc.trust.certificates import LeafSubject, make_leaf, make_root

ORIGIN = "https://issuer.example"
VCT = f"{ORIGIN}/vct/income-assessment/1"
AUDIENCE = "x509_hash:Uvo3HtuIxuhC92rShpgqcT3YXwrqRxWEviRiA0OZszk"
NONCE = "n-0S6_WzA2Mj-0S6_WzA2Mj"
REVOKED = 7
LIST_ENTRIES = 1 << 17
CLAIMS: dict[str, Any] = {
    "given_name": "Noor",
    "family_name": "de Vries",
    "birthdate": "1990-02-14",
    "personal_administrative_number": "999990019",
    "jaar": 2024,
    "dagtekening": "2025-11-24",
    "status_aanslag": "definitief",
    "belastbaar_inkomen_werk_en_woning": 40000,
    "jaar_al_gebruikt_voor_middeling": False,
    "aow_cohort": "below_aow",
}
DISCLOSABLE: tuple[ClaimPath, ...] = tuple((name,) for name in CLAIMS)
SHOWN: tuple[ClaimPath, ...] = (
    ("given_name",),
    ("personal_administrative_number",),
    ("jaar",),
    ("belastbaar_inkomen_werk_en_woning",),
)
TRANSACTION_DATA = base64url.encode(
    strict_json.dumps(
        {
            "type": "urn:eenmalig:mandate:1",
            "credential_ids": ["identity"],
            "transaction_data_hashes_alg": ["sha-256"],
            "mandate_id": "0123456789abcdef0123456789abcdef",
        }
    )
)


@dataclass(frozen=True)
class Issuer:
    """A key, its certificate under the root of the bench, and a status list in which one entry is revoked."""

    id: str
    key: SigningKey
    chain: tuple[x509.Certificate, ...]
    root: x509.Certificate

    @property
    def status_uri(self) -> str:
        """Where its list is."""
        return f"{self.id}/statuslists/1"

    @property
    def trusted(self) -> TrustedIssuers:
        """A trust list with nobody else on it."""
        return TrustedIssuers((TrustedIssuer(self.id, "Bench", frozenset({VCT}), (self.root,)),))

    def status_token(self, now: datetime, *, entries: int = LIST_ENTRIES) -> str:
        """The signed list as it is served."""
        statuses = StatusList.empty(1, entries)
        for idx in range(REVOKED, entries, 1009):
            statuses.set(idx, 1)
        life = Lifetime(iat=now, exp=now + timedelta(hours=24), ttl=900)
        return sign_status_list_token(statuses, uri=self.status_uri, key=self.key, chain=self.chain, **life)


@dataclass(frozen=True)
class Held:
    """One credential, its holder's key, and one answer with it."""

    issuer: Issuer
    holder: SigningKey
    credential: str
    now: datetime

    @cached_property
    def presentation(self) -> str:
        """Four of ten claims, bound to the question."""
        return present_four(HeldSdJwt(self.credential), self.holder, now=self.now)


class World:
    """One root and everything under it."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC).replace(microsecond=0)
        self._root_key = SigningKey.generate()
        self._serials: Iterator[int] = iter(range(1, 1 << 30))
        since = self.now - timedelta(days=1)
        self.root = make_root(
            key=self._root_key, name="Bench Root", serial=next(self._serials), now=since, days=1000
        )
        self.issuer = self.new_issuer()

    def new_issuer(self) -> Issuer:
        """Another issuer under the same root, never seen before."""
        number = next(self._serials)
        issuer_id = f"{ORIGIN}/{number}"
        key = SigningKey.generate()
        leaf = make_leaf(
            subject=LeafSubject("Bench", "Bench signer", "NTRNL-00000009", uris=(issuer_id,)),
            public=key.public,
            issuer=self.root,
            issuer_key=self._root_key,
            serial=number,
            now=self.now - timedelta(days=1),
            days=100,
        )
        return Issuer(issuer_id, key, (leaf,), self.root)

    def payload(self, issuer: Issuer, holder: SigningKey, *, idx: int = 11) -> dict[str, Any]:
        """All claims in plain."""
        return {
            "iss": issuer.id,
            "iat": to_numeric_date(self.now),
            "exp": to_numeric_date(self.now + timedelta(days=30)),
            "vct": VCT,
            "cnf": {"jwk": holder.public.jwk()},
            "status": {"status_list": {"idx": idx, "uri": issuer.status_uri}},
        } | CLAIMS

    def credential(self, issuer: Issuer, *, idx: int = 11, **change: Any) -> Held:
        """A credential for a new holder."""
        holder = SigningKey.generate()
        payload = self.payload(issuer, holder, idx=idx) | change
        return Held(issuer, holder, issue(payload, issuer), self.now)

    def binding(self) -> KeyBinding:
        """What the verifier of the bench asked for."""
        return KeyBinding(
            expected_audience=AUDIENCE,
            expected_nonce=NONCE,
            expected_transaction_data=(TRANSACTION_DATA,),
            not_before=self.now - timedelta(seconds=300),
            not_after=self.now + timedelta(seconds=60),
        )


def issue(payload: dict[str, Any], issuer: Issuer) -> str:
    """One credential with ten hidden claims."""
    return issue_sd_jwt_vc(
        payload,
        disclosable=DISCLOSABLE,
        key=issuer.key,
        chain=issuer.chain,
        random_bytes=secrets.token_bytes,
    )


def present_four(held: HeldSdJwt, holder: SigningKey, *, now: datetime) -> str:
    """Show four claims and sign the transaction data."""
    return present_selection(held.select(SHOWN), holder, now=now)


def present_selection(selection: str, holder: SigningKey, *, now: datetime) -> str:
    """Bind these disclosures to the question of the bench."""
    return present(
        selection,
        key=holder,
        audience=AUDIENCE,
        nonce=NONCE,
        iat=now,
        transaction_data=(TRANSACTION_DATA,),
        jti="1f0c6a7e5d2b4c3a",
        send_alg=True,
    )
