"""A pasted link is an offer, a request by mistake, or nothing; nothing is collected by pasting."""

from __future__ import annotations

import html
from dataclasses import replace

import pytest

from openid4vc.trust.anchors import TrustedIssuers
from tests.wallet.conftest import WALLET


@pytest.fixture
def reader(town):
    """Noor, signed in, where cards are added."""
    return town.browser().signs_in().goes("/collect")


def test_a_pasted_offer_shows_who_gives_what_before_anything_is_added(reader, town):
    reader.sends("/collect/link", link=f"  {town.issuer.link()}\n")
    page = html.unescape(reader.goes(reader.leads_to).text)

    assert "Toevoegen" in page
    assert town.call("GET", "/cards").json["cards"] == []


def test_a_pasted_request_goes_where_requests_go(reader, town):
    reader.sends("/collect/link", link=town.verifier.link())
    assert reader.leads_to.startswith("/authorize?client_id=")

    assert reader.goes(reader.leads_to).leads_to.startswith("/requests/")


def test_a_request_of_another_wallets_scheme_stays_in_this_wallet(reader, town):
    link = town.verifier.link().replace(f"{WALLET}/authorize", "openid4vp://")
    reader.sends("/collect/link", link=link)

    assert reader.leads_to.startswith("/authorize?client_id=")


@pytest.mark.parametrize("link", ["", "hello", "https://bad.example/", "javascript:alert(1)", "x" * 20000])
def test_what_is_no_link_is_refused_with_words(reader, town, link):
    before = len(town.wire.urls())
    reader.sends("/collect/link", link=link)

    assert reader.page.status_code == 400
    assert "Wij kunnen dit aanbod niet lezen" in reader.text or "aanbod" in reader.text
    assert len(town.wire.urls()) == before


def test_pasting_needs_a_session(town):
    browser = town.browser().goes("/sign-in")
    browser.sends("/collect/link", link="hello")

    assert browser.leads_to.startswith("/sign-in")


def test_who_gives_receipts_only_is_no_choice_here(reader, town):
    listed = town.app.extensions["ports"].trust.issuers.issuers[0]
    assert listed.id in reader.text

    receipts = replace(
        listed, id=f"{listed.id}-receipts", vcts=frozenset({"https://x/vct/mandate-receipt/1"})
    )
    ports = town.app.extensions["ports"]
    trust = replace(ports.trust, issuers=TrustedIssuers((listed, receipts)))
    town.app.extensions["ports"] = replace(ports, trust=trust)

    assert receipts.id not in reader.goes("/collect").text
