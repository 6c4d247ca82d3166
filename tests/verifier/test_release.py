"""The result goes to the browser that started, with the code, once (THREATS C9)."""

import pytest

from tests.verifier.helpers.desk import code_of
from tests.verifier.helpers.watch import watching


@pytest.fixture
def answered(desk):
    opened = desk.start()
    return opened, code_of(desk.answer(desk.answer_fields(desk.ask(opened))))


def test_a_mandate_whose_result_was_not_claimed_cannot_be_used(desk, answered):
    opened, _ = answered

    said = desk.use(opened)

    assert (said.status_code, said.json["code"]) == (409, "mandate_not_granted")
    assert desk.state(opened) == "granted"


def test_the_code_works_once(desk, answered):
    opened, code = answered
    assert desk.complete(opened, code).json == {"mandate": {"id": opened.mandate_id, "state": "granted"}}

    with watching(desk) as seen:
        again = desk.complete(opened, code)

    assert (again.status_code, again.json["code"]) == (403, "response_code_refused")
    assert not seen.changed
    assert len(seen.refused()) == 1


@pytest.mark.parametrize("code", ["x", "0" * 43])
def test_a_wrong_code_changes_nothing(desk, answered, code):
    opened, good = answered
    with watching(desk) as seen:
        said = desk.complete(opened, code)

    assert said.status_code == 403
    assert not seen.changed
    assert desk.complete(opened, good).status_code == 200


def test_the_code_is_too_old_after_five_minutes(desk, answered):
    opened, code = answered
    desk.advance(minutes=5)

    assert desk.complete(opened, code).json["code"] == "response_code_refused"
    assert desk.use(opened).status_code == 409


def test_another_transaction_does_not_get_the_result(desk, answered):
    opened, code = answered
    other = desk.start()
    with watching(desk) as seen:
        said = desk.complete(opened, code, transaction=other.transaction)

    assert (said.status_code, said.json["code"]) == (404, "unknown_transaction")
    assert not seen.changed


def test_the_transaction_alone_gets_nothing(desk, answered):
    opened, _ = answered

    said = desk.client().post(
        f"/api/v1/mandate-requests/{opened.id}/complete", json={"transaction": opened.transaction}
    )

    assert (said.status_code, said.json["code"]) == (400, "invalid_request")


@pytest.mark.threat("144")
def test_a_code_in_another_browser_is_refused_and_the_mandate_revoked(desk, answered):
    opened, code = answered
    with watching(desk) as seen:
        said = desk.client().get(f"/return?response_code={code}")

    assert said.status_code == 403
    assert "other_browser" in said.text
    assert desk.state(opened) == "revoked"
    assert [line["check"] for line in seen.refused()] == ["other_browser"]
    assert desk.complete(opened, code).status_code == 403
    assert desk.use(opened).json["code"] == "mandate_revoked"


def test_an_answer_for_another_transaction_of_the_same_browser_is_not_mixed_up(desk):
    first, second = desk.start(), desk.start()
    code = code_of(desk.answer(desk.answer_fields(desk.ask(first))))

    said = desk.complete(second, code)

    assert said.status_code == 403
    assert desk.state(second) == "proposed"
