"""A passkey opens what can be read, signs nothing, and every way to cheat with one is refused alike."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

import pytest

from chassis.database import Database
from tests.wallet.authenticator import PRESENT, VERIFIED, Device
from tests.wallet.conftest import PIN
from wallet.domain.passkey import MOST_PASSKEYS, Place
from wallet.store.passkeys import PasskeyStore
from wallet.usecases.passkeys import TIME_TO_ANSWER


@pytest.fixture
def reader(town):
    """Noor, signed in."""
    return town.browser().signs_in().goes("/settings")


def begins(browser, pin: str = PIN):
    browser.goes("/settings").sends("/settings/passkeys/begin", pin=pin)
    return browser.page.json


def adds(browser, device: Device, **changes: str):
    options = begins(browser)
    browser.goes("/settings").sends("/settings/passkeys", **device.makes(options, **changes))
    return browser.page


def asks(browser):
    browser.goes("/sign-in").sends("/sign-in/passkey/begin")
    return browser.page.json


def enters(browser, device: Device, options=None, **changes: str):
    options = options or asks(browser)
    browser.goes("/sign-in").sends("/sign-in/passkey", next="/cards", **device.signs(options, **changes))
    return browser.page


def code(page) -> tuple[int, str]:
    return page.status_code, page.json["code"]


@pytest.fixture
def device(reader):
    """A device that holds a passkey of Noor."""
    made = Device()
    assert adds(reader, made).json == {"next": "/settings?done=passkeys"}
    return made


def test_a_passkey_opens_a_session_that_can_read(town, device):
    town.collects()
    browser = town.browser()

    assert enters(browser, device).json == {"next": "/cards"}
    assert "Geldig" in browser.goes("/cards").text


@pytest.mark.threat("902")
def test_a_session_of_a_passkey_signs_nothing_without_the_pin(town, device):
    town.collects()
    browser = town.browser()
    enters(browser, device)
    browser.goes(town.verifier.link().removeprefix("http://localhost:8002"))
    request = browser.leads_to.removesuffix("/1")
    shown = town.call("GET", f"{request}").json

    browser.goes(f"{request}/confirm?digest={shown['digest']}")
    browser.sends(f"{request}/approve", digest=shown["digest"], pin="")

    assert browser.page.status_code == 403 and town.verifier.received == []


@pytest.mark.threat("902")
def test_adding_takes_the_pin(reader):
    begun = begins(reader, pin="918273")

    assert begun["code"] == "wrong_pin"
    reader.goes("/settings").sends("/settings/passkeys", **Device().makes({"challenge": "AAAA"}))
    assert code(reader.page) == (403, "passkey_refused")


def test_the_page_of_settings_lists_and_removes(town, reader, device):
    page = reader.goes("/settings").text
    assert "Nog niet gebruikt" in page
    id = page.partition("/settings/passkeys/")[2].partition("/remove")[0]

    reader.sends(f"/settings/passkeys/{id}/remove")

    assert code(enters(town.browser(), device)) == (403, "passkey_refused")
    assert "U hebt nog geen passkey" in reader.goes("/settings").text


def test_nobody_removes_the_passkey_of_somebody_else(town, reader, device):
    id = reader.goes("/settings").text.partition("/settings/passkeys/")[2].partition("/remove")[0]
    town.join("Henk", PIN)
    other = town.browser().signs_in("Henk").goes("/settings")

    other.sends(f"/settings/passkeys/{id}/remove")

    assert other.page.status_code == 404
    assert enters(town.browser(), device).status_code == 200


WRONG_AT_ADDING = {
    "origin": {"origin": "http://localhost:8003"},
    "host": {"rp_id": "bad.example"},
    "not verified": {"flags": PRESENT},
    "not present": {"flags": VERIFIED},
}


@pytest.mark.threat("903")
@pytest.mark.parametrize("wrong", WRONG_AT_ADDING.values(), ids=WRONG_AT_ADDING.keys())
def test_a_new_passkey_that_fails_a_check_is_not_kept(reader, wrong):
    assert code(adds(reader, Device(**wrong))) == (403, "passkey_refused")
    assert "U hebt nog geen passkey" in reader.goes("/settings").text


@pytest.mark.threat("903")
@pytest.mark.parametrize("wrong", WRONG_AT_ADDING.values(), ids=WRONG_AT_ADDING.keys())
def test_a_sign_in_that_fails_a_check_opens_nothing(town, device, wrong):
    for name, value in wrong.items():
        setattr(device, name, value)
    browser = town.browser()

    assert code(enters(browser, device)) == (403, "passkey_refused")
    assert browser.goes("/cards").leads_to.startswith("/sign-in")


def test_another_challenge_than_the_one_given_is_refused(town, device):
    browser = town.browser()
    options = asks(browser)

    assert code(enters(browser, device, options | {"challenge": "A" * 43})) == (403, "passkey_refused")


def test_an_answer_signed_for_another_challenge_is_refused(town, device):
    browser, other = town.browser(), town.browser()
    stolen = device.signs(asks(other))
    options = asks(browser)

    browser.goes("/sign-in").sends("/sign-in/passkey", **stolen | {"challenge": options["challenge"]})

    assert code(browser.page) == (403, "passkey_refused")


@pytest.mark.threat("914")
def test_an_answer_works_once(town, device):
    browser = town.browser()
    answer = device.signs(asks(browser))
    browser.goes("/sign-in").sends("/sign-in/passkey", **answer)
    assert browser.page.status_code == 200

    browser.goes("/settings").sends("/sign-out")
    browser.goes("/sign-in").sends("/sign-in/passkey", **answer)
    assert code(browser.page) == (403, "passkey_refused")


@pytest.mark.threat("914")
def test_an_answer_counts_only_in_the_browser_that_was_asked(town, device):
    asked, other = town.browser(), town.browser()
    answer = device.signs(asks(asked))
    asks(other)

    other.goes("/sign-in").sends("/sign-in/passkey", **answer)

    assert code(other.page) == (403, "passkey_refused")


@pytest.mark.threat("914")
def test_an_answer_that_takes_too_long_is_refused(town, device):
    browser = town.browser()
    options = asks(browser)
    town.clock.advance(minutes=5, seconds=1)

    assert code(enters(browser, device, options)) == (403, "passkey_refused")


@pytest.mark.threat("903")
def test_a_counter_that_goes_back_is_a_copy_of_the_device(town, device):
    device.count = 5
    assert enters(town.browser(), device).status_code == 200
    device.count = 3

    assert code(enters(town.browser(), device)) == (403, "passkey_refused")


def test_a_passkey_that_nobody_added_is_unknown(town):
    assert code(enters(town.browser(), Device())) == (403, "passkey_refused")


def test_another_key_under_the_same_name_is_refused(town, device):
    thief = Device(id=device.id, secret=device.secret)

    assert code(enters(town.browser(), thief)) == (403, "passkey_refused")


def test_without_its_own_secret_a_passkey_opens_nothing(town, device):
    device.secret = bytes(31) + b"\x01"

    assert code(enters(town.browser(), device)) == (403, "passkey_refused")


@pytest.mark.parametrize("secret", ["", "AAAA", "A" * 43, "not base64!"])
def test_a_device_without_a_secret_is_told_to_keep_the_pin(reader, secret):
    assert code(adds(reader, Device(), secret=secret)) == (409, "passkey_unsuitable")


@pytest.mark.parametrize("credential", ["", "{}", "[]", "x" * 20000, '{"rawId": 5}', '{"rawId": "AA"}'])
def test_nonsense_is_refused_and_breaks_nothing(town, device, reader, credential):
    assert code(enters(town.browser(), device, credential=credential)) == (403, "passkey_refused")
    assert code(adds(reader, Device(), credential=credential)) == (403, "passkey_refused")


@pytest.mark.threat("914")
def test_a_challenge_for_adding_is_no_challenge_for_signing_in(town, reader, device):
    options = begins(reader)

    assert code(enters(reader, device, options)) == (403, "passkey_refused")


def test_the_same_passkey_is_not_added_twice(reader, device):
    assert code(adds(reader, device)) == (409, "passkeys_impossible")


def test_an_account_has_at_most_ten(reader):
    for _ in range(MOST_PASSKEYS):
        assert adds(reader, Device()).status_code == 200

    assert code(adds(reader, Device())) == (409, "passkeys_impossible")


@pytest.mark.threat("915")
def test_the_database_alone_opens_nothing(town, device):
    """What is kept is public, or sealed under what only the device gives."""
    rows = sqlite3.connect(town.database_url.removeprefix("sqlite:///")).execute("SELECT * FROM passkeys")

    assert all(device.secret not in value for row in rows for value in row if isinstance(value, bytes))


def test_of_two_uses_with_one_count_only_one_counts(town, device):
    store = PasskeyStore(Database(town.database_url))
    (kept,) = [
        store.find(id)
        for (id,) in sqlite3.connect(town.database_url.removeprefix("sqlite:///")).execute(
            "SELECT id FROM passkeys"
        )
    ]

    assert store.count_use(kept.id, sign_count=7, now=town.clock())
    assert not store.count_use(kept.id, sign_count=7, now=town.clock())


@pytest.mark.parametrize(
    ("url", "possible"),
    [
        ("https://wallet.example", True),
        ("http://localhost:8002", True),
        ("http://192.168.1.5:8002", False),
        ("http://wallet.lan:8002", False),
        ("https://192.168.1.5", False),
        ("https://[2001:db8::1]", False),
    ],
)
def test_passkeys_are_offered_only_where_browsers_have_them(url, possible):
    assert (Place.of(url) is not None) is possible


def test_the_form_of_a_passkey_is_hidden_without_script(town):
    page = town.browser().goes("/sign-in").text

    form = page.partition('data-passkey="get"')[2].partition(">")[0]
    assert form.endswith("hidden")


@pytest.mark.threat("901")
def test_a_flood_at_the_door_keeps_the_newest_challenges_and_the_table_bounded(town):
    store, now = PasskeyStore(Database(town.database_url)), town.clock()
    for number in range(8):
        end = now + TIME_TO_ANSWER + timedelta(seconds=number)
        store.ask(f"challenge-{number}", expires_at=end, now=now, most=3)

    spent = [number for number in range(8) if store.spend(f"challenge-{number}", now=now)]

    assert spent == [5, 6, 7]
