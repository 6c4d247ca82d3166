"""Asking others about shared data: whom, once, with the PIN, and what silence and refusals mean."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from consent.erasure import DELETION_TYP
from openid4vc.jose.jws import parse_jws
from tests.wallet.conftest import NAME, PIN
from tests.wallet.outside import DESK, NOON, Authority, json_answer
from tests.wallet.papers import pem_of, registered, registration
from tests.wallet.test_store import NOOR, database, line  # noqa: F401
from wallet.domain.rights import RightsId, RightsKind, RightsState, SealedRights
from wallet.store.history import HistoryStore
from wallet.store.rights import RightsStore
from wallet.web.show_export import card_rows

REGISTER = Authority("Register", "NTRNL-00000005")


def town_with(build, **said):
    town = build(trusted_files={"registration-anchors.pem": pem_of(REGISTER)})
    town.join()
    said = {"support_uri": f"{DESK}/rights", "supervisory_authority": {"uri": f"{DESK}/supervisor"}} | said
    compact = registration(REGISTER, claims=("given_name", "family_name"), **said)
    town.verifier.claims["verifier_info"] = registered(compact)
    town.grants()
    return town


@pytest.fixture
def granted(build):
    """Noor gave a mandate to a registered desk whose rights office answers."""
    town = town_with(build)
    desk = town.wire.homes[DESK]

    def office(method, path, body):
        if path == "/rights":
            due = {"id": "x", "state": "received", "due": "2026-12-24"}
            return replace(json_answer({"request": due}), status=201)
        if path == "/supervisor":
            said = {"reference": "TZH-1", "state": "received"}
            return replace(json_answer({"report": said}), status=201)
        return desk(method, path, body)

    town.wire.homes[DESK] = office
    return town


def ask(town, pin=PIN):
    body = {"mandate_id": town.verifier.mandate_id, "pin": pin}
    return town.call("POST", "/rights/erasures", body)


def report(town, entry_id, **said):
    return town.call("POST", "/rights/reports", {"entry_id": entry_id} | said)


def request_line(town):
    return next(one for one in town.history() if one["kind"] == "request")


def sent_to(town, path):
    return [body for _, url, body in town.wire.sent if url == f"{DESK}{path}"]


def test_the_request_goes_to_the_address_in_the_registration_and_names_no_value(granted):
    said = ask(granted)

    (body,) = sent_to(granted, "/rights")
    claims = parse_jws(body["statement"], expected_typ=DELETION_TYP).claims()
    assert (said.status_code, said.json["state"], said.json["answer_by"]) == (201, "received", "2026-12-24")
    assert (claims["aud"], claims["request"]["everything"]) == (f"{DESK}/rights", True)
    assert claims["request"]["claims"][0]["claims"] == ["given_name", "family_name"]
    assert "Noor" not in json.dumps(claims) and "de Vries" not in json.dumps(claims)


def test_a_wrong_pin_sends_nothing_and_the_page_says_so(granted):
    browser = granted.browser().signs_in()
    path = f"/rights/erasures/{granted.verifier.mandate_id}"

    browser.goes(path).sends(path, pin="135791")

    assert browser.page.status_code == 403
    assert "pincode" in browser.text.lower()
    assert sent_to(granted, "/rights") == []


def test_two_clicks_and_the_pin(granted):
    browser = granted.browser().signs_in().goes("/history")
    path = f"/rights/erasures/{granted.verifier.mandate_id}"
    assert path in browser.text

    browser.goes(path).sends(path, pin=PIN)

    assert browser.leads_to.startswith("/rights/requests/")
    assert "24 december 2026" in browser.goes(browser.leads_to).text
    assert "Dit hebt u al gevraagd" in browser.goes(path).text


def test_an_active_mandate_is_better_withdrawn_first(granted):
    page = granted.browser().signs_in().goes(f"/rights/erasures/{granted.verifier.mandate_id}").text

    assert "Trek eerst de machtiging in" in page


def test_a_clear_no_is_told_and_can_be_tried_again(build):
    town = town_with(build)

    said = ask(town)

    assert (said.status_code, said.json["code"]) == (502, "rights_not_taken")
    assert [one["state"] for one in town.call("GET", "/rights").json["requests"]] == ["not_taken"]
    assert ask(town).json["code"] == "rights_not_taken"


def test_an_address_behind_the_guard_is_told_and_nothing_waits(granted):
    granted.wire.guarded.add(DESK)

    said = ask(granted)

    assert (said.status_code, said.json["code"]) == (502, "could_not_reach")
    granted.wire.guarded.clear()
    assert ask(granted).status_code == 201


@pytest.mark.parametrize(
    ("support", "shown"),
    [("mailto:loket@example.nl", "mailto:loket@example.nl?subject="), ("tel:+3112345678", "+3112345678")],
)
def test_an_organisation_that_takes_letters_or_calls_is_reached_that_way(build, support, shown):
    town = town_with(build, support_uri=support)

    assert ask(town).json["code"] == "nobody_to_ask"
    page = town.browser().signs_in().goes(f"/rights/erasures/{town.verifier.mandate_id}").text
    assert shown in page


@pytest.mark.parametrize(
    ("support", "shown"),
    [
        ("mailto:loket@example.nl", "mailto:loket@example.nl?subject="),
        ("tel:+3112345678", "+3112345678"),
        (f"{DESK}/rights", f'href="{DESK}/rights"'),
    ],
)
def test_data_shared_without_a_mandate_lead_to_the_organisation(build, support, shown):
    town = build(trusted_files={"registration-anchors.pem": pem_of(REGISTER)})
    town.join()
    town.verifier.with_mandate = False
    compact = registration(REGISTER, claims=("given_name", "family_name"), support_uri=support)
    town.verifier.claims["verifier_info"] = registered(compact)
    town.grants()
    browser, path = town.browser().signs_in(), f"/rights/contact/{request_line(town)['id']}"

    assert path in browser.goes("/history").text
    assert shown in browser.goes(path).text
    assert browser.goes("/rights/contact/unknown").page.status_code == 404


def test_without_a_registration_there_is_nobody_to_ask(town):
    town.grants()

    said = ask(town)

    assert (said.status_code, said.json["code"]) == (409, "nobody_to_ask")


def test_somebody_else_s_mandate_and_request_do_not_exist(granted):
    id = ask(granted).json["id"]
    granted.join("Henk", "274952")

    body = {"mandate_id": granted.verifier.mandate_id, "pin": "274952"}
    assert granted.call("POST", "/rights/erasures", body, who="Henk").status_code == 404
    assert granted.call("GET", f"/rights/{id}", who="Henk").status_code == 404
    assert granted.call("GET", "/rights", who="Henk").json["requests"] == []


def test_a_report_says_who_and_what_and_what_was_wrong_but_nothing_of_the_citizen(build):
    town = build(
        trusted_files={"registration-anchors.pem": pem_of(REGISTER)}, supervisor_url=f"{DESK}/supervisor"
    )
    town.join()
    town.collects()
    town.verifier.with_mandate = False
    compact = registration(REGISTER, claims=("given_name",), supervisory_authority={"phone": "+31 1"})
    town.verifier.claims["verifier_info"] = registered(compact)
    town.call("POST", f"/requests/{town.asked().json['id']}/decline")

    report(town, request_line(town)["id"], words="Te veel \u202e gevraagd.\nEcht.")

    (body,) = sent_to(town, "/supervisor")
    assert (body["common_name"], body["concerns"]) == ("Geldloket Voorbeeldstad", ["surplus"])
    assert body["words"] == "Te veel gevraagd. Echt."
    assert "de Vries" not in json.dumps(body) and NAME not in json.dumps(body)


def test_a_report_is_sent_once_and_shows_its_reference(granted):
    entry = request_line(granted)["id"]
    browser = granted.browser().signs_in()
    path = f"/rights/reports/{entry}"

    browser.goes(path).sends(path, words="Hm.", unwanted="yes")

    assert "TZH-1" in browser.goes(browser.leads_to).text
    again = report(granted, entry)
    assert (again.status_code, again.json["code"]) == (409, "already_asked")
    assert "Dit hebt u al gemeld." in browser.goes(path).text


def test_without_a_supervisor_nothing_is_sent(town):
    town.grants()

    said = report(town, request_line(town)["id"])

    assert (said.status_code, said.json["code"]) == (409, "nobody_to_ask")


def test_a_line_of_nobody_cannot_be_reported(granted):
    assert report(granted, "unknown").status_code == 404


def test_the_export_is_one_file_to_read_or_for_a_program(granted):
    browser = granted.browser().signs_in()

    html = browser.goes("/rights/export").sends("/rights/export", pin=PIN, form="html").page
    read = html.get_data(as_text=True)
    browser.goes("/rights/export").sends("/rights/export", pin=PIN, form="json")

    assert "attachment" in html.headers["Content-Disposition"]
    assert html.headers["Cache-Control"] == "no-store"
    assert "de Vries" in read and "<script" not in read and "src=" not in read
    said = json.loads(browser.text)
    assert (said["type"], said["account"]) == ("urn:eenmalig:export:1", {"name": NAME})
    assert set(said) >= {"cards", "mandates", "receipts", "requests", "history", "settings", "eudi"}


def test_the_export_to_read_holds_dates_in_words_and_technical_data_apart(granted):
    browser = granted.browser().signs_in()

    read = browser.goes("/rights/export").sends("/rights/export", pin=PIN, form="html").text

    first = read.split("<section>")[1]
    said, added = first.split("<details>")
    assert "Technische gegevens van deze kaart" in added
    assert ("cnf" in said, '<th scope="row">iat' in read, "Ondertekend op" in added) == (False, False, True)
    assert not re.search(r"<td>1[0-9]{3}[.,]?[0-9]{3}[.,]?[0-9]{3}</td>|<td>1(\.[0-9]{3}){3}</td>", read)


@pytest.mark.parametrize(
    ("value", "words"),
    [(1_795_576_560, "25 november 2026, 04:16"), (-1, "\N{MINUS SIGN}1"), (10**15, "1.000")],
)
def test_a_moment_is_written_out_and_what_is_none_stays_a_number(value, words, town):
    with town.app.test_request_context():
        said, _added = card_rows({"not_before": value}, {"not_before": {"nl": "Geldig vanaf"}})

    assert said[0][0] == "Geldig vanaf"
    assert said[0][1].startswith(words)


def test_a_list_has_the_label_of_its_members(town):
    labels = {"actions.0": {"nl": "Wat mag"}}
    with town.app.test_request_context():
        said, _added = card_rows({"actions": ["request", "unknown"]}, labels)

    assert said == [("Wat mag", "dit ene verzoek indienen, unknown")]


def test_the_export_page_keeps_everything_to_itself_without_the_pin(granted):
    browser = granted.browser().signs_in()

    browser.goes("/rights/export").sends("/rights/export", pin="135791")

    assert browser.page.status_code == 403
    assert "de Vries" not in browser.text
    assert [one["kind"] for one in granted.history()].count("exported") == 0


@pytest.mark.parametrize("path", ["/rights", "/rights/export", "/rights/erasures/m", "/rights/reports/x"])
def test_who_is_signed_out_signs_in_and_comes_back(town, path):
    browser = town.browser().goes(path)

    assert browser.leads_to == f"/sign-in?next={path.replace('/', '%2F')}"


def kept(id, subject="s"):
    state = RightsState.NOT_CERTAIN
    return SealedRights(RightsId(id), NOOR, RightsKind.DELETION, subject, state, b"sealed", NOON)


def test_of_many_that_ask_the_same_at_once_one_is_written(database):  # noqa: F811
    store = RightsStore(database)
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda n: store.begin(kept(f"r{n}"), line(f"h{n}", f"r{n}")), range(8)))

    assert sorted(done) == [False] * 7 + [True]
    assert len(HistoryStore(database).newest(account_id=NOOR)) == 1


def test_what_was_answered_stays_answered_and_frees_the_subject(database):  # noqa: F811
    store = RightsStore(database)
    store.begin(kept("r"), line("h", "r"))

    first = store.note(RightsId("r"), RightsState.REFUSED, b"no", account_id=NOOR, now=NOON)
    second = store.note(RightsId("r"), RightsState.GRANTED, b"yes", account_id=NOOR, now=NOON)

    assert (first, second) == (True, False)
    assert store.find(RightsId("r"), account_id=NOOR).state is RightsState.REFUSED
    assert HistoryStore(database).newest(account_id=NOOR)[0].outcome == "refused"
    assert store.begin(kept("r2"), line("h2", "r2"))
