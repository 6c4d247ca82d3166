"""The flagship for somebody without a device: a paper, the counter's screen, the citizen's own wallet."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from consent.receipts import USE_RECEIPT_TYP
from demo.play import CALLED, PIN, Walk
from demo.web_client import Caller
from openid4vc.jose.jws import parse_jws

ANNA = {"service": "averaging", "name": "Anna Bos", "relation": "volunteer", "organisation": "Bibliotheek"}


class Screen:
    """A browser at the desk; forms carry the token of the page they stand on."""

    def __init__(self, town):
        self.client, self.url = town.apps["verifier"].test_client(), town.url("verifier")

    def read(self, path):
        return self.client.get(path, base_url=self.url, query_string={"lang": "en"}).text

    def send(self, path, page, **fields):
        found = re.findall(r'name="(csrf_token|key)" value="([^"]+)"', self.read(page))
        headers = {"Origin": self.url}
        return self.client.post(path, data=dict(found) | fields, base_url=self.url, headers=headers)


@pytest.fixture
def citizen(town):
    """Somebody whose wallet already holds the cards."""
    walk = Walk(*(Caller(town.wire, town.url(name), {}) for name in CALLED), "noor")
    walk.open_wallet()
    walk.collect()
    return walk


def test_the_flagship_completes_without_a_device_of_the_citizens_own(town, citizen):
    helper, counter = Screen(town), Screen(town)
    paper = helper.send("/help-somebody", "/help-somebody", **ANNA).location
    code = re.search(r'big-code__value">([^<]+)<', helper.read(paper)).group(1)

    text = counter.send("/counter/open", "/counter", code=code, identity="seen").location
    link = counter.send(text, text, paper="signed").location
    asked = citizen.wallet.post("/api/v1/requests", {"url": link})
    approval = {"pin": PIN, "digest": asked["digest"]}
    back = citizen.wallet.post(f"/api/v1/requests/{asked['id']}/approve", approval)["redirect_uri"]
    case = counter.client.get(back.removeprefix(counter.url), base_url=counter.url).location
    decision = counter.send(f"{case}/use", case).location
    again = counter.send(f"{case}/use", case)

    assert "2,809" in counter.read(decision)
    assert "mandate_already_used" in again.text
    receipt = counter.read(f"{case}/receipt")
    assert "Anna Bos · Bibliotheek · volunteer" in receipt
    assert "This proves less." in receipt
    assert "Anna Bos" not in helper.read(case)


def test_receipts_in_the_wallet_say_who_helped_and_only_the_citizens_own_names_them(town, citizen):
    helper, own = Screen(town), Screen(town)
    paper = helper.send("/help-somebody", "/help-somebody", **ANNA).location
    code = re.search(r'big-code__value">([^<]+)<', helper.read(paper)).group(1)

    own.send("/code", "/code", code=code)
    link = own.send("/code/request", "/code/request", choice="yes").location
    asked = citizen.wallet.post("/api/v1/requests", {"url": link})
    approval = {"pin": PIN, "digest": asked["digest"]}
    done = citizen.wallet.post(f"/api/v1/requests/{asked['id']}/approve", approval)
    case = own.client.get(done["redirect_uri"].removeprefix(own.url), base_url=own.url).location
    own.send(f"{case}/use", case)

    mandate_id = case.rpartition("/")[2]
    receipts = citizen.wallet.get(f"/api/v1/mandates/{mandate_id}")["receipts"]
    with_pin = replace(citizen.wallet, headers={**citizen.wallet.headers, "Eenmalig-Pin": PIN})
    everything = with_pin.get("/api/v1/export")
    card = next(one["claims"]["helped_by"] for one in everything["cards"] if "helped_by" in one["claims"])
    use = parse_jws(receipts["use"].partition("~")[0], expected_typ=USE_RECEIPT_TYP).claims()["helped_by"]
    lines = town.apps["verifier"].extensions["ports"].store.ledger.of(mandate_id)
    told = next(line.details for line in lines if line.event == "helped")

    assert (card["name"], card["organisation"], card["place"]) == ("Anna Bos", "Bibliotheek", "own_device")
    assert use == told == {name: card[name] for name in ("place", "relation", "helper_sha256")}
    assert "Anna" not in receipts["use"]
