"""The wallet's pages of receipts, and the desk's offer to wallets that did not collect one."""

import json
import re
import secrets

import pytest

from chassis.outbound import PeerUnreachable
from demo.play import PIN, Walk
from demo.web_client import Caller

NAME = "noor-on-paper"


@pytest.fixture
def walk(town):
    """Noor, with her cards, under a name that a browser can sign in with."""
    callers = [
        Caller(town.wire, town.place.urls()[name], {}) for name in ("issuer", "wallet", "verifier", "hub")
    ]
    walk = Walk(*callers, "noor")
    token = walk.wallet.post("/api/v1/accounts", {"name": NAME, "pin": PIN})["token"]
    walk.wallet = walk.wallet.bearing(token)
    walk.collect()
    return walk


@pytest.fixture
def browser(town, walk):
    """Her browser, signed in."""
    browser = Browser(town)
    browser.sends("/sign-in", name=NAME, pin=PIN)
    return browser


class Browser:
    """Fills in forms of the wallet, in English."""

    def __init__(self, town):
        self.client, self.base = town.apps["wallet"].test_client(), town.url("wallet")
        self.client.get("/sign-in?lang=en", base_url=self.base)

    def reads(self, path):
        return self.client.get(path, base_url=self.base)

    def sends(self, path, **fields):
        page = self.reads(path).get_data(as_text=True)
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        data = {"csrf_token": found.group(1)} | fields
        return self.client.post(path, base_url=self.base, data=data)


def granted(walk):
    asked, screen = walk.ask()
    return walk.grant(asked, screen)["id"]


def out_of_reach(method, url, answer):
    if "/receipts/" in url:
        raise PeerUnreachable("cut")
    return answer


def test_the_page_says_that_the_receipt_is_not_there_yet_and_tries_again(town, walk, browser):
    town.wire.tamper = out_of_reach
    mandate_id = granted(walk)
    before = browser.reads(f"/mandates/{mandate_id}").text
    failed = browser.sends(f"/mandates/{mandate_id}/collect-receipt", pin=PIN)
    town.wire.tamper = None
    wrong = browser.sends(f"/mandates/{mandate_id}/collect-receipt", pin="000000")

    done = browser.sends(f"/mandates/{mandate_id}/collect-receipt", pin=PIN)

    assert "You do not have this receipt yet. Your mandate is valid without it." in before
    assert failed.status_code >= 400
    assert wrong.status_code == 403
    assert f'action="/mandates/{mandate_id}/collect-receipt"' in wrong.text
    assert done.headers["Location"] == f"/mandates/{mandate_id}#receipts"
    assert "With it you can withdraw the mandate." in browser.reads(f"/mandates/{mandate_id}").text


def test_receipts_stand_apart_from_cards_and_say_how_the_mandate_stands(walk, browser):
    mandate_id = granted(walk)
    active = browser.reads("/cards").text
    card_id = walk.wallet.get(f"/api/v1/mandates/{mandate_id}")["receipts"]["grant_card"]
    walk.wallet.post(f"/api/v1/mandates/{mandate_id}/withdraw", {"pin": PIN})

    ended, card = browser.reads("/cards").text, browser.reads(f"/cards/{card_id}").text

    assert "Receipts of mandates" in active
    assert "Active" in active.partition("Receipts of mandates")[2]
    assert "Withdrawn by you" in ended.partition("Receipts of mandates")[2]
    assert "The mandate has ended. The receipt stays with you." in card
    assert "Why copies?" not in card


def test_a_use_that_the_wallet_did_not_hear_of_shows_on_the_receipt(town, walk, browser):
    mandate_id = granted(walk)
    browser.reads("/cards")
    walk.use(mandate_id, secrets.token_urlsafe(8))
    town.clock.advance(hours=25)
    browser.sends("/sign-in", name=NAME, pin=PIN)

    assert "Ended" in browser.reads("/cards").text.partition("Receipts of mandates")[2]


def test_after_the_use_everything_can_be_read_printed_and_taken_along(town, walk, browser):
    mandate_id = granted(walk)
    early = browser.reads(f"/mandates/{mandate_id}/use-receipt.txt")
    walk.use(mandate_id, secrets.token_urlsafe(8))

    page = browser.reads(f"/mandates/{mandate_id}").text
    printed = browser.reads(f"/mandates/{mandate_id}/receipt").text
    text = browser.reads(f"/mandates/{mandate_id}/use-receipt.txt")

    assert early.status_code == 404
    assert "What cannot be undone" in page
    assert f'href="{town.url("verifier")}/check"' in printed
    assert "data:image/svg+xml" in printed
    assert text.headers["Content-Disposition"] == f'attachment; filename="use-receipt-{mandate_id}.txt"'
    assert text.headers["Cache-Control"] == "no-store"
    assert text.text == walk.wallet.get(f"/api/v1/mandates/{mandate_id}")["receipts"]["use"]
    assert text.text in printed


def test_a_missing_receipt_of_the_use_is_flagged(town, walk, browser):
    mandate_id = granted(walk)
    walk.use(mandate_id, secrets.token_urlsafe(8))

    def silent(method, url, answer):
        if url.endswith("/receipt"):
            raise PeerUnreachable("cut")
        return answer

    town.wire.tamper = silent
    page = browser.reads(f"/mandates/{mandate_id}").text
    printed = browser.reads(f"/mandates/{mandate_id}/receipt").text

    assert "You do not have this receipt" in page
    assert "We will ask again." in page
    assert "The receipt of the use is missing" in printed


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("none", ["granted"]),
        ("use", ["granted", "used"]),
        ("withdraw", ["granted", "revoked"]),
        ("wait", ["granted", "expired"]),
    ],
)
def test_the_record_for_other_software_follows_the_mandate(town, walk, browser, end, expected):
    mandate_id = granted(walk)
    if end == "use":
        walk.use(mandate_id, secrets.token_urlsafe(8))
    elif end == "withdraw":
        walk.wallet.post(f"/api/v1/mandates/{mandate_id}/withdraw", {"pin": PIN})
    elif end == "wait":
        town.clock.advance(days=15)
        browser.sends("/sign-in", name=NAME, pin=PIN)

    said = browser.reads(f"/mandates/{mandate_id}/record.jsonld")

    assert said.content_type == "application/ld+json"
    states = [event["em:state"] for event in json.loads(said.data)["dpv:hasConsentStatus"]]
    assert states == expected


def test_the_desk_offers_the_receipt_until_a_wallet_has_it(town, walk):
    town.wire.tamper = out_of_reach
    client, base = town.apps["verifier"].test_client(), town.url("verifier")
    client.get("/?lang=en", base_url=base)
    page = client.get("/services/averaging", base_url=base).get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
    asked = client.post("/services/averaging/start", base_url=base, data={"csrf_token": token})
    screen = walk.wallet.post("/api/v1/requests", {"url": asked.headers["Location"]})
    approved = walk.wallet.post(
        f"/api/v1/requests/{screen['id']}/approve", {"pin": PIN, "digest": screen["digest"]}
    )
    town.wire.tamper = None
    case = client.get(approved["redirect_uri"].removeprefix(base), base_url=base).headers["Location"]
    offered = client.get(case, base_url=base).get_data(as_text=True)
    link = re.search(r'href="(openid-credential-offer:[^"]+)"', offered).group(1).replace("&amp;", "&")
    ours = re.search(rf'href="({town.url("wallet")}/offer[^"]+)"', offered)

    received = walk.wallet.post("/api/v1/offers", {"offer": link})
    walk.wallet.post(f"/api/v1/offers/{received['id']}/accept", {"pin": PIN, "tx_code": ""})

    assert ours is not None
    assert "Save the receipt in your wallet" in offered
    assert "Save the receipt in your wallet" not in client.get(case, base_url=base).get_data(as_text=True)
