"""Opting out is signed with the key of the mandate, told to its register, and shown as it was taken in."""

from __future__ import annotations

import html

import pytest

from chassis.outbound import Answer
from tests.wallet.conftest import PIN

DESK_ID = "NTRNL-00000001"


@pytest.fixture
def reader(town):
    """Noor, who gave a mandate, signed in on her settings page."""
    town.grants()
    return town.browser().signs_in().goes("/settings")


def opts_out(browser, *channels: str, about: str = "all", pin: str = PIN, organisation: str = DESK_ID):
    fields = {f"channel_{one}": "yes" for one in channels}
    browser.goes("/settings")
    browser.sends("/settings/opt-out", organisation=organisation, about=about, pin=pin, **fields)
    return browser


def test_the_choice_is_signed_and_told_to_the_register(reader, town):
    opts_out(reader, "letter", "phone")

    assert reader.leads_to == "/settings?done=opt-out#opt-out"
    assert town.verifier.opt_outs == [
        {"mandate_id": town.verifier.mandate_id, "about": "all", "channels": ["letter", "phone"]}
    ]
    page = reader.goes("/settings").text
    assert page.count('name="channel_letter" value="yes" checked') == 1
    assert 'name="channel_message" value="yes" checked' not in page


def test_without_a_channel_it_is_taken_back(reader, town):
    opts_out(reader, "letter")
    opts_out(reader)

    assert town.verifier.opt_outs[-1]["channels"] == []
    assert 'value="yes" checked' not in reader.goes("/settings").text


def test_it_takes_the_pin(reader, town):
    opts_out(reader, "letter", pin="918273")

    assert reader.page.status_code == 403 and town.verifier.opt_outs == []
    assert 'id="error-summary"' in reader.text


def refused(town) -> None:
    town.verifier.refuse_with = "statement_too_old"


def silent(town) -> None:
    town.verifier._approached = lambda *_: Answer(500, "text/plain", {}, b"")


@pytest.mark.parametrize(("trouble", "status"), [(refused, 502), (silent, 502)])
def test_what_the_register_did_not_take_in_is_not_shown_as_chosen(reader, town, trouble, status):
    trouble(town)
    opts_out(reader, "letter")

    assert reader.page.status_code == status
    assert 'value="yes" checked' not in reader.goes("/settings").text


@pytest.mark.parametrize("wrong", [{"organisation": "NTRNL-99999999"}, {"about": "weather"}])
def test_a_choice_that_the_page_does_not_offer_is_refused(reader, town, wrong):
    opts_out(reader, "letter", **wrong)

    assert reader.page.status_code == 400 and town.verifier.opt_outs == []


def test_a_mandate_given_later_is_named_as_a_gap(reader, town):
    opts_out(reader, "letter")
    town.verifier.nonce, town.verifier.mandate_id = "n-second", "m-second-456789abcdefgh"
    town.approves(town.asked().json)

    page = html.unescape(reader.goes("/settings").text)
    assert "U gaf daarna een nieuwe machtiging" in page


def test_without_mandates_nobody_can_approach(town):
    page = town.browser().signs_in().goes("/settings").text

    assert "Geen organisatie heeft een machtiging van u" in page


def test_the_citizen_sees_each_look_of_the_desk(reader, town):
    now = int(town.clock().timestamp())
    town.verifier.looks = [
        {"at": now - 60, "service": "averaging", "channel": "letter", "allowed": True},
        {"at": now, "service": "averaging", "channel": "phone", "allowed": False},
    ]

    page = html.unescape(reader.goes(f"/mandates/{town.verifier.mandate_id}/approaches").text)
    assert "Per brief" in page and "Het mocht." in page
    assert page.index("Per telefoon") < page.index("Per brief")
    assert "Daarom mocht het niet" in page


@pytest.mark.parametrize("said", [{"approaches": "none"}, {"approaches": [{"at": "now"}]}, {}])
def test_a_register_that_says_nonsense_is_not_believed(reader, town, said):
    from tests.wallet.outside import json_answer

    town.verifier._approached = lambda *_: json_answer(said)

    page = reader.goes(f"/mandates/{town.verifier.mandate_id}/approaches")
    assert page.page.status_code == 502


def test_nobody_else_sees_the_looks(reader, town):
    town.join("Henk", PIN)
    other = town.browser().signs_in("Henk")

    assert other.goes(f"/mandates/{town.verifier.mandate_id}/approaches").page.status_code == 404
