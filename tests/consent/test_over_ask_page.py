"""The page of examples says what the check says, and one field more turns every honest example."""

import pytest

from consent.over_ask import check_question
from openid4vc.dcql.query import parse_dcql
from tools.over_ask_table import PAGE, examples, page, purposes, query_of, report_of

HONEST = [one for one in examples() if not one.get("too_much")]
GREEDY = [one for one in examples() if one.get("too_much")]


def ids(said):
    return said["name"]


def test_the_page_is_what_the_tool_writes():
    assert PAGE.read_text(encoding="utf-8") == page()


@pytest.mark.parametrize("said", examples(), ids=ids)
def test_every_example_gets_the_verdict_that_it_names(said):
    report = report_of(said)

    assert report.passed is not bool(said.get("too_much"))
    assert len(report.too_much) == len(said.get("too_much", ()))


def cards_of(said):
    return query_of(said, purposes()[said["purpose"]])["credentials"]


PLACES = [(said, number) for said in HONEST for number, _ in enumerate(cards_of(said))]


@pytest.mark.parametrize(
    ("said", "number"), PLACES, ids=lambda one: one["name"] if isinstance(one, dict) else one
)
def test_one_field_more_on_any_card_of_any_honest_example_turns_the_verdict(said, number):
    purpose, cards = purposes()[said["purpose"]], cards_of(said)
    cards[number].setdefault("claims", []).append({"path": ["a_field_of_no_purpose"]})

    report = check_question(parse_dcql({"credentials": cards}), purpose=purpose)

    assert [one.path for one in report.too_much] == [("a_field_of_no_purpose",)]
    assert report_of(said).passed


@pytest.mark.parametrize("said", GREEDY, ids=ids)
def test_a_greedy_example_stays_greedy_until_the_last_field_too_much_is_gone(said):
    purpose, cards = purposes()[said["purpose"]], cards_of(said)
    too_much = {(one.query_id, one.path) for one in report_of(said).too_much}
    whole = {query for query, path in too_much if not path}
    good = [
        card | {"claims": kept} if kept else card
        for card in cards
        if card["id"] not in whole
        for kept in [[c for c in card.get("claims", ()) if (card["id"], tuple(c["path"])) not in too_much]]
        if kept
    ]

    assert not good or check_question(parse_dcql({"credentials": good}), purpose=purpose).passed
