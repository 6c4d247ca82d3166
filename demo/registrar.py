"""The demonstration's register: says, signed, what the desk may ask and why (ETSI TS 119 475)."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from consent.purpose import Purpose, load_purpose
from consent.purpose_extract import MEMBER, purpose_extract
from demo.papers import Papers
from demo.seed import DESK
from demo.town import Town
from openid4vc.errors import Malformed
from openid4vc.messages import read_message
from openid4vc.trust.registration import SERVICE_PROVIDER, Registration, sign_registration

PURPOSES = Path(__file__).resolve().parents[1] / "verifier" / "data" / "purposes"
LIFE = timedelta(days=300)


def register_the_desk(town: Town, *, now: datetime) -> None:
    """Write one registration certificate for each purpose of the desk, made from its purpose register."""
    papers = Papers.read(town.keys / "hub" / "register")
    desk = town.keys / "verifier" / DESK.path
    (desk / "registrations").mkdir(mode=0o700, exist_ok=True)
    for entry in sorted(PURPOSES.glob("*.toml")):
        signed = _certificate(load_purpose(entry.read_bytes()), papers, town, now)
        (desk / "registrations" / f"{entry.stem}.jwt").write_text(signed + "\n", encoding="ascii")
    (desk / "registration.jwt").unlink(missing_ok=True)


def _certificate(purpose: Purpose, papers: Papers, town: Town, now: datetime) -> str:
    """One intended use, with its purpose as a private claim (TS 119 475, 5.2.4)."""
    registration = read_message(Registration, _entry(purpose, town, now), refusal=Malformed)
    reasons = {
        MEMBER: purpose_extract(purpose, vct_of=lambda vct: vct.replace("{issuer}", town.url("issuer")))
    }
    return sign_registration(registration, key=papers.key, chain=papers.chain, private=reasons)


def _entry(purpose: Purpose, town: Town, now: datetime) -> dict[str, object]:
    return {
        "name": DESK.name,
        "sub": DESK.identifier,
        "sub_ln": DESK.name,
        "country": "NL",
        "support_uri": f"{town.url('verifier')}/rights",
        "privacy_policy": f"{town.url('hub')}/about",
        "srv_description": [
            [{"lang": "nl", "value": purpose.title.nl}, {"lang": "en", "value": purpose.title.en}]
        ],
        "entitlements": [SERVICE_PROVIDER],
        "supervisory_authority": {"uri": f"{town.url('verifier')}/supervisor"},
        "iat": int(now.timestamp()),
        "exp": int((now + LIFE).timestamp()),
        "credentials": [
            {
                "format": "dc+sd-jwt",
                "meta": {"vct_values": [card.vct.replace("{issuer}", town.url("issuer"))]},
                "claim": [{"path": list(claim.path)} for claim in card.claims],
            }
            for card in purpose.data
        ],
        "purpose": [{"lang": "nl", "value": purpose.text.nl}, {"lang": "en", "value": purpose.text.en}],
        "intended_use_id": purpose.code,
        "public_body": True,
    }
