"""The wallet judges every question by the registration of that very question."""

from __future__ import annotations

import re

import pytest

from tests.wallet.conftest import PIN
from tests.wallet.test_advice import Person


@pytest.fixture
def noor(town):
    """Noor with an identity card and three assessments."""
    person = Person(town, "noor")
    person.collects(2022, 2023, 2024)
    order = {"persona": "noor", "credentials": ["identity"], "grant": "pre"}
    made = town.call("issuer", "POST", "/api/v1/offers", json=order).json
    offer = person.wallet("POST", "offers", json={"offer": made["offer"]}).json["id"]
    person.wallet("POST", f"offers/{offer}/accept", json={"pin": PIN, "tx_code": made["tx_code"]})
    return person


def asked_at(town, page, start):
    """Press the button on a page of the desk; where it leads to."""
    browser, base = town.apps["verifier"].test_client(), town.url("verifier")
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(page, base_url=base).text)[1]
    given = {"csrf_token": token, "device": "this"}
    return browser.post(start, base_url=base, data=given).headers["Location"]


def shown_to(person, link):
    return person.wallet("POST", "requests", json={"url": link}).json


def verdicts(shown):
    return {found["verdict"] for fields in shown["judged"].values() for found in fields.values()}


@pytest.mark.threat("923")
def test_the_question_for_a_name_shows_the_purpose_of_an_appointment_and_a_milder_way(town, noor):
    shown = shown_to(noor, asked_at(town, "/name", "/name/start"))

    assert shown["registered"]["purpose"]["nl"].startswith("Weten wie er op de afspraak komt.")
    assert shown["purpose"] == shown["registered"]["purpose"]
    assert (shown["surplus"], verdicts(shown)) == ([], {"needed"})
    assert shown["judged"]["identity"]["given_name"]["milder"]["en"].startswith(
        "Make an appointment with a number"
    )


@pytest.mark.parametrize("grade", [0, 1])
def test_in_advice_every_amount_is_a_free_choice_and_registered_as_one(town, noor, grade):
    shown = shown_to(noor, asked_at(town, "/services/averaging/advice", "/services/averaging/advice/start"))
    sets = dict.fromkeys(shown["choices"]["sets"], grade)

    more = noor.wallet("POST", f"requests/{shown['id']}/choice", json={"sets": sets}).json

    assert shown["registered"]["purpose"]["en"].startswith("One piece of advice")
    assert (shown["surplus"], verdicts(shown)) == ([], {"needed"})
    year = more["judged"]["assessment_2022"]
    assert (year["jaar"]["verdict"], year["belastbaar_inkomen_werk_en_woning"]["verdict"]) == (
        "needed",
        "optional",
    )
    assert more["surplus"] == []


def test_the_mandate_still_shows_what_the_register_says_of_averaging(town, noor):
    link = asked_at(town, "/services/averaging", "/services/averaging/start")

    registered = noor.wallet("POST", "requests", json={"url": link}).json

    assert registered["missing"] != []
    assert [one["query"] for one in registered["missing"]] == ["account"]


@pytest.mark.threat("922")
def test_a_question_for_more_than_any_purpose_is_judged_field_by_field(town, noor):
    wanted = {
        "id": "identity",
        "format": "dc+sd-jwt",
        "meta": {"vct_values": [f"{town.place.tenant_id('municipality')}/vct/identity/1"]},
        "claims": [{"path": ["given_name"]}, {"path": ["birthdate"]}],
    }
    made = town.call(
        "verifier", "POST", "/api/v1/presentations", json={"query": {"credentials": [wanted]}}
    ).json

    shown = shown_to(noor, made["uri"])

    found = {field: one["verdict"] for field, one in shown["judged"]["identity"].items()}
    assert found == {"given_name": "needed", "birthdate": "forbidden"}
    assert shown["surplus"] == ["birthdate"]
