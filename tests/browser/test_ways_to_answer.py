"""A request that takes one of two combinations: what is chosen on the page is shown there, and posted."""

from __future__ import annotations

import json
import urllib.request
from collections import Counter

import pytest

from tests.browser.test_what_you_see import PAGE_VALUES, sent_values, spoken, town
from tools.browser_walk import PIN, Citizen

__all__ = ["town"]
pytestmark = pytest.mark.browser


def card(id, vct, *names):
    claims = [{"path": [name]} for name in names]
    return {"id": id, "format": "dc+sd-jwt", "meta": {"vct_values": [vct]}, "claims": claims}


def ask(town):
    """Ask for a name, or else for an account; gives the link for the wallet in this browser."""
    issuer = town.url("issuer")
    query = {
        "credentials": [
            card("name", f"{issuer}/municipality/vct/identity/1", "given_name", "family_name"),
            card("account", f"{issuer}/bank/vct/account-holder/1", "iban"),
        ],
        "credential_sets": [{"options": [["name"], ["account"]]}],
    }
    order = urllib.request.Request(
        town.url("verifier") + "/api/v1/presentations",
        json.dumps({"query": query, "mode": "direct_post"}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(order) as answer:
        return json.load(answer)["wallet_url"]


def goes(page, selector):
    with page.expect_navigation():
        page.click(selector)


def test_the_way_that_is_chosen_stands_on_the_page_and_is_posted(chromium, town):
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.set_default_timeout(15_000)
    citizen = Citizen(page, {name: town.url(name) for name in town.apps}, "nl", lambda name, at: None)
    citizen.read_the_question()
    citizen.open_a_wallet()
    citizen.collect_all_cards()
    page.goto(ask(town))
    goes(page, "main .actions a >> nth=0")
    before = page.evaluate(PAGE_VALUES)

    page.check("input[name='option.0'][value='1']")
    goes(page, "#choice form button")
    seen = page.evaluate(PAGE_VALUES)
    goes(page, "main .actions a >> nth=0")
    goes(page, "main button[value=yes]")
    page.fill("input[name=pin]", PIN)
    goes(page, "main form button[type=submit]:visible")
    context.close()

    (form,) = town.posted
    posted = [spoken(value) for value in sent_values(form)]
    assert {"Noor", "de Vries"} <= set(before) and "Noor" not in seen
    assert set(json.loads(form["vp_token"])) == {"account"}
    assert Counter(seen) == Counter(posted)
