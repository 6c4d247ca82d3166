"""Each question travels with the registration of its own purpose, and none goes beyond a purpose it names."""

from __future__ import annotations

import dataclasses

import pytest

from chassis.config import ConfigError
from consent.purpose import load_purpose
from openid4vc.errors import Malformed
from openid4vc.jose.jws import parse_jws
from openid4vc.vp.request_object import REQUEST_OBJECT_TYP
from tests.verifier.helpers.pki import ISSUER
from tests.verifier.helpers.plain import IDENTITY_VCT, identity_query
from tests.verifier.helpers.watch import watching
from verifier.domain.organisation import DeskQuestion, parse_town
from verifier.files import data_file, read_purposes, read_questions

CERTIFICATES = {"averaging": "eyJ.averaging", "name": "eyJ.name", "averaging-advice": "eyJ.advice"}
ASSESSMENT = f"{ISSUER}/tax-authority/vct/income-assessment/1"
BALANCE = f"{ISSUER}/bank/vct/balance-statement/1"


@pytest.fixture(autouse=True)
def certificates(desk):
    """One for each purpose, and a form that needs no token."""
    object.__setattr__(desk.app.extensions["ports"].access, "registrations", CERTIFICATES)
    desk.app.config["WTF_CSRF_ENABLED"] = False


def a_card(vct, *claims):
    asked = [{"path": [claim]} if isinstance(claim, str) else claim for claim in claims]
    wanted = {"id": "card", "format": "dc+sd-jwt", "meta": {"vct_values": [vct]}, "claims": asked}
    return {"credentials": [wanted]}


def ordered(desk, **members):
    return desk.client().post("/api/v1/presentations", json=members)


def registration_of(desk, wallet_url):
    """What the wallet finds about who asks, when it follows this link."""
    request_id = wallet_url.partition("request%2F")[2].partition("&")[0]
    fetched = desk.client().post(f"/oid4vp/request/{request_id}")
    request = parse_jws(fetched.text, expected_typ=REQUEST_OBJECT_TYP).claims()
    return [one["data"] for one in request.get("verifier_info", ())]


@pytest.mark.parametrize(
    ("page", "certificate"),
    [
        ("/name/start", "eyJ.name"),
        ("/services/averaging/advice/start", "eyJ.advice"),
        ("/services/averaging/start", "eyJ.averaging"),
    ],
)
def test_every_page_of_the_desk_asks_with_the_registration_of_its_own_purpose(desk, page, certificate):
    to_the_wallet = desk.client().post(page, data={"lang": "nl"}).headers["Location"]

    assert registration_of(desk, to_the_wallet) == [certificate]


@pytest.mark.parametrize(
    ("query", "certificate"),
    [
        (identity_query(), "eyJ.name"),
        (a_card(IDENTITY_VCT, "family_name", "personal_administrative_number"), "eyJ.averaging"),
        (a_card(ASSESSMENT, {"path": ["jaar"], "values": [2023]}), "eyJ.advice"),
        (a_card(ASSESSMENT, {"path": ["jaar"], "values": [2023]}, "bsn"), "eyJ.averaging"),
    ],
    ids=["a name", "a name and BSN", "a year", "a year and BSN"],
)
def test_any_question_goes_with_the_narrowest_registration_that_covers_it(desk, query, certificate):
    said = ordered(desk, query=query)

    assert registration_of(desk, said.json["wallet_url"]) == [certificate]


def test_a_question_that_no_purpose_covers_goes_with_the_nearest_so_that_wallets_can_say_so(desk):
    said = ordered(desk, query=a_card(IDENTITY_VCT, "given_name", "birthdate"))

    assert said.status_code == 201
    assert registration_of(desk, said.json["wallet_url"]) == ["eyJ.name"]


def test_the_caller_may_name_the_purpose_and_hears_which_one_was_taken(desk):
    named = ordered(desk, query=identity_query(), purpose="averaging")

    assert (named.json["purpose"], ordered(desk, query=identity_query()).json["purpose"]) == (
        "averaging",
        "name",
    )
    assert registration_of(desk, named.json["wallet_url"]) == ["eyJ.averaging"]


@pytest.mark.threat("922")
@pytest.mark.parametrize(
    ("query", "purpose"),
    [
        (a_card(IDENTITY_VCT, "given_name", "personal_administrative_number"), "name"),
        (a_card(ASSESSMENT, {"path": ["jaar"], "values": [2023]}, "bsn"), "averaging-advice"),
        (a_card(BALANCE, "saldo"), "averaging"),
    ],
)
def test_a_question_beyond_the_purpose_that_it_names_is_never_made(desk, query, purpose):
    with watching(desk) as seen:
        said = ordered(desk, query=query, purpose=purpose)

    assert (said.status_code, said.json["code"]) == (422, "exceeds_purpose")
    assert not seen.changed
    (line,) = seen.refused()
    assert (line["check"], line["purpose"]) == ("exceeds_purpose", purpose)


@pytest.mark.parametrize(
    "members",
    [
        {"query": identity_query(), "purpose": "surveillance"},
        {"query": identity_query(), "purpose": ["name"]},
        {"mandate": True, "purpose": "averaging"},
    ],
    ids=["unknown", "not a text", "beside a mandate"],
)
def test_a_purpose_that_is_none_is_an_invalid_request(desk, members):
    assert ordered(desk, **members).status_code == 400


def test_confirmed_at_the_desk_the_wallet_still_sees_the_registration_of_the_service(desk):
    asked = ordered(desk, mandate=True)
    request_id = asked.json["wallet_url"].partition("request%2F")[2].partition("&")[0]
    fetched = desk.client().post(f"/oid4vp/request/{request_id}")
    state = parse_jws(fetched.text, expected_typ=REQUEST_OBJECT_TYP).claims()["state"]
    desk.answer({"error": "invalid_transaction_data", "state": state})

    again = desk.client().post(f"/api/v1/presentations/{asked.json['id']}/confirmation", json={})

    assert again.status_code == 201
    assert registration_of(desk, again.json["wallet_url"]) == ["eyJ.averaging"]


def test_without_a_certificate_nothing_stands_in_its_place(desk):
    object.__setattr__(desk.app.extensions["ports"].access, "registrations", {"averaging": "eyJ.averaging"})

    to_the_wallet = desk.client().post("/name/start", data={"device": "this"}).headers["Location"]

    assert registration_of(desk, to_the_wallet) == []


def test_a_question_of_our_own_beyond_its_purpose_is_no_start():
    town = parse_town(data_file("organisations.toml"))
    greedy = dataclasses.replace(town, questions={"name": DeskQuestion("name", "averaging-advice")})

    with pytest.raises(ConfigError, match="goes beyond its purpose name"):
        read_questions(greedy, read_purposes(greedy), ISSUER)


def test_a_question_may_not_take_the_name_of_a_service():
    twice = data_file("organisations.toml") + b'\n[questions.averaging]\npurpose = "name"\n'

    with pytest.raises(ValueError, match="share a name"):
        parse_town(twice)


def test_a_purpose_that_acts_must_say_what_may_be_done():
    acting = data_file("purposes/name.toml").replace(b'rung = "advise"', b'rung = "act"')

    with pytest.raises(Malformed):
        load_purpose(acting)
