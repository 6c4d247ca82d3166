"""Advice in three grades through all services: the lowest shows no amount, none lets a desk act."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from openid4vc.jose import base64url
from tests.town import FAST, build_town
from tests.wallet.conftest import PIN
from tests.wallet.test_advice import Person

AMOUNTS = ("40000", "100000", "5019", "30047", "4253", "9808", "10271", "10534", "2809")


class Visit:
    """Noor at the desk's page with her own browser, and in her wallet."""

    def __init__(self, town, persona="noor", years=(2022, 2023, 2024)):
        self.town, self.desk, self.posted = town, town.apps["verifier"].test_client(), []
        self.person = Person(town, persona)
        self.person.collects(*years)
        post = town.wire.post_form

        def keep(url, fields, **more):
            if url.endswith("/oid4vp/response"):
                self.posted.append(dict(fields))
            return post(url, fields, **more)

        town.wire.post_form = keep

    def at(self, path, **form):
        base = self.town.url("verifier")
        if not form:
            return self.desk.get(path, base_url=base)
        return self.desk.post(path, base_url=base, data=form)

    def token(self, path):
        return re.search(r'name="csrf_token" value="([^"]+)"', self.at(path).text)[1]

    def asks(self):
        token = self.token("/services/averaging/advice")
        link = self.at("/services/averaging/advice/start", csrf_token=token).headers["Location"]
        return self.person.wallet("POST", "requests", json={"url": link}).json

    def answers(self, shown, grade):
        if grade is not None:
            sets = dict.fromkeys(shown["choices"]["sets"], grade)
            shown = self.person.wallet("POST", f"requests/{shown['id']}/choice", json={"sets": sets}).json
        given = {"pin": PIN, "digest": shown["digest"]}
        done = self.person.wallet("POST", f"requests/{shown['id']}/approve", json=given).json
        assert done["outcome"] == "shared", done
        back = urlsplit(done["redirect_uri"])
        code = parse_qs(back.query)["response_code"][0]
        return self.at(f"/return?response_code={code}").headers["Location"]

    def disclosed(self):
        """Everything that the posted bytes say, decoded."""
        (form,) = self.posted
        parts = []
        for held in json.loads(form["vp_token"]).values():
            for piece in held[0].split("~"):
                encoded = piece.split(".")[1] if piece.count(".") == 2 else piece
                parts.append(base64url.decode(encoded).decode() if encoded else "")
        return "\n".join(parts)


@pytest.fixture(autouse=True)
def in_the_clear(monkeypatch):
    """The desk asks for answers that are not encrypted, so that the posted bytes can be read."""
    monkeypatch.setitem(FAST, "VERIFIER_RESPONSE_MODE", "direct_post")


@pytest.fixture
def visit(tmp_path):
    return Visit(build_town(tmp_path))


def test_the_lowest_grade_is_the_rule_and_shows_no_amount(visit):
    shown = visit.asks()
    page = visit.answers(shown, None)

    said = visit.disclosed()
    assert not any(amount in said for amount in AMOUNTS)
    assert '"above_threshold":true' in said and '"basis":"self-computed"' in said
    assert {tuple(one["claims"]) for one in shown["shared"].values()} == {("jaar",)}
    assert (
        "kon het niet controleren" in visit.at(page).text or "levert u waarschijnlijk" in visit.at(page).text
    )
    assert not re.search(r"€\s?\d", visit.at(page).text.split("<main")[1])


@pytest.mark.parametrize(("grade", "shows", "amount"), [(1, 4, "2.809"), (0, 10, "2.809")])
def test_more_is_shown_only_when_it_is_chosen_and_makes_the_advice_surer(visit, grade, shows, amount):
    page = visit.answers(visit.asks(), grade)

    assert "100000" in visit.disclosed() and ("30047" in visit.disclosed()) == (grade == 0)
    assert "999990019" not in visit.disclosed()
    assert amount in visit.at(page).text


def test_a_card_that_cannot_be_shown_is_not_in_the_statement_either(visit):
    kept = {card["id"] for card in visit.person.wallet("GET", "cards").json["cards"]}
    visit.person.persona = "henk"
    visit.person.collects(2024)
    (stranger,) = {card["id"] for card in visit.person.wallet("GET", "cards").json["cards"]} - kept
    with visit.town.apps["wallet"].extensions["ports"].stores.cards.database.begin() as connection:
        connection.exec_driver_sql("UPDATE copies SET used_at = 1 WHERE card_id = ?", (stranger,))

    visit.answers(visit.asks(), None)

    assert '"above_threshold":true' in visit.disclosed()


def test_nobody_acts_on_advice(visit):
    page = visit.answers(visit.asks(), None)

    refused = visit.at(f"{page}/act", csrf_token=visit.token(page))

    assert refused.status_code == 409 and "advice_only" in refused.text


def test_a_wallet_without_all_years_cannot_answer(tmp_path):
    shown = Visit(build_town(tmp_path), years=(2022,)).asks()

    assert {one["query"] for one in shown["missing"]} == {"assessment_2023", "assessment_2024"}


def test_who_gets_nothing_says_no_without_an_amount(tmp_path):
    visit = Visit(build_town(tmp_path), persona="sam")

    visit.answers(visit.asks(), None)

    assert '"above_threshold":false' in visit.disclosed()


def test_the_page_offers_three_grades_with_their_cost_and_the_least_chosen(visit):
    shown = visit.asks()
    client = visit.town.apps["wallet"].test_client()
    base = visit.town.url("wallet")
    token = re.search(r'csrf_token" value="([^"]+)"', client.get("/sign-in", base_url=base).text)[1]
    client.post("/sign-in", base_url=base, data={"csrf_token": token, "name": "noor", "pin": PIN})

    page = client.get(f"/requests/{shown['id']}/2", base_url=base).text

    radios = re.findall(r'<input[^>]*name="grade"[^>]*>', page)
    assert ["checked" in one for one in radios] == [True, False, False]
    assert 'id="statement"' in page
