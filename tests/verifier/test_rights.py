"""Requests for erasure at the desk: who may ask, in which term it is answered, and what really goes."""

import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from consent.erasure import (
    DELETION_TYP,
    sign_deletion_request,
    verify_erasure_certificate,
)
from consent.legal_clock import LegalClock
from consent.rights import DeletionRequest
from consent.transaction_log import NATIONAL_NUMBER, ClaimInfo, Identifier
from consent.use_receipt import digest_of
from openid4vc.jose import strict_json
from openid4vc.jose.jws import sign_jws
from openid4vc.jose.keys import SigningKey
from tests.verifier.helpers.desk import OWN, build_desk
from tests.verifier.test_retention import everything, values_in
from verifier.store.tables import decision, deletion_request, idempotency, mandate_values, outbox

RIGHTS = f"{OWN}/rights"
PARTY = Identifier(type=NATIONAL_NUMBER, identifier="NTRNL-00000001")


def ports(desk):
    return desk.app.extensions["ports"]


def request_for(desk, opened, **changes):
    said = {
        "request_id": "d-0123456789abcdef",
        "requested_at": int(desk.clock.now.timestamp()),
        "party_identifier": PARTY,
        "party_name": "Geldloket Voorbeeldstad",
        "claims": (ClaimInfo(credential_identifier="account", claims=("iban",)),),
        "everything": True,
        "mandate_id": opened.mandate_id,
    }
    return DeletionRequest(**said | changes)


def send(desk, statement):
    return desk.client().post("/rights", data={"statement": statement})


def ask(desk, opened, *, key=None, **changes):
    request = request_for(desk, opened, **changes)
    key = key or desk.cards["identity"].key
    return send(desk, sign_deletion_request(request, audience=RIGHTS, key=key))


def status(desk, request_id="d-0123456789abcdef"):
    return desk.client().get(f"/rights/requests/{request_id}").json["request"]


class CaseWorker:
    """Clicks in the inbox, with the token of the page."""

    def __init__(self, desk):
        self.client = desk.app.test_client()

    def read(self, path="/inbox"):
        return self.client.get(f"{path}?lang=en", follow_redirects=True).text

    def press(self, act, request_id="d-0123456789abcdef", **fields):
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.read("/lint")).group(1)
        data = {"csrf_token": token, **fields}
        return self.client.post(f"/inbox/{request_id}/{act}", data=data, headers={"Accept": "text/html"})


@pytest.fixture
def used(any_desk):
    opened = any_desk.granted()
    assert any_desk.use(opened, "key-1").status_code == 200
    return opened


@pytest.fixture
def ended(desk):
    """A mandate that was used, on SQLite: for what the database does not decide."""
    opened = desk.granted()
    assert desk.use(opened, "key-1").status_code == 200
    return opened


def rows(desk, table):
    with ports(desk).store.ledger.database.read() as connection:
        return connection.execute(select(table)).all()


def events(desk, opened):
    return [line.event for line in ports(desk).store.ledger.of(opened.mandate_id)]


def certificate_of(desk, opened):
    compact = status(desk)["certificate"]
    anchors = ports(desk).trust.access_anchors
    request = DeletionRequest.from_json(rows(desk, deletion_request)[0].request)
    return verify_erasure_certificate(
        compact, anchors=anchors, expected_request=request, now=desk.clock.now
    ).certificate


def test_a_request_arrives_with_its_term_and_a_line_in_the_ledger(any_desk, used):
    said = ask(any_desk, used)

    due = LegalClock(any_desk.clock.now).due.isoformat()
    assert (said.status_code, said.json["request"]["state"], said.json["request"]["due"]) == (
        201,
        "received",
        due,
    )
    assert events(any_desk, used)[-1] == "deletion_requested"
    assert "Answer by" in CaseWorker(any_desk).read()


def test_granting_erases_what_no_duty_keeps_and_certifies_it(any_desk, used):
    sent = strict_json.loads(ports(any_desk).store.register.values(used.mandate_id).presentations)
    ask(any_desk, used)

    assert CaseWorker(any_desk).press("grant").status_code == 303

    said = certificate_of(any_desk, used)
    assert said.decision == "partly"
    assert {one.what: one.sha256 for one in said.erased if one.sha256} == {
        name: digest_of(presentation) for name, presentation in sent.items()
    }
    assert [(one.what, one.rule[:8], one.until is not None) for one in said.kept] == [
        ("evidence", "AVG 17(3", True),
        ("decision", "AVG 17(3", True),
    ]
    line = ports(any_desk).store.ledger.of(used.mandate_id)[-1]
    assert (line.event, line.seq, line.hash) == ("deletion_answered", said.ledger_seq, said.ledger_hash)
    assert ports(any_desk).store.ledger.verify().intact
    values = rows(any_desk, mandate_values)[0]
    assert (values.sealed_presentations, values.presentations_until) == (None, None)
    assert rows(any_desk, idempotency) == []
    assert {"NL02VBLD", "100000"} & set(values_in(everything(any_desk))) == set()


def test_before_it_is_granted_the_values_are_there(any_desk, used):
    ask(any_desk, used)

    assert {"NL02VBLD", "100000"} <= set(values_in(everything(any_desk)))


def test_when_the_terms_of_the_law_are_over_nothing_is_left_to_keep(desk, ended):
    desk.advance(days=14 + 30 + 1)
    ports(desk).store.retention.erase_past(desk.clock.now)
    ask(desk, ended)

    assert CaseWorker(desk).press("grant").status_code == 303

    said = certificate_of(desk, ended)
    assert (said.decision, said.kept) == ("granted", ())
    assert all(one.earlier for one in said.erased)


def test_the_same_request_once_more_gets_the_same_answer(any_desk, used):
    statement = sign_deletion_request(
        request_for(any_desk, used), audience=RIGHTS, key=any_desk.cards["identity"].key
    )
    first = send(any_desk, statement).json

    assert send(any_desk, statement).json == first
    assert events(any_desk, used).count("deletion_requested") == 1


def test_a_second_request_while_one_is_open_is_refused(any_desk, used):
    ask(any_desk, used)

    said = ask(any_desk, used, request_id="d-another0123456789")
    assert (said.status_code, said.json["code"]) == (409, "deletion_already_requested")


def test_after_a_refusal_the_citizen_may_ask_again(any_desk, used):
    ask(any_desk, used)
    assert CaseWorker(any_desk).press("refuse", ground="legal_claim").status_code == 303

    assert ask(any_desk, used, request_id="d-another0123456789").status_code == 201


def test_an_id_of_another_request_is_not_taken_over(any_desk, used):
    ask(any_desk, used)
    other = any_desk.granted()

    said = ask(any_desk, other)
    assert (said.status_code, said.json["code"]) == (409, "deletion_already_requested")


def test_who_did_not_grant_the_mandate_cannot_have_it_erased(desk, ended):
    said = ask(desk, ended, key=SigningKey.generate())

    assert (said.status_code, said.json["code"]) == (403, "statement_refused")
    assert rows(desk, deletion_request) == []


def test_a_mandate_that_nobody_gave_has_nobody_who_may_ask(desk):
    said = ask(desk, desk.start())

    assert (said.status_code, said.json["code"]) == (403, "statement_refused")


def test_an_unknown_mandate_is_refused(desk, ended):
    said = ask(desk, ended, mandate_id="m-0123456789abcdef0000")

    assert (said.status_code, said.json["code"]) == (404, "unknown_mandate")


@pytest.mark.parametrize(
    "changes",
    [
        {"party_identifier": Identifier(type=NATIONAL_NUMBER, identifier="NTRNL-00000099")},
        {"requested_at": 1_700_000_000},
    ],
)
def test_a_request_to_somebody_else_or_from_long_ago_is_refused(desk, ended, changes):
    said = ask(desk, ended, **changes)

    assert (said.status_code, said.json["code"]) == (403, "statement_refused")


def test_a_request_signed_for_another_address_is_refused(desk, ended):
    elsewhere = sign_deletion_request(
        request_for(desk, ended), audience="https://evil.example/rights", key=desk.cards["identity"].key
    )

    assert send(desk, elsewhere).status_code == 403


@pytest.mark.parametrize("changes", [{"everything": False}, {"mandate_id": None}])
def test_a_request_for_less_than_a_mandate_is_not_read(desk, ended, changes):
    said = ask(desk, ended, **changes)

    assert (said.status_code, said.json["code"]) == (400, "malformed_rights_message")


@pytest.mark.parametrize("statement", ["", "x.y.z", "e30.e30.e30"])
def test_rubbish_is_not_read(desk, statement):
    said = send(desk, statement)

    assert (said.status_code, said.json["code"]) == (400, "malformed_rights_message")


def test_another_kind_of_statement_by_the_same_key_is_not_read(desk, ended):
    compact = sign_jws(
        {"mandate_id": ended.mandate_id}, typ="eenmalig-read+jwt", key=desk.cards["identity"].key
    )
    empty = sign_jws({"aud": RIGHTS}, typ=DELETION_TYP, key=desk.cards["identity"].key)

    assert [send(desk, one).status_code for one in (compact, empty)] == [400, 400]


def test_an_unknown_reference_is_told_apart(desk):
    assert desk.client().get("/rights/requests/d-0123456789abcdef").status_code == 404
    assert "do not know" in CaseWorker(desk).read("/inbox/d-0123456789abcdef")


def test_what_an_active_mandate_needs_is_not_erased(any_desk):
    opened = any_desk.granted()
    ask(any_desk, opened)

    said = CaseWorker(any_desk).press("grant")
    assert said.status_code == 409
    assert any_desk.use(opened).status_code == 200


def test_a_refusal_gives_a_reason_of_the_law_and_erases_nothing(any_desk, used):
    before = values_in(everything(any_desk))
    ask(any_desk, used)

    assert CaseWorker(any_desk).press("refuse", ground="legal_claim").status_code == 303

    said = certificate_of(any_desk, used)
    assert (said.decision, said.ground, said.erased) == ("refused", "legal_claim", ())
    assert "account" in [one.what for one in said.kept]
    assert values_in(everything(any_desk)) == before


@pytest.mark.parametrize("ground", ["", "because", "complex"])
def test_a_refusal_without_a_reason_of_the_law_is_refused(desk, ended, ground):
    ask(desk, ended)

    assert CaseWorker(desk).press("refuse", ground=ground).status_code == 422
    assert status(desk)["state"] == "received"


def test_the_term_is_extended_once_and_the_citizen_is_told_why(any_desk, used):
    ask(any_desk, used)
    month = status(any_desk)["due"]
    worker = CaseWorker(any_desk)

    assert worker.press("extend", because="complex").status_code == 303
    longer = status(any_desk)
    assert (longer["state"], longer["due"] > month) == ("extended", True)
    assert "meer tijd" in longer["extended_because"]["nl"]
    assert worker.press("extend", because="complex").status_code == 409
    assert events(any_desk, used)[-1] == "deletion_extended"


def test_the_term_is_not_extended_after_it_ended_or_without_a_reason(desk, ended):
    ask(desk, ended)
    worker = CaseWorker(desk)

    assert worker.press("extend", because="busy").status_code == 422
    desk.advance(days=40)
    assert worker.press("extend", because="complex").status_code == 409


def test_an_answer_after_the_term_says_that_it_is_late(desk, ended):
    ask(desk, ended)
    desk.advance(days=40)
    worker = CaseWorker(desk)
    assert "Too late by days" in worker.read()

    worker.press("grant")

    assert certificate_of(desk, ended).late


def test_an_answer_is_given_once(any_desk, used):
    ask(any_desk, used)
    worker = CaseWorker(any_desk)
    worker.press("refuse", ground="legal_claim")
    certificate = status(any_desk)["certificate"]

    assert [
        worker.press(act, ground="repeated", because="complex").status_code
        for act in ("grant", "refuse", "extend")
    ] == [
        409,
        409,
        409,
    ]
    assert status(any_desk)["certificate"] == certificate


def test_of_many_requests_at_once_one_comes_in(any_desk, used):
    asked = [request_for(any_desk, used, request_id=f"d-{n:016}") for n in range(8)]
    statements = [
        sign_deletion_request(one, audience=RIGHTS, key=any_desk.cards["identity"].key) for one in asked
    ]
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda statement: send(any_desk, statement).status_code, statements))

    assert sorted(codes) == [201] + [409] * 7
    assert events(any_desk, used).count("deletion_requested") == 1


def test_of_many_case_workers_at_once_one_answers(any_desk, used):
    ask(any_desk, used)
    workers = [CaseWorker(any_desk) for _ in range(6)]
    acts = [("grant", {}), ("refuse", {"ground": "legal_claim"})] * 3
    with ThreadPoolExecutor(6) as pool:
        codes = list(
            pool.map(
                lambda one: one[0].press(one[1][0], **one[1][1]).status_code, zip(workers, acts, strict=True)
            )
        )

    assert sorted(codes) == [303] + [409] * 5
    assert events(any_desk, used).count("deletion_answered") == 1
    said = certificate_of(any_desk, used)
    there = rows(any_desk, mandate_values)[0].sealed_presentations is not None
    assert there == (said.decision == "refused")
    assert ports(any_desk).store.ledger.verify().intact


def test_everybody_who_is_told_hears_of_each_step_of_each_request_once(tmp_path, pki, migrated_file):
    url = f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'told.db')}"
    desk = build_desk(tmp_path, url, pki, webhook_url=("http://localhost:8009/hook",))
    opened = desk.granted()
    desk.use(opened)
    for request_id in ("d-0123456789abcdef", "d-another0123456789"):
        ask(desk, opened, request_id=request_id)
        CaseWorker(desk).press("refuse", request_id=request_id, ground="legal_claim")

    told = [row.kind for row in rows(desk, outbox)]
    assert (told.count("deletion_requested"), told.count("deletion_answered")) == (2, 2)
    ports(desk).store.ledger.database.dispose()


def test_the_decision_stays_readable_after_the_erasure(desk, ended):
    ask(desk, ended)
    CaseWorker(desk).press("grant")

    assert len(rows(desk, decision)) == 1
    again = desk.use(ended, "key-2")
    assert (again.status_code, again.json["code"]) == (409, "mandate_already_used")


def test_the_page_tells_citizens_how_to_ask_and_where_to_complain(desk):
    page = desk.client().get("/rights").text

    assert "/supervisor" in page


def test_outside_the_demonstration_nobody_plays_case_worker(desk, ended):
    ask(desk, ended)
    desk.app.extensions["ports"] = replace(ports(desk), policy=replace(ports(desk).policy, demo_roles=False))

    for path in ("/inbox", "/inbox/d-0123456789abcdef", "/supervisor/inbox"):
        assert desk.client().get(path).status_code == 403
    assert desk.client().get("/supervisor").status_code == 200


def test_a_term_that_ends_on_a_free_day_ends_on_the_next_working_day(desk, ended):
    ask(desk, ended)

    due = LegalClock(desk.clock.now).due
    assert due.weekday() < 5
    assert due - desk.clock.now.date() >= timedelta(days=28)
