"""What the wallet's store guarantees, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from chassis.database import Database
from chassis.migrations import differences, downgrade, migrate
from tests.wallet.outside import NOON
from wallet.domain.access import AccessId, SealedAccess
from wallet.domain.account import Account, AccountId, KeptSession, NameKey
from wallet.domain.card import CardId, CopyId, Renewal, SealedCard, SealedCopy
from wallet.domain.deferred import DeferredId, Fulfilment, SealedDeferred
from wallet.domain.history import HistoryKind, SealedLine
from wallet.domain.mandate import MandateId, MandateState, RegisterEntry, SealedMandate
from wallet.domain.offer import Harvest, OfferId, OfferState, SealedErrand, SealedOffer
from wallet.domain.request import RequestId, RequestState, SealedRequest, Sending
from wallet.store.accesses import AccessStore
from wallet.store.accounts import AccountStore
from wallet.store.cards import CardStore
from wallet.store.deferred import DeferredStore
from wallet.store.history import HistoryStore
from wallet.store.mandates import MandateStore
from wallet.store.offers import OfferStore
from wallet.store.requests import RequestStore
from wallet.store.sessions import SessionStore
from wallet.store.trust_lists import TrustListMemory

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


def test_a_harvest_that_breaks_halfway_leaves_nothing_behind(database):
    offers = OfferStore(database)
    end = NOON + timedelta(minutes=10)
    offers.keep(SealedOffer(OfferId("o"), NOOR, OfferState.OPEN, b"offer", NOON, end))
    offers.claim(OfferId("o"), account_id=NOOR, now=NOON)
    broken = replace(harvest(), copies=harvest().copies * 2)

    with pytest.raises(IntegrityError):
        CardStore(database).keep(broken)

    assert CardStore(database).held(account_id=NOOR) == ()
    assert HistoryStore(database).newest(account_id=NOOR) == ()
    assert CardStore(database).keep(harvest())


def sent_out(database: Database, state: str = "state", session: str = "s") -> OfferStore:
    offers = OfferStore(database)
    end = NOON + timedelta(minutes=10)
    offers.keep(SealedOffer(OfferId("o"), NOOR, OfferState.OPEN, b"offer", NOON, end))
    errand = SealedErrand(state, session, b"errand")
    assert offers.send_out(OfferId("o"), errand, account_id=NOOR, now=NOON)
    return offers


def test_of_many_answers_with_one_state_one_is_taken(database):
    offers = sent_out(database)

    def comes_back(_: int) -> bool:
        return offers.come_back("state", session="s", account_id=NOOR, now=NOON) is not None

    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(comes_back, range(8)))

    assert taken.count(True) == 1


def test_a_state_is_only_good_for_its_account_session_and_time(database):
    offers = sent_out(database)
    late = NOON + timedelta(minutes=11)

    assert offers.come_back("state", session="s", account_id=HENK, now=NOON) is None
    assert offers.come_back("state", session="other", account_id=NOOR, now=NOON) is None
    assert offers.come_back("other", session="s", account_id=NOOR, now=NOON) is None
    assert offers.come_back("state", session="s", account_id=NOOR, now=late) is None
    assert offers.come_back("state", session="s", account_id=NOOR, now=NOON) is not None


def test_a_new_errand_makes_the_older_state_worthless(database):
    offers = sent_out(database)
    newer = SealedErrand("newer", "s", b"errand")

    assert offers.send_out(OfferId("o"), newer, account_id=NOOR, now=NOON)

    assert offers.come_back("state", session="s", account_id=NOOR, now=NOON) is None
    assert offers.come_back("newer", session="s", account_id=NOOR, now=NOON) is not None


def test_access_waits_for_the_pin_and_is_claimed_once(database):
    offers = sent_out(database)
    offers.come_back("state", session="s", account_id=NOOR, now=NOON)
    assert not offers.claim(OfferId("o"), account_id=NOOR, now=NOON, authorized=True)

    assert offers.keep_access(OfferId("o"), b"access", account_id=NOOR)

    kept = offers.find(OfferId("o"), account_id=NOOR)
    assert kept is not None and (kept.sealed_access, kept.sealed_errand) == (b"access", None)
    assert not offers.claim(OfferId("o"), account_id=NOOR, now=NOON)
    assert offers.claim(OfferId("o"), account_id=NOOR, now=NOON, authorized=True)
    assert not offers.claim(OfferId("o"), account_id=NOOR, now=NOON, authorized=True)


def test_a_sign_in_that_came_to_nothing_may_begin_again(database):
    offers = sent_out(database)
    offers.come_back("state", session="s", account_id=NOOR, now=NOON)

    assert offers.forget_errand(OfferId("o"), account_id=NOOR)

    assert offers.send_out(OfferId("o"), SealedErrand("x", "s", b""), account_id=NOOR, now=NOON)


def promise(id: str = "d", ready_in: int = 60) -> SealedDeferred:
    ready_at = NOON + timedelta(seconds=ready_in)
    return SealedDeferred(DeferredId(id), NOOR, AccessId("a"), b"promise", NOON, ready_at)


def promised(database: Database) -> DeferredStore:
    offers = OfferStore(database)
    end = NOON + timedelta(minutes=10)
    offers.keep(SealedOffer(OfferId("o"), NOOR, OfferState.OPEN, b"offer", NOON, end))
    offers.claim(OfferId("o"), account_id=NOOR, now=NOON)
    access = SealedAccess(AccessId("a"), NOOR, b"access", NOON)
    nothing_yet = replace(harvest(), cards=(), copies=(), line=None, deferred=(promise(),), access=access)
    assert CardStore(database).keep(nothing_yet)
    return DeferredStore(database)


def fulfilment() -> Fulfilment:
    one = harvest()
    assert one.line is not None
    return Fulfilment(DeferredId("d"), NOOR, one.cards[0], one.copies, one.line)


def test_of_many_who_ask_for_a_promise_one_goes_on_and_only_in_time(database):
    store = promised(database)
    ready, until = NOON + timedelta(seconds=60), NOON + timedelta(seconds=120)
    assert not store.claim(DeferredId("d"), account_id=NOOR, now=NOON, until=until)
    assert not store.claim(DeferredId("d"), account_id=HENK, now=ready, until=until)

    with ThreadPoolExecutor(4) as pool:
        won = list(
            pool.map(
                lambda _: store.claim(DeferredId("d"), account_id=NOOR, now=ready, until=until), range(8)
            )
        )

    assert won.count(True) == 1


def test_a_promise_is_fulfilled_once(database):
    promised(database)
    cards = CardStore(database)

    assert cards.fulfil(fulfilment())
    assert not cards.fulfil(fulfilment())
    assert [card.copies_left for card in cards.held(account_id=NOOR)] == [2]
    assert AccessStore(database).find(AccessId("a"), account_id=NOOR) is None


def test_a_dropped_promise_takes_its_access_along_and_leaves_a_line(database):
    store = promised(database)

    store.drop(DeferredId("d"), line("gone", outcome="failed"))
    store.drop(DeferredId("d"), line("again", outcome="failed"))

    assert store.waiting(account_id=NOOR) == ()
    assert AccessStore(database).find(AccessId("a"), account_id=NOOR) is None
    assert [one.id for one in HistoryStore(database).newest(account_id=NOOR)] == ["gone"]


def test_access_stays_as_long_as_a_card_needs_it_and_goes_with_the_last(database):
    offers, cards, accesses = OfferStore(database), CardStore(database), AccessStore(database)
    end = NOON + timedelta(minutes=10)
    offers.keep(SealedOffer(OfferId("o"), NOOR, OfferState.OPEN, b"offer", NOON, end))
    offers.claim(OfferId("o"), account_id=NOOR, now=NOON)
    with_access = replace(harvest().cards[0], access_id=AccessId("a"))
    access = SealedAccess(AccessId("a"), NOOR, b"access", NOON)
    cards.keep(replace(harvest(), cards=(with_access,), access=access))
    assert accesses.find(AccessId("a"), account_id=HENK) is None

    accesses.replace(SealedAccess(AccessId("a"), NOOR, b"newer", NOON))
    kept = accesses.find(AccessId("a"), account_id=NOOR)
    assert kept is not None and kept.sealed == b"newer"

    cards.remove(CardId("c-o"), line("d", outcome="deleted"))
    assert accesses.find(AccessId("a"), account_id=NOOR) is None


def test_access_that_ended_leaves_the_card(database):
    collected(database)
    AccessStore(database).end(AccessId("a"), account_id=NOOR)

    assert [card.access_id for card in CardStore(database).held(account_id=NOOR)] == [None]


def test_new_copies_take_the_place_of_the_unseen_and_leave_the_seen(database):
    collected(database)
    requested(database).begin_sending(sending("o0"), line("l", "r"), None)
    cards = CardStore(database)
    new = (SealedCopy(CopyId("n0"), CardId("c-o"), NOOR, b"sd-jwt", b"key"),)
    renewal = Renewal(replace(harvest().cards[0], sealed=b"newer"), new, line("renewed"))

    assert cards.renew(renewal)

    (kept,) = cards.held(account_id=NOOR)
    assert (kept.sealed, kept.copies_left) == (b"newer", 1)
    assert cards.fresh_copies([CardId("c-o")], account_id=NOOR)[CardId("c-o")].id == "n0"
    gone = replace(renewal, card=replace(renewal.card, id=CardId("other")))
    assert not cards.renew(gone)


def test_the_number_of_a_list_only_rises(database):
    memory = TrustListMemory(database)
    assert memory.last_sequence("url") is None

    for sequence in (5, 3, 7, 6):
        memory.remember("url", sequence)

    assert memory.last_sequence("url") == 7


def test_the_newest_step_of_the_schema_goes_back_and_forth(migrated_url):
    url = migrated_url("wallet.store")
    opened = Database(url)
    AccountStore(opened).open(Account(NOOR, NameKey(NOOR), b"salt", b"wrapped", b"name", NOON))
    collected(opened)
    opened.dispose()

    downgrade(url, "wallet.store", "0001")
    migrate(url, "wallet.store")

    again = Database(url)
    assert differences(again, "wallet.store") == []
    assert [card.copies_left for card in CardStore(again).held(account_id=NOOR)] == [2]
    again.dispose()


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
