"""Presentations without any mandate, through the API that developers have."""

import json
import shutil
from urllib.parse import parse_qs, urlsplit

import pytest

from openid4vc.jose.jwe import DecryptionKey
from tests.verifier.helpers.desk import OWN, build_desk, code_of
from tests.verifier.helpers.plain import Question, identity_query
from tests.verifier.helpers.watch import watching
from verifier.usecases.verify_answer import CHECKS


def start(desk, **order):
    return desk.client().post("/api/v1/presentations", json={"query": identity_query()} | order)


def test_a_question_is_asked_answered_and_read(any_desk, pki):
    question = Question.asked(any_desk)
    card = any_desk.cards["identity"]
    assert question.result().json == {"state": "requested", "claims": {}, "checks": [], "mandate": None}

    said = any_desk.answer(any_desk.answer_fields(question.request))

    assert (said.status_code, said.json) == (200, {})
    result = question.result().json
    assert result["state"] == "submitted"
    (claims,) = result["claims"]["identity"]
    assert (claims["given_name"], claims["family_name"]) == ("Noor", "de Vries")
    assert not {"cnf", "status", "birthdate"} & claims.keys()
    assert result["checks"] == [{"name": name, "passed": True} for name in CHECKS]
    assert card.issued not in json.dumps(result)


def test_a_started_question_tells_links_and_its_end(desk):
    said = start(desk, method="get").json

    assert said.keys() == {"id", "uri", "wallet_url", "expires_at", "purpose"}
    assert said["uri"].startswith("openid4vp://?client_id=x509_hash")
    query = parse_qs(urlsplit(said["wallet_url"]).query)
    assert query["request_uri_method"] == ["get"]
    assert set(query) == {"client_id", "request_uri", "request_uri_method"}
    assert said["id"] not in said["uri"]


@pytest.mark.threat("306")
def test_what_a_wallet_knows_does_not_read_the_result(desk, question):
    request_id = parse_qs(urlsplit(start(desk).json["uri"]).query)["request_uri"][0].rpartition("/")[2]

    for guess in (request_id, question.request["state"], question.request["nonce"], "x"):
        said = desk.client().get(f"/api/v1/presentations/{guess}")

        assert (said.status_code, said.json["code"]) == (404, "unknown_presentation")


@pytest.mark.threat("304")
def test_on_one_device_the_values_wait_for_the_response_code(desk):
    question = Question.asked(desk, same_device=True)
    code = code_of(desk.answer(desk.answer_fields(question.request)))

    assert question.result().json["state"] == "submitted"
    assert question.result().json["claims"] == {}
    assert question.result("wrong").status_code == 403
    assert question.result(code).json["claims"]["identity"][0]["given_name"] == "Noor"
    assert question.result(code).status_code == 403
    assert question.result().json["claims"]["identity"][0]["given_name"] == "Noor"


@pytest.mark.threat("301")
def test_an_answer_that_comes_home_in_another_browser_has_failed(desk):
    question = Question.asked(desk, same_device=True)
    code = code_of(desk.answer(desk.answer_fields(question.request)))

    assert desk.client().get(f"/return?response_code={code}").status_code == 403
    assert question.result().json == {
        "state": "failed",
        "claims": {},
        "checks": [{"name": "same_browser", "passed": False}],
        "mandate": None,
    }


def test_a_refusal_is_declined_and_a_late_answer_expired(desk):
    declined, late = Question.asked(desk), Question.asked(desk)
    assert desk.answer({"error": "access_denied", "state": declined.request["state"]}).json == {}
    desk.advance(minutes=3)

    assert declined.result().json["state"] == "declined"
    assert late.result().json["state"] == "expired"
    assert desk.answer(desk.answer_fields(late.request)).status_code == 400


def test_values_are_gone_after_an_hour(desk, question):
    desk.answer(desk.answer_fields(question.request))
    desk.advance(hours=1)

    assert question.result().json["claims"] == {}
    start(desk)
    assert question.result().json["state"] == "submitted"


@pytest.mark.parametrize("prefix", ["x509_hash", "x509_san_dns"])
def test_the_desk_asks_under_each_name_that_its_certificate_proves(desk, prefix):
    question = Question.asked(desk, prefix=prefix)

    assert question.request["client_id"].startswith(f"{prefix}:")
    assert desk.answer(desk.answer_fields(question.request)).status_code == 200


def test_the_dns_name_is_the_host_of_the_answer(desk):
    question = Question.asked(desk, prefix="x509_san_dns")

    assert question.request["client_id"] == "x509_san_dns:localhost"
    assert urlsplit(question.request["response_uri"]).hostname == "localhost"


def test_an_encrypted_answer_is_opened_with_the_key_of_its_request(desk):
    for enc in ("A128GCM", "A256GCM"):
        question = Question.asked(desk, mode="direct_post.jwt")
        (jwk,) = question.request["client_metadata"]["jwks"]["keys"]

        said = desk.answer(desk.answer_fields(question.request, enc=enc))

        assert (jwk["alg"], jwk["use"]) == ("ECDH-ES", "enc")
        assert (said.status_code, question.result().json["state"]) == (200, "submitted")


def test_a_mandate_may_be_ordered_too(desk):
    said = desk.client().post("/api/v1/presentations", json={"mandate": True, "mode": "direct_post"})

    assert said.status_code == 201
    assert desk.client().get(f"/api/v1/presentations/{said.json['id']}").json["mandate"]["id"]


def test_a_mandate_is_never_asked_across_devices(desk):
    said = desk.client().post("/api/v1/presentations", json={"mandate": True, "same_device": False})

    assert (said.status_code, said.json["code"]) == (400, "mandate_same_device_only")
    assert "device" in said.json["title"] or "apparaat" in said.json["title"]


BAD_ORDERS = [
    {"mode": "query"},
    {"method": "put"},
    {"prefix": "redirect_uri"},
    {"same_device": 1},
    {"mandate": "yes"},
    {"mandate": True},
    {"colour": "red"},
    {"query": None},
    {"query": {"credentials": []}},
    {"query": identity_query() | {"credential_sets": [{"options": [["other"]]}]}},
    {"query": {"credentials": [{"id": "a", "format": "mso_mdoc", "meta": {"doctype_value": "x"}}]}},
    {
        "query": {
            "credentials": [
                {
                    "id": "a",
                    "format": "dc+sd-jwt",
                    "meta": {"vct_values": ["x"]},
                    "claims": [{"path": ["exp"]}],
                }
            ]
        }
    },
]


@pytest.mark.parametrize("order", BAD_ORDERS, ids=repr)
def test_an_order_that_no_wallet_should_get_is_refused(desk, order):
    with watching(desk) as seen:
        said = start(desk, **order)

    assert (said.status_code, said.json["code"]) == (400, "invalid_request")
    assert not seen.changed


@pytest.mark.parametrize("order", [{}, {"query": None}, {"query": []}, {"mandate": False}])
def test_an_order_without_a_query_is_told_what_it_lacks(desk, order):
    said = desk.client().post("/api/v1/presentations", json=order)

    assert said.status_code == 400
    assert said.json["title"] == "query must be a DCQL query as an object, unless mandate is true"


def test_sets_options_and_several_cards_are_one_answer(desk):
    query = identity_query()
    query["credentials"][0]["multiple"] = True
    query["credentials"].append(
        {
            "id": "other",
            "format": "dc+sd-jwt",
            "meta": {"vct_values": ["urn:unknown"]},
            "claims": [{"path": ["x"]}],
        }
    )
    query["credential_sets"] = [{"options": [["identity"]]}, {"options": [["other"]], "required": False}]
    question = Question.asked(desk, query=query)
    card = desk.cards["identity"]

    said = question.answer(question.present(card.issued, card.key))

    assert said.status_code == 200
    assert question.result().json["claims"].keys() == {"identity"}


def test_answers_come_encrypted_unless_something_else_is_asked(desk):
    mandate, plain = desk.ask(desk.start()), Question.asked(desk)

    for request in (mandate, plain.request):
        assert request["response_mode"] == "direct_post.jwt"
        assert request["client_metadata"]["encrypted_response_enc_values_supported"] == ["A128GCM", "A256GCM"]
    assert mandate["client_metadata"]["jwks"] != plain.request["client_metadata"]["jwks"]
    fields = desk.answer_fields(mandate)
    assert fields.keys() == {"response"}
    assert desk.answer(fields).json["redirect_uri"].startswith(f"{OWN}/return")


def test_a_caller_may_still_ask_for_an_answer_in_the_clear(desk):
    question = Question.asked(desk, mode="direct_post")

    said = desk.answer(desk.answer_fields(question.request))

    assert question.request["response_mode"] == "direct_post"
    assert "jwks" not in question.request["client_metadata"]
    assert (said.status_code, question.result().json["state"]) == (200, "submitted")


def test_a_desk_may_be_set_to_ask_for_answers_in_the_clear(tmp_path, pki, migrated_file):
    path = shutil.copy(migrated_file, tmp_path / "verifier.db")
    desk = build_desk(tmp_path, f"sqlite:///{path}", pki, response_mode="direct_post")

    request = desk.ask(desk.start())

    assert request["response_mode"] == "direct_post"
    assert desk.answer(desk.answer_fields(request)).status_code == 200


def test_the_key_of_a_request_is_no_key_of_the_next(desk):
    keys = [
        Question.asked(desk, mode="direct_post.jwt").request["client_metadata"]["jwks"]["keys"][0]
        for _ in range(5)
    ]

    assert len({key["kid"] for key in keys}) == len({key["x"] for key in keys}) == 5
    assert all(DecryptionKey.generate().public.jwk().keys() <= key.keys() for key in keys)
