"""What the desk asks, and how often it may be asked (THREATS C1)."""

import time

import pytest

from openid4vc.jose.jws import parse_jws
from openid4vc.vp.request_object import REQUEST_OBJECT_TYP
from tests.verifier.helpers.plain import Question, identity_query
from tests.verifier.helpers.watch import rows


def fetch(desk, opened, **form):
    return desk.client().post(f"/oid4vp/request/{opened.id}", data=form)


@pytest.mark.threat("190")
def test_a_request_is_served_twice_with_the_same_nonce(desk):
    opened = desk.start()
    by_get = desk.client().get(f"/oid4vp/request/{opened.id}").text

    first, second = parse_jws(by_get, expected_typ=REQUEST_OBJECT_TYP).claims(), desk.ask(opened)

    assert (first["nonce"], first["state"]) == (second["nonce"], second["state"])
    assert desk.answer(desk.answer_fields(first)).status_code == 200


@pytest.mark.threat("191")
def test_a_request_is_gone_after_its_answer_and_after_its_end(desk):
    answered, late = desk.start(), desk.start()
    desk.answer(desk.answer_fields(desk.ask(answered)))
    assert fetch(desk, answered).status_code == 404
    desk.advance(minutes=10)

    assert fetch(desk, late).status_code == 404


@pytest.mark.threat("192")
def test_nothing_that_must_not_be_guessed_comes_twice(desk):
    made = [Question.asked(desk, mode="direct_post.jwt") for _ in range(100)]

    for values in (
        [one.request["nonce"] for one in made],
        [one.request["state"] for one in made],
        [one.secret for one in made],
        [one.request["client_metadata"]["jwks"]["keys"][0]["x"] for one in made],
    ):
        assert len(set(values)) == 100
        assert min(map(len, values)) >= 43


@pytest.mark.threat("193")
@pytest.mark.parametrize(
    "form",
    [
        {"wallet_metadata": "x" * 1_000_000},
        {"wallet_metadata": "[" * 100_000},
        {"wallet_metadata": '{"a":' * 1000, "unknown": "field"},
    ],
    ids=["large", "deep", "unknown"],
)
def test_what_a_wallet_says_of_itself_costs_nothing(desk, form):
    opened = desk.start()
    started = time.monotonic()

    said = fetch(desk, opened, **form)

    assert said.status_code in (200, 400, 413)
    assert time.monotonic() - started < 10


@pytest.mark.threat("194")
def test_a_flood_of_requests_is_turned_away_and_the_store_stays_bounded(any_desk):
    presentations = any_desk.app.extensions["ports"].store.presentations
    object.__setattr__(presentations, "max_open", 5)
    opened = any_desk.start()
    said = [
        any_desk.client().post("/api/v1/presentations", json={"query": identity_query()}) for _ in range(9)
    ]

    assert [one.status_code for one in said] == [201] * 4 + [503] * 5
    assert said[-1].json["code"] == "too_many_open_requests"
    assert len(rows(any_desk)["presentation"]) == 5
    refused = any_desk.client().post("/api/v1/mandate-requests", json={"service": "averaging"})
    assert (refused.status_code, len(rows(any_desk)["mandate"])) == (503, 1)
    assert any_desk.answer(any_desk.answer_fields(any_desk.ask(opened))).status_code == 200


@pytest.mark.threat("194")
def test_requests_that_nobody_answered_are_forgotten_after_a_day(any_desk):
    any_desk.start()
    Question.asked(any_desk, mode="direct_post.jwt")
    any_desk.advance(days=1, minutes=10)

    any_desk.app.extensions["ports"].store.retention.erase_past(any_desk.clock.now)

    assert (rows(any_desk)["presentation"], rows(any_desk)["mandate"]) == ([], [])


@pytest.mark.threat("195")
def test_our_own_request_object_is_what_the_standard_wants(desk, pki):
    opened = desk.start()
    object_ = parse_jws(fetch(desk, opened).text, expected_typ=REQUEST_OBJECT_TYP)
    plain = Question.asked(desk).request

    assert (object_.header["typ"], object_.header["alg"]) == ("oauth-authz-req+jwt", "ES256")
    assert object_.header["iat"] == object_.claims()["iat"]
    assert len(object_.header["x5c"]) == len(pki.desk.chain) == 1
    assert object_.claims()["aud"] == "https://self-issued.me/v2"
    assert len(object_.claims()["transaction_data"]) == 1
    assert "transaction_data" not in plain


def test_the_registration_certificate_goes_along_by_value(desk):
    access = desk.app.extensions["ports"].access
    object.__setattr__(access, "registrations", {"averaging": "eyJ.registered.by-somebody"})

    request = desk.ask(desk.start())

    assert request["verifier_info"] == [{"format": "registration_cert", "data": "eyJ.registered.by-somebody"}]
