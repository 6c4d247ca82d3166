"""What a citizen told with a no is read at the desk; where nothing was told, no page differs by it."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from openid4vc.jose.jws import parse_jws
from openid4vc.vp.request_object import REQUEST_OBJECT_TYP
from tests.verifier.helpers.plain import Question
from verifier.domain.presentation import MOST_TOLD, TOLD_KEPT

REASON = "the citizen says: too much is asked"
HEADING = "What you told us"


@pytest.fixture(autouse=True)
def forms(desk):
    desk.app.config["WTF_CSRF_ENABLED"] = False


class Visit:
    """A citizen at a page of the desk, who says no in the wallet and comes back."""

    def __init__(self, desk, page):
        self.desk, self.client = desk, desk.client()
        away = self.client.post(page, data={"device": "this"}).headers["Location"]
        request_id = away.partition("request%2F")[2].partition("&")[0]
        fetched = desk.client().post(f"/oid4vp/request/{request_id}")
        self.state = parse_jws(fetched.text, expected_typ=REQUEST_OBJECT_TYP).claims()["state"]

    def says_no(self, **said):
        """The page that the way back leads to, in English."""
        self.answer = self.desk.answer({"error": "access_denied", "state": self.state} | said)
        code = parse_qs(urlsplit(self.answer.json["redirect_uri"]).query)["response_code"][0]
        self.page = self.client.get(f"/return?response_code={code}").headers["Location"]
        return self.read()

    def read(self, lang="en"):
        return self.client.get(f"{self.page}?lang={lang}").text


PAGES = ["/name/start", "/services/averaging/start", "/services/averaging/advice/start"]


def inbox(desk, lang="en"):
    return desk.client().get(f"/inbox?lang={lang}").text


@pytest.mark.parametrize("page", PAGES)
def test_a_reason_that_was_told_stands_on_the_page_of_the_request_and_in_the_inbox(desk, page):
    visit = Visit(desk, page)

    shown = visit.says_no(error_description=REASON)

    assert HEADING in shown and "Too much is asked." in shown
    assert "Er wordt te veel gevraagd." in visit.read("nl")
    assert "Why citizens said no" in inbox(desk) and "Too much is asked." in inbox(desk)


@pytest.mark.threat("157")
@pytest.mark.parametrize("page", PAGES)
def test_where_nothing_was_told_neither_page_says_that_something_could_have_been(desk, page):
    before = inbox(desk)

    shown = Visit(desk, page).says_no()

    assert HEADING not in shown and "<blockquote" not in shown
    assert inbox(desk) == before


@pytest.mark.threat("924")
def test_words_of_another_wallet_are_text_and_never_markup(desk):
    shown = Visit(desk, PAGES[0]).says_no(error_description="<script>alert(1)</script> & no")

    for page in (shown, inbox(desk)):
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; no" in page


@pytest.mark.threat("924")
def test_what_is_told_is_cut_at_a_bound(desk):
    shown = Visit(desk, PAGES[0]).says_no(error_description="x" * 2000)

    assert "x" * MOST_TOLD in shown and "x" * (MOST_TOLD + 1) not in shown


@pytest.mark.parametrize("text", ['bad "quotes"', "two\nlines", "héél veel", "x" * 2049])
def test_what_the_standard_does_not_allow_is_no_answer_at_all(desk, text):
    visit = Visit(desk, PAGES[0])

    said = desk.answer({"error": "access_denied", "state": visit.state, "error_description": text})

    assert said.status_code == 400
    assert "Why citizens said no" not in inbox(desk)


def test_only_a_no_of_the_citizen_is_the_citizen_speaking(desk):
    shown = Visit(desk, PAGES[0]).says_no(error="wallet_unavailable", error_description="out of order")

    assert HEADING not in shown and "out of order" not in inbox(desk)


def test_the_api_tells_it_only_where_it_was_told(desk):
    told, silent = Question.asked(desk), Question.asked(desk)
    for question, said in ((told, {"error_description": REASON}), (silent, {})):
        desk.answer({"error": "access_denied", "state": question.request["state"]} | said)

    assert told.result().json == silent.result().json | {"told": REASON}
    assert silent.result().json.keys() == {"state", "claims", "checks", "mandate"}


def test_on_one_device_only_who_comes_back_reads_it(desk):
    asked = Question.asked(desk, same_device=True)
    said = {"error": "access_denied", "error_description": REASON, "state": asked.request["state"]}
    code = parse_qs(urlsplit(desk.answer(said).json["redirect_uri"]).query)["response_code"][0]

    assert "told" not in asked.result().json
    assert asked.result(code).json["told"] == REASON


def test_the_answer_to_the_wallet_is_the_same_with_a_reason_and_without(desk):
    with_reason, without = Visit(desk, PAGES[0]), Visit(desk, PAGES[0])
    with_reason.says_no(error_description=REASON)
    without.says_no()

    assert with_reason.answer.json.keys() == without.answer.json.keys() == {"redirect_uri"}
    assert with_reason.answer.status_code == without.answer.status_code == 200


def test_a_reason_is_forgotten_in_time_and_kept_sealed_until_then(desk, tmp_path):
    visit = Visit(desk, PAGES[1])
    visit.says_no(error_description=REASON)
    store = desk.app.extensions["ports"].store

    assert b"too much is asked" not in (tmp_path / "verifier.db").read_bytes()
    desk.advance(seconds=TOLD_KEPT.total_seconds())
    assert store.told.newest(now=desk.clock.now) == ()
    store.retention.erase_past(desk.clock.now)
    desk.advance(days=-10)
    assert store.told.newest(now=desk.clock.now) == ()
