"""The citizen's rights through all services: erased, reported, exported, and what breaks on the way."""

import json
import re
from dataclasses import replace

import pytest

from chassis.outbound import PeerUnreachable
from consent.transaction_log import MigrationData
from demo.play import PIN, Walk
from demo.web_client import Caller, Refused


@pytest.fixture
def walk(town):
    """Noor, whose mandate was used."""
    names = ("issuer", "wallet", "verifier", "hub")
    walk = Walk(*(Caller(town.wire, town.place.urls()[name], {}) for name in names), "noor")
    walk.open_wallet()
    walk.collect()
    return walk


@pytest.fixture
def used(walk):
    mandate_id = given(walk)
    walk.use(mandate_id, "key-1")
    return mandate_id


def given(walk):
    asked, screen = walk.ask()
    return walk.grant(asked, screen)["id"]


def ask_erasure(walk, mandate_id, pin=PIN):
    return walk.wallet.post("/api/v1/rights/erasures", {"mandate_id": mandate_id, "pin": pin})


def read(walk, asked):
    return walk.wallet.get(f"/api/v1/rights/{asked['id']}")


def history(walk):
    return walk.wallet.get("/api/v1/history")["history"]


def request_line(walk):
    return next(line for line in history(walk) if line["kind"] == "request")


def api(town, walk, method, path, **headers):
    return town.call("wallet", method, path, headers={**walk.wallet.headers, **headers})


class Browser:
    """Someone at a desk or at the supervisor, who presses buttons."""

    def __init__(self, town, name="verifier"):
        self.client = town.apps[name].test_client()

    def press(self, path, **fields):
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get("/lint").text).group(1)
        return self.client.post(path, data={"csrf_token": token, **fields}).status_code


def cut(town, part):
    def tamper(method, url, answer):
        if part in url and method == "POST":
            raise PeerUnreachable("cut")
        return answer

    town.wire.tamper = tamper


def test_a_citizen_has_data_erased_and_keeps_the_certificate(town, walk, used):
    asked = ask_erasure(walk, used)
    assert (asked["state"], asked["answer_by"] is not None) == ("received", True)

    assert Browser(town).press(f"/inbox/{asked['id']}/grant") == 303

    answer = read(walk, asked)
    assert (answer["state"], answer["doubt"]) == ("partly", None)
    erased = {one["what"]: one for one in answer["certificate"]["erased"]}
    sent = {card["query"]: card["presentation_sha256"] for card in request_line(walk)["receipt"]["cards"]}
    assert erased["account"]["sha256"] == sent["account"]
    assert {one["what"] for one in answer["certificate"]["kept"]} == {"evidence", "decision"}
    assert [line["kind"] for line in history(walk)[:2]] == ["erasure_answer", "erasure_asked"]
    assert history(walk)[1]["outcome"] == "partly"


def test_the_certificate_is_a_page_with_the_seals_of_what_was_sent(town, walk, used):
    asked = ask_erasure(walk, used)
    Browser(town).press(f"/inbox/{asked['id']}/grant")
    client = town.apps["wallet"].test_client()
    with client.session_transaction(base_url=town.url("wallet")) as kept:
        kept["token"] = walk.wallet.headers["Authorization"].removeprefix("Bearer ")

    page = client.get(
        f"/rights/requests/{asked['id']}?lang=en", base_url=town.url("wallet"), follow_redirects=True
    )

    sent = [
        card["presentation_sha256"]
        for card in request_line(walk)["receipt"]["cards"]
        if card["query"] != "identity"
    ]
    assert "Certificate of erasure" in page.text
    assert all(seal in page.text for seal in sent)


def test_a_refusal_and_an_extension_reach_the_citizen_with_their_reasons(town, walk, used):
    asked, desk = ask_erasure(walk, used), Browser(town)
    desk.press(f"/inbox/{asked['id']}/extend", because="complex")
    longer = read(walk, asked)
    desk.press(f"/inbox/{asked['id']}/refuse", ground="legal_claim")

    assert (longer["state"], longer["answer_by"] > asked["answer_by"]) == ("extended", True)
    refused = read(walk, asked)
    assert (refused["state"], refused["certificate"]["ground"]) == ("refused", "legal_claim")
    assert ask_erasure(walk, used)["state"] == "received"


def test_what_is_open_is_not_asked_twice(walk, used):
    ask_erasure(walk, used)

    with pytest.raises(Refused) as refused:
        ask_erasure(walk, used)
    assert refused.value.code == "already_asked"


def test_it_takes_the_pin(walk, used):
    with pytest.raises(Refused) as refused:
        ask_erasure(walk, used, pin="135791")
    assert refused.value.code == "wrong_pin"
    assert walk.wallet.get("/api/v1/rights")["requests"] == []


def test_a_request_whose_answer_was_lost_is_found_again(town, walk, used):
    cut(town, ":8003/rights")
    asked = ask_erasure(walk, used)
    assert asked["state"] == "received"

    town.wire.tamper = None
    assert read(walk, asked)["state"] == "received"
    assert len(walk.wallet.get("/api/v1/rights")["requests"]) == 1


def test_a_request_that_never_arrived_can_be_sent_again(town, walk, used):
    desk = town.wire.apps.pop(town.url("verifier"))
    asked = ask_erasure(walk, used)
    town.wire.apps[town.url("verifier")] = desk
    before = read(walk, asked)["state"]
    town.clock.advance(minutes=11)

    assert (asked["state"], before, read(walk, asked)["state"]) == (
        "not_certain",
        "not_certain",
        "not_taken",
    )
    assert ask_erasure(walk, used)["state"] == "received"


def test_an_answer_that_somebody_changed_is_not_believed(town, walk, used):
    asked = ask_erasure(walk, used)
    Browser(town).press(f"/inbox/{asked['id']}/grant")

    def tamper(method, url, answer):
        if "/rights/requests/" not in url:
            return answer
        body = json.loads(answer.body)
        head, payload, signature = body["request"]["certificate"].split(".")
        body["request"]["certificate"] = f"{head}.{payload}.{'A' * len(signature)}"
        return replace(answer, body=json.dumps(body).encode())

    town.wire.tamper = tamper
    doubted = read(walk, asked)
    town.wire.tamper = None

    assert (doubted["state"], doubted["doubt"], doubted["certificate"]) == (
        "received",
        "erasure_signature",
        None,
    )
    assert read(walk, asked)["state"] == "partly"


def test_a_state_that_the_certificate_does_not_say_is_not_believed(town, walk, used):
    asked = ask_erasure(walk, used)
    Browser(town).press(f"/inbox/{asked['id']}/refuse", ground="legal_claim")

    def tamper(method, url, answer):
        return replace(answer, body=answer.body.replace(b'"state":"refused"', b'"state":"granted"'))

    town.wire.tamper = tamper
    doubted = read(walk, asked)

    assert (doubted["state"], doubted["doubt"]) == ("received", "certificate_state")


@pytest.mark.parametrize("end", ["approved", "declined"])
def test_a_request_is_reported_with_its_evidence_and_gets_a_reference(town, walk, end):
    asked, screen = walk.ask()
    if end == "approved":
        walk.grant(asked, screen)
    else:
        walk.wallet.post(f"/api/v1/requests/{screen['id']}/decline", {})

    said = walk.wallet.post(
        "/api/v1/rights/reports",
        {"entry_id": request_line(walk)["id"], "words": "Dit wilde ik niet.", "unwanted": "yes"},
    )

    assert (said["state"], said["reference"][:8]) == ("received", "TZH-2026")
    entry = town.apps["verifier"].extensions["ports"].store.reports.by_reference(said["reference"])
    assert entry.evidence_holds
    told = json.loads(entry.report)
    assert (told["words"], told["concerns"]) == ("Dit wilde ik niet.", ["unwanted"])
    assert "999990" not in entry.report.decode()
    for state in ("received", "in_hand"):
        Browser(town).press(f"/supervisor/inbox/{said['reference']}/next", state=state)
    assert walk.wallet.get(f"/api/v1/rights/{said['id']}")["state"] == "closed"


def test_a_request_that_was_turned_away_at_the_door_can_be_reported_too(town, walk):
    def tamper(method, url, answer):
        if "/oid4vp/request/" not in url:
            return answer
        head, payload, signature = answer.body.decode().split(".")
        return replace(answer, body=f"{head}.{payload}.{'A' * len(signature)}".encode())

    town.wire.tamper = tamper
    with pytest.raises(Refused):
        walk.ask()
    town.wire.tamper = None

    said = walk.wallet.post("/api/v1/rights/reports", {"entry_id": request_line(walk)["id"]})

    entry = town.apps["verifier"].extensions["ports"].store.reports.by_reference(said["reference"])
    assert (entry.evidence_check, json.loads(entry.report)["concerns"]) == (
        "request_signature",
        ["request_not_trusted"],
    )


def test_a_line_without_a_request_cannot_be_reported(walk):
    with pytest.raises(Refused) as refused:
        walk.wallet.post("/api/v1/rights/reports", {"entry_id": history(walk)[0]["id"]})
    assert refused.value.code == "nothing_to_prove"


def test_everything_is_exported_and_nothing_that_opens_anything(town, walk, used):
    walk.wallet.get(f"/api/v1/mandates/{used}")
    asked = ask_erasure(walk, used)
    Browser(town).press(f"/inbox/{asked['id']}/grant")
    read(walk, asked)

    said = api(town, walk, "GET", "/api/v1/export", **{"Eenmalig-Pin": PIN}).json

    assert {card["type"].split("/")[-2] for card in said["cards"]} >= {"identity", "account-holder"}
    assert said["mandates"][0]["decision"]["refund_eur"] == 2809
    assert "~" in said["mandates"][0]["use_receipt"]
    assert said["requests"][0]["certificate"]["decision"] == "partly"
    assert MigrationData.from_json(json.dumps(said["eudi"])).transaction_log
    kinds = {line["transactionType"] for line in said["eudi"]["transactionLog"]}
    assert kinds >= {"Presentation", "CredentialIssuance", "DataDeletionRequest"}
    assert history(walk)[0]["kind"] == "exported"
    text = json.dumps(said)
    assert "eenmalig-read" not in text and "read_statement" not in text and PIN not in text
    assert '"d":' not in text and "PRIVATE" not in text


def test_the_export_takes_the_pin(town, walk):
    said = api(town, walk, "GET", "/api/v1/export")

    assert (said.status_code, said.json["code"]) == (403, "wrong_pin")


def test_a_line_of_the_history_goes_for_good_and_that_is_written(town, walk, used):
    line = request_line(walk)

    assert api(town, walk, "DELETE", f"/api/v1/history/{line['id']}").status_code == 204

    assert line["id"] not in [one["id"] for one in history(walk)]
    assert (history(walk)[0]["kind"], history(walk)[0]["receipt"]) == ("entry_deleted", None)
    assert api(town, walk, "DELETE", f"/api/v1/history/{line['id']}").status_code == 404
