"""The wallet against our own issuer, service to service: signing in, promises, new copies."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.town import TestTown, build_town

PIN = "482913"
CARDS = ["identity"]


@dataclass
class Citizen:
    """Noor: a wallet by its API, and a browser at the issuer."""

    town: TestTown
    token: str = ""
    browser: Any = field(init=False)

    def __post_init__(self) -> None:
        self.browser = self.town.apps["issuer"].test_client()
        self.token = self.wallet("accounts", {"name": "Noor", "pin": PIN}).json["token"]

    def wallet(self, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return self.town.call("wallet", "POST", f"/api/v1/{path}", json=body or {}, headers=headers)

    def offered(self, credentials: list[str] = CARDS, **order: Any) -> Any:
        wanted = {"persona": "noor", "credentials": credentials, "grant": "code"} | order
        made = self.town.call("issuer", "POST", "/api/v1/offers", json=wanted).json
        self.code = made["tx_code"]
        return self.wallet("offers", {"offer": made["offer"]}).json

    def signs_in(self, url: str) -> str:
        """Through the issuer's pages; where the browser is sent in the end."""
        base = self.town.url("issuer")
        consent = url.removeprefix(base).split("/authorize")[0] + "/consent"
        self.browser.get(url.removeprefix(base), base_url=base)
        page = self.browser.get("/sign-in", base_url=base)
        fields = {"persona": "noor", "to": consent[1:], "csrf_token": _csrf(page)}
        self.browser.post("/sign-in", base_url=base, data=fields)
        page = self.browser.get(consent, base_url=base)
        decided = {"choice": "yes", "csrf_token": _csrf(page)}
        answer = self.browser.post(consent, base_url=base, data=decided)
        address: str = answer.headers["Location"]
        return address

    def collects(self, **order: Any) -> Any:
        offer = self.offered(**order)
        url = self.wallet(f"offers/{offer['id']}/authorize").json["authorization_url"]
        redirect = self.signs_in(url)
        return self.wallet(f"offers/{offer['id']}/complete", {"redirect": redirect, "pin": PIN})


def _csrf(page: Any) -> str:
    found = re.search(r'name="csrf_token" value="([^"]*)"', page.text)
    assert found, page.text
    return found.group(1)


@pytest.fixture
def citizen(tmp_path):
    """A town with all four services, and Noor in it."""
    return Citizen(build_town(tmp_path))


def test_a_card_is_collected_by_signing_in_at_the_issuer(citizen):
    answer = citizen.collects()

    (card,) = answer.json["cards"]
    assert (answer.status_code, card["copies_left"], card["renewable"]) == (200, 3, True)


def test_an_offer_tells_which_way_it_goes(citizen):
    assert citizen.offered()["grant"] == "code"
    assert citizen.offered(grant="pre")["grant"] == "pre"


def test_the_pre_authorized_code_still_works_with_bound_tokens(citizen):
    offer = citizen.offered(grant="pre")

    kept = citizen.wallet(f"offers/{offer['id']}/accept", {"pin": PIN, "tx_code": citizen.code})

    assert [card["copies_left"] for card in kept.json["cards"]] == [3]


def test_a_card_that_comes_later_is_collected_when_its_time_is_there(citizen):
    promised = citizen.collects(credentials=["income-assessment-2024"], deferred=True)
    assert promised.status_code == 202
    (waiting,) = promised.json["deferred"]

    early = citizen.wallet(f"deferred/{waiting['id']}/collect", {"pin": PIN})
    for _ in range(20):
        citizen.town.clock.advance(seconds=waiting["interval"] + 1)
        later = citizen.wallet(f"deferred/{waiting['id']}/collect", {"pin": PIN})
        if later.status_code == 200:
            break

    assert early.status_code == 202
    assert [card["copies_left"] for card in later.json["cards"]] == [3]


def test_new_copies_come_without_a_new_sign_in(citizen):
    (card,) = citizen.collects().json["cards"]
    citizen.town.clock.advance(minutes=20)

    renewed = citizen.wallet(f"cards/{card['id']}/renew", {"pin": PIN})

    assert (renewed.status_code, renewed.json["cards"][0]["copies_left"]) == (200, 3)
