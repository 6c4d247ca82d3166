"""Credential requests made ahead, each with a nonce and a key of its own, as a script for wrk."""

import json
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import insert

from bench.http.place import Place
from chassis.database import Database
from chassis.tokens import new_token, token_hash
from issuer.domain.offer import NONCE_LIFE, REQUESTS_PER_TOKEN
from issuer.store.tables import nonces
from openid4vc.jose.keys import SigningKey
from openid4vc.oauth.token import PRE_AUTHORIZED
from openid4vc.vci.offer import CredentialOffer, parse_offer_url
from openid4vc.vci.proof import make_key_proof

TENANT, CONFIGURATION = "municipality", "identity"
SCRIPT = """
local wanted = {{}}
for line in io.lines("{bodies}") do wanted[#wanted + 1] = line end
local position = 0
function request()
  position = position + 1
  local line = wanted[position]
  if line == nil then wrk.thread:stop(); return wrk.format("GET", "{empty}") end
  local token, body = line:match("^(%S+) (.*)$")
  local headers = {{["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. token}}
  return wrk.format("POST", "/{tenant}/credential", headers, body)
end
"""


def write_requests(place: Place, folder: Path, *, count: int, empty: str) -> Path:
    """Offers and tokens by HTTP, nonces written together, proofs signed here; gives the script."""
    lines, token, url = [], "", place.url
    for number, nonce in enumerate(_nonces(place, count)):
        if number % REQUESTS_PER_TOKEN == 0:
            token = _token(url)
        proof = make_key_proof(
            SigningKey.generate(), audience=f"{url}/{TENANT}", nonce=nonce, iat=datetime.now(UTC)
        )
        body = {"credential_configuration_id": CONFIGURATION, "proofs": {"jwt": [proof]}}
        lines.append(f"{token} {json.dumps(body)}")
    bodies, script = folder / "bodies.txt", folder / "issue.lua"
    bodies.write_text("\n".join(lines) + "\n", encoding="utf-8")
    script.write_text(SCRIPT.format(bodies=bodies, empty=empty, tenant=TENANT), encoding="utf-8")
    return script


def _nonces(place: Place, count: int) -> list[str]:
    """As the nonce endpoint hands them out, but in one transaction."""
    fresh, ends = [new_token(16) for _ in range(count)], datetime.now(UTC) + NONCE_LIFE
    rows = [{"nonce_hash": token_hash(one), "organisation": TENANT, "expires_at": ends} for one in fresh]
    database = Database(place.environ["ISSUER_DATABASE_URL"])
    with database.begin() as connection:
        connection.execute(insert(nonces), rows)
    database.dispose()
    return fresh


def _token(url: str) -> str:
    wish = {"persona": "noor", "credentials": [CONFIGURATION], "by_reference": False, "tx_code": False}
    offered = _post(f"{url}/api/v1/offers", json.dumps(wish).encode(), content_type="application/json")
    offer = parse_offer_url(offered["offer"])
    if not isinstance(offer, CredentialOffer) or offer.pre_authorized is None:
        raise AssertionError("the offer was asked for by value, with a pre-authorized code")
    code = offer.pre_authorized.pre_authorized_code
    form = {"grant_type": PRE_AUTHORIZED, "pre-authorized_code": code}
    answer = _post(
        f"{url}/{TENANT}/token", urlencode(form).encode(), content_type="application/x-www-form-urlencoded"
    )
    return str(answer["access_token"])


def _post(url: str, body: bytes, *, content_type: str = "application/json") -> dict[str, Any]:
    request = urllib.request.Request(url, data=body, headers={"Content-Type": content_type})  # noqa: S310
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own address
        found: dict[str, Any] = json.load(answer)
        return found
