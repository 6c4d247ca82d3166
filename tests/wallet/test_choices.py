"""What a citizen adds to the least, and only that, is in the bytes that are posted."""

from __future__ import annotations

import re
from typing import Any

import pytest

from openid4vc.jose import base64url, strict_json
from openid4vc.sdjwt.disclosure import split_sd_jwt
from tests.wallet.outside import VCT

BSN = "personal_administrative_number"


def query(id: str, *names: str, **more: Any) -> dict[str, Any]:
    """One question for an identity card."""
    claims = [{"id": name, "path": [name]} for name in names]
    return {"id": id, "format": "dc+sd-jwt", "meta": {"vct_values": [VCT]}, "claims": claims} | more


def with_sets(*sets: list[str]) -> dict[str, Any]:
    names = list(dict.fromkeys(name for one in sets for name in one))
    return {"credentials": [query("identity", *names, claim_sets=[list(one) for one in sets])]}


BESIDE = {
    "credentials": [query("identity", "given_name"), query("number", BSN)],
    "credential_sets": [{"options": [["identity"]]}, {"options": [["number"]], "required": False}],
}


def sent(town: Any) -> dict[str, set[str]]:
    """The names that the posted bytes disclose, by query: read from the bytes and from nothing else."""
    token = strict_json.loads_object(town.verifier.received[-1]["vp_token"])
    return {
        name: {strict_json.loads(decoded)[1] for one in held for decoded in disclosures(one)}
        for name, held in token.items()
    }


def disclosures(presentation: str) -> list[bytes]:
    return [base64url.decode(one) for one in split_sd_jwt(presentation).disclosures]


@pytest.fixture
def asks(town: Any) -> Any:
    """A town where the desk asks without a mandate; gives the screen for a query."""
    town.verifier.with_mandate = False
    town.collects()

    def ask(dcql: dict[str, Any]) -> Any:
        town.verifier.query = dcql
        return town.asked().json

    return ask


def chooses(town: Any, shown: Any, **fields: str) -> Any:
    """By the form of the page; gives the screen after it."""
    browser = town.browser().signs_in().goes(f"/requests/{shown['id']}/2")
    browser.sends(f"/requests/{shown['id']}/choice", **fields)
    assert browser.page.status_code in (303, 400), browser.text
    return town.call("GET", f"/requests/{shown['id']}").json


def test_an_optional_card_stays_here_unless_it_is_chosen(town, asks):
    shown = asks(BESIDE)

    town.approves(shown)

    assert sent(town) == {"identity": {"given_name"}}
    assert b"999990019" not in str(town.verifier.received).encode()


def test_a_chosen_optional_card_travels_in_a_presentation_of_its_own(town, asks):
    town.collects()
    shown = chooses(town, asks(BESIDE), **{"extra.0": "yes"})

    town.approves(shown)

    assert sent(town) == {"identity": {"given_name"}, "number": {BSN}}


def test_a_choice_can_be_taken_back(town, asks):
    shown = chooses(town, asks(BESIDE), **{"extra.0": "yes"})
    shown = chooses(town, shown)

    town.approves(shown)

    assert sent(town) == {"identity": {"given_name"}}


def test_approving_what_was_shown_before_a_choice_sends_nothing(town, asks):
    before = asks(BESIDE)
    chooses(town, before, **{"extra.0": "yes"})

    assert town.approves(before).json["code"] == "screen_changed"
    assert town.verifier.received == []


def test_of_sets_of_claims_the_smallest_that_would_do_is_sent(town, asks):
    shown = asks(with_sets(["given_name", "family_name", BSN], ["given_name", "family_name"], ["given_name"]))

    town.approves(shown)

    assert sent(town) == {"identity": {"given_name"}}


def test_a_larger_set_is_sent_when_it_is_chosen(town, asks):
    shown = asks(with_sets(["given_name", "family_name", BSN], ["given_name", "family_name"], ["given_name"]))

    town.approves(chooses(town, shown, **{"set.identity": "1"}))

    assert sent(town) == {"identity": {"given_name", "family_name"}}


def test_where_no_set_is_part_of_another_the_first_wish_counts(town, asks):
    shown = asks(with_sets(["family_name", "given_name"], [BSN]))

    town.approves(shown)

    assert sent(town) == {"identity": {"given_name", "family_name"}}


def test_where_everything_is_optional_the_first_is_what_the_request_is_about(town, asks):
    free = [{"options": [["identity"]], "required": False}, {"options": [["number"]], "required": False}]

    town.approves(asks(BESIDE | {"credential_sets": free}))

    assert sent(town) == {"identity": {"given_name"}}


@pytest.mark.parametrize(
    "fields",
    [{"set.identity": "9"}, {"card.identity": "somebody-elses"}, {"card.other": "x"}, {"set.other": "0"}],
)
def test_a_choice_that_is_not_offered_changes_nothing(town, asks, fields):
    shown = asks(with_sets(["given_name", "family_name"], ["given_name"]))
    browser = town.browser().signs_in().goes(f"/requests/{shown['id']}/2")

    browser.sends(f"/requests/{shown['id']}/choice", **fields)

    assert browser.page.status_code == 400 and "choice_unusable" in browser.text
    assert town.call("GET", f"/requests/{shown['id']}").json == shown


def test_a_choice_in_a_closed_request_is_refused(town, asks):
    shown = asks(BESIDE)
    browser = town.browser().signs_in().goes(f"/requests/{shown['id']}/2")
    town.approves(shown)

    browser.sends(f"/requests/{shown['id']}/choice", **{"extra.0": "yes"})

    assert browser.page.status_code == 409


def test_nothing_optional_is_ticked_beforehand_and_the_values_stand_beside_it(town, asks):
    shown = asks(BESIDE)

    page = town.browser().signs_in().goes(f"/requests/{shown['id']}/2").text

    (box,) = re.findall(r"<input[^>]*type=\"checkbox\"[^>]*>", page)
    assert "checked" not in box and 'name="extra.0"' in box
    assert "999990019" in page


def test_of_two_cards_the_newest_is_taken_and_the_differences_are_shown(town, asks):
    town.issuer.claims["given_name"] = "Eva"
    town.collects()
    shown = asks({"credentials": [query("identity", "given_name", "family_name")]})
    assert shown["shared"]["identity"]["claims"]["given_name"] == "Eva"

    page = town.browser().signs_in().goes(f"/requests/{shown['id']}/2").text

    radios = re.findall(r'<input[^>]*name="card\.identity"[^>]*>', page)
    assert ["checked" in one for one in radios] == [True, False]
    hints = re.findall(r'choice__hint">([^<]*)<', page)
    assert "Eva" in hints[0] and "Noor" in hints[1] and not any("de Vries" in hint for hint in hints)


def test_another_card_than_the_newest_is_sent_when_it_is_chosen(town, asks):
    town.issuer.claims["given_name"] = "Eva"
    town.collects()
    shown = asks({"credentials": [query("identity", "given_name")]})
    older = town.call("GET", "/cards").json["cards"][1]["id"]

    town.approves(chooses(town, shown, **{"card.identity": older}))

    assert town.verifier.answers[0].credentials["identity"][0].claims["given_name"] == "Noor"


def test_a_chosen_card_that_is_gone_leaves_the_request_with_the_other(town, asks):
    town.issuer.claims["given_name"] = "Eva"
    town.collects()
    shown = asks({"credentials": [query("identity", "given_name")]})
    older = town.call("GET", "/cards").json["cards"][1]["id"]
    chooses(town, shown, **{"card.identity": older})
    browser = town.browser().signs_in().goes(f"/cards/{older}")
    browser.sends(f"/cards/{older}/delete")

    left = town.call("GET", f"/requests/{shown['id']}").json

    assert left["shared"]["identity"]["claims"]["given_name"] == "Eva"


def test_two_cards_that_would_send_the_same_are_no_choice(town, asks):
    town.collects()
    shown = asks({"credentials": [query("identity", "given_name")]})

    page = town.browser().signs_in().goes(f"/requests/{shown['id']}/2").text

    assert len(shown["choices"]["cards"]["identity"]) == 2
    assert 'name="card.identity"' not in page


def test_the_outcome_shows_the_same_three_columns_in_names_and_no_value(town, asks):
    shown = asks({"credentials": [query("identity", BSN)]})
    town.approves(shown)

    page = town.browser().signs_in().goes(f"/requests/{shown['id']}/result").text

    for column in ("Dit deelde u", "Dit is af te leiden", "Niet gedeeld"):
        assert f"<h2>{column}</h2>" in page
    assert "999990019" not in page and "Voornamen" in page
