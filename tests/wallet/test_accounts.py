"""Accounts and sessions: one PIN, few tries, nothing to learn from a refusal."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.wallet.conftest import NAME, PIN
from wallet.domain.account import require_pin, tidy_name, wait_after
from wallet.domain.refusals import NameUnusable, PinTooEasy, PinUnusable


def sign_in(town, name: str = NAME, pin: str = PIN):
    return town.call("POST", "/sessions", {"name": name, "pin": pin})


@pytest.mark.parametrize("pin", ["000000", "123456", "654321", "121212", "112211", "123123", "567890"])
def test_a_pin_that_people_guess_first_is_refused(pin):
    with pytest.raises(PinTooEasy):
        require_pin(pin)


@pytest.mark.parametrize("pin", ["", "12345", "1234567", "12 456", "abcdef", "٤٨٢٩١٣"])
def test_a_pin_is_six_digits(pin):
    with pytest.raises(PinUnusable):
        require_pin(pin)


@pytest.mark.parametrize("name", ["", "N", "N" * 41, "No\u202eor", "No\u200bor"])
def test_a_name_can_be_seen_and_read(name):
    with pytest.raises(NameUnusable):
        tidy_name(name)


def test_waits_grow_with_each_round_of_five():
    assert [wait_after(n) for n in (1, 4, 6)] == [None] * 3
    assert [wait_after(n).total_seconds() for n in (5, 10, 15, 20, 25)] == [60, 300, 3600, 86400, 86400]


def test_a_name_is_taken_once(town):
    refused = town.call("POST", "/accounts", {"name": " noor ", "pin": PIN})

    assert (refused.status_code, refused.json["code"]) == (409, "name_taken")


def test_unknown_name_and_wrong_pin_get_one_answer(town):
    wrong, unknown = sign_in(town, pin="918273"), sign_in(town, name="Nobody")

    assert wrong.status_code == unknown.status_code == 403
    same = ("code", "title", "hint", "status")
    assert [wrong.json[name] for name in same] == [unknown.json[name] for name in same]


@pytest.mark.parametrize("name", [NAME, "Nobody"])
def test_five_wrong_tries_lock_the_name_whether_it_exists_or_not(town, name):
    codes = [sign_in(town, name=name, pin="918273").json["code"] for _ in range(6)]

    assert codes == ["wrong_pin"] * 5 + ["account_locked"]


def test_a_locked_account_opens_again_after_the_wait(town):
    for _ in range(5):
        sign_in(town, pin="918273")
    locked = sign_in(town)
    assert (locked.status_code, locked.json["code"]) == (429, "account_locked")

    town.clock.advance(seconds=61)

    assert "token" in sign_in(town).json


def test_the_second_round_waits_longer(town):
    for _ in range(5):
        sign_in(town, pin="918273")
    town.clock.advance(seconds=61)
    for _ in range(5):
        sign_in(town, pin="918273")

    town.clock.advance(seconds=61)

    assert sign_in(town).json["code"] == "account_locked"


def test_tries_while_signed_in_count_too(town):
    town.collects()
    shown = town.asked().json
    codes = [town.approves(shown, pin="918273").json["code"] for _ in range(6)]

    assert codes[-1] == "account_locked"
    assert sign_in(town).json["code"] == "account_locked"


def test_tries_at_the_same_moment_never_exceed_the_budget(town):
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda _: sign_in(town, pin="918273").json["code"], range(16)))

    assert codes.count("wrong_pin") == 5


def test_a_right_pin_starts_the_count_anew(town):
    for _ in range(4):
        sign_in(town, pin="918273")
    sign_in(town)

    assert [sign_in(town, pin="918273").json["code"] for _ in range(4)] == ["wrong_pin"] * 4


def test_without_a_token_the_api_tells_nothing(town):
    for path in ("/cards", "/history", "/mandates"):
        refused = town.call("GET", path, who="nobody")
        assert (refused.status_code, refused.json["code"]) == (401, "sign_in_first")


def test_a_session_ends_when_nobody_uses_it(town):
    town.clock.advance(minutes=31)

    assert town.call("GET", "/cards").json["code"] == "sign_in_first"


def test_a_session_in_use_ends_by_age(town):
    for _ in range(17):
        town.clock.advance(minutes=29)
        town.call("GET", "/cards")

    assert town.call("GET", "/cards").json["code"] == "sign_in_first"


def test_signing_in_starts_a_new_session_and_ends_the_old_one(town):
    browser = town.browser().signs_in()
    first = browser.client.get_cookie("eenmalig_wallet").value
    browser.signs_in()
    second = browser.client.get_cookie("eenmalig_wallet").value
    thief = town.browser()
    thief.client.set_cookie("eenmalig_wallet", first)

    assert first != second
    assert thief.goes("/cards").leads_to.startswith("/sign-in")
    assert browser.goes("/cards").page.status_code == 200


def test_a_cookie_from_before_sign_in_is_worth_nothing_after(town):
    browser = town.browser().goes("/sign-in")
    planted = browser.client.get_cookie("eenmalig_wallet").value
    browser.sends("/sign-in", name=NAME, pin=PIN)
    attacker = town.browser()
    attacker.client.set_cookie("eenmalig_wallet", planted)

    assert attacker.goes("/cards").leads_to.startswith("/sign-in")


def test_signing_out_ends_the_session_on_the_server(town):
    browser = town.browser().signs_in()
    kept = browser.client.get_cookie("eenmalig_wallet").value
    browser.goes("/").sends("/sign-out")
    browser.client.set_cookie("eenmalig_wallet", kept)

    assert browser.goes("/cards").leads_to.startswith("/sign-in")


@pytest.mark.parametrize(
    "path", ["/sign-out", "/offers", "/requests/x/approve", "/requests/x/decline", "/mandates/x/withdraw"]
)
def test_a_form_without_our_token_changes_nothing(town, path):
    browser = town.browser().signs_in()

    answer = browser.client.post(path, base_url="http://localhost:8002", data={"pin": PIN})

    assert answer.status_code == 403
    assert browser.goes("/cards").page.status_code == 200


def test_a_cookie_does_not_open_the_api(town):
    browser = town.browser().signs_in()

    assert browser.goes("/api/v1/cards").page.status_code == 401


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "/\\evil.example", "https:evil", "/sign-out", "/api/v1/cards"]
)
def test_after_signing_in_only_our_own_pages_follow(town, wanted):
    browser = town.browser().goes("/sign-in").sends("/sign-in", name=NAME, pin=PIN, next=wanted)

    assert browser.leads_to == "/"


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"name":1,"pin":"482913"}', b'{"name":"A","name":"B"}'])
def test_a_body_that_is_not_what_we_ask_is_refused(town, body):
    answer = town.app.test_client().post(
        "/api/v1/accounts",
        base_url="http://localhost:8002",
        data=body,
        headers={"Content-Type": "application/json"},
    )

    assert (answer.status_code, answer.json["code"]) == (400, "invalid_input")
