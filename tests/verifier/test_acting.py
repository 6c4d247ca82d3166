"""One act, decided by the authority; retries are safe, everything else is refused (THREATS C10)."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event

from chassis.outbound import Answer
from openid4vc.jose import base64url, strict_json
from tests.verifier.helpers.cards import assessment_claims, issue
from tests.verifier.helpers.watch import rows, watching
from verifier.domain.refusals import AuthorityUnreachable
from verifier.usecases.act_on_mandate import act_on_mandate


def filing_of(desk, opened):
    """What the desk sends to the authority."""
    values = desk.app.extensions["ports"].store.register.values(opened.mandate_id)
    return {
        "evidence": json.loads(values.evidence),
        "presentations": json.loads(values.presentations),
    }


def file(desk, filing, key="a-key"):
    headers = {"Idempotency-Key": key} if key else {}
    return desk.client().post("/tax-authority/averaging-requests", json=filing, headers=headers)


def refuses(desk, said, seen, status, code):
    assert (said.status_code, said.json["code"]) == (status, code)
    assert said.content_type == "application/problem+json"
    assert not seen.changed
    assert {"title", "hint", "request_id", "status", "type"} <= said.json.keys()


@pytest.mark.threat("317")
def test_the_same_key_and_body_get_the_same_bytes(desk):
    opened = desk.granted()
    first, again = desk.use(opened, "key-1"), desk.use(opened, "key-1")

    assert first.data == again.data
    filing = filing_of(desk, opened)
    assert file(desk, filing, "key-1").data == file(desk, filing, "key-1").data


def test_a_second_use_is_refused(desk):
    opened = desk.granted()
    desk.use(opened)
    with watching(desk) as seen:
        said = desk.use(opened)

    refuses(desk, said, seen, 409, "mandate_already_used")
    assert len(seen.refused()) == 1


def test_a_key_of_another_request_is_refused(desk):
    first, second = desk.granted(), desk.granted()
    desk.use(first, "key-1")
    with watching(desk) as seen:
        said = desk.use(second, "key-1")

    refuses(desk, said, seen, 422, "idempotency_key_reused")
    assert desk.state(second) == "granted"


def test_the_same_key_with_another_body_is_refused(desk):
    opened = desk.granted()
    filing = filing_of(desk, opened)
    assert file(desk, filing).status_code == 200
    with watching(desk) as seen:
        said = file(desk, filing | {"more": 1})

    refuses(desk, said, seen, 422, "idempotency_key_reused")


@pytest.mark.parametrize("key", [None, "", "k" * 201])
def test_a_call_without_a_usable_key_is_refused(desk, key):
    opened = desk.granted()
    with watching(desk) as seen:
        said = file(desk, filing_of(desk, opened), key)

    refuses(desk, said, seen, 400, "idempotency_key_missing")
    headers = {} if key is None else {"Idempotency-Key": key}
    assert desk.client().post(f"/api/v1/mandates/{opened.mandate_id}/use", headers=headers).status_code == 400


def test_after_withdrawal_the_use_is_refused(desk):
    opened = desk.granted()
    desk.say(opened, "revoke", desk.statement(opened, "revoke"))
    with watching(desk) as seen:
        said = desk.use(opened)

    refuses(desk, said, seen, 409, "mandate_revoked")


def test_after_its_end_the_mandate_is_expired(desk):
    opened = desk.granted()
    desk.advance(days=15)
    with watching(desk) as seen:
        said = desk.use(opened)

    refuses(desk, said, seen, 409, "mandate_expired")
    assert desk.state(opened) == "expired"


def test_an_unanswered_mandate_expires_with_its_request(desk):
    opened = desk.start()
    desk.advance(minutes=10)

    assert desk.state(opened) == "expired"
    assert desk.use(opened).json["code"] == "mandate_expired"


def test_a_proposed_a_declined_and_an_unknown_mandate_are_refused(desk):
    opened = desk.start()
    assert desk.use(opened).json["code"] == "mandate_not_granted"
    desk.answer({"error": "access_denied", "state": desk.ask(opened)["state"]})

    assert desk.use(opened).json["code"] == "mandate_declined"
    unknown = desk.client().post("/api/v1/mandates/unknown/use", headers={"Idempotency-Key": "k"})
    assert (unknown.status_code, unknown.json["code"]) == (404, "unknown_mandate")


@pytest.mark.threat("308")
def test_fifty_uses_at_once_give_one_decision(any_desk):
    opened = any_desk.granted()
    filing = filing_of(any_desk, opened)
    with ThreadPoolExecutor(50) as pool:
        said = list(pool.map(lambda n: file(any_desk, filing, f"key-{n}"), range(50)))

    codes = [one.json.get("code", "used") for one in said]
    assert codes.count("used") == 1
    assert codes.count("mandate_already_used") == 49
    assert len(rows(any_desk)["decision"]) == 1
    assert any_desk.state(opened) == "used"


@pytest.mark.threat("317")
def test_fifty_equal_calls_at_once_get_one_answer(any_desk):
    opened = any_desk.granted()
    with ThreadPoolExecutor(50) as pool:
        said = list(pool.map(lambda _: any_desk.use(opened, "one-key"), range(50)))

    assert {one.status_code for one in said} == {200}
    assert len({one.data for one in said}) == 1
    assert len(rows(any_desk)["decision"]) == 1


@pytest.mark.threat("314")
def test_use_and_withdrawal_at_once_have_one_winner(any_desk):
    for _ in range(8):
        opened = any_desk.granted()
        filing, statement = filing_of(any_desk, opened), any_desk.statement(opened, "revoke")
        with ThreadPoolExecutor(2) as pool:
            used = pool.submit(file, any_desk, filing, opened.id)
            revoked = pool.submit(any_desk.say, opened, "revoke", statement)

        ends = (used.result().status_code, revoked.result().status_code)
        assert ends in {(200, 409), (409, 200)}
        assert any_desk.state(opened) == ("used" if ends[0] == 200 else "revoked")


@pytest.mark.threat("308")
def test_the_same_answer_fifty_times_grants_once(any_desk):
    fields = any_desk.answer_fields(any_desk.ask(any_desk.start()))
    with ThreadPoolExecutor(50) as pool:
        said = list(pool.map(lambda _: any_desk.answer(fields), range(50)))

    assert {one.status_code for one in said} == {200}
    assert len({one.data for one in said}) == 1
    assert len(rows(any_desk)["mandate_values"]) == 1


SCHEME = {
    "year_already_used": {"jaar_al_gebruikt_voor_middeling": True},
    "part_year": {"binnenlands_belastingplichtig_heel_jaar": False},
    "not_final": {"aanslagstatus": "voorlopig"},
    "not_yet_irrevocable": {"dagtekening": "2026-11-01"},
    "assessment_unreadable": {"dagtekening": "soon"},
    "not_a_number": {"belastbaar_inkomen_werk_en_woning": "100000"},
}


@pytest.mark.threat("318")
@pytest.mark.parametrize(("code", "changed"), SCHEME.items(), ids=SCHEME)
def test_what_the_law_refuses_leaves_the_mandate_unspent(desk, pki, code, changed):
    claims = assessment_claims(2023) | changed
    tax = pki.issuers["tax-authority"]
    desk.cards["assessment_2023"] = issue("tax-authority", "income-assessment", claims, by=tax, idx=9)
    opened = desk.granted()
    with watching(desk) as seen:
        said = desk.use(opened)

    refuses(desk, said, seen, 422, code)
    assert desk.state(opened) == "granted"


def test_the_authority_checks_the_status_again(desk):
    opened = desk.granted()
    desk.advance(seconds=901)
    desk.wire.status["tax-authority"] = {3: 1}
    with watching(desk) as seen:
        said = desk.use(opened)

    refuses(desk, said, seen, 400, "evidence_rejected")
    assert "status_revoked" in [line.get("check") for line in seen.audit]


@pytest.mark.parametrize("key", ["the same", None])
def test_a_status_list_out_of_reach_is_no_verdict_and_another_try_succeeds(desk, key):
    opened = desk.granted()
    desk.advance(seconds=901)
    desk.wire.cut.add("status")
    with watching(desk) as seen:
        said = desk.use(opened, key)

    refuses(desk, said, seen, 503, "not_checked_now")
    assert 1 <= int(said.headers["Retry-After"]) <= 5
    assert "status_unavailable" in [line.get("check") for line in seen.audit]
    assert desk.state(opened) == "granted"
    desk.wire.cut.clear()
    assert desk.use(opened, key).status_code == 200


def spoiled(filing, where, change):
    copy = json.loads(json.dumps(filing))
    copy[where] = change(copy[where])
    return copy


def test_the_authority_believes_nothing_of_the_desk(desk):
    opened, other = desk.granted(), desk.granted()
    mine, theirs = filing_of(desk, opened), filing_of(desk, other)
    text = strict_json.loads(base64url.decode(mine["evidence"]["transaction_data"]))
    other_text = base64url.encode(strict_json.dumps(text | {"tax_years": [2021, 2022, 2023]}))
    lies = [
        spoiled(mine, "evidence", lambda e: e | {"transaction_data": other_text}),
        spoiled(mine, "evidence", lambda e: e | {"identity": theirs["evidence"]["identity"]}),
        spoiled(mine, "evidence", lambda e: e | {"request_object": theirs["evidence"]["request_object"]}),
        spoiled(mine, "evidence", lambda e: {**e, "identity": "x"}),
        spoiled(mine, "presentations", lambda p: {**p, "account": theirs["presentations"]["account"]}),
        spoiled(mine, "presentations", lambda p: {k: v for k, v in p.items() if k != "assessment_2022"}),
        spoiled(mine, "presentations", lambda p: {**p, "identity": mine["evidence"]["identity"]}),
        spoiled(mine, "presentations", lambda p: {**p, "extra": p["account"]}),
    ]
    for lie in lies:
        with watching(desk) as seen:
            said = file(desk, lie)

        refuses(desk, said, seen, 400, "evidence_rejected")
        assert len(seen.refused()) == 1
    assert file(desk, mine).status_code == 200


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"evidence":{},"presentations":{"a":1}}', '{"a":1,"a":2}'])
def test_a_filing_of_another_shape_is_refused(desk, body):
    with watching(desk) as seen:
        said = desk.client().post(
            "/tax-authority/averaging-requests",
            data=body,
            content_type="application/json",
            headers={"Idempotency-Key": "k"},
        )

    refuses(desk, said, seen, 400, "malformed_request")


@pytest.mark.threat("318")
def test_an_unreachable_authority_changes_nothing_and_the_same_key_works_later(desk):
    opened = desk.granted()
    desk.wire.cut.add("authority")
    with watching(desk) as seen:
        said = desk.use(opened, "key-1")

    refuses(desk, said, seen, 503, "authority_unreachable")
    desk.wire.cut.clear()
    assert desk.use(opened, "key-1").status_code == 200


def test_an_authority_that_talks_nonsense_is_unreachable(desk):
    opened = desk.granted()
    for answer in (Answer(200, "text/html", {}, b"<p>"), Answer(500, "application/json", {}, b"{}")):
        desk.wire.authority_says = answer

        assert desk.use(opened).json["code"] == "authority_unreachable"


def test_a_desk_that_is_full_turns_the_next_call_away(desk):
    opened = desk.granted()
    lanes = desk.app.extensions["ports"].authority.lanes
    while lanes.take():
        pass

    turned_away = desk.use(opened)
    lanes.give_back()

    assert turned_away.status_code == 503
    assert turned_away.headers["Retry-After"].isdigit()
    assert desk.use(opened).status_code == 200


@contextmanager
def watching_statements():
    asked = []

    def note(*statement):
        asked.append(statement[2])

    event.listen(Engine, "before_cursor_execute", note)
    yield asked
    event.remove(Engine, "before_cursor_execute", note)


def test_who_is_turned_away_costs_no_look_at_the_register(desk):
    opened = desk.granted()
    ports = desk.app.extensions["ports"]
    while ports.authority.lanes.take():
        pass
    with watching_statements() as asked:
        desk.use(opened)

    assert asked == []


def test_only_uses_are_turned_away_at_the_door(desk):
    opened = desk.granted()
    while desk.app.extensions["ports"].authority.lanes.take():
        pass

    assert desk.use(opened).json is None
    assert desk.state(opened) == "granted"


def test_whom_the_door_let_in_still_needs_a_lane(desk):
    opened = desk.granted()
    ports = desk.app.extensions["ports"]
    while ports.authority.lanes.take():
        pass

    with pytest.raises(AuthorityUnreachable):
        act_on_mandate(opened.mandate_id, idempotency_key="key-1", ports=ports)


def test_a_lane_is_free_again_after_a_refusal(desk):
    lanes = desk.app.extensions["ports"].authority.lanes
    while lanes.take():
        pass
    lanes.give_back()

    desk.use(desk.start())

    assert lanes.take()
