"""The receipt of a use: signed twice, read by its owner, checked by anybody."""

import json

import pytest

from chassis.config import ConfigError
from consent.receipts import ReceiptAnchors, verify_use_receipt
from openid4vc.jose.jws import parse_jws
from openid4vc.vp.request_object import REQUEST_OBJECT_TYP
from tests.verifier.helpers.cards import BSN
from tests.verifier.helpers.desk import build_desk, code_of
from tests.verifier.helpers.pki import Pki
from verifier.usecases.read_receipt import record_of


@pytest.fixture
def used(desk):
    opened = desk.granted()
    assert desk.use(opened).status_code == 200
    return opened


def bearer(desk, opened, **changed):
    statement = desk.statement(opened, "decision", **changed)
    return {"Authorization": f"Bearer {statement}"}


def receipt_of(desk, opened):
    said = desk.client().get(f"/mandates/{opened.mandate_id}/receipt", headers=bearer(desk, opened))
    assert said.status_code == 200, said.data
    return said.json


def checked(desk, text):
    """What the public page says to somebody without an account."""
    desk.app.config["WTF_CSRF_ENABLED"] = False
    said = desk.client().post("/check?lang=en", data={"document": text})
    assert said.status_code == 200
    return said.text


def test_a_use_leaves_a_receipt_that_both_sides_signed(desk, used):
    receipt = receipt_of(desk, used)
    anchors = (desk.pki.access_ca.root,)

    verified = verify_use_receipt(
        receipt["receipt"], anchors=ReceiptAnchors(anchors, anchors, anchors), at=desk.clock.now
    )

    (line,) = [
        line for line in desk.app.extensions["ports"].store.ledger.of(used.mandate_id) if line.event == "used"
    ]
    assert receipt["countersigned"] is True
    assert (verified.receipt.ledger_seq, verified.receipt.ledger_hash) == (line.seq, line.hash)
    assert (verified.desk.identifier, verified.authority.identifier) == ("NTRNL-00000001", "NTRNL-00000002")
    assert verified.receipt.decision_sha256 == line.details["decision_sha256"]


def test_a_repeated_call_changes_nothing_about_the_receipt(desk):
    opened = desk.granted()
    desk.use(opened, "key-1")
    first = receipt_of(desk, opened)
    desk.use(opened, "key-1")

    assert receipt_of(desk, opened) == first


def test_before_the_use_there_is_none(desk):
    opened = desk.granted()

    said = desk.client().get(f"/mandates/{opened.mandate_id}/receipt", headers=bearer(desk, opened))

    assert (said.status_code, said.json["code"]) == (404, "receipt_not_there")


def test_without_the_statement_of_the_grantor_there_is_none(desk, used):
    address = f"/mandates/{used.mandate_id}/receipt"
    other = desk.statement(used, "decision", card=desk.cards["account"])

    assert desk.client().get(address).json["code"] == "statement_refused"
    assert desk.client().get(address, headers={"Authorization": f"Bearer {other}"}).status_code == 403
    assert desk.client().post(address, data={"statement": other}).status_code == 403
    assert desk.say(used, "receipt", desk.statement(used, "decision")).status_code == 200


def test_anybody_can_check_it_and_sees_what_broke(desk, used):
    text = receipt_of(desk, used)["receipt"]
    place = len(text.split(".")[0]) + 20
    spoiled = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]

    assert "Everything holds." in checked(desk, text)
    broken = checked(desk, spoiled)
    assert "Something does not hold." in broken
    assert "Not true: The signature of the mandatary holds." in broken
    assert "desk_signature" in broken


def test_anybody_can_check_evidence(desk, used):
    values = desk.app.extensions["ports"].store.register.values(used.mandate_id)

    good, bad = checked(desk, values.evidence.decode()), checked(desk, "{}")

    assert "Everything holds." in good
    assert BSN not in good.replace(values.evidence.decode(), "")
    assert "Not true: The file is evidence that we can read." in bad


def test_without_the_authoritys_key_the_receipt_says_so(tmp_path, pki, migrated_file, monkeypatch):
    write = Pki.write

    def without(self, folder):
        write(self, folder)
        (folder / "keys" / "authority" / "key.pem").unlink()

    monkeypatch.setattr(Pki, "write", without)
    path = tmp_path / "verifier.db"
    path.write_bytes(migrated_file.read_bytes())
    desk = build_desk(tmp_path, f"sqlite:///{path}", pki)
    opened = desk.granted()
    desk.use(opened)

    receipt = receipt_of(desk, opened)

    assert receipt["countersigned"] is False
    assert "Not true: The text is a receipt." in checked(desk, receipt["receipt"])


def test_half_of_the_authoritys_key_is_no_start(tmp_path, pki, migrated_file, monkeypatch):
    write = Pki.write

    def half(self, folder):
        write(self, folder)
        (folder / "keys" / "authority" / "chain.pem").unlink()

    monkeypatch.setattr(Pki, "write", half)

    with pytest.raises(ConfigError, match="authority"):
        build_desk(tmp_path, f"sqlite:///{migrated_file}", pki)


@pytest.fixture
def browser(desk):
    """The citizen's browser, with a mandate of its own that was used."""
    desk.app.config["WTF_CSRF_ENABLED"] = False
    client = desk.app.test_client()
    away = client.post("/services/averaging/start").headers["Location"]
    request_id = away.partition("request%2F")[2].partition("&")[0]
    fetched = client.post(f"/oid4vp/request/{request_id}")

    asked = parse_jws(fetched.text, expected_typ=REQUEST_OBJECT_TYP).claims()
    said = desk.answer(desk.answer_fields(asked))
    case = client.get(f"/return?response_code={code_of(said)}").headers["Location"]
    assert client.post(f"{case}/use", data={"key": "key-1"}).status_code == 303
    return client, case


@pytest.mark.parametrize(
    ("lang", "words"), [("nl", "Twee organisaties tekenden"), ("en", "Two organisations signed")]
)
def test_the_citizen_reads_and_prints_it(browser, desk, lang, words):
    client, case = browser

    page = client.get(f"{case}/receipt?lang={lang}").text

    assert words in page
    assert "/check" in page
    assert BSN not in page
    assert client.get(f"{case}?lang={lang}").text.count(f"{case}/receipt") == 1
    assert desk.client().get(f"{case}/receipt").status_code == 404


def test_the_record_for_other_software_holds_the_events_and_no_values(browser, desk):
    client, case = browser

    said = client.get(f"{case}/record.jsonld")

    record = json.loads(said.data)
    assert said.content_type.startswith("application/ld+json")
    assert [event["em:state"] for event in record["dpv:hasConsentStatus"]] == ["proposed", "granted", "used"]
    assert not [value for value in (BSN, "Noor", "NL02VBLD") if value in said.text]
    assert desk.client().get(f"{case}/record.jsonld").status_code == 404


def test_an_expired_mandate_has_a_record_too(desk):
    opened = desk.granted()
    desk.advance(days=30)
    with desk.app.test_request_context():
        record = record_of(opened.mandate_id, ports=desk.app.extensions["ports"])

    assert record["dpv:hasConsentStatus"][-1]["em:state"] == "expired"
