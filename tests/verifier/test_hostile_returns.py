"""The way back to the browser: codes that are guessed, stolen, late or used before (THREATS C9)."""

import re

import pytest

from tests.verifier.helpers.desk import OWN, code_of
from tests.verifier.helpers.plain import Question
from tests.verifier.helpers.watch import watching


@pytest.fixture
def answered(desk):
    opened = desk.start()
    return opened, code_of(desk.answer(desk.answer_fields(desk.ask(opened))))


@pytest.mark.threat("300")
@pytest.mark.parametrize("code", ["", "x", "0" * 43, None])
def test_a_wrong_or_absent_code_gets_nothing(desk, answered, code):
    opened, good = answered
    with watching(desk) as seen:
        said = desk.client().get("/return" if code is None else f"/return?response_code={code}")

    assert said.status_code == 403
    assert not seen.changed
    assert len(good) >= 43
    assert desk.complete(opened, good).status_code == 200


@pytest.mark.threat("300")
def test_no_two_codes_are_alike(desk):
    codes = {code_of(desk.answer(desk.answer_fields(desk.ask(desk.start())))) for _ in range(10)}

    assert len(codes) == 10


@pytest.mark.threat("301")
def test_a_code_in_another_browser_ends_the_mandate(desk, answered):
    opened, code = answered
    victim = desk.client()

    said = victim.get(f"/return?response_code={code}")

    assert said.status_code == 403
    assert desk.state(opened) == "revoked"
    assert desk.use(opened).json["code"] == "mandate_revoked"


@pytest.mark.threat("302")
def test_a_code_used_before_or_too_late_is_refused(desk, answered):
    opened, code = answered
    assert desk.complete(opened, code).status_code == 200
    assert desk.complete(opened, code).status_code == 403

    late = desk.start()
    code = code_of(desk.answer(desk.answer_fields(desk.ask(late))))
    desk.advance(minutes=5)
    assert desk.complete(late, code).status_code == 403


@pytest.mark.threat("303")
def test_a_code_is_in_no_log_and_leaves_the_address(desk):
    question = Question.asked(desk, same_device=True)
    with watching(desk) as seen:
        code = code_of(desk.answer(desk.answer_fields(question.request)))
        said = question.result(code)

    assert said.headers["Referrer-Policy"] in ("same-origin", "no-referrer")
    assert code not in repr(seen.lines)
    assert question.secret not in repr(seen.lines)


@pytest.mark.threat("304")
def test_the_secret_of_the_transaction_alone_gets_no_values(desk):
    question = Question.asked(desk, same_device=True)
    desk.answer(desk.answer_fields(question.request))

    told = question.result().json

    assert (told["state"], told["claims"]) == ("submitted", {})


@pytest.mark.threat("305")
def test_a_wallet_that_never_comes_back_leaves_no_mandate_to_use(desk, answered):
    opened, _ = answered

    assert desk.use(opened).json["code"] == "mandate_not_granted"
    desk.advance(days=15)
    assert desk.state(opened) == "expired"


@pytest.mark.threat("306")
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/presentations/unknown"),
        ("GET", "/presentations/unknown"),
        ("GET", "/cases/unknown"),
        ("GET", "/cases/unknown/decision"),
        ("GET", "/cases/unknown/text"),
    ],
)
def test_results_are_not_there_for_who_does_not_own_them(desk, method, path):
    assert desk.client().open(path, method=method).status_code == 404


class Person:
    """A browser that clicks."""

    def __init__(self, desk):
        self.client = desk.client()

    def post(self, path, page, **fields):
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get(page).text)
        assert found, page
        return self.client.post(path, data=fields | {"csrf_token": found.group(1)}, headers={"Origin": OWN})


def test_a_question_across_devices_is_shown_where_it_was_asked(desk):
    person = Person(desk)
    page = person.post("/name/start", "/name", device="other").location
    waiting = person.client.get(page)
    request_id = page.rpartition("/")[2]
    before = person.client.get(f"{page}/standing").json
    fetched = desk.ask(type("Opened", (), {"id": request_id}))

    assert desk.answer(desk.answer_fields(fetched)).json == {}
    after = person.client.get(f"{page}/standing").json
    asked = person.client.get(page)
    shown = person.post(f"{page}/show", page)
    result = person.client.get(shown.location)

    assert "data:image/svg+xml" in waiting.text
    assert f'data-poll="{page}/standing"' in waiting.text
    assert (before, after) == ({"done": False}, {"done": True})
    assert desk.client().get(f"{page}/standing").status_code == 404
    assert "de Vries" not in asked.text
    assert "de Vries" in result.text
    assert desk.client().get(page).status_code == 404
    assert person.post(f"{page}/show", "/name").status_code == 403


def test_a_question_on_one_device_comes_back_by_its_code(desk):
    person = Person(desk)
    location = person.post("/name/start", "/name", device="this").location
    request_id = location.partition("request%2F")[2].partition("&")[0]
    said = desk.answer(desk.answer_fields(desk.ask(type("Opened", (), {"id": request_id}))))

    back = person.client.get(f"/return?response_code={code_of(said)}")

    assert "de Vries" in person.client.get(back.location).text


def test_a_mandate_has_no_page_with_a_code_to_scan(desk):
    person = Person(desk)
    location = person.post("/services/averaging/start", "/services/averaging").location
    request_id = location.partition("request%2F")[2].partition("&")[0]

    said = person.client.get(f"/presentations/{request_id}?lang=en")

    assert said.status_code == 400
    assert "only give a mandate on one device" in said.text


@pytest.mark.parametrize("end", ["declined", "expired"])
def test_a_question_that_nobody_answered_well_ends_in_words(desk, end):
    person = Person(desk)
    page = person.post("/name/start", "/name", device="other").location
    if end == "declined":
        state = desk.ask(type("Opened", (), {"id": page.rpartition("/")[2]}))["state"]
        desk.answer({"error": "access_denied", "state": state})
    else:
        desk.advance(minutes=3)

    said = person.client.get(f"{page}?lang=en")

    assert {"declined": "You shared nothing", "expired": "The time is over"}[end] in said.text
