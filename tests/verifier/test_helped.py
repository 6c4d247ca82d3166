"""The assisted road: a helper prepares, the citizen decides, and everybody can see who helped."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.verifier.helpers.watch import rows
from tests.verifier.test_confirmed_at_desk import Citizen
from verifier.domain.guessing import GUESSES, GUESSES_WITHIN
from verifier.domain.helping import CODE_LIVES, LETTERS, Helper, code_from, read_code
from verifier.domain.helping_refusals import HelperIncomplete

ANNA = {"name": "Anna Bos", "relation": "volunteer", "organisation": "Bibliotheek", "service": "averaging"}


class Person(Citizen):
    """A browser: of the helper, of the citizen, or of the counter."""

    def prepares(self, **changed):
        """As a helper; gives the page with the paper and the code on it."""
        page = self.post("/help-somebody", "/help-somebody", **(ANNA | changed)).location
        shown = self.client.get(f"{page}?lang=en").text
        return page, re.search(r'big-code__value">([^<]+)<', shown).group(1)

    def types(self, code):
        return self.post("/code", "/code", code=code)

    def says(self, choice):
        return self.post("/code/request", "/code/request", choice=choice)

    def opens_at_counter(self, code, **fields):
        return self.post("/counter/open", "/counter", code=code, **(fields or {"identity": "seen"}))

    def goes_on(self, page, **fields):
        return self.post(page, page, **(fields or {"paper": "signed"}))

    def answers(self, location):
        """The citizen's wallet says yes; gives the page of the case."""
        request = self.request_behind(location)
        return self.comes_back(self.desk.answer(self.desk.answer_fields(request)))


@pytest.fixture
def people(desk):
    """A helper and a citizen, each in their own browser."""
    return Person(desk), Person(desk)


def ledger_of(desk, case):
    lines = desk.app.extensions["ports"].store.ledger.of(case.split("/")[2])
    return {line.event: dict(line.details) for line in lines}


def test_the_citizen_takes_it_up_on_a_device_of_their_own(any_desk):
    helper, citizen = Person(any_desk), Person(any_desk)
    page, code = helper.prepares()

    citizen.types(code.lower())
    asked = citizen.client.get("/code/request?lang=en").text
    case = citizen.answers(citizen.says("yes").location)
    receipt = citizen.client.get(f"{case}?lang=en").text

    assert "Anna Bos · Bibliotheek · volunteer" in asked
    assert "Anna Bos · Bibliotheek · volunteer" in receipt
    assert "Signed in your wallet" in receipt
    assert ledger_of(any_desk, case)["helped"]["place"] == "own_device"
    assert "goes on without you" in helper.client.get(f"{page}?lang=en").text


def test_without_a_device_the_counter_makes_an_openly_weaker_grant(any_desk):
    helper, counter = Person(any_desk), Person(any_desk)
    _, code = helper.prepares()

    text = counter.opens_at_counter(code).location
    shown = counter.client.get(f"{text}?lang=en").text
    case = counter.answers(counter.goes_on(text).location)
    receipt = counter.client.get(f"{case}?lang=en").text
    used = counter.post(f"{case}/use", case)
    decision = counter.client.get(f"{used.location}?lang=en").text
    use_receipt = counter.client.get(f"{case}/receipt?lang=en").text

    assert "Your name and signature" in shown
    assert "This proves less." in receipt
    assert "At the counter. The desk saw who you are." in receipt
    assert "2,809" in decision
    assert "Anna Bos" in use_receipt
    told = ledger_of(any_desk, case)
    assert told["helped"] == {
        "place": "counter",
        "relation": "volunteer",
        "helper_sha256": told["helped"]["helper_sha256"],
    }
    assert "confirmed_at_desk" in told
    assert any_desk.app.extensions["ports"].store.ledger.verify().broken == ()


def test_who_gave_it_at_the_counter_takes_it_back_there(people):
    helper, counter = people
    _, code = helper.prepares()
    case = counter.answers(counter.goes_on(counter.opens_at_counter(code).location).location)

    counter.post(f"{case}/withdraw", case)

    assert "Withdrawn" in counter.client.get(f"{case}?lang=en").text


@pytest.mark.threat("910")
def test_the_browser_that_prepared_it_cannot_confirm_it(people):
    helper, _ = people
    _, code = helper.prepares()

    assert helper.types(code).status_code == 403
    assert helper.opens_at_counter(code).status_code == 403
    assert "helper_may_not_confirm" in helper.types(code).text


@pytest.mark.threat("917")
def test_a_helper_sees_nothing_of_the_mandate_that_came_of_it(people):
    helper, citizen = people
    page, code = helper.prepares()
    citizen.types(code)
    case = citizen.answers(citizen.says("yes").location)

    after = helper.client.get(page).text

    assert helper.client.get(case).status_code == 404
    assert code not in after
    assert case.split("/")[2] not in after


@pytest.mark.threat("917")
def test_the_paper_is_only_for_the_browser_of_the_helper(people):
    helper, stranger = people
    page, _ = helper.prepares()

    assert stranger.client.get(page).status_code == 404


@pytest.mark.threat("918")
@pytest.mark.parametrize("first", ["yes", "no"])
def test_a_code_works_once(people, first):
    helper, citizen = people
    _, code = helper.prepares()
    citizen.types(code)
    citizen.says(first)

    again = citizen.types(code)
    at_counter = citizen.opens_at_counter(code)

    assert (again.status_code, at_counter.status_code) == (403, 403)


@pytest.mark.threat("918")
def test_two_browsers_with_one_code_start_one_mandate(any_desk):
    helper, citizen, other = Person(any_desk), Person(any_desk), Person(any_desk)
    _, code = helper.prepares()
    citizen.types(code)
    other.types(code)

    said = [one.says("yes").status_code for one in (citizen, other)]

    assert sorted(said) == [303, 403]


@pytest.mark.threat("917")
def test_a_no_tells_the_helper_no_more_than_that(people):
    helper, citizen = people
    page, code = helper.prepares()
    citizen.types(code)

    citizen.says("no")

    assert "does not want this" in helper.client.get(f"{page}?lang=en").text
    assert rows(citizen.desk)["mandate"] == []


@pytest.mark.threat("918")
def test_a_code_lives_an_hour(people):
    helper, citizen = people
    page, code = helper.prepares()
    citizen.desk.advance(seconds=CODE_LIVES.total_seconds())

    assert citizen.types(code).status_code == 403
    assert citizen.opens_at_counter(code).status_code == 403
    assert "The time is over" in helper.client.get(f"{page}?lang=en").text


@pytest.mark.threat("908")
def test_whoever_guesses_codes_is_stopped_and_the_counter_goes_on(people):
    helper, citizen = people
    _, code = helper.prepares()
    store = citizen.desk.app.extensions["ports"].store.helping
    for _ in range(GUESSES - 1):
        store.wrong_code(
            "127.0.0.1", at=citizen.desk.clock.now, forget=citizen.desk.clock.now - GUESSES_WITHIN
        )

    last = citizen.types("BBBBBBBB")
    stopped = citizen.types(code)
    at_counter = citizen.opens_at_counter(code)
    citizen.desk.advance(seconds=GUESSES_WITHIN.total_seconds() + 1)
    _, fresh = helper.prepares()

    assert (last.status_code, stopped.status_code) == (403, 429)
    assert at_counter.status_code == 303
    assert citizen.types(fresh).status_code == 303


@pytest.mark.threat("918")
def test_a_wrong_a_used_and_an_old_code_look_alike(people):
    helper, citizen = people
    _, used = helper.prepares()
    citizen.types(used)
    citizen.says("no")
    _, old = helper.prepares()
    citizen.desk.advance(seconds=CODE_LIVES.total_seconds())

    said = {without_token(citizen.types(one).text) for one in ("BBBBBBBB", used, old, "", "<b>")}

    assert len(said) == 1


def without_token(page):
    return re.sub(r'value="[^"]{20,}"', "", page)


@pytest.mark.threat("919")
def test_at_the_counter_somebody_must_have_seen_who_it_is(people):
    helper, counter = people
    _, code = helper.prepares()

    said = counter.opens_at_counter(code, identity="")

    assert (said.status_code, "identity_not_checked" in said.text) == (400, True)
    assert counter.opens_at_counter(code).status_code == 303


def test_at_the_counter_the_paper_must_be_signed_and_only_that_screen_goes_on(people):
    helper, counter = people
    _, code = helper.prepares()
    page = counter.opens_at_counter(code).location

    unsigned = counter.goes_on(page, paper="")
    elsewhere = Person(counter.desk)

    assert (unsigned.status_code, "paper_not_signed" in unsigned.text) == (400, True)
    assert elsewhere.post(page, "/code", paper="signed").status_code == 404
    assert counter.goes_on(page).status_code == 303
    assert counter.goes_on(page).status_code == 409


@pytest.mark.threat("919")
def test_outside_the_demonstration_nobody_plays_staff(people):
    _, anybody = people
    ports = anybody.desk.app.extensions["ports"]
    anybody.desk.app.extensions["ports"] = replace(ports, policy=replace(ports.policy, demo_roles=False))

    assert anybody.client.get("/counter").status_code == 403


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"name": "A"}, {"name": "x" * 81}, {"relation": "boss"}, {"organisation": "a\nb"}]
)
def test_a_helper_who_cannot_be_named_is_asked_again_and_keeps_what_was_typed(people, wrong):
    helper, _ = people

    said = helper.post("/help-somebody", "/help-somebody", **(ANNA | wrong))

    assert said.status_code == 400
    assert ("Bibliotheek" in said.text) == ("organisation" not in wrong)
    assert rows(helper.desk)["helped_request"] == []


def test_a_service_that_the_desk_does_not_offer_is_not_prepared(people):
    helper, _ = people

    assert helper.post("/help-somebody", "/help-somebody", **(ANNA | {"service": "x"})).status_code == 404


def test_the_name_of_a_helper_is_sealed_and_forgotten(people):
    helper, _ = people
    helper.prepares()
    kept = rows(helper.desk)["helped_request"]
    store = helper.desk.app.extensions["ports"].store

    store.retention.erase_past(helper.desk.clock.now + CODE_LIVES + timedelta(days=1))

    assert b"Anna" not in b"".join(str(one).encode() for one in kept)
    assert rows(helper.desk)["helped_request"] == []


def test_a_code_has_eight_signs_that_nobody_mistakes():
    codes = {code_from(str(number)) for number in range(1000)}

    assert len(codes) == 1000
    assert {len(code) for code in codes} == {8}
    assert set("".join(codes)) == set(LETTERS)
    assert not set("AEIOUYL01") & set(LETTERS)
    assert read_code(" bcdf-gh jk ") == "BCDFGHJK"


def test_a_helper_is_named_on_one_line():
    assert Helper.named(" Anna ", "family", " ").organisation == ""
    with pytest.raises(HelperIncomplete):
        Helper.named("Anna\x00", "family", "")
