"""What a citizen sets is kept, and obeyed: by the wallet itself, and before anything is shown."""

from __future__ import annotations

from threading import Thread

import pytest

from tests.wallet.conftest import PIN
from tests.wallet.outside import Authority
from tests.wallet.test_who_asks import BOTH, pem_of, registered, registration
from wallet.domain.settings import MOST_ORGANISATIONS, OrganisationRule, Rung, Settings

DESK_ID = "NTRNL-00000001"


@pytest.fixture
def register():
    """A register of who may ask what."""
    return Authority("Register", "NTRNL-00000009")


@pytest.fixture
def reader(town):
    """Noor, with a card and one request behind her, on her settings page."""
    town.grants()
    town.verifier.nonce = "n-second"
    town.verifier.mandate_id = "m-second-456789abcdefgh"
    return town.browser().signs_in().goes("/settings")


def code_of(answer) -> str:
    return str(answer.json.get("code", ""))


def lowers(browser, rung: str) -> None:
    browser.goes("/settings").sends("/settings/organisations", organisation=DESK_ID, rung=rung)
    assert browser.leads_to.startswith("/settings?done=organisations"), browser.text


def test_settings_are_behind_the_sign_in(town):
    assert town.browser().goes("/settings").leads_to == "/sign-in?next=%2Fsettings"


def test_an_organisation_that_asked_can_be_held_to_a_rung(reader):
    assert "Geldloket Voorbeeldstad" in reader.text
    lowers(reader, "advise")

    page = reader.goes("/settings").text
    assert 'value="advise" required checked' in page


@pytest.mark.parametrize(("rung", "mandate"), [("advise", True), ("inform", True), ("inform", False)])
def test_what_goes_beyond_the_rung_is_refused_with_words_and_looks_like_a_no(reader, town, rung, mandate):
    lowers(reader, rung)
    town.verifier.with_mandate = mandate
    before = len(town.verifier.received)

    refused = town.asked()

    assert (refused.status_code, code_of(refused)) == (403, "rung_too_low")
    assert [form["error"] for form in town.verifier.received[before:]] == ["access_denied"]
    assert (town.history()[0]["outcome"], town.history()[0]["reason"]) == ("not_shared", "rung_too_low")


def test_the_answer_of_a_setting_is_to_the_byte_the_answer_of_a_person(reader, town):
    shown = town.asked().json
    town.call("POST", f"/requests/{shown['id']}/decline")
    by_hand = town.verifier.received[-1]
    lowers(reader, "inform")
    town.verifier.nonce = "n-third"
    town.verifier.mandate_id = "m-third-3456789abcdefgh"

    town.asked()

    assert town.verifier.received[-1] == by_hand


def test_a_question_within_the_rung_is_shown(reader, town):
    lowers(reader, "advise")
    town.verifier.with_mandate = False

    assert town.asked().status_code == 201


def test_a_request_that_waited_is_not_answered_after_the_rung_was_lowered(reader, town):
    shown = town.asked().json
    lowers(reader, "advise")
    before = len(town.verifier.received)

    assert code_of(town.approves(shown)) == "rung_too_low"
    assert len(town.verifier.received) == before


def test_who_raises_the_rung_again_can_be_asked_again(reader, town):
    lowers(reader, "inform")
    town.asked()
    lowers(reader, "act")

    assert town.asked().status_code == 201


def test_only_an_organisation_that_the_citizen_knows_can_be_set(reader):
    reader.sends("/settings/organisations", organisation="NTRNL-99999999", rung="inform")
    assert reader.page.status_code == 400 and "Deze keuze bestaat niet" in reader.text

    reader.goes("/settings").sends("/settings/organisations", organisation=DESK_ID, rung="obey")
    assert reader.page.status_code == 400


def test_settings_of_one_citizen_are_nobody_elses(reader, town):
    lowers(reader, "inform")
    town.join("Henk", PIN)

    page = town.browser().signs_in("Henk").goes("/settings").text
    assert "Geldloket" not in page
    assert town.call("POST", "/requests", {"url": town.verifier.link()}, who="Henk").status_code == 201


@pytest.mark.parametrize("registers", [False, True])
def test_who_shows_no_registration_is_refused_where_the_citizen_wants_that(build, register, registers):
    town = build(trusted_files={"registration-anchors.pem": pem_of(register)})
    town.join()
    town.collects()
    town.verifier.with_mandate = False
    if registers:
        town.verifier.claims["verifier_info"] = registered(registration(register, claims=BOTH))
    browser = town.browser().signs_in().goes("/settings")
    browser.sends("/settings/unregistered", unregistered="refuse")

    asked = town.asked()

    assert (asked.status_code, code_of(asked)) == ((201, "") if registers else (403, "not_registered"))
    errors = [form.get("error") for form in town.verifier.received]
    assert errors == ([] if registers else ["access_denied"])


def test_a_registration_that_nobody_can_check_is_none(town, register):
    town.collects()
    town.verifier.claims["verifier_info"] = registered(registration(register, claims=BOTH))
    town.browser().signs_in().goes("/settings").sends("/settings/unregistered", unregistered="refuse")

    assert code_of(town.asked()) == "not_registered"


def test_without_a_choice_the_citizen_is_only_warned(town):
    town.collects()

    assert town.asked().status_code == 201


@pytest.mark.parametrize(("path", "field"), [("unregistered", "unregistered"), ("lock", "minutes")])
def test_a_choice_that_the_page_does_not_offer_changes_nothing(reader, path, field):
    reader.sends(f"/settings/{path}", **{field: "always"})

    assert reader.page.status_code == 400
    assert 'value="warn" required checked' in reader.goes("/settings").text


def test_texts_stay_large_after_sign_out(reader):
    reader.sends("/settings/reading", language="nl", text_size="largest")
    reader.goes(reader.leads_to.partition("#")[0])
    assert 'data-text="largest"' in reader.text

    reader.sends("/sign-out")
    assert 'data-text="largest"' in reader.goes("/").text
    assert 'data-text="huge"' not in reader.goes("/?text=huge").text


def test_the_language_is_a_setting_too(reader):
    reader.sends("/settings/reading", language="en", text_size="normal")

    assert "How far may an organisation go?" in reader.goes(reader.leads_to.partition("#")[0]).text


def test_two_changes_at_the_same_moment_both_count(reader, town, monkeypatch):
    """A change that read what is no longer there starts again, and so keeps the other one."""
    store = town.app.extensions["ports"].stores.settings
    late = []
    change = type(store).change

    def refuses_in_another_tab():
        town.browser().signs_in().goes("/settings").sends("/settings/unregistered", unregistered="refuse")

    def slow(self, account_id, **given):
        if not late:
            late.append(True)
            other = Thread(target=refuses_in_another_tab)
            other.start()
            other.join()
        return change(self, account_id, **given)

    monkeypatch.setattr(type(store), "change", slow)
    lowers(reader, "advise")

    page = reader.goes("/settings").text
    assert 'value="refuse" required checked' in page and 'value="advise" required checked' in page


def test_a_long_list_of_rules_loses_the_oldest_and_not_the_newest():
    settings = Settings()
    for number in range(MOST_ORGANISATIONS + 5):
        settings = settings.with_rule(OrganisationRule(f"o-{number}", "Loket", Rung.INFORM))

    assert len(settings.organisations) == MOST_ORGANISATIONS
    assert settings.rung_of(f"o-{MOST_ORGANISATIONS + 4}") is Rung.INFORM


def test_the_top_rung_is_no_rule():
    rule = OrganisationRule(DESK_ID, "Loket", Rung.INFORM)
    settings = Settings().with_rule(rule)

    assert settings.with_rule(OrganisationRule(DESK_ID, "Loket", Rung.ACT)) == Settings()
