"""The JSON interface for developers and the demonstration."""

from __future__ import annotations

import pytest

from issuer.store.tables import offers
from openid4vc.vci.offer import OfferReference, parse_offer_url


def test_an_offer_by_value_and_by_reference_is_the_same_kind_of_offer(issuer):
    by_value, by_reference = issuer.make_offer(), issuer.make_offer(by_reference=True)

    assert by_value["offer"].startswith("openid-credential-offer://?credential_offer=")
    assert isinstance(parse_offer_url(by_reference["offer"]), OfferReference)
    assert by_reference["wallet_link"].startswith("http://localhost:8002/offer?credential_offer_uri=")
    assert len(by_value["tx_code"]) == 6
    assert by_value["expires_at"] == int(issuer.clock().timestamp()) + 600
    for each in (by_value, by_reference):
        offer = issuer.read_offer(each["offer"])
        assert offer.credential_configuration_ids == ("identity",)
        assert offer.pre_authorized.tx_code.length == 6


def test_everybody_who_can_sign_in_is_listed_without_their_data(issuer):
    answer = issuer.open("GET", "/api/v1/personas")

    assert [each["id"] for each in answer.json["personas"]] == ["noor", "henk", "sam"]
    assert "999990019" not in answer.text
    assert "identity" in answer.json["personas"][0]["credentials"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"persona": "nobody", "credentials": ["identity"]}, 404, "unknown_persona"),
        ({"persona": "noor", "credentials": []}, 400, "nothing_chosen"),
        ({"persona": "noor", "credentials": ["passport"]}, 400, "unknown_credential_configuration"),
        ({"persona": "noor", "credentials": ["identity"] * 2}, 400, "unknown_credential_configuration"),
        ({"persona": "noor", "credentials": ["identity", "account-holder"]}, 400, "several_organisations"),
        ({"persona": "noor", "credentials": "identity"}, 400, "invalid_request"),
        ({"persona": 7, "credentials": ["identity"]}, 400, "invalid_request"),
        ({"credentials": ["identity"]}, 400, "invalid_request"),
        ([], 400, "invalid_request"),
    ],
)
def test_an_order_that_makes_no_sense_is_a_problem_with_words(issuer, body, status, code):
    answer = issuer.open("POST", "/api/v1/offers", json=body)

    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert answer.content_type == "application/problem+json"
    assert answer.json["title"] and answer.json["request_id"]
    assert issuer.count(offers) == 0


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/plain", None])
def test_only_json_is_taken_so_that_no_foreign_page_can_post(issuer, content_type):
    body = b'{"persona":"noor","credentials":["identity"]}'

    answer = issuer.open("POST", "/api/v1/offers", data=body, content_type=content_type)

    assert answer.status_code in (400, 415)
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert issuer.count(offers) == 0


def test_a_problem_speaks_the_language_that_is_asked(issuer):
    body = {"persona": "nobody", "credentials": ["identity"]}

    dutch = issuer.open("POST", "/api/v1/offers", json=body)
    english = issuer.open("POST", "/api/v1/offers?lang=en", json=body)

    assert dutch.json["title"] == "Wij kennen deze persoon niet"
    assert english.json["title"] == "We do not know this person"
