"""Reports to the supervisor of the demonstration: taken once, judged by their evidence, moved on by hand."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from consent.rights import ReportToAuthority
from consent.transaction_log import NATIONAL_NUMBER, ClaimInfo, Identifier
from tests.verifier.helpers.watch import rows as cells
from verifier.store import reports as reports_store
from verifier.store.tables import dpa_report

DESK_ID = "NTRNL-00000001"


def ports(desk):
    return desk.app.extensions["ports"]


def signed_request(desk):
    """The bytes that a wallet was asked with."""
    opened = desk.start()
    return desk.client().post(f"/oid4vp/request/{opened.id}").text


def report(desk, **changes):
    said = {
        "report_id": "r-0123456789abcdef",
        "reported_at": int(desk.clock.now.timestamp()),
        "common_name": "Geldloket Voorbeeldstad",
        "party_identifier": Identifier(type=NATIONAL_NUMBER, identifier=DESK_ID),
        "dpa_name": "Toezichthouder (voorbeeld)",
        "dpa_country": "NL",
        "channel": "web",
        "claims": (ClaimInfo(credential_identifier="balance", claims=("totaal_saldo",)),),
        "concerns": ("surplus",),
        "words": "Mijn zoon heet Bram.",
        "request_object": signed_request(desk),
    }
    return ReportToAuthority(**said | changes)


def send(desk, body):
    return desk.client().post("/supervisor", data=body, content_type="application/json")


def page(desk, path):
    return desk.client().get(f"{path}?lang=en", follow_redirects=True)


def press(desk, reference, state):
    client = desk.client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/lint").text).group(1)
    return client.post(
        f"/supervisor/inbox/{reference}/next", data={"csrf_token": token, "state": state}
    ).status_code


def test_a_report_arrives_with_its_evidence_and_gets_a_reference(any_desk):
    said = send(any_desk, report(any_desk).to_json())

    reference = said.json["report"]["reference"]
    assert (said.status_code, said.json["report"]["state"]) == (201, "received")
    shown = page(any_desk, f"/supervisor/inbox/{reference}").text
    assert "The signature holds" in shown
    assert "It asked more than it registered." in shown
    assert "Bram" in shown
    assert reference in page(any_desk, "/supervisor/inbox").text


def test_the_same_report_once_more_gets_the_same_reference(any_desk):
    body = report(any_desk).to_json()

    assert send(any_desk, body).json == send(any_desk, body).json
    assert len(ports(any_desk).store.reports.newest()) == 1


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"request_object": "e30.e30.e30"}, "jws_alg"),
        ({"request_object": "rubbish"}, "request_form"),
        (
            {"party_identifier": Identifier(type=NATIONAL_NUMBER, identifier="NTRNL-00000099")},
            "request_party",
        ),
    ],
)
def test_evidence_that_proves_nothing_is_taken_and_named(desk, changes, check):
    reference = send(desk, report(desk, **changes).to_json()).json["report"]["reference"]

    assert ports(desk).store.reports.by_reference(reference).evidence_check == check
    assert check in page(desk, f"/supervisor/inbox/{reference}").text


def test_a_signature_that_was_tampered_with_is_named(desk):
    header, payload, signature = signed_request(desk).split(".")
    other = "A" if signature[5] != "A" else "B"
    forged = f"{header}.{payload}.{signature[:5]}{other}{signature[6:]}"

    reference = send(desk, report(desk, request_object=forged).to_json()).json["report"]["reference"]

    assert ports(desk).store.reports.by_reference(reference).evidence_check == "request_signature"


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"type":"urn:eenmalig:dpa-report:1"}'])
def test_rubbish_is_no_report(desk, body):
    said = send(desk, body)

    assert (said.status_code, said.json["code"]) == (400, "malformed_rights_message")


def test_a_full_inbox_says_so(desk, monkeypatch):
    monkeypatch.setitem(reports_store.Reports.is_full.__kwdefaults__, "most", 0)

    said = send(desk, report(desk).to_json())
    assert (said.status_code, said.json["code"]) == (503, "too_many_reports")


@pytest.mark.threat("925")
def test_an_inbox_is_full_by_size_as_well_as_by_number(any_desk, monkeypatch):
    store = ports(any_desk).store.reports
    send(any_desk, report(any_desk).to_json())
    monkeypatch.setitem(reports_store.Reports.is_full.__kwdefaults__, "most_bytes", 2000)

    said = send(any_desk, report(any_desk, report_id="r-fedcba9876543210").to_json())

    assert not store.is_full(most_bytes=1 << 20)
    assert (said.status_code, said.json["code"]) == (503, "too_many_reports")
    assert len(store.newest()) == 1


def test_a_report_is_moved_on_step_by_step_and_twice_is_once(any_desk):
    reference = send(any_desk, report(any_desk).to_json()).json["report"]["reference"]

    assert [press(any_desk, reference, "received") for _ in range(2)] == [303, 303]
    read = any_desk.client().get("/supervisor/requests/r-0123456789abcdef").json["report"]
    assert read["state"] == "in_hand"
    press(any_desk, reference, "in_hand")
    press(any_desk, reference, "closed")
    assert ports(any_desk).store.reports.by_reference(reference).state == "closed"


def test_outside_the_demonstration_nobody_sends_what_nobody_reads(desk):
    own = ports(desk)
    desk.app.extensions["ports"] = replace(own, policy=replace(own.policy, demo_roles=False))

    said = send(desk, report(desk).to_json())

    assert (said.status_code, said.json["code"]) == (403, "demo_role_only")
    assert own.store.reports.newest() == ()


def test_an_unknown_report_is_told_apart(desk):
    assert desk.client().get("/supervisor/requests/r-0123456789abcdef").status_code == 404
    assert page(desk, "/supervisor/inbox/TZH-2026-none").status_code == 404
    assert press(desk, "TZH-2026-none", "received") == 404


def test_what_a_citizen_writes_is_sealed_and_goes_after_a_year(any_desk):
    send(any_desk, report(any_desk).to_json())
    assert "Bram" not in str(cells(any_desk))

    any_desk.clock.now += timedelta(days=366)
    ports(any_desk).store.retention.erase_past(any_desk.clock.now)

    with ports(any_desk).store.ledger.database.read() as connection:
        assert connection.execute(select(dpa_report)).all() == []
