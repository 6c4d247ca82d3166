"""Who opted out is not approached, each look at the register is in the ledger, and applying stays open."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.verifier.helpers.watch import watching

LETTER = {"about": "service", "channels": ["letter"]}
NEVER = {"about": "all", "channels": ["letter", "phone", "message"]}


@pytest.fixture
def opened(desk):
    return desk.granted()


def opts_out(desk, opened, **wanted):
    return desk.say(opened, "opt-out", desk.statement(opened, "opt-out", **wanted))


def approaches(desk, opened, channel: str = "letter", service: str = "averaging"):
    path = f"/api/v1/mandates/{opened.mandate_id}/approach"
    return desk.client().post(path, json={"service": service, "channel": channel})


def lines_of(desk, opened) -> list[dict[str, str]]:
    ledger = desk.app.extensions["ports"].store.ledger
    return [dict(line.details) for line in ledger.of(opened.mandate_id) if line.event == "approach_checked"]


@pytest.mark.threat("920")
def test_who_opted_out_is_not_approached_and_the_look_is_in_the_ledger(any_desk):
    opened = any_desk.granted()
    said = opts_out(any_desk, opened, **LETTER)
    assert said.json == {"opt_out": {"about": "service", "channels": ["letter"]}}

    refused = approaches(any_desk, opened)

    assert (refused.status_code, refused.json["code"]) == (409, "opted_out")
    assert lines_of(any_desk, opened) == [
        {"service": "averaging", "channel": "letter", "outcome": "opted_out"}
    ]


def test_who_said_nothing_may_be_approached_and_that_is_in_the_ledger_too(desk, opened):
    assert approaches(desk, opened).status_code == 200
    assert [one["outcome"] for one in lines_of(desk, opened)] == ["allowed"]


def test_an_opt_out_counts_for_its_channel_only(desk, opened):
    opts_out(desk, opened, **LETTER)

    assert approaches(desk, opened, "phone").status_code == 200


def test_an_opt_out_of_everything_counts_for_every_channel(desk, opened):
    opts_out(desk, opened, **NEVER)

    assert {approaches(desk, opened, one).status_code for one in NEVER["channels"]} == {409}


@pytest.mark.threat("921")
def test_an_opted_out_citizen_can_still_apply_herself(desk, opened):
    opts_out(desk, opened, **NEVER)

    assert desk.use(opened).status_code == 200
    assert desk.granted().mandate_id != opened.mandate_id


@pytest.mark.threat("913")
def test_a_newer_statement_takes_it_back_and_an_older_one_does_not_come_back(desk, opened):
    first = desk.statement(opened, "opt-out", **LETTER)
    desk.say(opened, "opt-out", first)
    desk.advance(seconds=5)
    opts_out(desk, opened, about="service", channels=[])
    assert approaches(desk, opened).status_code == 200

    again = desk.say(opened, "opt-out", first)

    assert (again.status_code, again.json["code"]) == (409, "statement_too_old")
    assert approaches(desk, opened).status_code == 200


WRONG = {
    "audience": {"aud": "http://localhost:8003/mandates/other/opt-out"},
    "mandate": {"mandate_id": "another"},
    "too old": {"iat": 1_700_000_000},
    "future": {"iat": 1_900_000_000},
    "no channels": {"channels": None},
    "odd channels": {"channels": "letter"},
    "unknown channel": {"channels": ["pigeon"]},
    "many channels": {"channels": ["letter"] * 9},
    "unknown about": {"about": "nothing"},
    "no about": {"about": None},
}


@pytest.mark.threat("913")
@pytest.mark.parametrize("changed", WRONG.values(), ids=WRONG)
def test_a_statement_that_says_something_else_is_refused(desk, opened, changed):
    with watching(desk) as seen:
        said = opts_out(desk, opened, **(LETTER | changed))

    assert (said.status_code, said.json["code"]) == (403, "statement_refused")
    assert not seen.changed


@pytest.mark.threat("913")
def test_only_the_key_that_granted_may_opt_out(desk, opened):
    forged = desk.statement(opened, "opt-out", card=desk.cards["account"], **LETTER)

    assert desk.say(opened, "opt-out", forged).status_code == 403
    assert approaches(desk, opened).status_code == 200


@pytest.mark.threat("913")
@pytest.mark.parametrize("act", ["revoke", "decision"])
def test_a_statement_of_another_kind_is_no_opt_out(desk, opened, act):
    aud = f"http://localhost:8003/mandates/{opened.mandate_id}/opt-out"

    assert desk.say(opened, "opt-out", desk.statement(opened, act, aud=aud, **LETTER)).status_code == 403


def test_the_citizen_reads_each_look_at_the_register(desk, opened):
    approaches(desk, opened)
    opts_out(desk, opened, **LETTER)
    approaches(desk, opened)

    said = desk.say(opened, "approaches", desk.statement(opened, "decision")).json["approaches"]

    assert [(one["channel"], one["allowed"]) for one in said] == [("letter", True), ("letter", False)]
    assert desk.say(opened, "approaches", desk.statement(opened, "revoke")).status_code == 403


@pytest.mark.parametrize(
    ("channel", "service", "code"),
    [("pigeon", "averaging", "approach_unusable"), ("letter", "nothing", "unknown_service")],
)
def test_what_the_desk_does_not_have_is_refused(desk, opened, channel, service, code):
    assert approaches(desk, opened, channel, service).json["code"] == code
    assert lines_of(desk, opened) == []


def test_nobody_is_approached_under_a_number_that_does_not_exist(desk):
    said = desk.client().post("/api/v1/mandates/none/approach", json={"service": "averaging"})

    assert (said.status_code, said.json["code"]) == (404, "unknown_mandate")


@pytest.mark.threat("920")
def test_no_approach_that_comes_after_the_opt_out_slips_through(any_desk):
    opened = any_desk.granted()
    opts_out(any_desk, opened, **NEVER)
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda _: approaches(any_desk, opened).status_code, range(16)))

    assert codes == [409] * 16
    assert len(lines_of(any_desk, opened)) == 16
    assert any_desk.app.extensions["ports"].store.ledger.verify().intact


def test_the_ledger_holds_no_word_of_a_person(desk, opened):
    opts_out(desk, opened, **NEVER)
    approaches(desk, opened)
    stated = [
        dict(line.details)
        for line in desk.app.extensions["ports"].store.ledger.of(opened.mandate_id)
        if line.event == "opt_out_stated"
    ]

    assert stated == [{"about": "all", "channels": "letter,message,phone"}]


@pytest.mark.threat("906")
def test_outside_the_demonstration_nobody_plays_the_desk_that_approaches(desk, opened):
    object.__setattr__(desk.app.extensions["ports"].policy, "demo_roles", False)

    said = approaches(desk, opened)

    assert (said.status_code, said.json["code"]) == (403, "demo_role_only")
    assert lines_of(desk, opened) == []
