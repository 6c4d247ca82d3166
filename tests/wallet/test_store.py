"""What the wallet's store guarantees, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chassis.database import Database
from chassis.migrations import differences
from tests.wallet.outside import NOON
from wallet.domain.account import Account, AccountId, KeptSession, NameKey
from wallet.domain.card import CardId, CopyId, SealedCard, SealedCopy
from wallet.domain.history import HistoryKind, SealedLine
from wallet.domain.mandate import MandateId, MandateState, RegisterEntry, SealedMandate
from wallet.domain.offer import Harvest, OfferId, OfferState, SealedOffer
from wallet.domain.request import RequestId, RequestState, SealedRequest, Sending
from wallet.store.accounts import AccountStore
from wallet.store.cards import CardStore
from wallet.store.history import HistoryStore
from wallet.store.mandates import MandateStore
from wallet.store.offers import OfferStore
from wallet.store.requests import RequestStore
from wallet.store.sessions import SessionStore

NOOR, HENK = AccountId("noor"), AccountId("henk")
REQUEST, MANDATE = RequestId("r"), MandateId("m")


@pytest.fixture
def database(migrated_url):
    """A wallet's database in which two people have an account."""
    opened = Database(migrated_url("wallet.store"))
    for id in (NOOR, HENK):
        AccountStore(opened).open(Account(id, NameKey(id), b"salt", b"wrapped", b"name", NOON))
    yield opened
    opened.dispose()


def line(id: str, request_id: str | None = None, outcome: str = "not_certain") -> SealedLine:
    return SealedLine(id, NOOR, NOON, HistoryKind.REQUEST, outcome, b"sealed", request_id)


def harvest(offer: str = "o") -> Harvest:
    return Harvest(
        offer_id=OfferId(offer),
        account_id=NOOR,
        cards=(SealedCard(CardId(f"c-{offer}"), NOOR, b"card", NOON),),
        copies=tuple(
            SealedCopy(CopyId(f"{offer}{n}"), CardId(f"c-{offer}"), NOOR, b"sd-jwt", b"key") for n in range(2)
        ),
        sealed_result=b"result",
        line=line(f"l-{offer}", outcome="kept"),
    )


def collected(database: Database, offer: str = "o") -> None:
    offers = OfferStore(database)
    end = NOON + timedelta(minutes=10)
    offers.keep(SealedOffer(OfferId(offer), NOOR, OfferState.OPEN, b"offer", NOON, end))
    offers.claim(OfferId(offer), account_id=NOOR, now=NOON)
    assert CardStore(database).keep(harvest(offer))


def requested(database: Database, id: RequestId = REQUEST) -> RequestStore:
    store = RequestStore(database)
    end = NOON + timedelta(minutes=10)
    store.keep(SealedRequest(id, NOOR, f"mark-{id}", RequestState.OPEN, b"request", NOON, end))
    return store


def sending(*copies: str) -> Sending:
    return Sending(REQUEST, NOOR, tuple(CopyId(copy) for copy in copies), b"answer", NOON)


def mandate() -> SealedMandate:
    return SealedMandate(
        MANDATE, NOOR, REQUEST, MandateState.NOT_CERTAIN, b"m", b"key", NOON, NOON + timedelta(days=14)
    )


def test_the_migrated_schema_is_the_one_in_the_code(database):
    assert differences(database, "wallet.store") == []


def test_of_many_tries_at_once_five_are_made(database):
    store = AccountStore(database)

    with ThreadPoolExecutor(6) as pool:
        locked = list(pool.map(lambda _: store.spend_try(NameKey("x"), now=NOON), range(12)))

    assert locked.count(None) == 5
    assert set(locked) - {None} == {NOON + timedelta(minutes=1)}


def test_a_name_is_opened_once(database):
    again = Account(AccountId("other"), NameKey(NOOR), b"", b"", b"", NOON)

    assert not AccountStore(database).open(again)


@pytest.mark.threat("097")
def test_of_two_tabs_one_collects(database):
    offers = OfferStore(database)
    end = NOON + timedelta(minutes=10)
    offers.keep(SealedOffer(OfferId("o"), NOOR, OfferState.OPEN, b"", NOON, end))

    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(lambda _: offers.claim(OfferId("o"), account_id=NOOR, now=NOON), range(8)))

    assert won.count(True) == 1


def test_an_offer_is_claimed_by_its_owner_in_time(database):
    offers = OfferStore(database)
    offers.keep(SealedOffer(OfferId("o"), NOOR, OfferState.OPEN, b"", NOON, NOON))

    assert not offers.claim(OfferId("o"), account_id=NOOR, now=NOON)
    assert not offers.claim(OfferId("o"), account_id=HENK, now=NOON - timedelta(minutes=1))
    assert offers.find(OfferId("o"), account_id=HENK) is None


@pytest.mark.threat("096")
def test_cards_are_kept_whole_or_not_at_all(database):
    store = CardStore(database)

    assert not store.keep(harvest())
    assert store.held(account_id=NOOR) == ()
    assert HistoryStore(database).newest(account_id=NOOR) == ()

    collected(database)
    assert [card.copies_left for card in store.held(account_id=NOOR)] == [2]
    assert store.held(account_id=HENK) == ()


def test_the_same_request_is_kept_once_for_each_account(database):
    store = requested(database)
    again = SealedRequest(RequestId("r2"), NOOR, "mark-r", RequestState.OPEN, b"", NOON, NOON)
    other = SealedRequest(RequestId("r3"), HENK, "mark-r", RequestState.OPEN, b"", NOON, NOON)

    assert not store.keep(again)
    assert store.keep(other)


@pytest.mark.threat("152")
def test_of_many_approvals_one_is_sent(database):
    collected(database)
    store = requested(database)

    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(lambda n: store.begin_sending(sending("o0"), line(f"l{n}", "r"), None), range(8)))

    assert won.count(True) == 1
    assert len(HistoryStore(database).newest(account_id=NOOR)) == 2


def test_a_used_copy_takes_the_whole_intent_back(database):
    collected(database)
    store = requested(database)
    store.begin_sending(sending("o0"), line("first", "r"), None)
    second = requested(database, RequestId("r2"))
    again = Sending(RequestId("r2"), NOOR, (CopyId("o0"), CopyId("o1")), b"answer", NOON)

    assert not second.begin_sending(again, line("second", "r2"), mandate())

    kept = second.find(RequestId("r2"), account_id=NOOR)
    assert kept is not None and kept.state is RequestState.OPEN
    assert CardStore(database).held(account_id=NOOR)[0].copies_left == 1
    assert MandateStore(database).all(account_id=NOOR) == ()


def test_an_outcome_is_written_wherever_it_shows(database):
    collected(database)
    store = requested(database)
    store.begin_sending(sending("o0"), line("l", "r"), mandate())

    store.settle(REQUEST, RequestState.SHARED, b"result", account_id=NOOR)

    kept = store.find(REQUEST, account_id=NOOR)
    assert kept is not None and (kept.state, kept.sealed_answer) == (RequestState.SHARED, None)
    assert HistoryStore(database).newest(account_id=NOOR)[0].outcome == "shared"
    assert MandateStore(database).all(account_id=NOOR)[0].state is MandateState.GRANTED


def test_a_certain_outcome_stays(database):
    collected(database)
    store = requested(database)
    store.begin_sending(sending("o0"), line("l", "r"), None)
    store.settle(REQUEST, RequestState.SHARED, b"result", account_id=NOOR)

    store.settle(REQUEST, RequestState.FAILED, b"other", account_id=NOOR)

    kept = store.find(REQUEST, account_id=NOOR)
    assert kept is not None and kept.state is RequestState.SHARED


def test_while_it_is_not_certain_the_answer_stays_for_a_retry(database):
    collected(database)
    store = requested(database)
    store.begin_sending(sending("o0"), line("l", "r"), None)

    store.settle(REQUEST, RequestState.NOT_CERTAIN, b"result", account_id=NOOR)

    kept = store.find(REQUEST, account_id=NOOR)
    assert kept is not None and kept.sealed_answer == b"answer"


def test_a_request_is_declined_once(database):
    store = requested(database)

    assert store.decline(REQUEST, line("l", "r", "not_shared"))
    assert not store.decline(REQUEST, line("l2", "r", "not_shared"))
    assert not store.begin_sending(sending(), line("l3", "r"), None)


def test_a_mandate_that_ended_stays_ended(database):
    collected(database)
    requested(database).begin_sending(sending("o0"), line("l", "r"), mandate())
    store = MandateStore(database)
    store.note_state(MANDATE, RegisterEntry(MandateState.USED, NOON), account_id=NOOR, now=NOON)

    store.note_state(MANDATE, RegisterEntry(MandateState.GRANTED, None), account_id=NOOR, now=NOON)
    store.revoke(MANDATE, line("w"))

    kept = store.find(MANDATE, account_id=NOOR)
    assert kept is not None and (kept.state, kept.used_at) == (MandateState.USED, NOON)
    assert store.find(MANDATE, account_id=HENK) is None


def test_the_first_decision_stays(database):
    collected(database)
    requested(database).begin_sending(sending("o0"), line("l", "r"), mandate())
    store = MandateStore(database)

    for decision in (b"first", b"second"):
        store.note_decision(MANDATE, decision, account_id=NOOR)

    kept = store.find(MANDATE, account_id=NOOR)
    assert kept is not None and kept.sealed_decision == b"first"


def test_a_session_ends_by_idleness_by_age_and_by_closing(database):
    store = SessionStore(database, idle=timedelta(minutes=30), longest=timedelta(hours=1))
    for token in ("idle", "old", "closed"):
        store.open(token, KeptSession(NOOR, b"view"), now=NOON)
    store.use("old", now=NOON + timedelta(minutes=25))
    store.use("old", now=NOON + timedelta(minutes=50))
    store.close("closed")

    assert store.use("idle", now=NOON + timedelta(minutes=31)) is None
    assert store.use("old", now=NOON + timedelta(minutes=61)) is None
    assert store.use("closed", now=NOON) is None


def test_removing_a_card_removes_its_copies_and_is_written_down(database):
    collected(database)
    store = CardStore(database)

    assert store.remove(CardId("c-o"), line("d", outcome="deleted"))
    assert not store.remove(CardId("c-o"), line("d2", outcome="deleted"))
    assert store.fresh_copies([CardId("c-o")], account_id=NOOR) == {}
