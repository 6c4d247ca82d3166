"""A desk that asks limit after limit closes in on an amount: the wallet answers two, and no more."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from consent.advice import AdviceQuestion
from tests.flow.test_advice_grades import Visit
from tests.town import build_town
from tests.wallet.conftest import PIN
from wallet.domain.probing import MOST_REMEMBERED, MOST_THRESHOLDS, WITHIN, ThresholdProbing, with_answer

NOW = datetime(2026, 11, 25, tzinfo=UTC)


@pytest.fixture
def visit(tmp_path):
    return Visit(build_town(tmp_path))


def asks_for(visit, monkeypatch, euros):
    """The desk turns hostile: it asks for another limit than its own."""
    monkeypatch.setattr("verifier.usecases.start_advice.THRESHOLD_EUR", euros)
    return visit.asks()


def approved(visit, shown):
    given = {"pin": PIN, "digest": shown["digest"]}
    return visit.person.wallet("POST", f"requests/{shown['id']}/approve", json=given)


def question(euros):
    return AdviceQuestion(credential_ids=("assessment_2022",), threshold_eur=euros)


def answered(known, euros, *, who="desk", now=NOW):
    return with_answer(known, question(euros), organisation_id=who, now=now)


@pytest.mark.threat("911")
def test_a_third_limit_is_not_answered_and_looks_like_any_no(visit, monkeypatch):
    for euros in (545, 2_000):
        assert approved(visit, asks_for(visit, monkeypatch, euros)).json["outcome"] == "shared"

    refused = asks_for(visit, monkeypatch, 2_800)

    assert refused["code"] == "threshold_probing"
    assert set(visit.posted[-1]) == {"error", "state"}
    newest = visit.person.wallet("GET", "history").json["history"][0]
    assert (newest["outcome"], newest["reason"]) == ("not_shared", "threshold_probing")


@pytest.mark.threat("912")
def test_opening_all_questions_before_the_first_answer_is_no_way_round(visit, monkeypatch):
    shown = [asks_for(visit, monkeypatch, euros) for euros in (545, 2_000, 2_800)]

    said = [approved(visit, one) for one in shown]

    assert [one.status_code for one in said] == [200, 200, 403]
    assert said[-1].json["code"] == "threshold_probing"
    assert sum("response" in form or "vp_token" in form for form in visit.posted) == MOST_THRESHOLDS


def test_the_limit_that_the_desk_really_uses_may_be_asked_again_and_again(visit, monkeypatch):
    said = [approved(visit, asks_for(visit, monkeypatch, 545)) for _ in range(3)]

    assert [one.json["outcome"] for one in said] == ["shared"] * 3


@pytest.mark.threat("911")
def test_what_was_deleted_from_the_history_counts_all_the_same(visit, monkeypatch):
    for euros in (545, 2_000):
        approved(visit, asks_for(visit, monkeypatch, euros))
    for line in visit.person.wallet("GET", "history").json["history"]:
        visit.person.wallet("DELETE", f"history/{line['id']}")

    assert asks_for(visit, monkeypatch, 2_800)["code"] == "threshold_probing"


def test_each_organisation_has_a_count_of_its_own_and_a_year_wipes_it():
    known = answered(answered((), 1), 2)

    with pytest.raises(ThresholdProbing):
        answered(known, 3)
    assert len(answered(known, 3, who="another")) == MOST_THRESHOLDS + 1
    assert [one.threshold_eur for one in answered(known, 3, now=NOW + WITHIN)] == [3]
    assert answered(known, 2) == known


def test_what_is_remembered_has_a_bound():
    known = ()
    for number in range(MOST_REMEMBERED + 5):
        known = answered(known, 1, who=f"desk-{number}")

    assert len(known) == MOST_REMEMBERED
