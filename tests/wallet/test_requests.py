"""Requests: who asks is known or nothing happens; what is approved is what was shown."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text

from chassis.outbound import Answer
from consent.mandate import Organisation
from openid4vc.jose import base64url, strict_json
from tests.wallet.conftest import PIN
from tests.wallet.outside import DESK, PERSON, VCT, Authority, json_answer


def code_of(answer) -> str:
    code: str = answer.json["code"]
    return code


def test_a_request_shows_who_asks_what_goes_and_what_stays(town):
    town.collects()

    shown = town.asked().json

    assert shown["verifier"]["name"] == "Geldloket Voorbeeldstad"
    assert shown["verifier"]["identifier"] == "NTRNL-00000001"
    assert shown["shared"]["identity"]["claims"] == {"given_name": "Noor", "family_name": "de Vries"}
    assert shown["not_shared"] == {VCT: ["personal_administrative_number"]}
    assert shown["purpose"] == {"nl": "Eén verzoek doen.", "en": "Make one request."}
    assert "Geldloket Voorbeeldstad" in shown["mandate_text"]["nl"]


def test_approving_sends_a_presentation_that_verifies(town):
    done = town.grants().json

    assert done["outcome"] == "shared"
    assert done["redirect_uri"] == f"{DESK}/return?response_code=yes"
    assert done["mandate"] == {"id": town.verifier.mandate_id, "state": "granted"}
    (answer,) = town.verifier.answers
    (identity,) = answer.credentials["identity"]
    assert {name for name in PERSON if name in identity.claims} == {"given_name", "family_name"}
    assert identity.jti


def test_a_request_without_a_mandate_carries_no_jti(town):
    town.verifier.with_mandate = False

    done = town.grants().json

    assert (done["outcome"], done["mandate"]) == ("shared", None)
    assert town.verifier.answers[0].credentials["identity"][0].jti is None


def test_a_request_by_get_is_fetched_without_a_nonce(town):
    town.collects()

    assert town.asked(town.verifier.link(method="get")).status_code == 201
    assert [method for method, url, _ in town.wire.sent if "request/1" in url] == ["GET"]


@pytest.mark.threat("158")
def test_the_history_names_fields_and_hashes_and_no_value(town):
    town.grants()

    line = town.history()[0]

    assert line["outcome"] == "shared"
    assert [field["nl"] for field in line["cards"][0]["fields"]] == ["Voornamen", "Achternaam"]
    assert line["receipt"]["mandate_id"] == town.verifier.mandate_id
    assert "de Vries" not in str(line)


def test_each_copy_is_shown_once(town):
    town.verifier.with_mandate = False
    town.collects()
    for number in range(3):
        town.verifier.nonce = f"n-{number}"
        assert town.approves(town.asked().json).json["outcome"] == "shared"
    keys = {answer.credentials["identity"][0].holder_key.thumbprint() for answer in town.verifier.answers}

    town.verifier.nonce = "n-4"
    fourth = town.asked().json

    assert len(keys) == 3
    assert [card["why"] for card in fourth["missing"]] == ["used_up"]


NOT_TRUSTED = {
    "unsigned": lambda town: setattr(town.verifier, "compact", lambda compact: compact[:-10]),
    "of another certificate authority": lambda town: setattr(
        town.verifier, "authority", Authority("Geldloket Voorbeeldstad", "NTRNL-00000001")
    ),
    "with another client_id inside": lambda town: town.verifier.claims.update(client_id="x509_hash:abc"),
    "without our nonce": lambda town: setattr(town.verifier, "without", ("wallet_nonce",)),
    "with another nonce than ours": lambda town: town.verifier.claims.update(wallet_nonce="another"),
    "for another wallet": lambda town: town.verifier.claims.update(aud="https://wallet.example"),
    "of another type": lambda town: setattr(town.verifier, "typ", "JWT"),
    "without a response_uri": lambda town: setattr(town.verifier, "without", ("response_uri",)),
    "made by who issues cards": lambda town: setattr(town.verifier, "authority", town.issuer.authority),
}


@pytest.mark.threat("102")
@pytest.mark.threat("103")
@pytest.mark.threat("104")
@pytest.mark.threat("105")
@pytest.mark.threat("110")
@pytest.mark.threat("112")
@pytest.mark.threat("114")
@pytest.mark.threat("120")
@pytest.mark.parametrize("fault", NOT_TRUSTED)
def test_when_it_is_not_sure_who_asks_nobody_is_answered(town, fault):
    town.collects()
    NOT_TRUSTED[fault](town)

    refused = town.asked()

    assert (refused.status_code, code_of(refused)) == (403, "request_not_trusted")
    assert town.verifier.received == []
    assert town.history()[0]["outcome"] == "failed"


@pytest.mark.threat("104")
def test_an_outer_client_id_that_differs_is_refused(town):
    refused = town.asked(town.verifier.link(client_id="x509_hash:somebody-else"))

    assert code_of(refused) == "request_not_trusted"
    assert town.verifier.received == []


FAULTY = {
    "redirect_uri beside response_uri": (
        "invalid_request",
        lambda v: v.claims.update(redirect_uri=f"{DESK}/x"),
    ),
    "no nonce": ("invalid_request", lambda v: setattr(v, "without", ("nonce",))),
    "no query": ("invalid_request", lambda v: setattr(v, "without", ("dcql_query",))),
    "another response mode": ("invalid_request", lambda v: v.claims.update(response_mode="fragment")),
    "only mdoc": (
        "vp_formats_not_supported",
        lambda v: (
            setattr(v, "with_mandate", False),
            v.claims.update(
                dcql_query={
                    "credentials": [{"id": "m", "format": "mso_mdoc", "meta": {"doctype_value": "org.iso"}}]
                }
            ),
        ),
    ),
    "an unknown type of transaction": (
        "invalid_transaction_data",
        lambda v: setattr(v, "transaction_data", [other_type(v)]),
    ),
    "an unknown member in the mandate": (
        "invalid_transaction_data",
        lambda v: setattr(v, "transaction_data", [changed(v, surprise=1)]),
    ),
    "another text than the mandate's own": (
        "invalid_transaction_data",
        lambda v: setattr(v, "transaction_data", [changed(v, text_sha256="B" * 43)]),
    ),
    "two mandates": (
        "invalid_transaction_data",
        lambda v: setattr(v, "transaction_data", [v.mandate().encode()] * 2),
    ),
    "a mandate for somebody else": (
        "invalid_transaction_data",
        lambda v: setattr(
            v,
            "transaction_data",
            [v.mandate(mandatary=Organisation(id="NTRNL-99999999", name="Another")).encode()],
        ),
    ),
    "a mandate that is withdrawn elsewhere": (
        "invalid_transaction_data",
        lambda v: setattr(
            v, "transaction_data", [v.mandate(revocation_uri="http://evil.example/m/revoke").encode()]
        ),
    ),
    "a mandate for fewer data than asked": (
        "invalid_transaction_data",
        lambda v: setattr(
            v,
            "transaction_data",
            [
                v.mandate(
                    data=(v.mandate().data[0].model_copy(update={"paths": (("given_name",),)}),)
                ).encode()
            ],
        ),
    ),
}


def changed(verifier, **members) -> str:
    document = strict_json.loads(base64url.decode(verifier.mandate().encode())) | members
    return base64url.encode(strict_json.dumps(document))


def other_type(verifier) -> str:
    return changed(verifier, type="urn:example:payment:1")


@pytest.mark.threat("101")
@pytest.mark.threat("106")
@pytest.mark.threat("122")
@pytest.mark.threat("134")
@pytest.mark.threat("140")
@pytest.mark.parametrize("fault", FAULTY)
def test_a_known_asker_hears_what_is_wrong_with_its_request(town, fault):
    wire_code, spoil = FAULTY[fault]
    town.collects()
    spoil(town.verifier)

    refused = town.asked()

    assert code_of(refused) == "request_faulty"
    (told,) = town.verifier.received
    assert (told["error"], told.get("state")) == (wire_code, "s-1")
    assert "vp_token" not in told


@pytest.mark.threat("116")
@pytest.mark.threat("117")
@pytest.mark.threat("119")
@pytest.mark.parametrize(
    "changes",
    [{"request_uri": ""}, {"request_uri_method": "PUT"}, {"request": "x"}, {"request_uri": "ftp://x/y"}],
)
def test_a_link_that_is_no_request_is_refused_before_anything_is_fetched(town, changes):
    link = town.verifier.link()
    for name, value in changes.items():
        link += f"&{name}={value}" if name == "request" else ""
    wanted = link if "request" in changes else town.verifier.link(**{"method": "post"} | changes)

    refused = town.asked(wanted) if "request_uri_method" not in changes else town.asked(link[:-4] + "PUT")

    assert code_of(refused) == "request_unusable"
    assert town.wire.sent == []


def test_a_verifier_that_is_down_is_named(town):
    town.wire.homes.pop(DESK)

    refused = town.asked()

    assert code_of(refused) == "could_not_reach"
    assert "localhost:8003" in refused.json["title"]


def test_the_same_request_twice_is_one_request(town):
    town.collects()

    assert town.asked().json["id"] == town.asked().json["id"]


@pytest.mark.threat("159")
def test_an_answered_request_does_not_come_back(town):
    town.grants()

    assert code_of(town.asked()) == "request_closed"


@pytest.mark.threat("159")
def test_a_declined_request_does_not_come_back(town):
    town.collects()
    shown = town.asked().json
    town.call("POST", f"/requests/{shown['id']}/decline")

    assert code_of(town.asked()) == "request_closed"


def test_an_expired_request_cannot_be_approved(town):
    town.collects()
    shown = town.asked().json
    town.clock.advance(minutes=15)

    refused = town.approves(shown)

    assert code_of(refused) == "request_expired"
    assert town.verifier.received == []


@pytest.mark.threat("150")
def test_another_digest_than_the_screens_signs_nothing(town):
    town.collects()

    refused = town.approves(town.asked().json, digest="A" * 43)

    assert (refused.status_code, code_of(refused)) == (409, "screen_changed")
    assert town.verifier.received == []


def test_a_new_card_after_the_screen_was_read_needs_a_new_look(town):
    town.collects()
    shown = town.asked().json
    town.issuer.claims["given_name"] = "Eva"
    town.collects()

    assert code_of(town.approves(shown)) == "screen_changed"


@pytest.mark.threat("155")
def test_without_the_right_pin_nothing_is_signed(town):
    town.collects()
    shown = town.asked().json

    refused = town.approves(shown, pin="918273")

    assert (refused.status_code, code_of(refused)) == (403, "wrong_pin")
    assert town.verifier.received == []
    assert town.approves(shown).json["outcome"] == "shared"


@pytest.mark.threat("127")
@pytest.mark.threat("157")
def test_no_and_not_having_it_are_the_same_bytes(town):
    missing = town.asked().json
    town.call("POST", f"/requests/{missing['id']}/decline")
    town.verifier.nonce = "n-second"
    town.collects()
    held = town.asked().json
    declined = town.call("POST", f"/requests/{held['id']}/decline").json

    assert missing["missing"] and not held["missing"]
    first, second = town.verifier.received
    assert first == second == {"error": "access_denied", "state": "s-1"}
    assert declined == {"outcome": "not_shared", "redirect_uri": f"{DESK}/return?response_code=no"}


def test_a_missing_card_is_explained_and_the_request_stays_open(town):
    shown = town.asked().json
    assert [(card["why"], card["issuers"]) for card in shown["missing"]] == [
        ("absent", ["http://localhost:8001/municipality"])
    ]
    assert shown["digest"] is None

    town.collects()

    assert town.approves(town.asked().json).json["outcome"] == "shared"


def test_a_card_with_another_value_is_another_card(town):
    town.verifier.with_mandate = False
    town.verifier.values = {"given_name": ["Henk"]}
    town.collects()

    assert [card["why"] for card in town.asked().json["missing"]] == ["other"]


def test_an_expired_card_is_called_expired(town):
    town.collects()
    town.clock.advance(days=100)
    town.tokens["Noor"] = town.call("POST", "/sessions", {"name": "Noor", "pin": PIN}).json["token"]

    assert [card["why"] for card in town.asked().json["missing"]] == ["expired"]


def test_an_approved_request_without_the_card_is_refused(town):
    shown = town.asked().json

    refused = town.approves(shown | {"digest": "x"})

    assert code_of(refused) == "cards_missing"


@pytest.mark.threat("143")
def test_when_no_answer_comes_it_is_not_certain_and_the_same_bytes_go_again(town):
    town.collects()
    shown = town.asked().json
    town.wire.down.add(f"{DESK}/oid4vp/response")
    done = town.approves(shown).json
    assert (done["outcome"], done["mandate"]["state"]) == ("not_certain", "not_certain")
    assert town.history()[0]["outcome"] == "not_certain"
    town.verifier.state = "proposed"

    town.wire.down.clear()
    browser = town.browser().signs_in().goes(f"/requests/{shown['id']}/result")
    browser.sends(f"/requests/{shown['id']}/again")

    tries = [body for _, url, body in town.wire.sent if url.endswith("/oid4vp/response")]
    assert len(tries) == 2 and tries[0] == tries[1]
    assert town.history()[0]["outcome"] == "shared"
    assert town.call("GET", f"/mandates/{town.verifier.mandate_id}").json["state"] == "granted"


def test_when_the_register_has_the_grant_nothing_is_sent_again(town):
    town.collects()
    shown = town.asked().json
    town.wire.down.add(f"{DESK}/oid4vp/response")
    town.approves(shown)

    browser = town.browser().signs_in().goes(f"/requests/{shown['id']}/result")
    browser.sends(f"/requests/{shown['id']}/again")

    assert len([url for url in town.wire.urls() if url.endswith("/oid4vp/response")]) == 1
    assert town.history()[0]["outcome"] == "shared"


def test_what_the_guard_stops_was_not_shared(town):
    town.collects()
    shown = town.asked().json
    town.wire.guarded.add(DESK)

    done = town.approves(shown).json

    assert (done["outcome"], done["trouble"]) == ("failed", "not_sent")


@pytest.mark.threat("158")
def test_a_verifier_that_refuses_the_answer_gives_no_mandate(town):
    town.verifier.response = json_answer({"error": "invalid_request"}, 400)

    done = town.grants().json

    assert (done["outcome"], done["trouble"], done["mandate"]["state"]) == ("failed", "refused", "declined")
    assert town.history()[0]["outcome"] == "failed"


@pytest.mark.threat("142")
@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "http://evil.example/",
        "//evil.example",
        "http://localhost:8003@evil.example/",
        "http://localhost:8001/",
        "http://localhost:8003/" + "x" * 5000,
    ],
)
def test_nobody_is_sent_to_a_strange_address(town, address):
    town.verifier.response = json_answer({"redirect_uri": address})

    done = town.grants().json

    assert (done["outcome"], done["redirect_uri"]) == ("shared", None)
    assert done["trouble"] == "strange_return"


def test_a_200_without_json_is_still_an_answer(town):
    town.verifier.response = Answer(200, "text/plain", {}, b"fine")

    assert town.grants().json["outcome"] == "shared"


@pytest.mark.threat("152")
def test_approving_twice_sends_one_answer(town):
    town.collects()
    shown = town.asked().json
    town.approves(shown)

    again = town.approves(shown)

    assert code_of(again) == "request_closed"
    assert len(town.verifier.received) == 1
    assert [line["kind"] for line in town.history()] == ["request", "collected"]


@pytest.mark.threat("154")
def test_somebody_elses_request_is_unknown(town):
    town.collects()
    shown = town.asked().json
    town.join("Henk")

    for method, path in (("GET", ""), ("POST", "/decline")):
        refused = town.call(method, f"/requests/{shown['id']}{path}", who="Henk")
        assert (refused.status_code, code_of(refused)) == (404, "request_unknown")


def test_no_value_and_no_key_stands_in_the_database(town):
    town.grants()

    with create_engine(town.database_url).connect() as connection:
        tables = ("accounts", "cards", "copies", "requests", "mandates", "history", "sessions", "offers")
        everything = repr(
            [tuple(row) for one in tables for row in connection.execute(text(f"select * from {one}"))]
        )

    for secret in ("de Vries", "999990019", "Noor", PIN, town.tokens["Noor"], "Geldloket", "eyJ"):
        assert secret not in everything
