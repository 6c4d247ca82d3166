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
    """Write the registration certificate of the desk's one service, made from its purpose register."""
    papers = Papers.read(town.keys / "hub" / "register")
    purpose = load_purpose((PURPOSES / "averaging.toml").read_bytes())
    registration = read_message(Registration, _entry(purpose, town, now), refusal=Malformed)
    reasons = {
        MEMBER: purpose_extract(purpose, vct_of=lambda vct: vct.replace("{issuer}", town.url("issuer")))
    }
    signed = sign_registration(registration, key=papers.key, chain=papers.chain, private=reasons)
    (town.keys / "verifier" / DESK.path / "registration.jwt").write_text(signed + "\n", encoding="ascii")


def _entry(purpose: Purpose, town: Town, now: datetime) -> dict[str, object]:
    asked = purpose.dcql(lambda vct: vct.replace("{issuer}", town.url("issuer"))).to_json()["credentials"]
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
                "format": one["format"],
                "meta": one["meta"],
                "claim": [{"path": claim["path"]} for claim in one["claims"]],
            }
            for one in asked
        ],
        "purpose": [{"lang": "nl", "value": purpose.text.nl}, {"lang": "en", "value": purpose.text.en}],
        "intended_use_id": purpose.code,
        "public_body": True,
    }
