"""Cards of one invented citizen, made the way an issuer makes them."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from openid4vc.jose.keys import SigningKey
from openid4vc.sdjwt.issue import issue_sd_jwt_vc
from schemes.averaging import Cohort, levy
from tests.verifier.helpers.pki import ISSUER, NOON, Party, Pki

BSN = "999990019"
INCOMES = {2022: 40_000, 2023: 100_000, 2024: 40_000}
DATED = {2022: "2024-06-14", 2023: "2025-06-13", 2024: "2025-11-14"}
IDX = {"identity": 1, "assessment_2022": 2, "assessment_2023": 3, "assessment_2024": 4, "account": 5}


@dataclass(frozen=True)
class Card:
    """A credential in a wallet: what the issuer gave, and the key it is bound to."""

    issued: str
    key: SigningKey = field(repr=False)


def identity_claims() -> dict[str, Any]:
    return {
        "given_name": "Noor",
        "family_name": "de Vries",
        "birthdate": "1984-03-02",
        "personal_administrative_number": BSN,
    }


def assessment_claims(year: int, income: int | None = None) -> dict[str, Any]:
    income = INCOMES[year] if income is None else income
    tax = levy(income, year, Cohort.BELOW_AOW)
    return {
        "bsn": BSN,
        "jaar": year,
        "dagtekening": DATED[year],
        "aanslagstatus": "definitief",
        "belastbaar_inkomen_werk_en_woning": income,
        "inkomstenbelasting_box1": tax.income_tax,
        "premie_volksverzekeringen": tax.premium,
        "tariefsaanpassing": 0,
        "binnenlands_belastingplichtig_heel_jaar": True,
        "jaar_al_gebruikt_voor_middeling": False,
        "aow_cohort": "below_aow",
        "heffingskortingen": 3000,
    }


def account_claims() -> dict[str, Any]:
    return {
        "iban": "NL02VBLD0123456789",
        "tenaamstelling": "Noor de Vries",
        "rekeningsoort": "betaalrekening",
    }


def issue(
    tenant: str,
    vct: str,
    claims: Mapping[str, Any],
    *,
    by: Party,
    idx: int,
    holder: SigningKey | None = None,
    **plain: Any,
) -> Card:
    """One credential; `plain` overrides or adds claims that are always visible, None leaves one out."""
    key = holder or SigningKey.generate()
    visible = {
        "iss": f"{ISSUER}/{tenant}",
        "vct": f"{ISSUER}/{tenant}/vct/{vct}/1",
        "iat": int((NOON - timedelta(days=1)).timestamp()),
        "exp": int((NOON + timedelta(days=90)).timestamp()),
        "cnf": {"jwk": key.public.jwk()},
        "status": {"status_list": {"idx": idx, "uri": f"{ISSUER}/{tenant}/statuslists/1"}},
        **plain,
    }
    payload = {name: value for name, value in visible.items() if value is not None} | dict(claims)
    issued = issue_sd_jwt_vc(
        payload,
        disclosable=[(name,) for name in claims],
        key=by.key,
        chain=by.chain,
        random_bytes=secrets.token_bytes,
    )
    return Card(issued, key)


def all_cards(pki: Pki) -> dict[str, Card]:
    """The five cards of the flagship, by query id."""
    by = pki.issuers
    cards = {
        "identity": issue(
            "municipality", "identity", identity_claims(), by=by["municipality"], idx=IDX["identity"]
        ),
        "account": issue("bank", "account-holder", account_claims(), by=by["bank"], idx=IDX["account"]),
    }
    for year in INCOMES:
        cards[f"assessment_{year}"] = issue(
            "tax-authority",
            "income-assessment",
            assessment_claims(year),
            by=by["tax-authority"],
            idx=IDX[f"assessment_{year}"],
        )
    return cards
