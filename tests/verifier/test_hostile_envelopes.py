"""Envelopes that are no answer, or not to this question (THREATS C2)."""

import json
import time

import pytest

from tests.verifier.helpers.cards import account_claims, issue
from tests.verifier.helpers.plain import Question


@pytest.fixture
def desk_settings():
    """Answers in the clear, because they are taken apart here."""
    return {"response_mode": "direct_post"}


def fields(question, token):
    text = token if isinstance(token, str) else json.dumps(token)
    return {"vp_token": text, "state": question.request["state"]}


NO_TOKENS = ["", "{}", "[]", '""', "5", '{"other":["x"]}', '{"identity":"x"}', '{"identity":[1]}', "{" * 900]


@pytest.mark.threat("196")
@pytest.mark.parametrize("token", NO_TOKENS)
def test_a_token_of_another_shape_is_refused(question, token):
    question.refuses(fields=fields(question, token))


@pytest.mark.threat("196")
def test_no_token_at_all_is_refused(question):
    assert question.refuses(fields={"state": question.request["state"]}) == "envelope"


@pytest.mark.threat("196")
def test_an_answer_without_the_asked_card_is_refused(desk):
    request = desk.ask(desk.start())
    form = desk.answer_fields(request)
    token = json.loads(form["vp_token"])
    del token["account"]

    assert desk.answer(form | {"vp_token": json.dumps(token)}).status_code == 400


@pytest.mark.threat("198")
def test_a_state_unknown_expired_or_of_another_is_one_refusal(desk, forge):
    first, second = Question.asked(desk), Question.asked(desk)
    token = {"identity": [first.present(forge.card(), forge.holder)]}

    assert second.refuses(fields=fields(second, token)) == "key_binding_nonce"
    assert first.refuses(fields=fields(first, token) | {"state": "unknown"}) == "unknown_state"
    desk.advance(minutes=3)
    assert first.refuses(fields=fields(first, token)) == "unknown_state"


@pytest.mark.threat("199")
def test_an_error_together_with_a_token_is_refused(question, forge):
    token = {"identity": [question.present(forge.card(), forge.holder)]}

    assert question.refuses(fields=fields(question, token) | {"error": "access_denied"}) == "envelope"


@pytest.mark.threat("200")
def test_after_a_refusal_a_good_answer_comes_too_late(question, forge):
    state = question.request["state"]
    assert question.desk.answer({"error": "access_denied", "state": state}).status_code == 200

    assert question.refuses(question.present(forge.card(), forge.holder)) == "unknown_state"
    assert question.result().json["state"] == "declined"


@pytest.mark.threat("202")
@pytest.mark.parametrize(
    "token",
    ["x" * 900_000, "~" * 10_000, "a~" * 100_000, "eyJ." * 100_000],
    ids=["large", "tildes", "many", "dots"],
)
def test_a_huge_answer_is_refused_quickly(question, token):
    started = time.monotonic()

    question.refuses(token)

    assert time.monotonic() - started < 10


@pytest.mark.threat("202")
def test_an_answer_of_ten_megabytes_is_not_read(question):
    said = question.desk.answer(fields(question, "x" * 10_000_000))

    assert said.status_code == 413
    assert question.result().json["state"] == "requested"


@pytest.mark.threat("203")
@pytest.mark.parametrize(
    "presentation",
    [
        {"payload": "e30", "signatures": []},
        '{"payload":"e30","signatures":[]}',
        "omppc3N1ZXJTaWduZWSiam5hbWVTcGFjZXM",
        "eyJhbGciOiJFUzI1NiJ9.eyJ2cCI6e319.AAAA",
    ],
    ids=["json", "json as text", "mdoc", "jwt_vc"],
)
def test_another_format_is_refused(question, presentation):
    question.refuses(presentation)


@pytest.mark.threat("204")
def test_a_card_that_was_not_asked_is_refused(question, pki):
    card = issue("bank", "account-holder", account_claims(), by=pki.issuers["bank"], idx=5)

    question.refuses(question.present(card.issued, card.key))


@pytest.mark.threat("204")
def test_a_second_card_beside_the_asked_one_is_refused(question, forge):
    first, second = (question.present(forge.card(), forge.holder) for _ in range(2))

    assert question.refuses(first, second) == "dcql_count"
    token = {"identity": [first], "more": [second]}
    assert question.refuses(fields=fields(question, token)) == "dcql_unknown_query"
