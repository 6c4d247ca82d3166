"""The envelope of an answer, the request endpoint and refusals by the wallet (THREATS C1, C2, D)."""

import json

import pytest

from tests.verifier.helpers.desk import code_of
from tests.verifier.helpers.watch import watching


@pytest.fixture
def desk_settings():
    """Answers in the clear, because they are taken apart here."""
    return {"response_mode": "direct_post"}


@pytest.fixture
def fields(desk):
    return desk.answer_fields(desk.ask(desk.start()))


def refuses(desk, said, seen):
    assert said.status_code == 400
    assert said.json["error"] == "invalid_request"
    assert "redirect_uri" not in said.json
    assert said.headers["Cache-Control"] == "no-store"
    assert not seen.changed


TOKENS = [
    "",
    "{}",
    "[]",
    '""',
    "5",
    "null",
    '{"identity":"x"}',
    '{"other":["x"]}',
    '{"identity":[]}',
    "{" * 900,
]


@pytest.mark.parametrize("token", TOKENS)
def test_a_token_of_another_shape_is_refused(desk, fields, token):
    with watching(desk) as seen:
        said = desk.answer(fields | {"vp_token": token})

    refuses(desk, said, seen)
    assert len(seen.refused()) == 1


def test_a_missing_and_an_added_card_are_refused(desk, fields):
    token = json.loads(fields["vp_token"])
    missing = {name: value for name, value in token.items() if name != "account"}
    for spoiled in (missing, token | {"more": token["account"]}, token | {"account": token["account"] * 2}):
        with watching(desk) as seen:
            said = desk.answer(fields | {"vp_token": json.dumps(spoiled)})

        refuses(desk, said, seen)


@pytest.mark.parametrize("state", ["", "unknown", "é"])
def test_an_unknown_state_is_refused_without_a_hint(desk, fields, state):
    with watching(desk) as seen:
        said = desk.answer(fields | {"state": state})

    refuses(desk, said, seen)


def test_an_error_beside_a_token_is_refused(desk, fields):
    with watching(desk) as seen:
        said = desk.answer(fields | {"error": "access_denied"})

    refuses(desk, said, seen)


@pytest.mark.parametrize(
    "body", ["state=a&state=b&error=access_denied", "error=access_denied&error=x&state=a"]
)
def test_a_doubled_field_is_refused(desk, body):
    with watching(desk) as seen:
        said = desk.client().post(
            "/oid4vp/response", data=body, content_type="application/x-www-form-urlencoded"
        )

    refuses(desk, said, seen)


def test_a_good_answer_with_a_doubled_state_is_refused(desk, fields):
    with watching(desk) as seen:
        said = desk.client().post("/oid4vp/response?state=x", data=fields)

    refuses(desk, said, seen)


def test_json_at_the_form_endpoint_is_refused(desk, fields):
    with watching(desk) as seen:
        said = desk.client().post("/oid4vp/response", json=fields)

    refuses(desk, said, seen)


def test_a_refusal_that_knows_its_state_closes_the_request(desk):
    opened = desk.start()
    request = desk.ask(opened)

    said = desk.answer({"error": "access_denied", "state": request["state"]})

    assert said.status_code == 200
    assert desk.state(opened) == "declined"
    assert desk.answer(desk.answer_fields(request)).status_code == 400
    assert desk.complete(opened, code_of(said)).json == {
        "mandate": {"id": opened.mandate_id, "state": "declined"}
    }


@pytest.mark.parametrize("error", ["surprise", "", "invalid_grant"])
def test_an_error_code_outside_the_list_closes_nothing(desk, error):
    request = desk.ask(desk.start())
    with watching(desk) as seen:
        said = desk.answer({"error": error, "state": request["state"]})

    refuses(desk, said, seen)


def test_a_refusal_with_an_unknown_state_closes_nothing(desk):
    desk.start()
    with watching(desk) as seen:
        said = desk.answer({"error": "access_denied", "state": "unknown"})

    refuses(desk, said, seen)


def test_the_request_is_gone_once_answered_or_expired(desk):
    answered, expired = desk.start(), desk.start()
    desk.answer({"error": "access_denied", "state": desk.ask(answered)["state"]})
    desk.advance(minutes=10)

    for opened in (answered, expired):
        said = desk.client().get(f"/oid4vp/request/{opened.id}")

        assert said.status_code == 404
        assert said.json["error"] == "invalid_request"


def test_the_request_object_is_served_by_get_and_post_and_never_cached(desk):
    opened = desk.start()
    for said in (
        desk.client().get(f"/oid4vp/request/{opened.id}"),
        desk.client().post(f"/oid4vp/request/{opened.id}"),
        desk.client().post(f"/oid4vp/request/{opened.id}", data={"wallet_metadata": "{", "other": "x"}),
    ):
        assert said.status_code == 200
        assert said.content_type == "application/oauth-authz-req+jwt"
        assert said.headers["Cache-Control"] == "no-store"


def test_an_endless_wallet_nonce_is_refused(desk):
    said = desk.client().post(f"/oid4vp/request/{desk.start().id}", data={"wallet_nonce": "n" * 5000})

    assert said.status_code == 400


def test_every_transaction_has_secrets_of_its_own(desk):
    requests = [desk.ask(desk.start()) for _ in range(20)]

    for name in ("nonce", "state"):
        assert len({request[name] for request in requests}) == 20
        assert all(len(request[name]) >= 43 for request in requests)
