"""What the citizen's wallet may ask with the key that granted: withdrawal and the decision."""

import pytest

from tests.verifier.helpers.watch import watching


@pytest.fixture
def opened(desk):
    return desk.granted()


def test_a_withdrawal_is_final_and_a_repeated_one_gets_the_same_answer(any_desk):
    opened = any_desk.granted()
    said = any_desk.say(opened, "revoke", any_desk.statement(opened, "revoke"))
    again = any_desk.say(opened, "revoke", any_desk.statement(opened, "revoke"))

    assert said.json == again.json == {"mandate": {"id": opened.mandate_id, "state": "revoked"}}
    assert any_desk.state(opened) == "revoked"


def test_a_used_mandate_cannot_be_withdrawn(desk, opened):
    desk.use(opened)
    with watching(desk) as seen:
        said = desk.say(opened, "revoke", desk.statement(opened, "revoke"))

    assert (said.status_code, said.json["code"]) == (409, "mandate_already_used")
    assert not seen.changed


def test_an_expired_mandate_cannot_be_withdrawn(desk, opened):
    desk.advance(days=15)

    said = desk.say(opened, "revoke", desk.statement(opened, "revoke"))

    assert (said.status_code, said.json["code"]) == (409, "mandate_expired")


WRONG = {
    "audience": {"aud": "http://localhost:8003/mandates/other/revoke"},
    "mandate": {"mandate_id": "another"},
    "too old": {"iat": 1_700_000_000},
    "future": {"iat": 1_900_000_000},
    "no time": {"iat": None},
    "odd time": {"iat": True},
    "no jti": {"jti": None},
}


@pytest.mark.parametrize("changed", WRONG.values(), ids=WRONG)
def test_a_withdrawal_that_says_something_else_is_refused(desk, opened, changed):
    with watching(desk) as seen:
        said = desk.say(opened, "revoke", desk.statement(opened, "revoke", **changed))

    assert (said.status_code, said.json["code"]) == (403, "statement_refused")
    assert not seen.changed
    assert len(seen.refused()) == 1


def test_only_the_key_that_granted_may_speak(desk, opened):
    for act in ("revoke", "decision"):
        forged = desk.statement(opened, act, card=desk.cards["account"])

        assert desk.say(opened, act, forged).status_code == 403
    assert desk.state(opened) == "granted"


def test_a_statement_for_reading_does_not_withdraw(desk, opened):
    assert desk.say(opened, "revoke", desk.statement(opened, "decision")).status_code == 403
    assert desk.say(opened, "decision", desk.statement(opened, "revoke")).status_code == 403


@pytest.mark.parametrize("statement", ["", "x", "a.b.c"])
def test_noise_is_refused(desk, opened, statement):
    assert desk.say(opened, "revoke", statement).status_code == 403


def test_nobody_speaks_for_a_mandate_that_was_not_granted(desk):
    opened = desk.start()

    assert desk.say(opened, "revoke", desk.statement(opened, "revoke")).status_code == 403
    assert desk.client().post("/mandates/unknown/revoke", data={"statement": "x"}).status_code == 404


def test_the_decision_is_read_with_the_statement_of_the_grant(desk, opened):
    statement = desk.statement(opened, "decision", exp=int(desk.clock.now.timestamp()) + 40 * 86400)
    before = desk.say(opened, "decision", statement)
    desk.use(opened)
    desk.advance(days=20)

    said = desk.say(opened, "decision", statement)

    assert (before.status_code, before.json["code"]) == (404, "decision_not_there")
    assert said.json["refund_eur"] == 2809
    assert said.headers["Cache-Control"] == "no-store"


def test_a_statement_that_has_ended_reads_nothing(desk, opened):
    desk.use(opened)
    statement = desk.statement(opened, "decision")
    desk.advance(hours=2)

    assert desk.say(opened, "decision", statement).status_code == 403


def test_the_register_tells_states_and_times_and_no_values(desk, opened):
    said = desk.client().get(f"/mandates/{opened.mandate_id}")

    assert said.json.keys() == {"id", "state", "kind", "granted_at", "used_at", "revoked_at", "expires_at"}
